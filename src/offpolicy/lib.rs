//! Learning from logs without an experiment: what a policy would have been worth, from the decisions of another.
//!
//! ```text
//! log ─▶ logged ─▶ estimate ─▶ gate
//!     │            └ reward    what an action would have brought
//!     └─▶ learn                what each queue brings, for a bandit to decide by
//! ```
//!
//! | room       | what is there                                                                      |
//! |------------|------------------------------------------------------------------------------------|
//! | `log`      | the file: context, action, propensity, reward, version, and what the new policy would do |
//! | `repeat`   | lines that log a decision again                                                   |
//! | `logged`   | the same, checked: actions by number, contexts as columns                          |
//! | `reward`   | a cross-fitted guess of rewards                                                    |
//! | `estimate` | IPS, SNIPS, direct method, doubly robust, switch, with intervals                   |
//! | `support`  | whether the log can tell at all: overlap, by action and by context                 |
//! | `gate`     | whether the new policy may take the running one's place                            |
//! | `learn`    | a policy's bandits: a ridge regression of the reward for each queue                |
//!
//! The **running** policy made the log; the **target** is the policy that is judged; the **weight** of a line is how much likelier the
//! target is to do what was done.
//!
//! Invariants
//! - Same log, same seed: same figures, whatever the number of threads.
//! - Nothing here decides: what the target would do is read from the log, or filled in by the caller from the engine. So is what
//!   a bandit reads.
//!
//! - Lines of one shopper are taken together wherever it is asked how certain something is; a line without a shopper stands alone.
//!
//! Not here: what a bandit learns is by line, whoever it is from.

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
