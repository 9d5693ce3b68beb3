//! Off-policy evaluation and learning: estimates what a policy would have been worth from the logged decisions of another, without an
//! experiment, and teaches bandits from such logs.
//!
//! ```text
//! log ─▶ logged ─▶ estimate ─▶ gate
//!     │            └ reward    predicted reward of each action
//!     └─▶ learn                predicted reward of each queue, by which a bandit decides
//! ```
//!
//! | module     | holds                                                                              |
//! |------------|------------------------------------------------------------------------------------|
//! | `log`      | the log file: context, action, propensity, reward, version, and the target's probabilities |
//! | `repeat`   | lines that log the same decision again                                             |
//! | `logged`   | the checked log: actions as indices, contexts as columns                           |
//! | `reward`   | a cross-fitted reward model                                                        |
//! | `estimate` | IPS, SNIPS, direct method, doubly robust, switch, with intervals                   |
//! | `support`  | whether the log covers the target's decisions: overlap, by action and by context   |
//! | `gate`     | whether the new policy may replace the running one                                 |
//! | `learn`    | a policy's bandits: a ridge regression of the reward for each queue                |
//!
//! The **running** policy made the log; the **target** is the policy that is evaluated; the **weight** of a line is the probability of
//! the logged action under the target, divided by its propensity.
//!
//! Invariants
//! - The same log and seed give the same figures, whatever the number of threads.
//! - Nothing here makes decisions: the target's probabilities, and what a bandit reads, come from the log, or from the engine by way of
//!   the caller.
//! - Lines of one shopper form one cluster wherever uncertainty is estimated; a line without a shopper is a cluster of its own. Bandits
//!   learn from single lines and ignore shoppers.

mod estimate;
mod gate;
mod learn;
mod line;
mod log;
mod logged;
mod repeat;
pub mod replay;
mod reward;
mod support;
#[cfg(test)]
mod tests;

pub use estimate::{Estimate, Estimator, Evaluation, KEPT_WEIGHTS, Settings, evaluate};
pub use gate::{Gate, LEAST_ESS, LEAST_OUTCOMES, LEAST_SHOPPERS, MOST_UNSEEN, OFF_ONE, Reason, Verdict};
pub use learn::{INVERSE_WITHIN, Learner, Learnt, LearntQueue};
pub use line::{LARGEST_REWARD, LEAST_PROPENSITY, Line, SUM_WITHIN};
pub use log::DecisionLog;
pub use logged::{FAR, Logged, MOST_COLUMNS};
pub use repeat::Repeats;
pub use reward::rewards;
pub use support::{ActionSupport, ContextSupport, Support};
