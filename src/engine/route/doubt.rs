//! Doubt: whether a margin between two queues says that it is open which of them is right.
//!
//! | symbol | shape         | meaning                                                                                     |
//! |--------|---------------|---------------------------------------------------------------------------------------------|
//! | `p`    | `[n_intents]` | probability of each intent                                                                  |
//! | `d`    | `[n_intents]` | by how much the best queue would fit better than another, were the intent certain           |
//! | lead   | scalar        | `Σ p d`                                                                                     |
//! | apart  | scalar        | `Σ p |d|`: how much the two differ in what they can help with                               |
//!
//! A lead is small for two reasons. Where the queues differ by intent and the intent is open, each is right for some of what is
//! probable: that is doubt. Where they are equally good for everything that is probable, either will do. So a lead below the margin is
//! doubt only if the two are at least the margin apart.
//!
//! Not here: what follows from doubt (`route`).

use super::Decision;
use super::policy::Policy;
use super::program::{Look, StrategyRow};
use super::strategy::View;
use alloc::vec::Vec;

impl Policy {
    /// Whether another candidate than the best scores almost as much, and is for other needs: by its `skills`, or because a `model`
    /// says something else of it, though hardly; where it says the same of both, it makes no difference. What else is looked at, such as waits, makes no doubt.
    pub(super) fn is_torn(&self, strategy: &[StrategyRow], view: &View<'_>, out: &Decision) -> bool {
        let margin = self.program().settings.margin;
        let Some(&best) = out.ranking.first() else { return false };
        let lead =
            |of: &[f32], over: usize| of.get(best).zip(of.get(over)).map_or(0.0, |(best, over)| best - over);
        let has = |look| strategy.iter().any(|one| one.look == look);
        let (by_skills, by_model) = (has(Look::Skills), has(Look::Model));
        view.candidates.iter().any(|&other| {
            let [score, fit] = [&out.scores, view.fits].map(|of| lead(of, other));
            score < margin
                && ((by_model && score != 0.0)
                    || (by_skills && fit.abs() < margin && self.apart(view, best, other, fit) >= margin))
        })
    }

    fn apart(&self, view: &View<'_>, first: usize, second: usize, lead: f32) -> f32 {
        let leads = self.leads(view, first, second, 1.0);
        let each = || leads.iter().zip(view.p);
        // What is needed whatever the intent is in the lead, and not in the leads.
        let rest = lead - each().map(|(lead, p)| lead * p).sum::<f32>();
        each().map(|(lead, p)| p * (lead + rest).abs()).sum()
    }

    /// By how much the first queue fits each intent better than the second, times `weight`; what is needed whatever the intent is
    /// left out.
    pub(super) fn leads(&self, view: &View<'_>, first: usize, second: usize, weight: f32) -> Vec<f32> {
        let weight = weight / (1.0 + self.extra(&view.facts).count() as f32);
        let language_symbols =
            [first, second].map(|queue| self.language_factor(queue, &view.facts, view.drop));
        let fit = |queue, intent| self.fit_after(queue, intent, view.drop);
        let lead = |intent| {
            weight * (language_symbols[0] * fit(first, intent) - language_symbols[1] * fit(second, intent))
        };
        (0..view.p.len()).map(lead).collect()
    }
}
