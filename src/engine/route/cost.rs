//! The cost of a policy: finding the filter, and running its targets, strategies and steps.
//!
//! Not here: the work that is counted (`mod`, `standing`, `strategy`, `change`).

use super::condition::{Op, Source};
use super::preference::MOST_CELLS;
use super::program::{FilterRow, HoursRow, Part, PolicyProgram, StrategyRow, TargetRow};
use super::standing::MOST_LOOKS;
use crate::cost::Cost;

/// Work of a term of a condition, in units.
const TERM: f32 = 4.0;
/// Work of a queue, in units: its state, wait, standing and rank.
const QUEUE: f32 = 256.0;
/// Work of a candidate at an edge of a cell of scores (`preference`), in units: two values of a normal distribution.
const EDGE: f32 = 60.0;
/// Bytes of a queue in the states, in a decision, and in the page's output buffer.
const QUEUE_BYTES: f32 = 512.0;

impl PolicyProgram {
    /// Adds the policy's cost to `all`. `most_outputs` is the largest number of outputs of a head. Computing it takes `O(rows)`.
    pub(crate) fn add_cost(&self, most_outputs: usize, all: &mut Cost) {
        let [queues, intents, outputs] =
            [self.queues.len(), self.intents.len(), most_outputs].map(|n| n as f32);
        let skills =
            self.needs.iter().map(|need| need.skill).max().map_or(0.0, |skill| f32::from(skill) + 1.0);
        all.bytes += 4.0 * queues * (skills + intents) + QUEUE_BYTES * queues + 16.0 * intents;

        let looks = |source: &Source| if let Source::Top { .. } = source { outputs } else { 1.0 };
        let term =
            most(&self.ops, |op| if let Op::Compare { source, .. } = op { looks(source) } else { 1.0 });
        let term = TERM + term;
        // The conditions of every filter are counted twice. Those of extra requirements are evaluated for fits, standings and changes, and
        // again for each queue that scores about as well as the best.
        let filters: f32 = self.filters.iter().map(|filter| n(filter.when)).sum();
        let extra: f32 = self.extra.iter().map(|(when, _)| n(*when)).sum();
        let conditions = term * (2.0 * filters + (4.0 + queues) * extra + n(self.settings.bot_unless));

        let needs: f32 = self.intents.iter().copied().map(n).sum();
        let needed: f32 = self.extra.iter().map(|(_, needs)| n(*needs)).sum();
        let language =
            self.settings.language.as_ref().map_or(0.0, |source| looks(source) + self.spoken.len() as f32);
        let fits = queues * (2.0 * intents + 6.0 * (needs + needed) + 4.0 * language);

        // For each queue with hours it is also checked whether it stays open until it answers.
        let times = 1.0 + MOST_LOOKS as f32;
        let hours = |row: &HoursRow| n(row.open) + 2.0 * n(row.dates);
        let of_queue = |at: usize| self.hours.get(at).map_or(0.0, hours);
        let with_hours = self.rows.iter().filter_map(|row| row.hours.get());
        let hours = self.hours.iter().map(hours).sum::<f32>() + times * with_hours.map(of_queue).sum::<f32>();

        // For a queue that cannot take a request its parents are tried, each with the target's condition.
        let has_parents = self.rows.iter().any(|row| row.parent.get().is_some());
        let walk = if has_parents { queues } else { 1.0 };
        let target = |row: &TargetRow| {
            let named = if row.queues.is_empty() { queues } else { n(row.queues) };
            named * walk * (8.0 + term * n(row.skip_if))
        };
        let target = most(&self.targets, target);
        let targets = most(&self.filters, |filter: &FilterRow| n(filter.targets) * target + n(filter.steps));

        let strategy = |row: &StrategyRow| {
            let inputs = n(row.reads) + 1.0;
            let arm = n(row.arms) + (inputs + inputs * inputs).min(self.numbers.len() as f32);
            queues * (QUEUE / 4.0 + 4.0 * arm + inputs * outputs)
        };
        let strategy = most(&self.strategies, strategy);
        let own = most(&self.filters, |filter: &FilterRow| n(filter.strategy));
        let strategies =
            strategy * own.max(n(self.settings.strategy)).max(1.0) + queues * EDGE * MOST_CELLS as f32;

        all.decide += QUEUE * queues + conditions + fits + 4.0 * hours + targets + strategies;
    }
}

/// How many rows a part has.
fn n(part: Part) -> f32 {
    part.n as f32
}

fn most<T>(rows: &[T], of: impl Fn(&T) -> f32) -> f32 {
    rows.iter().map(of).fold(0.0, f32::max)
}
