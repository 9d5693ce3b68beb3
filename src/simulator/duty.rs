//! Duty: the stretches of a day at which a team is there.
//!
//! Invariants
//! - Points rise, lie within a day, and each changes whether the team is there: shifts that meet, also at midnight, are one.
//!
//! Not here: what going off does to those an agent holds (`floor`).

use super::def::TeamDef;
use alloc::vec::Vec;

const HOUR: f64 = 3_600.0;
/// Seconds of a day.
pub(crate) const DAY: f64 = 24.0 * HOUR;

/// When a team comes and goes.
#[derive(Clone, Debug)]
pub(crate) struct Duty {
    /// Whether it is there at midnight.
    pub(crate) at_midnight: bool,
    /// Second of the day, and whether the team is there from then on.
    pub(crate) points: Vec<(f64, bool)>,
}

impl Duty {
    /// Of a team whose hours are checked.
    pub(crate) fn of(team: &TeamDef) -> Self {
        let within =
            |spans: &[[f64; 2]], hour: f64| {
                spans.iter().any(|&[from, to]| {
                    if from < to { (from..to).contains(&hour) } else { hour >= from || hour < to }
                })
            };
        let is_there =
            |hour| (team.shifts.is_empty() || within(&team.shifts, hour)) && !within(&team.breaks, hour);
        let mut hours: Vec<f64> =
            team.shifts.iter().chain(&team.breaks).flatten().map(|hour| hour % 24.0).collect();
        hours.sort_by(f64::total_cmp);
        hours.dedup();
        let before = |at: usize| is_there(hours[(at + hours.len() - 1) % hours.len()]);
        let changes = (0..hours.len()).filter(|at| is_there(hours[*at]) != before(*at));
        let points = changes.map(|at| (hours[at] * HOUR, is_there(hours[at]))).collect();
        Self { at_midnight: is_there(0.0), points }
    }

    /// Whether the team is ever there.
    pub(crate) fn is_any(&self) -> bool {
        self.at_midnight || !self.points.is_empty()
    }
}

/// Whether `[from, to]` are hours of a day that make a stretch.
pub(crate) fn is_span(span: &[f64; 2]) -> bool {
    let [from, to] = span;
    (0.0..24.0).contains(from) && (0.0..=24.0).contains(to) && from != to
}
