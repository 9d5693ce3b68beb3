//! `floorwalker value`.

use super::output::{Force, Known};
use super::say;
use anyhow::{Result, bail, ensure};
use clap::Args;
use floorwalker_data::read::{Column, Kinds, Overrides, ReadAs, Table, Values};
use floorwalker_data::write;
use floorwalker_value::{Frequency, Purchase, Segment, Spend, customers, segments};
use std::path::{Path, PathBuf};

/// With fewer customers who came back, four parameters are not told apart well.
const FEW: usize = 100;
const DAY_MS: i64 = 24 * 3600 * 1000;

/// Flags of `value`.
#[derive(Debug, Args)]
#[command(after_help = "\
Models: BG/NBD for how often, Gamma-Gamma for how much (Fader and Hardie). Purchases of one day count as one.

  floorwalker value orders.csv --customer customer_id --date created_at --amount total --weeks 26 --out customers.csv")]
pub struct Value {
    /// A table of purchases, one on each row
    table: PathBuf,
    /// Column that says who bought
    #[arg(long, value_name = "COLUMN")]
    customer: String,
    /// Column with the day of the purchase
    #[arg(long, value_name = "COLUMN")]
    date: String,
    /// Column with the amount
    #[arg(long, value_name = "COLUMN")]
    amount: String,
    /// How many weeks to look ahead
    #[arg(long, default_value_t = 26.0)]
    weeks: f64,
    /// Where to write what is expected of each customer, as CSV
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
}

impl Value {
    pub(super) fn run(&self) -> Result<()> {
        ensure!(self.weeks > 0.0 && self.weeks <= 520.0, "--weeks is {}; write 1 to 520", self.weeks);
        if let Some(out) = &self.out {
            self.force.check(&[&self.table], &[("--out", out, Known::Holds(&["customer,repeats,"]))])?;
        }
        let purchases = self.purchases()?;
        let (first, last) = purchases.iter().fold((i64::MAX, i64::MIN), |(low, high), purchase| {
            (low.min(purchase.day), high.max(purchase.day))
        });
        let half = (last - first) / 2;
        if half >= 28 {
            self.prove(&purchases, first + half, last)?;
        } else {
            say("the time is too short to learn on its first half and measure on its second: under 8 weeks")?;
        }
        let known = customers(&purchases, last);
        let (frequency, spend) = (Frequency::fit(&known)?, Spend::fit(&known)?);
        let expected = segments(&known, &frequency, &spend, self.weeks);
        let n_repeat = known.iter().filter(|customer| customer.repeats > 0).count();
        if n_repeat < FEW {
            say(format_args!(
                "only {n_repeat} customers bought on more than one day, fewer than {FEW}: take the estimates as rough, and give a longer time"
            ))?;
        }
        let Frequency { r, alpha, a, b } = frequency;
        let Spend { p, q, gamma } = spend;
        say(format_args!(
            "\nBG/NBD r {r:.3}, alpha {alpha:.3}, a {a:.3}, b {b:.3}; Gamma-Gamma p {p:.3}, q {q:.3}, gamma {gamma:.3}"
        ))?;
        say(format_args!(
            "\n{:<12} {:>9} {:>11} {:>20} {:>14}",
            "segment", "customers", "still there", "purchases expected", "value expected"
        ))?;
        for segment in Segment::ALL {
            let its: Vec<_> = expected.iter().filter(|one| one.segment == segment).collect();
            let n = its.len() as f64;
            let alive = if its.is_empty() { 0.0 } else { its.iter().map(|one| one.alive).sum::<f64>() / n };
            // An empty sum is −0, which nobody wants to read.
            let often = its.iter().map(|one| one.purchases).sum::<f64>() + 0.0;
            let worth = its.iter().map(|one| one.value()).sum::<f64>() + 0.0;
            say(format_args!(
                "{:<12} {:>9} {:>9.0} % {often:>20.1} {worth:>14.2}",
                segment.name(),
                its.len(),
                100.0 * alive
            ))?;
        }
        say(format_args!("in the next {} weeks", self.weeks))?;
        if let Some(out) = &self.out {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record([
                "customer",
                "repeats",
                "days_since_last",
                "weeks_since_first",
                "total",
                "probability_still_customer",
                "expected_purchases",
                "expected_amount",
                "expected_value",
                "segment",
            ])?;
            for (customer, one) in known.iter().zip(&expected) {
                writer.write_record([
                    customer.name.clone(),
                    customer.repeats.to_string(),
                    customer.recency.to_string(),
                    format!("{:.2}", customer.age),
                    format!("{:.2}", customer.total),
                    format!("{:.4}", one.alive),
                    format!("{:.4}", one.purchases),
                    format!("{:.2}", one.amount),
                    format!("{:.2}", one.value()),
                    one.segment.name().to_owned(),
                ])?;
            }
            write::whole(out, &writer.into_inner()?)?;
            say(format_args!("wrote {}, {} customers", out.display(), known.len()))?;
        }
        Ok(())
    }

