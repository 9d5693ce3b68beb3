//! Bounds that turn away no request or all, exploration, strategies and what they learn, and settings that have no effect.

use super::super::known::Known;
use super::Findings;
use crate::{BanditDef, By, StrategyDef};
use floorwalker_engine::route::{Policy, PolicyProgram};
use std::collections::BTreeSet;
use std::mem::discriminant;

impl<'a> Findings<'a> {
    pub(super) fn settings(&mut self) {
        self.bounds();
        self.chance();
        for (path, strategies) in self.strategies() {
            for (at, strategy) in strategies.iter().enumerate() {
                let path = format!("{path}[{at}]");
                let is_same = |other: &StrategyDef| discriminant(&other.by) == discriminant(&strategy.by);
                // Two `model` strategies may read two heads.
                let is_model = matches!(strategy.by, By::Model { .. });
                if !is_model && strategies[..at].iter().any(is_same) {
                    let what = "a strategy is listed twice";
                    self.warn(
                        "strategy_twice",
                        &path,
                        what,
                        "remove one, and give the other the sum of their weights",
                    );
                }
                self.learnt(&path, strategy);
            }
        }
        self.unread();
    }

    /// Every list of strategies, with its path.
    fn strategies(&self) -> Vec<(String, &'a [StrategyDef])> {
        let def = self.def();
        let own = def.filters.iter().enumerate().filter_map(|(at, filter)| {
            Some((format!("filters[{at}].strategy"), filter.strategy.as_deref()?))
        });
        [("strategy".to_owned(), &def.strategy[..])].into_iter().chain(own).collect()
    }

    fn uses(&self, is_it: impl Fn(&By) -> bool) -> bool {
        self.strategies().iter().any(|(_, list)| list.iter().any(|strategy| is_it(&strategy.by)))
    }

    fn bounds(&mut self) {
        let def = self.def();
        if def.threshold > 0.0 && !self.uses(|by| *by == By::Skills) {
            self.warn(
                "threshold_unused",
                "threshold",
                "the threshold has no effect: `skills` is not among the strategies",
                "add `skills` to the strategies, or remove the threshold",
            );
        }
        if def.certainty >= 1.0 {
            let what = "no request ever reaches `certainty`: all go to the default queue";
            self.warn("certainty_unreachable", "certainty", what, "write a smaller probability, such as 0.3");
        }
        if def.margin >= 1.0 {
            let what = "no queue ever leads by `margin`: all requests go to the default queue";
            self.warn(
                "margin_unreachable",
                "margin",
                what,
                "write a smaller margin, such as 0.05, or remove it",
            );
        }
        // The trainer may set a value outside, with which sets hold the intent in a stated share of requests.
        let is_mass = def.set_mass > 0.0 && def.set_mass <= 1.0;
        if !is_mass {
            let holds = if def.set_mass > 1.0 { "every intent" } else { "one intent" };
            let what = format!("every intent set holds {holds}: `set_mass` is {}", def.set_mass);
            self.warn("set_mass", "set_mass", what, "write a probability above 0 and up to 1, such as 0.9");
        }
    }

    /// Exploration so large that all or most requests are sent by chance.
    fn chance(&mut self) {
        let def = self.def();
        let n = def.queues.len();
        if n > 1 && def.explore.floor * n as f32 >= 1.0 {
            let what = format!(
                "every choice among {n} queues is random: `explore.floor` gives each at least the propensity {}",
                def.explore.floor
            );
            self.warn("explore_all", "explore.floor", what, "write a small share, such as 0.02");
        }
        if def.explore.holdout > 0.5 {
            let what = format!("`explore.holdout` routes {} of all requests at random", def.explore.holdout);
            self.warn("holdout_most", "explore.holdout", what, "write a small share, such as 0.05");
        }
        if def.agents.learning >= 1.0 {
            let what = "novices get every request";
            self.warn("learning_all", "agents.learning", what, "write a small share, such as 0.1");
        }
    }

    /// Whether a strategy that learns can do so.
    fn learnt(&mut self, path: &str, strategy: &StrategyDef) {
        let def = self.def();
        let Some(bandit) = strategy.by.bandit() else { return };
        let is_explored = def.explore.floor > 0.0 || def.explore.holdout > 0.0;
        let (is_drawn, idle) = match &strategy.by {
            By::EpsilonGreedy { epsilon, .. } => (*epsilon > 0.0, None),
            By::LinUcb { alpha, .. } => (false, (*alpha == 0.0).then_some("alpha")),
            By::Thompson { spread, .. } => (false, (*spread == 0.0).then_some("spread")),
            _ => (true, None),
        };
        if !is_explored && !is_drawn {
            let what = "a strategy that learns has no smallest propensity (`explore.floor`): nothing is learnt of a queue that is never chosen";
            let fix = "write explore = { floor = 0.02 }";
            self.warn("bandit_no_floor", path, what, fix);
        }
        if let Some(key) = idle {
            let what = format!("`{key}` is 0: the strategy never explores");
            self.warn("bandit_no_doubt", &format!("{path}.{key}"), what, "write 1 to start with");
        }
        if matches!(strategy.by, By::EpsilonGreedy { epsilon, .. } if epsilon >= 1.0) {
            let what = "`epsilon` is 1: every choice is random";
            self.warn("epsilon_all", &format!("{path}.epsilon"), what, "write a small share, such as 0.05");
        }
        self.bandit(path, bandit);
    }

