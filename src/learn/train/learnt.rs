//! What is learnt from one split: every head, fitted on cleaned rows, and the model that they make with the policy.
//!
//! Not here: which rows are in the split (`parts`), the fits (`heads`), the search for a threshold (`threshold`).

use super::heads::Heads;
use super::made::{Choice, Made};
use super::threshold;
use crate::examples::Examples;
use crate::kinds::bench::Parts;
use crate::prepare::{self, Step};
use crate::store::{PreparePlan, RouteCosts};
use anyhow::{Context, Result};
use floorwalker_data::progress::Progress;
use floorwalker_data::split::Split;
use floorwalker_engine::head::HeadDef;
use floorwalker_engine::model::ModelDef;
use floorwalker_policy::{self as policy, PolicyDef};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The result of learning from one split.
pub(super) struct Learnt {
    pub(super) model: ModelDef,
    pub(super) choices: Vec<Choice>,
    pub(super) cleaning: Vec<Step>,
    /// The split without the rows that cleaning dropped.
    pub(super) split: Split,
}

/// Every head, fitted on one split.
pub(super) struct Fitted<'a> {
    heads: Heads<'a>,
    made: Vec<Made>,
    /// The examples after cleaning.
    examples: Cow<'a, Examples>,
    cleaning: Vec<Step>,
    split: Split,
}

impl<'a> Fitted<'a> {
    /// Cleans the training and validation rows, and fits every head.
    pub(super) fn new(
        prepare: &PreparePlan,
        heads: Heads<'a>,
        examples: &'a Examples,
        mut split: Split,
        progress: Progress,
    ) -> Result<Self> {
        let mut cleaning = Vec::new();
        let examples = if *prepare == PreparePlan::default() {
            Cow::Borrowed(examples)
        } else {
            let mut cleaned = examples.clone();
            let rows: Vec<usize> = split.train.iter().chain(&split.validation).copied().collect();
            let kept = prepare::clean(&mut cleaned, &rows, prepare).context("[prepare]")?;
            cleaning = kept.steps;
            let kept: BTreeSet<usize> = kept.rows.into_iter().collect();
            split.train.retain(|row| kept.contains(row));
            split.validation.retain(|row| kept.contains(row));
            Cow::Owned(cleaned)
        };
        let parts = Parts { train: &split.train, valid: &split.validation };
        let made = heads.fit(&examples, parts, progress)?;
        Ok(Self { heads, made, examples, cleaning, split })
    }

    /// The model of the fitted heads, of `others`, and of the policy. The policy's threshold is chosen when there are `costs`.
    pub(super) fn into_model(
        self,
        name: &str,
        idle_s: u32,
        costs: Option<RouteCosts>,
        others: &[HeadDef],
    ) -> Result<Learnt> {
        let Self { heads, made, examples, cleaning, split } = self;
        let model = |mut heads: Vec<HeadDef>, policy: Option<&PolicyDef>| -> Result<ModelDef> {
            heads.extend_from_slice(others);
            let policy = policy.map(|policy| policy::compile(policy, &heads, &examples.features));
            Ok(ModelDef {
                name: name.to_owned(),
                idle_s,
                features: examples.features.clone(),
                policy: policy.transpose().context("[policy]")?,
                heads,
            })
        };
        let mut policy = heads.policy.cloned();
        if let (Some(costs), Some(policy)) = (costs, &mut policy) {
            // The heads that ship were also fitted on validation rows, so the threshold is chosen with heads fitted on training rows alone.
            let on_train = model(made.iter().map(|made| made.on_train.clone()).collect(), Some(policy))?;
            policy.threshold =
                threshold::threshold(heads.plans, on_train, &examples, &split.validation, costs)?;
        }
        let intents = |made: &&Made| policy.as_ref().is_some_and(|policy| policy.intents == made.def.name);
        let mass = made.iter().find(intents).filter(|made| made.def.outputs.len() > 1);
        if let (Some(mass), Some(policy)) = (mass.and_then(|made| made.choice.set_mass), &mut policy) {
            policy.set_mass = mass;
        }
        let (defs, choices): (_, Vec<_>) = made.into_iter().map(|made| (made.def, made.choice)).unzip();
        Ok(Learnt { model: model(defs, policy.as_ref())?, choices, cleaning, split })
    }
}
