//! A fitted head, and how it was chosen.

use super::entrant::Entrant;
use super::scope::ScopeFound;
use crate::calibrate::Method;
use crate::kinds::Loss;
use crate::store::HeadPlan;
use floorwalker_engine::head::HeadDef;

/// How one head was chosen and calibrated. Everything except `losses` and `notes` was measured on rows that the respective fits
/// did not see; none of these are test rows.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The chosen plan: the store's, or with `auto` that of the winner.
    pub plan: HeadPlan,
    /// Every model that was tried, in order, followed by the baselines.
    pub entrants: Vec<Entrant>,
    /// Number of fits by which each entrant that ran to the end was judged: the folds, or 1 with validation rows. 0 when nothing
    /// was judged.
    pub n_trials: usize,
    /// The chosen calibration method, and the log loss of each method tried.
    pub calibration: (Method, Vec<(Method, f64)>),
    /// Mass of the prediction sets; `None` for numbers and for heads that were not judged.
    pub set_mass: Option<f32>,
    /// Threshold with the least cost by `costs`: from this probability of the positive class on, predict it; infinite when that
    /// never pays. `None` unless there are two classes.
    pub threshold: Option<f64>,
    /// For a text head: how well it recognises out-of-scope messages.
    pub scope: Option<ScopeFound>,
    /// What the last fit left out or changed, such as rows not used or rows condensed.
    pub notes: Vec<String>,
    /// Training curve of the fit on the training rows alone; empty for kinds that are not fitted in steps.
    pub losses: Vec<Loss>,
}

impl Choice {
    /// The choice of a head that is not judged.
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
    /// The head that ships: fitted on training and validation rows.
    pub(super) def: HeadDef,
    /// The same head fitted on training rows alone.
    pub(super) on_train: HeadDef,
    pub(super) choice: Choice,
}
