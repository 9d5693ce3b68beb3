//! What a feature asks of a page. Each is counted as if no other read the same samples.

use super::window::MAX_WINDOW;
use super::{FeatureDef, Op, Window};
use crate::cost::Cost;

/// Bytes of a sample, and of the moments kept beside it.
const SAMPLE: f32 = 48.0;
/// Bytes of a tally.
const TALLY: f32 = 8.0 * MAX_WINDOW as f32;
/// Bytes of a feature, its stream and its cell.
const FEATURE: f32 = 512.0;

impl FeatureDef {
    /// Adds what it asks for. A visit that starts anew is there twice for a moment, and so is its memory.
    pub(crate) fn add_cost(&self, all: &mut Cost) {
        let samples = match self.window {
            Window::Events(n) => f32::from(n).min(MAX_WINDOW as f32),
            Window::Seconds(_) => MAX_WINDOW as f32,
            Window::Session | Window::Lifetime => 0.0,
        };
        let is_tallied = matches!(self.op, Op::Distinct | Op::Entropy);
        let (tally, of_sample) = if is_tallied { (TALLY, TALLY / 8.0) } else { (0.0, 8.0) };
        all.bytes += FEATURE + 2.0 * (samples * SAMPLE + tally) + 64.0 * self.events.len() as f32;
        // A reading may let go of every sample, and takes a logarithm of each count in a tally.
        all.decide += 16.0 + samples * of_sample + 4.0 * tally;
    }
}
