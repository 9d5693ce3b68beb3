//! `floorwalker staff`.

use super::columns::KindFlags;
use super::output::{Force, Known};
use super::say;
use crate::examples::is_formula;
use crate::queueing::{Demand, Period, Promise, Staffed, staff};
use crate::read::{Kinds, Overrides, ReadAs, Table, Values};
use crate::write;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::path::PathBuf;

/// What the table's columns are called.
const PERIOD: &str = "period";
const REQUESTS: &str = "requests";
const AHT: &str = "aht";
const PATIENCE: &str = "patience";

/// Flags of `staff`.
#[derive(Debug, Args)]
pub struct Staff {
    /// A table, a row a period: `requests`, and where they are known `period` (its name), `aht` and `patience` (mean seconds)
    demand: PathBuf,
    /// Mean seconds that an agent is busy with a request, where the table does not say
    #[arg(long, value_name = "SECONDS")]
    aht: Option<f64>,
    /// Mean seconds that a shopper would wait before leaving, where the table does not say [default: nobody leaves]
    #[arg(long, value_name = "SECONDS")]
    patience: Option<f64>,
    /// How long a period is
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
    /// Least share of requests answered in time
    #[arg(long, value_name = "SHARE", default_value_t = Promise::default().service_level)]
    level: f64,
    /// In time
    #[arg(long, value_name = "SECONDS", default_value_t = Promise::default().within)]
    within: f64,
    /// Largest share of requests that leave unserved
    #[arg(long, value_name = "SHARE", default_value_t = Promise::default().abandonment)]
    abandonment: f64,
    /// Largest share of their time that agents are busy
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

impl Staff {
    pub(super) fn run(&self) -> Result<()> {
        if let Some(out) = &self.out {
            let known = Known::Holds(&["requests_per_hour,aht_s,patience_s,agents,service_level"]);
            self.force.check(&[&self.demand], &[("--out", out, known)])?;
        }
        let promise = Promise {
            service_level: self.level,
            within: self.within,
            abandonment: self.abandonment,
            occupancy: self.occupancy,
        };
        let mut plan = Vec::new();
        for (line, period) in self.periods()? {
            let staffed = staff(period.demand, promise)
                .with_context(|| format!("{}, line {line}", self.demand.display()))?;
            plan.push((period, staffed));
        }
        if let Some(path) = &self.out {
            write::whole(path, &csv(&plan)?)?;
        }
        self.show(&plan)
    }

    /// The periods, each with its line.
    fn periods(&self) -> Result<Vec<(usize, Period)>> {
        ensure!(
            self.minutes > 0.0 && self.minutes.is_finite(),
            "--minutes is {}, must be above 0",
            self.minutes
        );
        let header = Table::read_columns(&self.demand, &Overrides::default(), &[].into())?;
        let has = |name: &str| header.columns.iter().any(|column| column.name == name);
        let numbers = [REQUESTS, AHT, PATIENCE].into_iter().filter(|name| *name == REQUESTS || has(name));
        let mut kinds: Kinds = numbers.map(|name| (name.to_owned(), ReadAs::Number)).collect();
        if has(PERIOD) {
            kinds.insert(PERIOD.to_owned(), ReadAs::Text);
        }
        kinds.extend(self.kinds.kinds());
        let names = kinds.keys().cloned().collect();
        let table = Table::read_columns(&self.demand, &kinds.into(), &names)?;
        let numbers = |name: &str| -> Result<Option<&[f32]>> {
            match has(name).then(|| table.column(name)).transpose()?.map(|column| &column.values) {
                Some(Values::Number(numbers)) => Ok(Some(numbers)),
                Some(_) => bail!("{}: `{name}` is not a column of numbers", self.demand.display()),
                None => Ok(None),
            }
        };
        let names = match has(PERIOD).then(|| table.column(PERIOD)).transpose()?.map(|column| &column.values)
        {
            Some(Values::Text(names)) => names.as_slice(),
            _ => &[],
        };
        let (requests, aht, patience) = (numbers(REQUESTS)?, numbers(AHT)?, numbers(PATIENCE)?);
        let periods = table.line_of_row.iter().enumerate().map(|(row, &line)| {
            let said = |column: Option<&[f32]>| {
                column.and_then(|c| c.get(row)).filter(|x| !x.is_nan()).map(|&x| f64::from(x))
            };
            let place = || format!("{}, line {line}", self.demand.display());
            let Some(requests) = said(requests) else {
                bail!("{}: no `{REQUESTS}`; write 0 where none came", place())
            };
            let Some(aht) = said(aht).or(self.aht) else {
                bail!("{}: no `{AHT}`; add the column, or give --aht SECONDS", place())
            };
            let name = names.get(row).cloned().flatten().unwrap_or_else(|| (row + 1).to_string());
            let per_hour = requests * 60.0 / self.minutes;
            let demand = Demand { per_hour, aht, patience: said(patience).or(self.patience) };
            Ok((line, Period { name, demand }))
        });
        periods.collect()
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
        say(format_args!("{hours:.1} agent hours; breaks and absence come on top"))?;
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
        // Where nobody comes there is nothing to say of waits.
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

/// With the digits that were read and no more.
fn short(number: f64) -> String {
    (number as f32).to_string()
}
