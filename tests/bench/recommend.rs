//! `bench-recommend DATA RANKS [--json FILE]`: what is looked at next, on two click logs that the product has not seen.
//!
//! | data              | counted                        | weights learnt on          | measured on             |
//! |-------------------|--------------------------------|----------------------------|-------------------------|
//! | `serenade_clicks` | `train.txt`                    | `valid.txt`                | `test.txt`, 931 steps   |
//! | `tmall_sessions`  | first nine tenths of `train.txt` | last tenth of `train.txt`  | `test.txt`, 25,898 steps |
//!
//! The folder `RANKS` holds the ranks that other methods give (`tests/peers/sessions.py`, `tests/peers/serenade`): they are compared step by step, by the paired
//! difference with its 95 % interval, clustered by session. The indexes are written there, too. What is shipped for `tmall_sessions` is counted
//! from all of `train.txt`, as the peers are.
//!
//! Not here: the other libraries; time in the page (`recommend.mjs`).

use anyhow::{Context, Result, ensure};
use floorwalker_cli::brotli_bytes;
use floorwalker_metrics::grouped_interval;
use floorwalker_ranking::evaluate::steps;
use floorwalker_ranking::make::{define, learn, race};
use floorwalker_ranking::{Details, RecommendPlan, Shop, Visit, Visits};
use floorwalker_retrieval::{IndexDef, Signal, Trail, encode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// A data set in three parts.
struct Set {
    name: &'static str,
    shop: Shop,
    counted: Vec<Visit>,
    learnt: Vec<Visit>,
    /// The measured steps: what was seen, and what came next.
    steps: Vec<(Trail, u32)>,
    /// The session of each of them.
    sessions: Vec<u32>,
    /// Least MRR and hit rate.
    least: [Option<f64>; 2],
    /// Most bytes of the index, as a browser fetches it.
    most_bytes: usize,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "bench-recommend DATA RANKS [--json FILE]";
    let (data, ranks) = (arguments.next().context(usage)?, PathBuf::from(arguments.next().context(usage)?));
    let data = Path::new(&data);
    let mut rows = Vec::new();
    for set in [serenade(data)?, tmall(data)?] {
        for (sessions, min_sessions) in [(false, 2), (false, 1), (true, 2), (true, 1)] {
            let plan = RecommendPlan { min_sessions, sessions, ..RecommendPlan::default() };
            // The bounds hold for two plans, the same for both data sets.
            rows.extend(measure(&set, &plan, &ranks, min_sessions == 2)?);
        }
    }
    if let (Some("--json"), Some(file)) = (arguments.next().as_deref(), arguments.next()) {
        fs::write(file, serde_json::to_string(&rows)?)?;
    }
    Ok(())
}

/// One plan on one data set: each method alone, and the blend beside the peers whose ranks are in the folder.
fn measure(set: &Set, plan: &RecommendPlan, ranks: &Path, is_bound: bool) -> Result<Vec<Value>> {
    let title = format!(
        "{}, pairs of {} or more sessions, {}",
        set.name,
        plan.min_sessions,
        if plan.sessions { "with sessions" } else { "without sessions" }
    );
    let mut def = define(&set.shop, set.name, &set.counted, plan);
    learn(&mut def, &set.learnt)?;
    // What is shipped is counted from everything that came before.
    let all = [&set.counted[..], &set.learnt[..]].concat();
    let all = if set.name == "serenade_clicks" { &set.counted } else { &all };
    let began = Instant::now();
    let IndexDef { weights, neighbourhood, strengths, .. } = def;
    let def = IndexDef { weights, neighbourhood, strengths, ..define(&set.shop, set.name, all, plan) };
    let bytes = encode(&def)?;
    let seconds = began.elapsed().as_secs_f64();
    let size = brotli_bytes(&bytes)?;
    fs::create_dir_all(ranks)?;
    let letter = if plan.sessions { "sessions" } else { "pairs" };
    fs::write(ranks.join(format!("{}-{letter}-{}.fwi", set.name, plan.min_sessions)), &bytes)?;
    println!("\n{title}: {size} bytes after brotli, counted and written in {seconds:.1} s");
    let used = Signal::ALL.into_iter().zip(&weights).filter(|(_, weight)| **weight != 0.0);
    let used: Vec<String> = used.map(|(signal, weight)| format!("{} {weight:.2}", signal.name())).collect();
    println!("  weights: {}", used.join(", "));
    let scores = race(&def, weights, &set.steps)?;
    for score in &scores {
        let show = |values: &[f64]| match grouped_interval(values, &set.sessions) {
            Some(interval) => format!("{:.4} ({:.4} to {:.4})", interval.value, interval.low, interval.high),
            None => "not measured".to_owned(),
        };
        println!(
            "  {:12} MRR@20 {}, hit rate@20 {}, coverage {:.3}, novelty {:.2} bits, popularity {:.2}",
            score.method.name,
            show(&score.reciprocal_ranks()),
            show(&score.hits()),
            score.coverage,
            score.novelty,
            score.popularity
        );
    }
    let Some(blend) = scores.last() else { return Ok(Vec::new()) };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let mut rows = Vec::new();
    let mut row = |name: &str, value: f64, unit: &str, bound: Option<f64>, holds: Option<bool>| {
        rows.push(json!({ "name": format!("{title}: {name}"), "value": value, "unit": unit, "bound": bound, "holds": holds }));
    };
    for (name, values, least) in
        [("MRR@20", blend.reciprocal_ranks(), set.least[0]), ("hit rate@20", blend.hits(), set.least[1])]
    {
        let least = least.filter(|_| is_bound);
        row(name, mean(&values), "", least, least.map(|least| mean(&values) >= least));
    }
    row(
        "index, brotli",
        size as f64,
        "bytes",
        is_bound.then_some(set.most_bytes as f64),
        is_bound.then_some(size <= set.most_bytes),
    );
    row("count and write", seconds, "s", is_bound.then_some(5.0), is_bound.then_some(seconds <= 5.0));
    for (peer, found) in peers(set, ranks)? {
        let of = |rank: &u32| if *rank > 0 { 1.0 / f64::from(*rank) } else { 0.0 };
        let differences: Vec<f64> =
            blend.reciprocal_ranks().iter().zip(&found).map(|(ours, rank)| ours - of(rank)).collect();
        let Some(interval) = grouped_interval(&differences, &set.sessions) else { continue };
        println!(
            "  MRR@20 less that of {peer}, paired: {:+.4} ({:+.4} to {:+.4})",
            interval.value, interval.low, interval.high
        );
        // On the small test set, with sessions: not worse. On the large one: better.
        if is_bound && (plan.sessions || set.least[0].is_none()) {
            let (edge, value) =
                if set.least[0].is_some() { ("upper", interval.high) } else { ("lower", interval.low) };
            let name = format!("MRR@20 less that of {peer}, {edge} end of 95 %");
            row(&name, value, "", Some(0.0), Some(value >= 0.0));
        }
    }
    Ok(rows)
}

/// The ranks of other libraries on the same steps, by their names; 0 is not among the first 20.
fn peers(set: &Set, ranks: &Path) -> Result<Vec<(String, Vec<u32>)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(ranks)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(peer) =
            name.strip_prefix(&format!("{}.", set.name)).and_then(|name| name.strip_suffix(".txt"))
        else {
            continue;
        };
        let text = fs::read_to_string(&path)?;
        let ranks: Vec<u32> = text.lines().map(|line| Ok(line.parse()?)).collect::<Result<_>>()?;
        ensure!(
            ranks.len() == set.steps.len(),
            "{}: {} ranks for {} steps",
            path.display(),
            ranks.len(),
            set.steps.len()
        );
        found.push((peer.to_owned(), ranks));
    }
    found.sort();
    Ok(found)
}

