//! Off-policy estimates where the truth is known: the Open Bandit Dataset, small version (Saito et al., 2021).
//!
//! `bench-open-bandit DATA [--json FILE]` reads `DATA/open_bandit`. A fashion shop showed its items by two policies in the same week,
//! uniformly at random and by Bernoulli Thompson sampling, and logged each item's propensity. The value of Thompson sampling is estimated
//! from the random log, and the reverse; each estimate is compared with the mean reward in the estimated policy's own log.
//!
//! | term            | column or definition                                                                         |
//! |-----------------|----------------------------------------------------------------------------------------------|
//! | decision        | one item at one position: `item_id`, `propensity_score`                                       |
//! | reward          | `click`                                                                                      |
//! | context         | `position` and the four hashed `user_feature`s                                               |
//! | uniform target  | `1 / items` everywhere                                                                       |
//! | Thompson target | at each position, the share of its own lines that show the item; 0 for one it never shows     |
//!
//! Thompson sampling changed through the week and its parameters are not published, so its target is its average over the week. The
//! share shown is an unbiased estimate of the mean propensity. The mean of the logged propensities is not: an item is logged when
//! it is likely, and at one position those means sum to between 1.7 and 3.4 over the items.
//!
//! Not here: a bound. There are only 46 to 69 clicks in a log, so the true value is uncertain, too; a row holds if the two confidence
//! intervals overlap. The direct method (`dm`) is not judged, since its interval does not include the error of its model.

use anyhow::{Context, Result, ensure};
use floorwalker_data::read::ParamValue;
use floorwalker_metrics::{Interval, wilson};
use floorwalker_offpolicy::{
    DecisionLog, Estimator, Evaluation, Gate, Line, Logged, Repeats, Settings, evaluate,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const CAMPAIGNS: [&str; 2] = ["men", "women"];
/// Folder and name of the two policies.
const RANDOM: (&str, &str) = ("random", "uniform random");
const THOMPSON: (&str, &str) = ("bts", "Thompson sampling");
/// The columns of the context.
const KNOWN: [&str; 5] = ["position", "user_feature_0", "user_feature_1", "user_feature_2", "user_feature_3"];

/// A policy: at each position, the probability of each item.
type Shares = BTreeMap<String, BTreeMap<String, f64>>;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let data = PathBuf::from(arguments.next().context("bench-open-bandit DATA [--json FILE]")?);
    let json = match arguments.next().as_deref() {
        Some("--json") => Some(PathBuf::from(arguments.next().context("--json FILE")?)),
        Some(other) => anyhow::bail!("`{other}` is not --json"),
        None => None,
    };
    let mut rows = Vec::new();
    for campaign in CAMPAIGNS {
        let random = read(&data, RANDOM.0, campaign)?;
        let thompson = read(&data, THOMPSON.0, campaign)?;
        let items: BTreeSet<&String> =
            random.lines.iter().chain(&thompson.lines).map(|line| &line.action).collect();
        let uniform: BTreeMap<String, f64> =
            items.iter().map(|item| ((*item).clone(), 1.0 / items.len() as f64)).collect();
        let shown = shares(&thompson)?;
        let uniform = shown.keys().map(|position| (position.clone(), uniform.clone())).collect();
        rows.extend(judge(campaign, (random.clone(), RANDOM.1), (&thompson, THOMPSON.1, &shown))?);
        rows.extend(judge(campaign, (thompson, THOMPSON.1), (&random, RANDOM.1, &uniform))?);
    }
    if let Some(file) = json {
        std::fs::write(&file, serde_json::to_string(&rows)?).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// One campaign's log of one policy, without a target.
fn read(data: &Path, policy: &str, campaign: &str) -> Result<DecisionLog> {
    let path = data.join("open_bandit").join(policy).join(campaign).join(format!("{campaign}.csv"));
    let shown = path.display().to_string();
    let mut reader = csv::Reader::from_path(&path).with_context(|| shown.clone())?;
    let headers = reader.headers()?.clone();
    let place =
        |name: &str| headers.iter().position(|h| h == name).with_context(|| format!("{shown}: no `{name}`"));
    let (item, click, propensity) = (place("item_id")?, place("click")?, place("propensity_score")?);
    let known = KNOWN.iter().map(|name| Ok((*name, place(name)?))).collect::<Result<Vec<_>>>()?;
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| shown.clone())?;
        let line = record.position().map_or(0, |at| at.line() as usize);
        let text = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let number = |at: usize| {
            text(at).parse::<f64>().with_context(|| format!("{shown}:{line}: `{}` is no number", text(at)))
        };
        lines.push(Line {
            line,
            context: known
                .iter()
                .map(|(name, at)| ((*name).to_owned(), ParamValue::Text(text(*at))))
                .collect(),
            action: text(item),
            propensity: number(propensity)?,
            reward: number(click)?,
            policy_version: policy.to_owned(),
            ..Line::default()
        });
    }
    ensure!(!lines.is_empty(), "{shown}: no lines");
    Ok(DecisionLog { path, lines, repeats: Repeats::default() })
}

