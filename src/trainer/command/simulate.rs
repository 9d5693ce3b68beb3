//! `floorwalker simulate`.

use super::output::{Force, Known, REPORT};
use super::say;
use crate::metrics::Interval;
use crate::policy::{self, PolicyFile};
use crate::progress::Progress;
use crate::read::moment;
use crate::report::{self, Lang, SimulationData};
use crate::simulate::{Compared, Figure, MAX_RUNS, compare};
use crate::write;
use anyhow::{Context, Result, ensure};
use clap::Args;
use floorwalker_engine::route::{Names, Policy};
use floorwalker_simulator::{KindDef, MomentDef, Router, Scenario, ScenarioDef, Strategy};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A scenario to start from.
const EXAMPLE: &str = r#"A scenario to start from (times in seconds):

  hours = 24
  start = "2026-03-02T00:00:00+01:00"   # when hour 0 is, for policies with opening hours
  warm_up = 1            # hours that are not counted: the floor opens empty
  within = 20            # the service level is the share answered in so many seconds
  misroute = 60          # until an agent of a wrong queue hands a request on
  queues = ["presale", "returns"]

  [[kinds]]
  name = "a question about size"
  queue = "presale"      # the queue that can help
  per_hour = [100]       # or one number for each hour of the day
  work = { log_normal = { mean = 176, median = 107 } }
  patience = { exponential = { mean = 120 } }

  [[kinds]]
  name = "a return"
  queue = "returns"
  per_hour = [40]
  work = { exponential = { mean = 240 } }

  [[teams]]
  name = "day"
  agents = 6
  queues = ["presale", "returns"]
  novices = false        # whether they are learning: a policy may give them a share
  pace = [1, 0.7]        # two chats at most, each at seven tenths of the pace
  shifts = [[8, 18]]     # hours of every day; left out: always
  breaks = [[12, 12.5]]

What else a scenario may say:

  [[surges]]             # rates times 3 from the 20th hour to the 22nd, of kinds = [...] or of all
  from = 20
  to = 22
  factor = 3

  [repeat]               # who comes back: shares of those who left, were misrouted, were served and not helped
  left = 0.4
  misrouted = 0.2
  unresolved = 0.1
  delay = { exponential = { mean = 3600 } }

  In a kind: group = "new" (fairness between groups), arrivals = [12.5, 80] (seconds from the start, instead of per_hour),
  taken_for = [0.9, 0.1] (for which kinds a model takes it: what policies are told).
  Times: fixed, exponential, log_normal, { sample = { seconds = [30, 90] } },
  { survival = { seconds = [10, 60], alive = [0.8, 0.3] } }, { each = { seconds = [31, 12] } }."#;

/// What is written as JSON.
const FIGURES: Known = Known::Holds(&["\"figures\":", "\"above_first\":"]);

/// Flags of `simulate`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Simulate {
    /// The scenario (TOML, or JSON where its name ends so): what comes, who serves
    scenario: PathBuf,
    /// Where requests are sent: `right` (the queue that can help), `model:0.9` (right in nine of ten), `random`, `round_robin`,
    /// `fewest_waiting`, `policy:FILE` (as a policy says whose intents are the kinds); the others are compared with the first
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "NAMES",
        default_value = "random,round_robin,fewest_waiting,model:0.9,right"
    )]
    strategies: Vec<String>,
    /// How many times, each with other chances and the same for every strategy
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=i64::from(MAX_RUNS)))]
    runs: u32,
    /// Same seed, same figures
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Also write every figure as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Also write a report with plots (one HTML file)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
    /// The report's language
    #[arg(long, value_enum, default_value = "en")]
    lang: Lang,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
}

