//! Visits: which items shoppers looked at and bought, session by session.

use floorwalker_retrieval::{Act, MAX_TRAIL, Trail};

/// One session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visit {
    /// When it ended, in milliseconds since 1970.
    pub at_ms: i64,
    /// The items, by number, oldest first, and what was done with each.
    pub steps: Vec<(u32, Act)>,
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
    /// A session in which items were looked at.
    #[must_use]
    pub fn views(items: &[u32], at_ms: i64) -> Self {
        Self { at_ms, steps: items.iter().map(|item| (*item, Act::View)).collect() }
    }

    /// Adds a step. A step with the item of the one before replaces it if it says more: a view that is followed by the cart is one step.
    pub fn add(&mut self, item: u32, act: Act) {
        match self.steps.last_mut() {
            Some((last, before)) if *last == item => {
                if matches!(act, Act::Like | Act::Cart | Act::Buy) {
                    *before = act;
                }
            }
            _ if matches!(act, Act::Dislike | Act::Uncart) => {}
            _ => self.steps.push((item, act)),
        }
    }

    /// The items, oldest first.
    pub fn items(&self) -> impl Iterator<Item = u32> + '_ {
        self.steps.iter().map(|(item, _)| *item)
    }

    /// For each step but the first: the trail before it, and its item.
    pub fn predictions(&self) -> impl Iterator<Item = (Trail, u32)> + '_ {
        (1..self.steps.len()).map(|at| {
            let before = &self.steps[at.saturating_sub(MAX_TRAIL)..at];
            let items: Vec<u32> = before.iter().map(|(item, _)| *item).collect();
            (Trail::of(&items), self.steps[at].0)
        })
    }
}
