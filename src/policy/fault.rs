//! Faults of policies, and findings of them as lines for a terminal.
//!
//! Not here: what is a fault (`lint`, `examine`, `zone`), what is invalid (`compile`).

use floorwalker_finding::Severity;

/// A fault of a policy, where it stands. It is serious where it makes the policy invalid.
pub type Finding = floorwalker_finding::Finding<Fault>;

/// Something that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The kind of fault: a stable name.
    pub code: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub fix: String,
}

/// A finding as one line: `3:1: error[out_of_range]: what is wrong; what to do`.
#[must_use]
pub fn finding_line(Finding { severity, place, kind }: &Finding) -> String {
    let Fault { code, what, fix } = kind;
    let sort = if *severity == Severity::Serious { "error" } else { "warning" };
    format!("{place}: {sort}[{code}]: {what}; {fix}")
}
