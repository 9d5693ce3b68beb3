//! Strategy: to which queue a request is sent when it comes, by name or by a policy.
//!
//! Not here: what each does (`run`), how a policy decides (`router`).

use super::router::Router;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::str::FromStr;

/// Which queue a request is sent to when it comes.
#[derive(Clone, Debug)]
pub enum Strategy {
    /// The queue that can help.
    Right,
    /// The queue that can help in this share of requests, else a random one, as a model of this accuracy would.
    Model {
        /// The share, 0 to 1.
        accuracy: f64,
    },
    /// A random queue.
    Random,
    /// Each queue in turn.
    RoundRobin,
    /// The queue where the fewest requests wait; on a tie, the first.
    FewestWaiting,
    /// The queue that a policy decides on.
    Policy(Arc<Router>),
}

/// The error for a name that is no strategy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrategyError(String);

impl fmt::Display for StrategyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(name) = self;
        if name.starts_with("model") {
            write!(f, "`{name}`: write model: and a share from 0 to 1, as in model:0.9")
        } else {
            write!(f, "there is no strategy `{name}`; name {STRATEGIES}")
        }
    }
}

impl core::error::Error for StrategyError {}

/// Names of strategies without a policy.
const STRATEGIES: &str = "right, model:0.9 (or another share), random, round_robin or fewest_waiting";

impl FromStr for Strategy {
    type Err = StrategyError;

    fn from_str(name: &str) -> Result<Self, StrategyError> {
        let model = name.strip_prefix("model:").and_then(|accuracy| accuracy.parse().ok());
        match (name, model) {
            (_, Some(accuracy)) if (0.0..=1.0).contains(&accuracy) => Ok(Self::Model { accuracy }),
            ("right", _) => Ok(Self::Right),
            ("random", _) => Ok(Self::Random),
            ("round_robin", _) => Ok(Self::RoundRobin),
            ("fewest_waiting", _) => Ok(Self::FewestWaiting),
            _ => Err(StrategyError(name.into())),
        }
    }
}
