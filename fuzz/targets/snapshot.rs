//! The target `snapshot`: any text as the state of queues.

use crate::used::{self, NOW};
use floorwalker_engine::model::Model;
use floorwalker_offpolicy::replay::SnapshotDef;
use std::sync::LazyLock;

/// A model whose policy has three queues: `returns`, `shop` and `general`.
static MODEL: LazyLock<Option<Model>> = LazyLock::new(|| {
    let bytes = include_bytes!("../../tests/data/golden/policy.fwb");
    floorwalker_bundle::load(bytes).ok().map(|(model, _)| model)
});

/// Reads the text as a snapshot. One that is read must have only the policy's queues, and a policy must route by it.
pub fn snapshot(bytes: &[u8]) {
    let golden = MODEL.as_ref().and_then(|model| Some((model, model.policy()?)));
    assert!(golden.is_some(), "the golden bundle has no policy");
    let Some((model, policy)) = golden else { return };
    let Ok(def) = serde_json::from_slice::<SnapshotDef>(bytes) else { return };
    for queues in [policy.queues(), &def.names()] {
        match def.read(queues, NOW) {
            Ok(snapshot) => {
                let n = queues.len();
                assert!(
                    snapshot.queues.len() <= n
                        && snapshot.agents.iter().all(|agent| usize::from(agent.queue) < n)
                );
                if queues == policy.queues() {
                    used::model(model, &snapshot);
                }
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}