    /// Learns on the purchases until `split`, and says how far the rest was foreseen.
    fn prove(&self, purchases: &[Purchase], split: i64, end: i64) -> Result<()> {
        let known = customers(purchases, split);
        let (frequency, spend) = (Frequency::fit(&known)?, Spend::fit(&known)?);
        let weeks = (end - split) as f64 / 7.0;
        let expected = segments(&known, &frequency, &spend, weeks);
        // Days with a purchase, as the model counts them.
        let all = customers(purchases, end);
        let later = |name: &str, before: u32| {
            let found = all.binary_search_by(|one| one.name.as_str().cmp(name));
            found.ok().and_then(|at| all.get(at)).map_or(0.0, |one| f64::from(one.repeats - before))
        };
        let happened: Vec<f64> = known.iter().map(|one| later(&one.name, one.repeats)).collect();
        let n = known.len().max(1) as f64;
        let error: f64 = expected
            .iter()
            .zip(&happened)
            .map(|(one, happened)| (one.purchases - happened).abs())
            .sum::<f64>()
            / n;
        say(format_args!(
            "learnt on the first half of the time, of {} customers in the {weeks:.0} weeks after it: {:.0} purchases expected, {:.0} happened; mean \
             absolute error {error:.3} purchases of a customer",
            known.len(),
            expected.iter().map(|one| one.purchases).sum::<f64>(),
            happened.iter().sum::<f64>()
        ))
    }

    /// The rows of the table. Rows without a customer or a day are left out, with a word.
    fn purchases(&self) -> Result<Vec<Purchase>> {
        let kinds: Kinds = [(self.customer.clone(), ReadAs::Text)].into_iter().collect();
        let table = Table::read(&self.table, &Overrides::from(kinds))?;
        let [customer, date, amount] =
            [&self.customer, &self.date, &self.amount].map(|name| table.column(name));
        let (names, days, amounts) =
            (texts(customer?, &self.table)?, times(date?, &self.table)?, numbers(amount?, &self.table)?);
        let mut purchases = Vec::new();
        for ((name, day), amount) in names.iter().zip(days).zip(amounts) {
            let (Some(name), Some(ms)) = (name, day) else { continue };
            ensure!(
                *amount >= 0.0 || amount.is_nan(),
                "column `{}` has a negative amount, {amount}; leave out refunds",
                self.amount
            );
            let amount = if amount.is_nan() { 0.0 } else { f64::from(*amount) };
            purchases.push(Purchase { customer: name.clone(), day: ms.div_euclid(DAY_MS), amount });
        }
        let left_out = table.n_rows - purchases.len();
        if left_out > 0 {
            say(format_args!(
                "{left_out} of {} rows have no customer or no day, and were left out",
                table.n_rows
            ))?;
        }
        ensure!(!purchases.is_empty(), "{} has no row with a customer and a day", self.table.display());
        Ok(purchases)
    }
}

fn texts<'a>(column: &'a Column, path: &Path) -> Result<&'a [Option<String>]> {
    match &column.values {
        Values::Text(values) => Ok(values),
        _ => bail!("{}: column `{}` cannot be read as text", path.display(), column.name),
    }
}

fn times<'a>(column: &'a Column, path: &Path) -> Result<&'a [Option<i64>]> {
    match &column.values {
        Values::Time(values) => Ok(values),
        _ => bail!("{}: column `{}` holds no dates; write them as 2026-11-30", path.display(), column.name),
    }
}

fn numbers<'a>(column: &'a Column, path: &Path) -> Result<&'a [f32]> {
    match &column.values {
        Values::Number(values) => Ok(values),
        _ => bail!("{}: column `{}` holds no numbers", path.display(), column.name),
    }
}
