//! Visits: which items shoppers looked at and bought, session by session.

use floorwalker_retrieval::{Act, MAX_TRAIL, Trail};

/// One session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visit {
    /// When it ended, in milliseconds since 1970.
    pub at_ms: i64,
    /// The items that were looked at, by number, oldest first, and how many acts came before each.
    pub steps: Vec<(u32, usize)>,
    /// What each step counts.
    weights: Vec<f32>,
    /// Everything that was done, oldest first.
    acts: Vec<(u32, Act)>,
    /// What the shopper did in earlier sessions: the last acts, oldest first.
    before: Vec<(u32, Act)>,
    /// Whether a look at the item of the last step is a step of its own.
    repeats: bool,
    /// What was bought at once, until the shop takes it.
    pub(crate) baskets: Vec<Vec<u32>>,
}

/// The sessions of a shop, by time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visits {
    /// The id of each item.
    pub ids: Vec<String>,
    /// The sessions, oldest first.
    pub visits: Vec<Visit>,
}

impl Visit {
    /// A session in which items were looked at; every look is a step.
    #[must_use]
    pub fn views(items: &[u32], at_ms: i64) -> Self {
        let mut visit = Self { at_ms, repeats: true, ..Self::default() };
        items.iter().for_each(|item| visit.add(*item, Act::View));
        visit
    }

    /// A session without an act yet, which ends at this time.
    #[must_use]
    pub fn at(at_ms: i64) -> Self {
        Self { at_ms, ..Self::default() }
    }

    /// Whether nothing was done in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.acts.is_empty()
    }

    /// Adds an act. A look at the item of the last step is no step of its own: a view that is followed by the cart is one.
    pub fn add(&mut self, item: u32, act: Act) {
        self.add_weighed(item, act, 1.0);
    }

    /// Adds an act whose look counts `weight`.
    pub fn add_weighed(&mut self, item: u32, act: Act, weight: f32) {
        let is_same = self.steps.last().is_some_and(|(last, _)| *last == item);
        if act.is_look() && (self.repeats || !is_same) {
            self.steps.push((item, self.acts.len()));
            self.weights.push(weight);
        }
        self.acts.push((item, act));
    }

    /// The shopper's next session, without a step yet.
    #[must_use]
    pub fn next(&self) -> Self {
        let all = self.before.iter().chain(&self.acts);
        let from = (self.before.len() + self.acts.len()).saturating_sub(2 * MAX_TRAIL);
        Self { before: all.skip(from).copied().collect(), repeats: self.repeats, ..Self::default() }
    }

    /// The items, oldest first.
    pub fn items(&self) -> impl Iterator<Item = u32> + '_ {
        self.steps.iter().map(|(item, _)| *item)
    }

    /// What a step counts: 1, or more if it was chosen from a place of a list that is seldom looked at.
    #[must_use]
    pub fn weight(&self, step: usize) -> f64 {
        self.weights.get(step).map_or(1.0, |weight| f64::from(*weight))
    }

    /// For each step but the first: the trail before it, as a page would have it, and its item.
    pub fn predictions(&self) -> impl Iterator<Item = (Trail, u32)> + '_ {
        let add = if self.repeats { Trail::step } else { Trail::add };
        let mut trail = Trail::default();
        self.before.iter().for_each(|(item, act)| add(&mut trail, *item, *act));
        let mut done = 0;
        self.steps.iter().enumerate().filter_map(move |(at, (next, n_acts))| {
            for (item, act) in self.acts.get(done..*n_acts).unwrap_or_default() {
                add(&mut trail, *item, *act);
            }
            done = *n_acts;
            (at > 0).then(|| (trail.clone(), *next))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_of_training_is_that_of_a_page() {
        let acts = [
            (1, Act::View),
            (1, Act::Cart),
            (1, Act::Like),
            (2, Act::View),
            (2, Act::Buy),
            (2, Act::Cart),
            (3, Act::Dislike),
            (1, Act::Uncart),
            (2, Act::Rate(4)),
            (4, Act::View),
        ];
        let mut visit = Visit::default();
        let mut trail = Trail::default();
        for (item, act) in acts {
            visit.add(item, act);
            trail.add(item, act);
        }
        // The next session begins with what the last one ended with.
        let mut next = visit.next();
        for item in [4, 5] {
            next.add(item, Act::View);
        }
        assert_eq!(visit.items().collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(next.predictions().collect::<Vec<_>>(), [(trail, 5)]);
    }
}
