//! The cost of a feature. Each is counted as if no other feature shared its samples.

use super::window::MAX_WINDOW;
use super::{FeatureDef, Op, Window};
use crate::cost::Cost;

/// Bytes of a sample, with the moments stored for it.
const SAMPLE: f32 = 48.0;
/// Bytes of a tally.
const TALLY: f32 = 8.0 * MAX_WINDOW as f32;
/// Bytes of a feature with its stream and its cell.
const FEATURE: f32 = 512.0;

impl FeatureDef {
    /// Adds the feature's cost to `all`. Windows count twice: when a visit is reset, old and new state exist at the same time.
    pub(crate) fn add_cost(&self, all: &mut Cost) {
        let samples = match self.window {
            Window::Events(n) => f32::from(n).min(MAX_WINDOW as f32),
            Window::Seconds(_) => MAX_WINDOW as f32,
            Window::Session | Window::Lifetime => 0.0,
        };
        let is_tallied = matches!(self.op, Op::Distinct | Op::Entropy);
        let (tally, of_sample) = if is_tallied { (TALLY, TALLY / 8.0) } else { (0.0, 8.0) };
        all.bytes += FEATURE + 2.0 * (samples * SAMPLE + tally) + 64.0 * self.events.len() as f32;
        // One read may drop every sample, and takes a logarithm of each count in a tally.
        all.decide += 16.0 + samples * of_sample + 4.0 * tally;
    }
}