impl Simulate {
    pub(super) fn run(&self) -> Result<()> {
        let policies = self.strategies.iter().filter_map(|name| name.strip_prefix("policy:")).map(Path::new);
        let inputs: Vec<&Path> = std::iter::once(self.scenario.as_path()).chain(policies).collect();
        let json = self.json.iter().map(|path| ("--json", path.as_path(), FIGURES));
        let report = self.report.iter().map(|path| ("--report", path.as_path(), REPORT));
        self.force.check(&inputs, &json.chain(report).collect::<Vec<_>>())?;
        let path = self.scenario.display();
        let text = std::fs::read_to_string(&self.scenario).with_context(|| format!("cannot read {path}"))?;
        let is_json = self.scenario.extension().is_some_and(|ending| ending == "json");
        let mut def: ScenarioDef = if is_json {
            serde_json::from_str(&text).with_context(|| format!("{path}"))?
        } else {
            toml::from_str(&text).with_context(|| format!("{path}"))?
        };
        let comes =
            |kind: &KindDef| !kind.arrivals.is_empty() || kind.per_hour.iter().any(|rate| *rate > 0.0);
        ensure!(def.kinds.iter().any(comes), "{path}: nothing comes; give a kind `per_hour` or `arrivals`");
        if let Some(MomentDef::Text(text)) = &def.start {
            let ms = moment(text).with_context(|| {
                format!("{path}: start \"{text}\" is no moment; write one as 2026-03-02T00:00:00+01:00")
            })?;
            def.start = Some(MomentDef::Ms(ms as f64));
        }
        let scenario = Arc::new(Scenario::new(def).with_context(|| format!("{path}"))?);
        let strategies = self.strategies.iter().map(|name| strategy(name, &scenario));
        let strategies = strategies.collect::<Result<Vec<_>>>()?;
        let progress = if self.quiet { Progress::silent() } else { Progress::new() };
        let bar = progress.steps("simulate", strategies.len() as u64 * u64::from(self.runs));
        let compared = compare(&scenario, &strategies, self.runs, self.seed, || bar.step());
        bar.done();
        let named: Vec<(&String, &Compared)> = self.strategies.iter().zip(&compared).collect();
        if let Some(path) = &self.json {
            write::whole(path, &serde_json::to_vec_pretty(&named).context("figures")?)?;
        }
        let within = scenario.def().within;
        if let Some(path) = &self.report {
            let title = self
                .scenario
                .file_stem()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let strategies: Vec<(&str, &Compared)> =
                named.iter().map(|(name, found)| (name.as_str(), *found)).collect();
            let data = SimulationData { title: &title, within, runs: self.runs, strategies: &strategies };
            write::whole(path, report::simulation(&data, self.lang).as_bytes())?;
        }
        table(within, &named, |compared| &compared.figures)?;
        if let Some(((first, _), others)) = named.split_first().filter(|(_, others)| !others.is_empty()) {
            say(format_args!("\nagainst {first}, on the same requests"))?;
            table(within, others, |compared| &compared.above_first)?;
        }
        say(format_args!("\nmeans of {} runs, ± 95 %", self.runs))
    }
}

/// One line a figure, one column a strategy.
fn table(
    within: f64,
    named: &[(&String, &Compared)],
    figures: impl Fn(&Compared) -> &[(Figure, Interval)],
) -> Result<()> {
    let width = |name: &&String| name.chars().count().max(18) + 2;
    let heads: String = named.iter().map(|(name, _)| format!("{name:>0$}", width(name))).collect();
    say(format_args!("{:<22}{heads}", ""))?;
    for (row, figure) in Figure::ALL.into_iter().enumerate() {
        let cells = named.iter().map(|(name, compared)| {
            let value = figures(compared).get(row).map(|(figure, value)| cell(*figure, *value));
            format!("{:>1$}", value.unwrap_or_default(), width(name))
        });
        say(format_args!("{:<22}{}", head(figure, within), cells.collect::<String>()))?;
    }
    Ok(())
}

fn strategy(name: &str, scenario: &Scenario) -> Result<Strategy> {
    match name.strip_prefix("policy:") {
        Some(file) => Ok(Strategy::Policy(Arc::new(policy(Path::new(file), scenario)?))),
        None => name.parse().with_context(|| "a policy is named by its file: policy:FILE"),
    }
}

/// A policy file whose intents are the kinds of the scenario.
fn policy(file: &Path, scenario: &Scenario) -> Result<Router> {
    let def = PolicyFile::read(file)?.def;
    let kinds: Vec<String> = scenario.def().kinds.iter().map(|kind| kind.name.clone()).collect();
    let features = policy::asked(&def);
    let heads = [(&def.intents[..], &kinds[..])].into();
    let names = Names { heads, features: features.iter().map(String::as_str).collect() };
    let shown = file.display();
    if !features.is_empty() {
        say(format_args!(
            "{shown}: a simulation knows nothing of `{}`: conditions on it do not hold\n",
            features.join("`, `")
        ))?;
    }
    let program = def.compile(&names).with_context(|| {
        format!("{shown}: in a simulation the only head is `{}`, and its intents are the kinds", def.intents)
    })?;
    let policy = Policy::new(program).with_context(|| format!("{shown}"))?;
    Router::new(scenario, policy).with_context(|| format!("{shown}"))
}

fn head(figure: Figure, within: f64) -> String {
    match figure {
        Figure::ServiceLevel => return format!("in {within} s"),
        Figure::Asa => "asa",
        Figure::MeanWait => "mean wait",
        Figure::Queued => "in queues",
        Figure::Abandonment => "leave",
        Figure::Misroutes => "misrouted",
        Figure::Transfers => "transfers",
        Figure::FirstContact => "first contact",
        Figure::Aht => "aht",
        Figure::Occupancy => "busy",
        Figure::OccupancySpread => "spread",
        Figure::GapWait => "gap, mean wait",
        Figure::GapServiceLevel => return format!("gap, in {within} s"),
        Figure::GapAbandonment => "gap, leave",
    }
    .to_owned()
}

fn cell(figure: Figure, interval: Interval) -> String {
    let (scale, unit) = if figure.is_seconds() { (1.0, " s") } else { (100.0, " %") };
    let half = (interval.high - interval.low) / 2.0;
    // Adding 0 makes a rounded −0 the plain one.
    let value = (scale * interval.value * 10.0).round() / 10.0 + 0.0;
    format!("{value:.1} ± {:.1}{unit}", scale * half)
}
