//! Handover: chat vendors and queues that do not exist, in what chats call the queues.
//!
//! Not here: queues without a target in one chat (`crate::handover::check`).

use super::Findings;
use super::names::near;
use crate::handover;

impl Findings<'_> {
    pub(super) fn handover(&mut self) {
        let def = self.def();
        let queues = || def.queues.iter().map(|queue| queue.name.as_str());
        let vendors = || handover::vendors().iter().map(|vendor| vendor.name.as_str());
        for (name, section) in &def.handover {
            let path = format!("handover.{name}");
            if handover::vendor(name).is_none() {
                let what = format!("`{name}` is none of the chats that a decision can be handed over to");
                self.warn("handover_vendor", &path, what, meant(name, vendors()));
            }
            for queue in section.queues.keys().filter(|name| queues().all(|other| other != *name)) {
                let what =
                    format!("`{name}` has a target for the queue `{queue}`, which the policy does not have");
                self.warn("handover_queue", &format!("{path}.queues.{queue}"), what, meant(queue, queues()));
            }
        }
    }
}

/// What to do about an unknown name.
fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    near(name, known.iter().copied()).map_or_else(
        || format!("write one of {}", known.join(", ")),
        |meant| format!("did you mean `{meant}`?"),
    )
}
