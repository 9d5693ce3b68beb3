//! Data of a report: plain values, as measured. The report draws them, and computes no figure anew.
//!
//! | module     | holds                                                       |
//! |------------|-------------------------------------------------------------|
//! | `mod`      | the whole, summary, warnings, model card                    |
//! | `profile`  | columns and class balance                                   |
//! | `race`     | candidates and loss curves                                  |
//! | `measured` | quality of each head on held-out rows                       |
//! | `recommend` | methods of recommendation                                   |
//! | `explain`  | importance, effects, clusters, fairness, cases, prediction sets |
//!
//! Shares are in `[0, 1]`. A value that is not finite is shown as a dash. Names come from the data and may hold anything.
//!
//! Not here: how a figure is computed (`metrics`), the texts of the report (`report::words`).

mod explain;
mod measured;
mod profile;
mod race;
mod recommend;

pub use explain::{
    Case, CaseKind, ClusterColumn, Clusters, ConformalRow, ConformalSets, Effect, EffectShape, Fairness,
    Importance, Merge, Point,
};
pub use measured::{
    Calibration, ClassScore, ClassesMeasured, HeadMeasured, Measured, NumbersMeasured, Ranking, ScoreSpread,
};
pub use profile::{Column, ColumnKind, Profile, Spread};
pub use race::{Candidate, Family, LossCurve, LossPoint, Race, Verdict};
pub use recommend::{RankedMethod, Recommendation};

use floorwalker_finding::Finding;
use floorwalker_learn::evaluate::evidence::ByEvidence;
use floorwalker_learn::train::ScopeFound;
use floorwalker_learn::train::shopper::Shoppers;
use serde::Serialize;

use crate::Text;
use floorwalker_metrics::Interval;

/// Everything that a report shows. A section whose data is absent (`None`, empty) is left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportData {
    /// What the report is about, such as the store's name.
    pub title: String,
    /// The five lines that matter; `None` where the store predicts no label.
    pub summary: Option<Summary>,
    /// What an analyst should look at. The report adds disparities between groups (`fairness`).
    pub warnings: Vec<Finding>,
    /// The data, column by column.
    pub profile: Option<Profile>,
    /// Models that were compared; one race for each head.
    pub races: Vec<Race>,
    /// Loss curves of the fits.
    pub losses: Vec<LossCurve>,
    /// Quality of each head on held-out rows.
    pub heads: Vec<HeadMeasured>,
    /// Importance of features.
    pub importance: Vec<Importance>,
    /// Partial dependence of outputs on features.
    pub effects: Vec<Effect>,
    /// Clusters of similar rows.
    pub clusters: Vec<Clusters>,
    /// Selection and error rates for each group of shoppers.
    pub fairness: Vec<Fairness>,
    /// Single cases, explained.
    pub cases: Vec<Case>,
    /// Prediction sets.
    pub conformal: Vec<ConformalSets>,
    /// Quality of fusions by the evidence of a row: with or without a message, and the number of events.
    pub evidence: Vec<ByEvidence>,
    /// Quality of detecting out-of-scope messages, by head.
    pub scopes: Vec<(String, ScopeFound)>,
    /// How items are recommended.
    pub recommendation: Option<Recommendation>,
    /// Segments of shoppers and early warnings.
    pub shoppers: Shoppers,
    /// The model card: how the bundle was made.
    pub card: Option<Card>,
}

/// The data of the five lines; the fifth, the strongest warning, comes from the warnings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// What is predicted, as the store says it: `purchase = yes`.
    pub predicts: String,
    /// Number of its classes; 0 for what has none.
    pub n_classes: u64,
    /// Family of the chosen model.
    pub family: Family,
    /// Its settings in words.
    pub settings: Text,
    /// Why it was chosen.
    pub verdict: Verdict,
    /// The kind of figure of the score.
    pub measure: Measure,
    /// Held-out score.
    pub score: Interval,
    /// The same figure of the baseline that always predicts the same.
    pub baseline: f64,
    /// Number of rows on which it was measured.
    pub rows: u64,
    /// Bytes that the page fetches for it, compressed; `None` when nothing was written.
    pub bytes: Option<u64>,
}

/// A figure of merit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Measure {
    /// Log loss in nats a row; less is better.
    LogLoss,
    /// Squared hinge loss of a margin; less is better.
    Hinge,
    /// Mean squared error, in squared units; less is better.
    SquaredError,
    /// Area under the ROC curve.
    Auc,
    /// Share of rows whose most probable class is the true one.
    Accuracy,
    /// Mean F1 of the classes.
    MacroF1,
    /// Average precision: the area under the stepwise precision–recall curve.
    AveragePrecision,
    /// Mean squared error of the probabilities; less is better.
    Brier,
    /// Expected calibration error; less is better.
    CalibrationError,
    /// Root of the mean squared error, in the target's unit; less is better.
    Rmse,
    /// Mean absolute error, in the target's unit; less is better.
    Mae,
    /// Share of variance explained.
    R2,
}

impl Measure {
    /// Whether less is better.
    #[must_use]
    pub fn less_is_better(self) -> bool {
        matches!(
            self,
            Self::LogLoss
                | Self::Hinge
                | Self::SquaredError
                | Self::Brier
                | Self::CalibrationError
                | Self::Rmse
                | Self::Mae
        )
    }
}

/// The model card: how the bundle was made, and its limits.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Card {
    /// Names and values as the bundle carries them.
    pub facts: Vec<(String, String)>,
    /// Each file that was read, and its SHA-256.
    pub data: Vec<(String, String)>,
    /// Seed of every random draw.
    pub seed: Option<u64>,
    /// Programs and their versions.
    pub versions: Vec<(String, String)>,
    /// The command line that makes the same bundle again.
    pub command: Option<String>,
    /// Whether groups of shoppers were compared; else that is a limit.
    pub compares_groups: bool,
}
