//! What is learnt about shoppers themselves: features that outlive the session (`[profile]`), segments (`[segments]`), early warnings
//! (`[risk]`).
//!
//! ```text
//! log ─▶ profile: features ─▶ states: rows ─┬▶ segments ─▶ head `segment`
//!                                           └▶ risk     ─▶ heads `abandonment`, `churn`, `anomaly`
//! ```
//!
//! The other heads learn from requests; these learn from states of shoppers, which every log has. Shoppers are in the training, validation or
//! test part as a whole.
//!
//! Invariants
//! - No state knows anything that happened after it; what happened after it is its label.
//! - Figures of warnings, and of how early a purchase is foreseen, are of shoppers whom nothing was learnt from. Sizes and means of segments are of
//!   all shoppers.
//!
//! Not here: the settings (`store::shopper`), the heads of `[[heads]]` (the parent).

mod anomaly;
mod early;
mod profile;
mod risk;
mod segments;
mod states;
mod worth;

pub use early::Early;
pub use risk::{Alerts, Risk};
pub use segments::{Profile, Segments};
pub use worth::Worth;

pub(super) use profile::expanded;

use crate::kinds::{Model, Settings};
use crate::store::{Checked, HeadPlan, Store};
use anyhow::{Context, Result};
use floorwalker_bundle::{self as bundle, Bundle};
use floorwalker_data::progress::Progress;
use floorwalker_data::read::Log;
use floorwalker_engine::head::HeadDef;
use floorwalker_engine::model::{Model as Engine, ModelDef};
use serde::Serialize;
use states::States;
use std::collections::BTreeMap;

/// What was learnt about shoppers, and how good it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Shoppers {
    /// The segments.
    pub segments: Option<Segments>,
    /// The early warnings.
    pub risks: Vec<Risk>,
    /// How early a purchase is foreseen.
    pub early: Vec<Early>,
    /// Purchases expected and made.
    pub worth: Option<Worth>,
    /// Heads that were asked for and could not be learnt, and why.
    pub skipped: Vec<(&'static str, Skipped)>,
}

impl Shoppers {
    /// Facts for the model card.
    #[must_use]
    pub fn facts(&self) -> Vec<(String, String)> {
        let mut facts = Vec::new();
        if let Some(segments) = &self.segments {
            let sizes: Vec<String> =
                segments.profiles.iter().map(|one| format!("{} {}", one.name, one.n)).collect();
            facts.push(("segment.shoppers".to_owned(), sizes.join(", ")));
            facts.push(("segment.stability".to_owned(), format!("{:.3}", segments.stability)));
        }
        for risk in &self.risks {
            facts.push((format!("{}.model", risk.head), risk.model.clone()));
            if let Some(alerts) = &risk.alerts {
                let Alerts { n_rows, share, auc, precision, recall, .. } = alerts;
                let told = format!(
                    "{n_rows} sessions of shoppers nothing was learnt from: AUC {:.3}; at {:.1} % alerts precision {:.3}, recall {recall:.3}",
                    auc.value,
                    100.0 * share,
                    precision.value
                );
                facts.push((format!("{}.held_out", risk.head), told));
            }
        }
        facts
    }
}

/// Why a head was not learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Skipped {
    /// The log has no purchase.
    NoPurchase,
    /// All shoppers of a part did the same.
    OneOutcome,
    /// The log is shorter than the days after which a shopper has left.
    TooShort,
    /// No feature varies.
    NoFeature,
}

/// A head and what is told of it.
type Made<T> = std::result::Result<(HeadDef, T), Skipped>;

/// Learns the heads that `[segments]` and `[risk]` ask for. `store` has the features of its profile.
pub(super) fn learn(store: &Checked<Store>, progress: Progress) -> Result<(Vec<HeadDef>, Shoppers)> {
    let mut told = Shoppers::default();
    let mut heads = Vec::new();
    let Some(path) = store.data.log.as_ref().filter(|_| store.made_heads().next().is_some()) else {
        return Ok((heads, told));
    };
    let log = Log::read(path)?;
    let states = States::read(store, &log)?;
    told.worth = worth::learn(&log).context("purchases expected")?;
    if let Some(plan) = &store.segments {
        let stage = progress.stage("fit segment");
        match segments::learn(plan, &states, store.seed).context("[segments]")? {
            Ok((head, found)) => {
                heads.push(head);
                told.segments = Some(found);
            }
            Err(why) => told.skipped.push(("segment", why)),
        }
        stage.done();
    }
    if let Some(plan) = &store.risk {
        let mut add = |name, made: Made<Risk>, heads: &mut Vec<HeadDef>| match made {
            Ok((head, risk)) => {
                heads.push(head);
                told.risks.push(risk);
            }
            Err(why) => told.skipped.push((name, why)),
        };
        if plan.abandonment {
            let made =
                risk::abandonment(plan, &states, store.seed, progress).context("[risk] abandonment")?;
            let made = made.map(|(head, (risk, early))| {
                told.early = early;
                (head, risk)
            });
            add("abandonment", made, &mut heads);
        }
        if plan.churn_days > 0 {
            let made = risk::churn(plan, &states, store.seed, progress).context("[risk] churn_days")?;
            add("churn", made, &mut heads);
        }
        let stage = progress.stage("fit anomaly");
        if let Some(made) = anomaly::learn(plan, &states, store.seed).context("[risk] anomaly")? {
            add("anomaly", made, &mut heads);
        }
        stage.done();
    }
    Ok((heads, told))
}

/// A model of one head over the features of the states, as a page would load it.
fn model(states: &States, head: &HeadDef) -> Result<Engine> {
    let def = ModelDef {
        name: head.name.clone(),
        idle_s: states.idle_s,
        features: states.rows.features.clone(),
        heads: vec![head.clone()],
        policy: None,
    };
    Ok(bundle::load(&bundle::encode(&Bundle { model: def, facts: Vec::new() })?)?.0)
}

/// A head with a model of this kind and its settings.
fn plan(
    name: &str,
    model: &str,
    settings: BTreeMap<String, toml::Value>,
    inputs: Vec<String>,
) -> Result<HeadPlan> {
    let model = Model::read(model, &mut Settings::new(settings))?;
    Ok(HeadPlan { model, inputs, ..HeadPlan::new(name) })
}
