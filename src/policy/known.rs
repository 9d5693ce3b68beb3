//! Known: the names of the model of a policy, and the type of each.
//!
//! Not here: what names mean in a condition (`engine::route`), the names that a policy itself uses (`vocabulary`).

use crate::Names;
use floorwalker_engine::feature::{FeatureDef, Op};
use floorwalker_engine::head::{Head, Link};
use floorwalker_engine::model::Model;

/// The type of a feature's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A number.
    Number,
    /// A category.
    Category,
    /// Either: the type of the event's value.
    Any,
}

/// The names of a model.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// The names.
    pub names: Names<'a>,
    /// `[n_features]`: the type of each feature.
    pub sorts: Vec<Sort>,
    /// `[n_heads]`: the link function of each head.
    pub links: Vec<Link>,
}

impl<'a> Known<'a> {
    /// The names of `model`.
    #[must_use]
    pub fn of(model: &'a Model) -> Self {
        Self {
            names: Names::of(model),
            sorts: model.program().defs().map(sort).collect(),
            links: model.heads().iter().map(Head::link).collect(),
        }
    }

    /// The type of the feature called `name`, if there is one.
    #[must_use]
    pub fn sort(&self, name: &str) -> Option<Sort> {
        let at = self.names.features.iter().position(|known| *known == name)?;
        self.sorts.get(at).copied()
    }

    /// Whether `name` is the probability of a head's output.
    #[must_use]
    pub fn is_probability(&self, name: &str) -> bool {
        self.sort(name).is_none()
            && self.names.heads.iter().zip(&self.links).any(|((head, outputs), link)| {
                let output = name.strip_prefix(head).and_then(|rest| rest.strip_prefix('.'));
                *link != Link::Identity
                    && output.is_some_and(|output| outputs.iter().any(|known| known == output))
            })
    }

    /// The outputs of the head called `name`; empty if there is no such head.
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