/// A shop of which nothing is known but the ids of its items.
fn shop(ids: Vec<String>) -> Shop {
    let details = vec![Details::default(); ids.len()];
    Shop { visits: Visits { ids, visits: Vec::new() }, details, ..Shop::default() }
}

/// The three files of `serenade_clicks`: session, item, time in seconds, separated by tabs.
fn serenade(data: &Path) -> Result<Set> {
    let mut numbers = BTreeMap::new();
    let mut read = |file: &str| -> Result<Vec<Visit>> {
        let path = data.join("serenade_clicks").join(file);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let mut sessions: BTreeMap<String, Vec<(f64, u32)>> = BTreeMap::new();
        for line in text.lines().skip(1) {
            let mut cells = line.split('\t');
            let (Some(session), Some(item), Some(time)) = (cells.next(), cells.next(), cells.next()) else {
                continue;
            };
            let next = numbers.len() as u32;
            let item = *numbers.entry(item.to_owned()).or_insert(next);
            sessions.entry(session.to_owned()).or_default().push((time.parse()?, item));
        }
        let mut visits: Vec<Visit> = sessions
            .into_values()
            .map(|mut clicks| {
                clicks.sort_by(|a, b| a.0.total_cmp(&b.0));
                let at_ms = clicks.last().map_or(0, |(time, _)| (*time * 1e3) as i64);
                let items: Vec<u32> = clicks.into_iter().map(|(_, item)| item).collect();
                Visit::views(&items, at_ms)
            })
            .collect();
        visits.sort_by_key(|visit| visit.at_ms);
        Ok(visits)
    };
    let (counted, learnt, measured) = (read("train.txt")?, read("valid.txt")?, read("test.txt")?);
    let mut ids = vec![String::new(); numbers.len()];
    numbers.into_iter().for_each(|(id, at)| ids[at as usize] = id);
    let (steps, sessions) = steps(&measured);
    Ok(Set {
        name: "serenade_clicks",
        shop: shop(ids),
        counted,
        learnt,
        steps,
        sessions,
        least: [Some(0.345), Some(0.645)],
        most_bytes: 1_500_000,
    })
}

