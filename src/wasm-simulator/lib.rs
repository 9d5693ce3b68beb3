//! The WebAssembly interface of the simulator: takes a scenario and a bundle, and returns the state of the simulated floor over time.
//!
//! It is a separate module, so that a storefront does not load it. It runs the same `simulator` as the trainer, and the bundle's
//! policy by the same engine as the page: the same scenario, strategy and seed give the same figures.
//!
//! Invariants
//! - Nothing is simulated or decided here. No call is hot, so results are plain JavaScript objects.
//!
//! Not here: the API's shape and the loading (`pkg-template/simulator`), drawing (`www/floor`).

mod state;

use floorwalker_bundle as bundle;
use floorwalker_simulator::{Router, Scenario, ScenarioDef, Seen, Simulation, Strategy};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// A simulated floor (queues and agents) at one moment of the simulation.
#[wasm_bindgen]
pub struct Floor {
    scenario: Arc<Scenario>,
    simulation: Simulation,
}

#[wasm_bindgen]
impl Floor {
    /// A floor before its first request. Throws an `Error` if an argument is wrong.
    ///
    /// - `scenario`: a scenario file as JSON text. It is text because misspelt keys of a plain object would be ignored silently.
    /// - `strategy`: the name of a strategy, or `"policy"` for the policy in `bundle`.
    /// - `seen`: for each kind of request, a list of outputs of the bundle's intent head; each is a list with one probability per intent.
    ///   `undefined`: the confusion between kinds that the scenario states is used instead.
    /// - `seed`: a whole number below 2⁵³.
    #[wasm_bindgen(constructor)]
    pub fn new(
        scenario: &str,
        strategy: &str,
        bundle: Option<Box<[u8]>>,
        seen: JsValue,
        seed: f64,
    ) -> Result<Floor, JsError> {
        let def: ScenarioDef =
            serde_json::from_str(scenario).map_err(|error| JsError::new(&format!("scenario: {error}")))?;
        let scenario = Arc::new(Scenario::new(def)?);
        let strategy = match (strategy, bundle) {
            ("policy", Some(bytes)) => Strategy::Policy(Arc::new(router(&scenario, &bytes, seen)?)),
            ("policy", None) => return Err(JsError::new("a policy needs a bundle; give its bytes")),
            (name, _) => name.parse()?,
        };
        let simulation = Simulation::new(&scenario, strategy, seed as u64);
        Ok(Self { scenario, simulation })
    }

    /// Advances the simulation to `until`, in seconds from the start. Returns whether anything is still to happen.
    pub fn advance(&mut self, until: f64) -> bool {
        self.simulation.advance(until)
    }

    /// The current state of the floor, as a plain object. Throws an `Error` if it cannot be converted.
    pub fn state(&mut self) -> Result<JsValue, JsError> {
        let plain = Serializer::new().serialize_missing_as_null(true);
        Ok(state::of(&self.scenario, &mut self.simulation).serialize(&plain)?)
    }
}

/// The router that runs the bundle's policy. The bundle's intents must have the names of the scenario's kinds, in the same order.
fn router(scenario: &Scenario, bytes: &[u8], seen: JsValue) -> Result<Router, JsError> {
    let (model, _) = bundle::load(bytes)?;
    let (Some(policy), Some(head)) = (model.policy(), model.intent_head()) else {
        return Err(JsError::new("the bundle has no policy"));
    };
    let intents = model.heads().get(head).map_or(&[][..], |head| head.outputs());
    let kinds: Vec<&String> = scenario.def().kinds.iter().map(|kind| &kind.name).collect();
    if !kinds.iter().copied().eq(intents) {
        let intents = intents.join(", ");
        return Err(JsError::new(&format!(
            "name the kinds as the bundle's intents, in their order: {intents}"
        )));
    }
    if seen.is_undefined() || seen.is_null() {
        return Ok(Router::new(scenario, policy.clone())?);
    }
    let seen: Vec<Vec<Vec<f32>>> =
        serde_wasm_bindgen::from_value(seen).map_err(|error| JsError::new(&format!("seen: {error}")))?;
    let (n_kinds, n_intents) = (kinds.len(), intents.len());
    if seen.len() != n_kinds {
        let n = seen.len();
        return Err(JsError::new(&format!("seen has {n} kinds; give a list for each of the {n_kinds}")));
    }
    let is_chances =
        |list: &Vec<f32>| list.len() == n_intents && list.iter().all(|chance| (0.0..=1.0).contains(chance));
    for (kind, lists) in kinds.iter().zip(&seen) {
        if !lists.iter().all(is_chances) {
            return Err(JsError::new(&format!(
                "seen of `{kind}`: each list has a probability, 0 to 1, for each of the {n_intents} intents"
            )));
        }
    }
    let of_kind = |lists: Vec<Vec<f32>>| lists.into_iter().map(|list| Seen::by_head(head, list)).collect();
    Ok(Router::seeing(scenario, policy.clone(), seen.into_iter().map(of_kind).collect())?)
}
