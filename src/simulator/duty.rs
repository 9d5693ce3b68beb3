//! Duty: the times of day at which a team is present.
//!
//! Invariants
//! - Points are in rising order, lie within a day, and each changes whether the team is present: adjoining shifts are merged, also
//!   across midnight.
//!
//! Not here: what happens to an agent's requests when a shift ends (`floor`).

use super::def::TeamDef;
use alloc::{format, string::String, vec::Vec};

const HOUR: f64 = 3_600.0;
/// Seconds of a day.
pub(crate) const DAY: f64 = 24.0 * HOUR;

/// When a team's shifts begin and end.
#[derive(Clone, Debug)]
pub(crate) struct Duty {
    /// Whether the team is present at midnight.
    pub(crate) at_midnight: bool,
    /// Second of the day, and whether the team is present from then on.
    pub(crate) points: Vec<(f64, bool)>,
}

impl Duty {
    /// The duty of a team whose shifts and breaks were checked (`fault`).
    pub(crate) fn of(team: &TeamDef) -> Self {
        let within = |spans: &[[f64; 2]], hour: f64| {
            spans.iter().any(|&[from, to]| (from..to).contains(&hour) || (from..to).contains(&(hour + HOURS)))
        };
        let is_there =
            |hour| (team.shifts.is_empty() || within(&team.shifts, hour)) && !within(&team.breaks, hour);
        let mut hours: Vec<f64> =
            team.shifts.iter().chain(&team.breaks).flatten().map(|hour| hour % HOURS).collect();
        hours.sort_by(f64::total_cmp);
        hours.dedup();
        let before = |at: usize| is_there(hours[(at + hours.len() - 1) % hours.len()]);
        let changes = (0..hours.len()).filter(|at| is_there(hours[*at]) != before(*at));
        let points = changes.map(|at| (hours[at] * HOUR, is_there(hours[at]))).collect();
        Self { at_midnight: is_there(0.0), points }
    }

    /// Whether the team is ever present.
    pub(crate) fn is_any(&self) -> bool {
        self.at_midnight || !self.points.is_empty()
    }
}

/// Hours of a day.
const HOURS: f64 = 24.0;
/// Tolerance for rounding, in hours: two stretches may overlap, and a break may exceed its shift, by this much. Less than a second.
const SLACK: f64 = 1e-6;

/// The first fault of a team's shifts and breaks: `shifts` or `breaks`, and a message that says what to write instead.
pub(crate) fn fault(team: &TeamDef) -> Option<(&'static str, String)> {
    let of = |name, spans: &[[f64; 2]]| {
        let own = spans.iter().find_map(stretch);
        own.or_else(|| overlap(spans)).map(|fault| (name, fault))
    };
    let apart = || {
        let is_out = |span: &&[f64; 2]| {
            let within: f64 = team.shifts.iter().map(|shift| shared(shift, span)).sum();
            !team.shifts.is_empty() && span[1] - span[0] - within > SLACK
        };
        let [from, to] = team.breaks.iter().find(is_out)?;
        Some((
            "breaks",
            format!("[{from}, {to}] is not within the team's shifts; a break is a part of a shift"),
        ))
    };
    of("shifts", &team.shifts).or_else(|| of("breaks", &team.breaks)).or_else(apart)
}

/// The fault of a single stretch, if it has one.
fn stretch(&[from, to]: &[f64; 2]) -> Option<String> {
    if !(0.0..HOURS).contains(&from) || !(0.0..=2.0 * HOURS).contains(&to) {
        return Some(format!(
            "[{from}, {to}] is not within a day; hours are 0 to 24, or more past midnight, as in [22, 30]"
        ));
    }
    if from == to {
        return Some(format!("[{from}, {to}] is empty; leave it out, or write [0, 24] for a whole day"));
    }
    if from > to {
        let (past, until) = (to + HOURS, to);
        return Some(format!(
            "[{from}, {to}] ends before it begins; write [{until}, {from}], or [{from}, {past}] if it goes past midnight"
        ));
    }
    (to - from > HOURS).then(|| format!("[{from}, {to}] is longer than a day; write [0, 24] for a whole one"))
}

/// Hours by which two daily stretches overlap, also past midnight.
fn shared(a: &[f64; 2], b: &[f64; 2]) -> f64 {
    let on_day = |days: f64| (a[1].min(b[1] + days) - a[0].max(b[0] + days)).max(0.0);
    on_day(-HOURS) + on_day(0.0) + on_day(HOURS)
}

fn overlap(spans: &[[f64; 2]]) -> Option<String> {
    let mut pairs = spans.iter().enumerate().flat_map(|(at, a)| spans[..at].iter().map(move |b| (b, a)));
    let ([a, b], [c, d]) = pairs.find(|(a, b)| shared(a, b) > SLACK)?;
    Some(format!("[{a}, {b}] and [{c}, {d}] overlap; join or separate them"))
}
