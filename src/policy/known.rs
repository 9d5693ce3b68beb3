//! Known: what the model of a policy knows by name, and what sort of thing each is.
//!
//! Not here: what names mean to a condition (`engine::route`), what a policy names of its own (`vocabulary`).

use crate::Names;
use floorwalker_engine::feature::{FeatureDef, Op};
use floorwalker_engine::head::{Head, Link};
use floorwalker_engine::model::Model;

/// What a feature gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A number.
    Number,
    /// A category.
    Category,
    /// Either: whatever the event has.
    Any,
}

/// What a model knows by name.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// The names.
    pub names: Names<'a>,
    /// `[n_features]`: what each gives.
    pub sorts: Vec<Sort>,
    /// `[n_heads]`: how the outputs of each go together.
    pub links: Vec<Link>,
}

impl<'a> Known<'a> {
    /// What `model` knows.
    #[must_use]
    pub fn of(model: &'a Model) -> Self {
        Self {
            names: Names::of(model),
            sorts: model.program().defs().map(sort).collect(),
            links: model.heads().iter().map(Head::link).collect(),
        }
    }

    /// What the feature called `name` gives, if there is one.
    #[must_use]
    pub fn sort(&self, name: &str) -> Option<Sort> {
        let at = self.names.features.iter().position(|known| *known == name)?;
        self.sorts.get(at).copied()
    }

    /// Whether `name` is the probability of an output.
    #[must_use]
    pub fn is_probability(&self, name: &str) -> bool {
        self.sort(name).is_none()
            && self.names.heads.iter().zip(&self.links).any(|((head, outputs), link)| {
                let output = name.strip_prefix(head).and_then(|rest| rest.strip_prefix('.'));
                *link != Link::Identity
                    && output.is_some_and(|output| outputs.iter().any(|known| known == output))
            })
    }

    /// The outputs of the head called `name`; without one none.
    #[must_use]
    pub fn outputs(&self, name: &str) -> &[String] {
        let head = self.names.heads.iter().find(|(head, _)| *head == name);
        head.map_or(&[], |(_, outputs)| outputs)
    }
}

fn sort(def: &FeatureDef) -> Sort {
    match def.op {
        Op::ContextCategory => Sort::Category,
        Op::Last => Sort::Any,
        _ => Sort::Number,
    }
}
