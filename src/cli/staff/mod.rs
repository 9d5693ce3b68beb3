//! `floorwalker staff`.

mod demand;
mod init;

use super::columns::KindFlags;
use super::output::{Force, Known};
use super::say;
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use demand::{PERIOD, Usual, read};
use floorwalker_data::write;
use floorwalker_learn::examples::is_formula;
use floorwalker_staffing::{Period, Promise, Staffed, staff};
use std::path::{Path, PathBuf};

/// The help text on the format of a demand file.
const FORMAT: &str = r#"`floorwalker staff init` writes a demand file to start from:

  period,requests,aht,patience,note
  09:00,40,240,120,
  10:00,55,,,"an empty cell: the value of --aht or --patience"
  11:00,0,240,120,"no request comes, and no agent is needed"

Cells may be separated by `;`, and numbers may have a decimal comma (12,5). A number that can be read
in two ways, such as 1.200, is refused until --kind says how to read it."#;

/// Flags of `staff`.
#[derive(Debug, Args)]
#[command(after_help = FORMAT, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Staff {
    #[command(subcommand)]
    start: Option<Start>,
    /// A table with one row for each period: `requests`, and where known `period` (its name), `aht` (average handling time) and
    /// `patience`, both mean seconds
    #[arg(required = true)]
    demand: Option<PathBuf>,
    /// Average handling time: mean seconds that an agent is busy with a request, where the table does not say
    #[arg(long, value_name = "SECONDS")]
    aht: Option<f64>,
    /// Mean seconds that a shopper would wait before leaving, where the table does not say [default: nobody leaves]
    #[arg(long, value_name = "SECONDS")]
    patience: Option<f64>,
    /// Length of a period, in minutes
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
    /// Service level: least share of requests that are answered within the time of --within
    #[arg(long, value_name = "SHARE", default_value_t = Promise::default().service_level)]
    level: f64,
    /// Seconds within which a request should be answered
    #[arg(long, value_name = "SECONDS", default_value_t = Promise::default().within)]
    within: f64,
    /// Abandonment: largest share of requests whose shopper leaves without an answer
    #[arg(long, value_name = "SHARE", default_value_t = Promise::default().abandonment)]
    abandonment: f64,
    /// Occupancy: largest share of their time that agents are busy
    #[arg(long, value_name = "SHARE", default_value_t = Promise::default().occupancy)]
    occupancy: f64,
    #[command(flatten)]
    kinds: KindFlags,
    /// Also write the plan as CSV
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
}

/// What `staff` does besides.
#[derive(Debug, Subcommand)]
enum Start {
    /// Write a demand file to start from
    Init(init::Init),
}

impl Staff {
    pub(super) fn run(&self) -> Result<()> {
        match (&self.start, &self.demand) {
            (Some(Start::Init(init)), _) => init.run(),
            (None, Some(demand)) => self.plan(demand),
            (None, None) => {
                bail!("no demand file is given; name a table, or write one with `floorwalker staff init`")
            }
        }
    }

    fn plan(&self, demand: &Path) -> Result<()> {
        if let Some(out) = &self.out {
            let known = Known::Holds(&["requests_per_hour,aht_s,patience_s,agents,service_level"]);
            self.force.check(&[demand], &[("--out", out, known)])?;
        }
        ensure!(
            self.minutes > 0.0 && self.minutes.is_finite(),
            "--minutes is {}, must be above 0",
            self.minutes
        );
        let usual = Usual { minutes: self.minutes, aht: self.aht, patience: self.patience };
        let promise = Promise {
            service_level: self.level,
            within: self.within,
            abandonment: self.abandonment,
            occupancy: self.occupancy,
        };
        let mut plan = Vec::new();
        for (line, period) in read(demand, &self.kinds.kinds(), usual)? {
            let staffed = staff(period.demand, promise)
                .with_context(|| format!("{}, line {line}", demand.display()))?;
            plan.push((period, staffed));
        }
        if let Some(path) = &self.out {
            write::whole(path, &csv(&plan)?)?;
        }
        self.show(&plan)
    }

    fn show(&self, plan: &[(Period, Staffed)]) -> Result<()> {
        let width =
            plan.iter().map(|(period, _)| period.name.chars().count()).max().unwrap_or(0).max(PERIOD.len());
        let answered = format!("in {} s", self.within);
        say(format_args!(
            "{PERIOD:<width$}  {:>9}  {:>6}  {answered:>8}  {:>8}  {:>9}  {:>8}",
            "an hour", "agents", "leave", "mean wait", "busy"
        ))?;
        for (Period { name, demand }, Staffed { agents, service }) in plan {
            if demand.per_hour == 0.0 {
                say(format_args!("{name:<width$}  {:>9.1}  {agents:>6}", 0.0))?;
                continue;
            }
            say(format_args!(
                "{name:<width$}  {:>9.1}  {agents:>6}  {:>7.1}%  {:>7.1}%  {:>7.1} s  {:>7.1}%",
                demand.per_hour,
                100.0 * service.service_level,
                100.0 * service.abandonment,
                service.mean_wait,
                100.0 * service.occupancy
            ))?;
        }
        let hours: f64 =
            plan.iter().map(|(_, staffed)| f64::from(staffed.agents)).sum::<f64>() * self.minutes / 60.0;
        say(format_args!("{hours:.1} agent hours; add breaks and absences"))?;
        if let Some(path) = &self.out {
            say(format_args!("wrote {}", path.display()))?;
        }
        Ok(())
    }
}

fn csv(plan: &[(Period, Staffed)]) -> Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        PERIOD,
        "requests_per_hour",
        "aht_s",
        "patience_s",
        "agents",
        "service_level",
        "abandonment",
        "mean_wait_s",
        "occupancy",
    ])?;
    for (Period { name, demand }, Staffed { agents, service }) in plan {
        // Without requests there are no waits to report.
        let figure = |figure: f64, digits: usize| match demand.per_hour {
            0.0 => String::new(),
            _ => format!("{figure:.digits$}"),
        };
        out.write_record([
            if is_formula(name) { format!("'{name}") } else { name.clone() },
            short(demand.per_hour),
            short(demand.aht),
            demand.patience.map_or_else(String::new, short),
            agents.to_string(),
            figure(service.service_level, 6),
            figure(service.abandonment, 6),
            figure(service.mean_wait, 3),
            figure(service.occupancy, 6),
        ])?;
    }
    Ok(out.into_inner()?)
}

/// The shortest digits that give the same f32: no more than were read.
fn short(number: f64) -> String {
    (number as f32).to_string()
}
