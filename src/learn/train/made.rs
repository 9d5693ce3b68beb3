//! What is made of a head: the head, and how it came about.

use super::entrant::Entrant;
use super::scope::ScopeFound;
use crate::calibrate::Method;
use crate::kinds::Loss;
use crate::store::HeadPlan;
use floorwalker_engine::head::HeadDef;

/// How one head came about. Everything but `losses` and `notes` is by rows that the fits in question did not see, and none of
/// them test rows.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The plan that was taken: the store's, or of `auto` the winner's.
    pub plan: HeadPlan,
    /// Every model that was tried, in order, and then the baselines.
    pub entrants: Vec<Entrant>,
    /// How many fits judged each entrant that ran to the end: folds, or 1 for validation rows. 0 without any.
    pub n_trials: usize,
    /// The calibration taken, and the log loss of each that was tried.
    pub calibration: (Method, Vec<(Method, f64)>),
    /// How much probability a prediction set must hold; `None` for numbers.
    pub set_mass: Option<f32>,
    /// The probability of the positive class from which on it pays to take it, by `costs`; infinite where it never does.
    pub threshold: Option<f64>,
    /// Of a text head: how well it tells messages that are about none of its classes.
    pub scope: Option<ScopeFound>,
    /// What its last fit left out or changed: rows not learnt from, rows condensed.
    pub notes: Vec<String>,
    /// How the loss fell when the plan was fitted on the training rows alone; empty for kinds without steps.
    pub losses: Vec<Loss>,
}

impl Choice {
    /// Of a head that nothing judges.
    pub(super) fn unjudged(plan: &HeadPlan) -> Self {
        Self {
            plan: plan.clone(),
            entrants: Vec::new(),
            n_trials: 0,
            calibration: (Method::None, Vec::new()),
            set_mass: None,
            threshold: None,
            scope: None,
            notes: Vec::new(),
            losses: Vec::new(),
        }
    }
}

/// A finished head.
pub(super) struct Made {
    /// As it ships: learnt from training and validation rows.
    pub(super) def: HeadDef,
    /// The same, learnt from training rows alone.
    pub(super) on_train: HeadDef,
    pub(super) choice: Choice,
}
