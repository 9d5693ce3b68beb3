//! `floorwalker simulate`.

mod help;
mod init;
mod table;

use super::output::{Force, Known, REPORT};
use super::say;
use crate::flag::Flag;
use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::{Args, Subcommand};
use floorwalker_data::progress::Progress;
use floorwalker_data::read::moment;
use floorwalker_data::write;
use floorwalker_engine::route::Policy;
use floorwalker_finding::Lang;
use floorwalker_finding::shown::toml_error;
use floorwalker_learn::store::policy_file;
use floorwalker_policy as policy;
use floorwalker_policy::Names;
use floorwalker_report::{self as report, SimulationData};
use floorwalker_simulator::{KindDef, MomentDef, Router, Scenario, ScenarioDef, Strategy};
use floorwalker_staffing::compare::{Compared, MAX_RUNS, compare};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Texts by which a JSON file of an earlier simulation is recognised.
const FIGURES: Known = Known::Holds(&["\"figures\":", "\"above_first\":"]);

/// Flags of `simulate`.
#[derive(Debug, Args)]
#[command(after_help = help::EXAMPLE, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Simulate {
    #[command(subcommand)]
    start: Option<Start>,
    /// The scenario (TOML, or JSON if its name ends in .json): the requests that arrive, and the teams that serve them
    #[arg(required = true)]
    scenario: Option<PathBuf>,
    /// The strategies to compare with the first one: `right` (the queue that can help), `model:0.9` (right in nine of ten), `random`,
    /// `round_robin`, `fewest_waiting`, `policy:FILE` (a policy whose intents are the kinds of the scenario)
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "NAMES",
        default_value = "random,round_robin,fewest_waiting,model:0.9,right"
    )]
    strategies: Vec<String>,
    /// Number of runs; each has its own random draws, which are the same for every strategy
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=i64::from(MAX_RUNS)))]
    runs: u32,
    /// Seed of the random draws; the same seed gives the same figures
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
    lang: Flag<Lang>,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
}

/// What `simulate` does besides.
#[derive(Debug, Subcommand)]
enum Start {
    /// Write a commented scenario to start from
    Init(init::Init),
}

impl Simulate {
    pub(super) fn run(&self) -> Result<()> {
        match (&self.start, &self.scenario) {
            (Some(Start::Init(init)), _) => init.run(),
            (None, Some(scenario)) => self.simulate(scenario),
            (None, None) => {
                bail!("no scenario is given; name its file, or write one with `floorwalker simulate init`")
            }
        }
    }

    fn simulate(&self, file: &Path) -> Result<()> {
        let policies = self.strategies.iter().filter_map(|name| name.strip_prefix("policy:")).map(Path::new);
        let inputs: Vec<&Path> = std::iter::once(file).chain(policies).collect();
        let json = self.json.iter().map(|path| ("--json", path.as_path(), FIGURES));
        let report = self.report.iter().map(|path| ("--report", path.as_path(), REPORT));
        self.force.check(&inputs, &json.chain(report).collect::<Vec<_>>())?;
        let scenario = Arc::new(read(file)?);
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
            let title = file.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let strategies: Vec<(&str, &Compared)> =
                named.iter().map(|(name, found)| (name.as_str(), *found)).collect();
            let data = SimulationData { title: &title, within, runs: self.runs, strategies: &strategies };
            write::whole(path, report::simulation(&data, self.lang.0).as_bytes())?;
        }
        table::all(within, self.runs, &named)
    }
}

/// Reads and checks a scenario file.
fn read(file: &Path) -> Result<Scenario> {
    let path = file.display();
    let text = std::fs::read_to_string(file).with_context(|| {
        format!("cannot read {path}; `floorwalker simulate init` writes a scenario to start from")
    })?;
    let is_json = file.extension().is_some_and(|ending| ending == "json");
    let mut def: ScenarioDef = if is_json {
        serde_json::from_str(&text).with_context(|| format!("{path}"))?
    } else {
        toml::from_str(&text).map_err(|error| anyhow!("{path}: {}", toml_error(&text, &error).1))?
    };
    let comes = |kind: &KindDef| !kind.arrivals.is_empty() || kind.per_hour.iter().any(|rate| *rate != 0.0);
    ensure!(
        def.kinds.is_empty() || def.kinds.iter().any(comes),
        "{path}: no request ever arrives; give a kind `per_hour` or `arrivals`"
    );
    if let Some(MomentDef::Text(text)) = &def.start {
        let ms = moment(text).with_context(|| {
            format!("{path}: start \"{text}\" is not a time; write it as 2026-03-02T00:00:00+01:00")
        })?;
        def.start = Some(MomentDef::Ms(ms as f64));
    }
    Scenario::new(def).with_context(|| format!("{path}"))
}

fn strategy(name: &str, scenario: &Scenario) -> Result<Strategy> {
    match name.strip_prefix("policy:") {
        Some(file) => Ok(Strategy::Policy(Arc::new(policy(Path::new(file), scenario)?))),
        None => name.parse().with_context(|| "to simulate a policy, write policy:FILE"),
    }
}

/// Reads and compiles a policy file whose intents are the kinds of the scenario.
fn policy(file: &Path, scenario: &Scenario) -> Result<Router> {
    let def = policy_file(file)?.def;
    let kinds: Vec<String> = scenario.def().kinds.iter().map(|kind| kind.name.clone()).collect();
    let features = policy::asked(&def);
    let heads = [(&def.intents[..], &kinds[..])].into();
    let names = Names { heads, features: features.iter().map(String::as_str).collect() };
    let shown = file.display();
    if !features.is_empty() {
        say(format_args!(
            "{shown}: a simulation has no value of `{}`; conditions on it do not hold\n",
            features.join("`, `")
        ))?;
    }
    let program = def.compile(&names).with_context(|| {
        format!("{shown}: in a simulation the only head is `{}`, and its intents are the kinds", def.intents)
    })?;
    let policy = Policy::new(program).with_context(|| format!("{shown}"))?;
    Router::new(scenario, policy).with_context(|| format!("{shown}"))
}