/// `tmall_sessions`: items separated by spaces; the test file has a prefix and the next item. The sessions are in order of time and have no
/// times: they get evenly spaced ones over 30 days.
fn tmall(data: &Path) -> Result<Set> {
    let read = |file: &str| {
        let path = data.join("tmall_sessions").join(file);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    };
    let train = read("train.txt")?;
    let sessions: Vec<Vec<u32>> = train
        .lines()
        .map(|line| line.split(' ').map(|item| Ok(item.parse()?)).collect())
        .collect::<Result<_>>()?;
    let n = sessions.len();
    let mut all = Vec::new();
    for (at, items) in sessions.iter().enumerate() {
        all.push(Visit::views(items, (at as f64 / n as f64 * 30.0 * DAY_MS as f64) as i64));
    }
    let learnt = all.split_off(n * 9 / 10);
    let (mut measured, mut numbers) = (Vec::new(), Vec::new());
    let mut session: u32 = 0;
    let mut before: Vec<u32> = Vec::new();
    for line in read("test.txt")?.lines() {
        let (prefix, next) = line.split_once('\t').context("test.txt has a tab in each line")?;
        let prefix: Vec<u32> = prefix.split(' ').map(|item| Ok(item.parse()?)).collect::<Result<_>>()?;
        let mut items = prefix.clone();
        items.push(next.trim().parse()?);
        // The steps of one session follow each other, the longest first.
        if before != items {
            session += 1;
        }
        before = prefix;
        numbers.push(session);
        measured.push((Trail::of(&before), *items.last().unwrap_or(&0)));
    }
    let ids = (0..40_729).map(|item: u32| item.to_string()).collect();
    Ok(Set {
        name: "tmall_sessions",
        shop: shop(ids),
        counted: all,
        learnt,
        steps: measured,
        sessions: numbers,
        least: [None, None],
        most_bytes: 2_000_000,
    })
}
