//! `bench-value DATA [--json FILE]`: how often and for how much the customers of CDNOW bought in 39 weeks, predicted from the 39 weeks before.
//!
//! Reads `DATA/cdnow/CDNOW_sample.txt`. The published parameters of BG/NBD on it: r .243, α 4.414, a .793, b 2.426 (Fader, Hardie and Lee,
//! 2005, table 2). `tests/peers/customers.py` measures `lifetimes` on the same split.

use anyhow::{Context, Result};
use floorwalker_value::{Frequency, Purchase, Spend, customers, segments};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The last day of learning, and the last day of all, as days since 1970: 30 September 1997 and 30 June 1998.
const SPLIT: i64 = 10_134;
const END: i64 = 10_407;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let data = arguments.next().context("bench-value DATA [--json FILE]")?;
    let path = Path::new(&data).join("cdnow/CDNOW_sample.txt");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let purchases: Vec<Purchase> =
        text.lines().map(purchase).collect::<Option<_>>().context("CDNOW_sample.txt")?;
    let learnt = customers(&purchases, SPLIT);
    let frequency = Frequency::fit(&learnt)?;
    let spend = Spend::fit(&learnt)?;
    println!("{frequency:?}\n{spend:?}");
    let weeks = (END - SPLIT) as f64 / 7.0;
    let expected = segments(&learnt, &frequency, &spend, weeks);
    // What happened: days with a purchase after the split, and their amounts.
    let mut errors = 0.0;
    let (mut said, mut happened, mut worth, mut paid) = (0.0, 0.0, 0.0, 0.0);
    for (customer, expected) in learnt.iter().zip(&expected) {
        let later =
            purchases.iter().filter(|purchase| purchase.customer == customer.name && purchase.day > SPLIT);
        let mut days: Vec<i64> = later.clone().map(|purchase| purchase.day).collect();
        days.sort_unstable();
        days.dedup();
        errors += (expected.purchases - days.len() as f64).abs();
        said += expected.purchases;
        happened += days.len() as f64;
        worth += expected.value();
        paid += later.map(|purchase| purchase.amount).sum::<f64>();
    }
    println!(
        "purchases in the next {weeks:.1} weeks: {said:.0} expected, {happened} happened; MAE per customer {:.4}; dollars {worth:.0} expected, {paid:.0} paid",
        errors / learnt.len() as f64
    );
    let near = |name: &str, value: f64, published: f64| {
        json!({ "name": format!("CDNOW: {name} over the published {published}"), "value": value / published, "unit": "", "bound": "±1 %",
            "holds": (value / published - 1.0).abs() <= 0.01 })
    };
    let rows: Vec<Value> = vec![
        near("r", frequency.r, 0.243),
        near("α", frequency.alpha, 4.414),
        near("a", frequency.a, 0.793),
        near("b", frequency.b, 2.426),
        json!({ "name": "CDNOW: MAE per customer, purchases", "value": errors / learnt.len() as f64, "unit": "", "bound": null, "holds": null }),
        json!({ "name": "CDNOW: purchases expected over happened", "value": said / happened, "unit": "", "bound": null, "holds": null }),
    ];
    if let (Some("--json"), Some(file)) = (arguments.next().as_deref(), arguments.next()) {
        fs::write(file, serde_json::to_string(&rows)?)?;
    }
    Ok(())
}

/// A line: the customer's number in all data and in the sample, the day as YYYYMMDD, how many CDs, dollars.
fn purchase(line: &str) -> Option<Purchase> {
    let mut cells = line.split_whitespace();
    let (customer, _, date, _, amount) =
        (cells.next()?, cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    let number = |range: std::ops::Range<usize>| date.get(range)?.parse::<i64>().ok();
    Some(Purchase {
        customer: customer.to_owned(),
        day: days(number(0..4)?, number(4..6)?, number(6..8)?),
        amount: amount.parse().ok()?,
    })
}

/// Days since 1970 of a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, month) = (year.div_euclid(400), (month + 9) % 12);
    let of_era = year - era * 400;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 + day - 1 - 719_468
}