    fn bandit(&mut self, path: &str, bandit: &BanditDef) {
        let mut seen = BTreeSet::new();
        for (at, input) in bandit.inputs.iter().enumerate() {
            if !seen.insert(input) {
                let what = format!("input `{input}` is listed twice in a bandit");
                self.warn("input_twice", &format!("{path}.bandit.inputs[{at}]"), what, "remove one");
            }
        }
        let is_known = |name: &String| bandit.arms.iter().any(|arm| arm.queue == *name);
        let unknown = self.def().queues.iter().find(|queue| !is_known(&queue.name));
        if let Some(queue) = unknown.filter(|_| !bandit.arms.is_empty()) {
            let what = format!("a bandit has an arm for other queues, but none for queue `{}`", queue.name);
            let fix = "train it again: `floorwalker policy learn`";
            self.warn("arm_missing", &format!("{path}.bandit.arms"), what, fix);
        }
    }

    /// Settings that nothing reads.
    fn unread(&mut self) {
        let def = self.def();
        let has_shares = self.uses(|by| matches!(by, By::RoundRobin | By::FixedRatio));
        let has_costs = self.uses(|by| *by == By::CMu);
        for (at, queue) in def.queues.iter().enumerate() {
            if queue.weight != 1.0 && !has_shares {
                let what = format!("queue `{}`: its weight has no effect: no strategy reads it", queue.name);
                let fix = "add `round_robin` or `fixed_ratio` to the strategies, or remove it";
                self.warn("weight_unused", &format!("queues[{at}].weight"), what, fix);
            }
            if queue.delay_cost != 1.0 && !has_costs {
                let what =
                    format!("queue `{}`: its delay cost has no effect: no strategy reads it", queue.name);
                let fix = "add `c_mu` to the strategies, or remove it";
                self.warn("delay_cost_unused", &format!("queues[{at}].delay_cost"), what, fix);
            }
            if def.language.is_none() && !queue.languages.is_empty() {
                let what = format!(
                    "queue `{}`: its languages have no effect: the policy has no `language`",
                    queue.name
                );
                let fix = "write language = { from = \"…\" }, the feature or head that gives the language of a request, or remove them";
                self.warn("languages_unused", &format!("queues[{at}].languages"), what, fix);
            }
        }
        if def.language.is_some() && def.queues.iter().all(|queue| queue.languages.is_empty()) {
            let what = "the language has no effect: no queue has `languages`";
            self.warn("language_unused", "language", what, "write `languages` in queues, or remove it");
        }
    }

    /// What only a model shows: bounds that a guess among all intents reaches, and heads whose outputs name no queue.
    pub(super) fn of_model(&mut self, program: PolicyProgram, known: &Known<'_>) {
        let def = self.def();
        for (path, strategies) in self.strategies() {
            for (at, strategy) in strategies.iter().enumerate() {
                let By::Model { head } = &strategy.by else { continue };
                let outputs = known.outputs(head);
                if !def.queues.iter().any(|queue| outputs.contains(&queue.name)) {
                    let what =
                        format!("head `{head}` scores no queue: none of its outputs has the name of a queue");
                    let fix = "name a head whose outputs are names of queues";
                    self.warn("model_no_queue", &format!("{path}[{at}].head"), what, fix);
                }
            }
        }
        let Ok(policy) = Policy::new(program) else { return };
        let n_intents = policy.program().intents.len().max(1) as f32;
        let fit = |queue: usize| policy.fit(queue).iter().sum::<f32>() / n_intents;
        let best =
            (0..policy.queues().len()).map(|queue| (fit(queue), queue)).max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((fit, queue)) = best
            && def.threshold > 0.0
            && fit >= def.threshold
        {
            let what = format!(
                "the threshold is too low to reject a guess: if all intents are equally likely, `{}` fits {fit:.2}",
                policy.queues()[queue]
            );
            self.warn("threshold_guess", "threshold", what, "raise it above that, or set `certainty`");
        }
        if def.certainty > 0.0 && def.certainty <= 1.0 / n_intents {
            let what = format!(
                "`certainty` {} has no effect: the likeliest of {n_intents} intents always has at least that probability",
                def.certainty
            );
            self.warn("certainty_guess", "certainty", what, "write a larger probability, or remove it");
        }
    }
}