fn position(line: &Line) -> Result<&String> {
    match line.context.get(KNOWN[0]) {
        Some(ParamValue::Text(position)) => Ok(position),
        _ => anyhow::bail!("line {}: no position", line.line),
    }
}

/// At each position, the share of lines that show each item.
fn shares(log: &DecisionLog) -> Result<Shares> {
    let mut shares = Shares::new();
    for line in &log.lines {
        *shares.entry(position(line)?.clone()).or_default().entry(line.action.clone()).or_default() += 1.0;
    }
    for items in shares.values_mut() {
        let lines: f64 = items.values().sum();
        items.values_mut().for_each(|share| *share /= lines);
    }
    Ok(shares)
}

/// Estimates the value of `target` from `log`, prints it beside the value in the target's own log, and returns the rows of the report.
fn judge(
    campaign: &str,
    (mut log, running): (DecisionLog, &str),
    (own, name, target): (&DecisionLog, &str, &Shares),
) -> Result<Vec<Value>> {
    for line in &mut log.lines {
        let at = target.get(position(line)?).context("a position that the other log does not have")?;
        line.target = Some(at.clone());
    }
    let found = evaluate(&Logged::of(&log)?, &Settings::default())?;
    let clicks = own.lines.iter().filter(|line| line.reward > 0.0).count() as u64;
    let truth = wilson(clicks, own.lines.len() as u64).context("no lines")?;
    print(campaign, (running, name), &found, truth)?;
    let row = |estimator: Estimator| {
        let estimate = found.of(estimator)?;
        let holds = (estimator != Estimator::Dm).then(|| estimate.value.overlaps(&truth));
        Some(json!({
            "name": format!("open bandit, {campaign}: {name} by the log of {running}, {}", estimator.name()),
            "value": rounded(estimate.value.value),
            "unit": "",
            "bound": null,
            "holds": holds,
            "peer": "its own log",
            "peer_value": rounded(truth.value),
            "low": rounded(estimate.value.low),
            "high": rounded(estimate.value.high),
            "peer_low": rounded(truth.low),
            "peer_high": rounded(truth.high),
            "ess": estimate.ess.map(rounded),
        }))
    };
    Ok(Estimator::ALL.into_iter().filter_map(row).collect())
}

fn print(campaign: &str, (running, name): (&str, &str), found: &Evaluation, truth: Interval) -> Result<()> {
    println!("\n{campaign}: {name}, by the {} lines of {running} (clicks a line)", found.lines);
    let line = |of: &str, Interval { value, low, high }: Interval, ess: Option<f64>| {
        let ess = ess.map_or_else(String::new, |ess| format!("{ess:>10.1}"));
        println!("{}", format!("{of:<10}{value:>10.5}   {low:.5} to {high:.5}{ess}").trim_end());
    };
    println!("{:<10}{:>10}   {:<18}{:>10}", "", "value", "95 %", "ess");
    for estimate in &found.estimates {
        line(estimate.estimator.name(), estimate.value, estimate.ess);
    }
    line("truth", truth, None);
    line("running", found.running, None);
    println!(
        "weights: mean {:.3} ({:.3} to {:.3}), largest {:.1}, none in {:.1} % of lines",
        found.mean_weight.value,
        found.mean_weight.low,
        found.mean_weight.high,
        found.support.largest_weight,
        100.0 * found.support.zero_weight
    );
    let verdict = Gate::default().verdict(found)?;
    println!("{}", if verdict.ships() { "the gate lets it pass" } else { "the gate refuses it:" });
    for reason in &verdict.reasons {
        println!("- {reason}");
    }
    Ok(())
}

/// Six decimals, as in the table of measurements.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
