//! Routing threshold: the policy threshold with the least cost of misrouted and abstained requests.
//!
//! | outcome                    | cost                     |
//! |----------------------------|--------------------------|
//! | the right queue            | 0                        |
//! | another queue              | `misroute + transfer`    |
//! | none: the default queue    | `wait`                   |
//!
//! Not here: deciding (`engine::route`).

use crate::evaluate::{self, Routed};
use crate::examples::Examples;
use crate::store::{HeadPlan, RouteCosts};
use anyhow::{Context, Result, ensure};
use floorwalker_bundle::{self as bundle, Bundle};
use floorwalker_engine::model::ModelDef;

/// Number of steps: thresholds from 0 to 1 in steps of 0.01 are tried.
const STEPS: u8 = 100;

/// The threshold with the least total cost on the requests of `rows`; in a tie the lowest. `model` must not be trained on `rows`.
/// Thresholds below the policy's own are not tried.
///
/// # Errors
///
/// Fails when no row has a known intent, or when the policy names no head.
pub(super) fn threshold(
    heads: &[HeadPlan],
    mut model: ModelDef,
    examples: &Examples,
    rows: &[usize],
    costs: RouteCosts,
) -> Result<f32> {
    let own = model.policy.as_ref().map_or(0.0, |policy| policy.settings.threshold);
    let mut best: Option<(f64, f32)> = None;
    for step in 0..=STEPS {
        let threshold = f32::from(step) / f32::from(STEPS);
        if threshold < own {
            continue;
        }
        if let Some(policy) = &mut model.policy {
            policy.settings.threshold = threshold;
        }
        let bundle = Bundle { model: model.clone(), facts: Vec::new() };
        let (loaded, _) = bundle::load(&bundle::encode(&bundle)?)?;
        let routed = evaluate::route(&loaded, heads, examples, rows)
            .context("[policy] `intents` does not name a head; name one")?;
        ensure!(
            routed != Routed::default(),
            "[costs] needs validation rows with an intent to choose the threshold, and there are none; give validation a share"
        );
        let cost =
            routed.wrong as f64 * (costs.misroute + costs.transfer) + routed.abstained as f64 * costs.wait;
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, threshold));
        }
    }
    Ok(best.map_or(own, |(_, threshold)| threshold))
}
