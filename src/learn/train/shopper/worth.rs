//! Value: how many purchases the customers of a log were expected to make, and how many they made. BG/NBD is learnt on the first half of the time
//! and followed through the second.

use anyhow::Result;
use floorwalker_data::read::Log;
use floorwalker_value::{Frequency, Purchase, customers};

/// The fewest customers who came back within the first half, and the fewest weeks of the second.
const FEW: usize = 30;
const MIN_WEEKS: i64 = 4;
const DAY_MS: i64 = 86_400_000;

/// The curve.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Worth {
    /// Customers of the first half.
    pub customers: usize,
    /// Weeks since the first half, purchases expected until then, and purchases made.
    pub points: Vec<(u32, f64, f64)>,
}

/// Learns the curve. `None` where the log is too short or too few came back.
pub(super) fn learn(log: &Log) -> Result<Option<Worth>> {
    let bought = log.events.iter().filter(|event| event.event == "purchase");
    let purchases: Vec<Purchase> = bought
        .filter_map(|event| {
            let day = event.at_ms.filter(|at_ms| *at_ms >= 0)? / DAY_MS;
            Some(Purchase { customer: event.shopper.clone(), day, amount: 0.0 })
        })
        .collect();
    let days = || purchases.iter().map(|purchase| purchase.day);
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return Ok(None) };
    let half = first + (last - first) / 2;
    let known = customers(&purchases, half);
    let weeks = (last - half) / 7;
    if weeks < MIN_WEEKS || known.iter().filter(|customer| customer.repeats > 0).count() < FEW {
        return Ok(None);
    }
    let frequency = Frequency::fit(&known)?;
    let made = |week: i64| -> f64 {
        let until = customers(&purchases, half + 7 * week);
        let repeats = |name: &str| {
            let at = until.binary_search_by(|one| one.name.as_str().cmp(name));
            at.ok().and_then(|at| until.get(at)).map_or(0, |one| one.repeats)
        };
        known.iter().map(|customer| f64::from(repeats(&customer.name) - customer.repeats)).sum()
    };
    let expected = |week: i64| known.iter().map(|customer| frequency.expected(customer, week as f64)).sum();
    let points = (1..=weeks).map(|week| (week as u32, expected(week), made(week)));
    Ok(Some(Worth { customers: known.len(), points: points.collect() }))
}
