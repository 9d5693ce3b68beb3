//! `floorwalker simulate`.

use super::say;
use crate::metrics::Interval;
use crate::simulate::{Compared, Figure, MAX_RUNS, compare};
use crate::write;
use anyhow::{Context, Result, bail};
use clap::Args;
use floorwalker_simulator::{Scenario, ScenarioDef, Strategy};
use std::path::PathBuf;

/// A scenario to start from.
const EXAMPLE: &str = r#"A scenario to start from (times in seconds):

  hours = 24
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
  pace = [1, 0.7]        # two chats at most, each at seven tenths of the pace"#;

/// Flags of `simulate`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub struct Simulate {
    /// The scenario (TOML): what comes, who serves
    scenario: PathBuf,
    /// Where requests are sent: `right` (the queue that can help), `model:0.9` (right in nine of ten), `random`, `round_robin`,
    /// `fewest_waiting`; the others are compared with the first
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
}

impl Simulate {
    pub(super) fn run(&self) -> Result<()> {
        let path = self.scenario.display();
        let text = std::fs::read_to_string(&self.scenario).with_context(|| format!("cannot read {path}"))?;
        let def: ScenarioDef = toml::from_str(&text).with_context(|| format!("{path}"))?;
        let scenario = Scenario::new(def).with_context(|| format!("{path}"))?;
        let strategies = self.strategies.iter().map(|name| strategy(name)).collect::<Result<Vec<_>>>()?;
        let compared = compare(&scenario, &strategies, self.runs, self.seed);
        let named: Vec<(&String, &Compared)> = self.strategies.iter().zip(&compared).collect();
        if let Some(path) = &self.json {
            write::whole(path, &serde_json::to_vec_pretty(&named).context("figures")?)?;
        }
        let width =
            self.strategies.iter().map(|name| name.chars().count()).max().unwrap_or(0).max("strategy".len());
        let heads = Figure::ALL.map(|figure| format!("{:>16}", head(figure, scenario.def().within))).concat();
        say(format_args!("{:<width$}{heads}", "strategy"))?;
        for (name, compared) in &named {
            let cells: String =
                compared.figures.iter().map(|(figure, value)| cell(*figure, *value)).collect();
            say(format_args!("{name:<width$}{cells}"))?;
        }
        if let Some(((first, _), others)) = named.split_first().filter(|(_, others)| !others.is_empty()) {
            say(format_args!("\nagainst {first}, on the same requests"))?;
            for (name, compared) in others {
                let cells: String =
                    compared.above_first.iter().map(|(figure, value)| cell(*figure, *value)).collect();
                say(format_args!("{name:<width$}{cells}"))?;
            }
        }
        say(format_args!("\nmeans of {} runs, ± 95 %", self.runs))
    }
}

fn strategy(name: &str) -> Result<Strategy> {
    Ok(match name.split_once(':') {
        None if name == "right" => Strategy::Right,
        None if name == "random" => Strategy::Random,
        None if name == "round_robin" => Strategy::RoundRobin,
        None if name == "fewest_waiting" => Strategy::FewestWaiting,
        Some(("model", accuracy)) => match accuracy.parse() {
            Ok(accuracy) if (0.0..=1.0).contains(&accuracy) => Strategy::Model { accuracy },
            _ => bail!("`{name}`: write model: and a share from 0 to 1, as in model:0.9"),
        },
        _ => bail!(
            "there is no strategy `{name}`; name right, model:0.9 (or another share), random, round_robin or fewest_waiting"
        ),
    })
}

fn head(figure: Figure, within: f64) -> String {
    match figure {
        Figure::ServiceLevel => format!("in {within} s"),
        Figure::MeanWait => "mean wait".to_owned(),
        Figure::Abandonment => "leave".to_owned(),
        Figure::Transfers => "transfers".to_owned(),
        Figure::Occupancy => "busy".to_owned(),
        Figure::OccupancySpread => "spread".to_owned(),
    }
}

fn cell(figure: Figure, interval: Interval) -> String {
    let (scale, unit) = if figure == Figure::MeanWait { (1.0, " s") } else { (100.0, " %") };
    let half = (interval.high - interval.low) / 2.0;
    format!("{:>16}", format!("{:.1} ± {:.1}{unit}", scale * interval.value, scale * half))
}
