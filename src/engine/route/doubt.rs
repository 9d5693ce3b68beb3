//! Doubt: whether a small margin between two queues means that it is uncertain which of them is right.
//!
//! | symbol | shape         | meaning                                                                                     |
//! |--------|---------------|---------------------------------------------------------------------------------------------|
//! | `p`    | `[n_intents]` | probability of each intent                                                                  |
//! | `d`    | `[n_intents]` | fit of the best queue minus fit of another queue, given each intent                         |
//! | lead   | scalar        | `Σ p d`: the difference of the expected fits                                                |
//! | apart  | scalar        | `Σ p |d|`: how much the two queues differ by intent                                         |
//!
//! A lead can be small for two reasons. If the queues fit different intents and the intent is uncertain, each queue is right for some
//! of the probable intents: this is doubt. If both fit all probable intents equally well, either queue will do. So a lead below the
//! margin is doubt only if `apart` is at least the margin.
//!
//! Not here: the consequence of doubt, an abstention (`route`).

use super::policy::Policy;
use super::program::Look;
use super::scored::Scored;
use super::strategy::View;
use alloc::vec::Vec;

impl Policy {
    /// Whether a candidate other than the best has almost the same score but serves different needs: `skills` finds the two apart, or
    /// `model` gives them slightly different scores (equal scores mean that either will do). Other strategies, such as those on waits,
    /// cause no doubt.
    pub(super) fn is_torn(&self, view: &View<'_>, scored: &Scored) -> bool {
        let margin = self.program().settings.margin;
        let Some(&best) = scored.ranking.first() else { return false };
        let lead =
            |of: &[f32], over: usize| of.get(best).zip(of.get(over)).map_or(0.0, |(best, over)| best - over);
        let has = |look| view.strategies.iter().any(|one| one.look == look);
        let (by_skills, by_model) = (has(Look::Skills), has(Look::Model));
        view.eligible.candidates.iter().any(|&other| {
            let [score, fit] = [&scored.scores, &view.eligible.fits].map(|of| lead(of, other));
            score < margin
                && ((by_model && score != 0.0)
                    || (by_skills && fit.abs() < margin && self.apart(view, best, other, fit) >= margin))
        })
    }

    fn apart(&self, view: &View<'_>, first: usize, second: usize, lead: f32) -> f32 {
        let leads = self.leads(view, first, second, 1.0);
        let each = || leads.iter().zip(view.p);
        // The lead includes extra requirements, which do not depend on the intent; `leads` does not.
        let rest = lead - each().map(|(lead, p)| lead * p).sum::<f32>();
        each().map(|(lead, p)| p * (lead + rest).abs()).sum()
    }

    /// For each intent the fit of the first queue minus that of the second, times `weight`. Extra requirements, which do not depend on the
    /// intent, are left out.
    pub(super) fn leads(&self, view: &View<'_>, first: usize, second: usize, weight: f32) -> Vec<f32> {
        let weight = weight / (1.0 + self.extra(&view.facts).count() as f32);
        let language_symbols =
            [first, second].map(|queue| self.language_factor(queue, &view.facts, view.eligible.drop));
        let fit = |queue, intent| self.fit_after(queue, intent, view.eligible.drop);
        let lead = |intent| {
            weight * (language_symbols[0] * fit(first, intent) - language_symbols[1] * fit(second, intent))
        };
        (0..view.p.len()).map(lead).collect()
    }
}
