//! Examine: a policy's findings and its proof, as one list.
//!
//! Not here: single findings (`lint`), what is claimed and how it is proven (`proof`), printing (`cli`).

#[cfg(test)]
mod faults;
#[cfg(test)]
mod tests;

use super::PolicyFile;
use super::known::Known;
use super::lint::{Findings, lint};
use super::proof::{Case, Left, Proof, prove, refute};
use crate::{Date, Finding, PolicyDef};
use anyhow::Result;
use floorwalker_engine::route::Abstention;
use floorwalker_finding::Severity;

/// Number of random requests that try to refute a proof.
const DRAWN: usize = 4_000;
/// Seed of these requests: fixed, so that the same policy gives the same result.
const SEED: u64 = 0x666c_6f6f_7277_616c;

/// What is wrong with a policy, and what is proven of it.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Findings in the order of their lines, requests without a queue included.
    pub findings: Vec<Finding>,
    /// `None` where an error makes the policy invalid.
    pub proof: Option<Proof>,
}

/// Examines a policy on the day `today`. `known` has the names of the model that it is for; without it, names are not checked against one.
///
/// Cost: that of [`prove`].
///
/// # Errors
///
/// A policy that cannot be compiled. None is expected: such a policy has a finding that is an error, and is not proven at all.
pub fn examine(file: &PolicyFile, known: Option<&Known<'_>>, today: Date) -> Result<Examined> {
    let mut findings = Findings::new(file, today);
    findings.found = lint(file, known, today);
    if findings.found.iter().any(|finding| finding.severity == Severity::Serious) {
        return Ok(Examined { findings: findings.sorted(), proof: None });
    }
    let mut proof = prove(&file.def, known, today)?;
    for (at, left) in proof.left.iter().enumerate() {
        // A cause that is a setting of the whole policy is reported once, not for every filter.
        let is_same = |other: &Left| other.why == left.why;
        if matches!(left.why, Abstention::Nobody) || !proof.left[..at].iter().any(is_same) {
            findings.left(left);
        }
    }
    for filter in &proof.never_taken {
        findings.never_taken(*filter);
    }
    if let Some(what) = &proof.too_many {
        let what =
            format!("not proven: conditions on `{what}` make too many different cases to check all of them");
        findings.warn("unproven", "intents", what, "compare them with fewer numbers, or in fewer filters");
    }
    if let Some(refuted) = refute(&file.def, known, &proof, SEED, DRAWN)? {
        proof.within = None;
        findings.refuted(&refuted);
    }
    Ok(Examined { findings: findings.sorted(), proof: Some(proof) })
}

impl Findings<'_> {
    /// Reports requests that are left to the default queue until they end.
    fn left(&mut self, left: &Left) {
        let def = &self.file().def;
        let of_filter = left.filter.map(|at| format!("filters[{at}]"));
        let filter = left.filter.and_then(|at| def.filters.get(at));
        let under = filter.map_or(String::new(), |filter| format!("filter `{}`: ", filter.name));
        let place = || of_filter.clone().unwrap_or_else(|| "default_queue".to_owned());
        let (code, path, why, fix) = match left.why {
            Abstention::Unmatched => (
                "left_unmatched",
                format!("filters[{}]", def.filters.len().saturating_sub(1)),
                "no filter matches it",
                "add a last filter without `when`",
            ),
            Abstention::Closed => (
                "left_closed",
                place(),
                "no queue that it may go to is open then",
                "name in `closed` a queue that takes it then, such as one for call-backs or e-mail",
            ),
            Abstention::Margin => (
                "left_margin",
                "margin".to_owned(),
                "its two best queues are closer than `margin`",
                "lower `margin`, or give the queues different scores, by proficiency or by another strategy",
            ),
            Abstention::Threshold => (
                "left_threshold",
                "threshold".to_owned(),
                "no queue fits as well as `threshold` requires",
                "lower `threshold`, or give a queue the skills that its intent needs",
            ),
            Abstention::Unsure => (
                "left_certainty",
                "certainty".to_owned(),
                "its likeliest intent is less probable than `certainty` requires",
                "lower `certainty`",
            ),
            _ => (
                "left_nobody",
                place(),
                "none of its queues may take it, and no overflow can",
                "let a step drop the missing needs before the request ends (`ttl`), give a queue the missing skills, or name an `overflow`",
            ),
        };
        let what =
            format!("{under}{} goes to {} from then on: {why}", left.example, goes_to(def, left.goes_to));
        self.warn(code, &path, what, fix);
    }

    /// Reports a filter whose own queues take none of its requests.
    fn never_taken(&mut self, filter: Option<usize>) {
        let def = &self.file().def;
        let named = filter.and_then(|at| def.filters.get(at)).map(|filter| filter.name.as_str());
        let (path, whose) = match (filter, named) {
            (Some(at), Some(name)) => {
                (format!("filters[{at}]"), format!("filter `{name}`: none of its queues"))
            }
            _ => ("queues".to_owned(), "no queue".to_owned()),
        };
        let what = format!(
            "{whose} ever takes a request: the queues are never open, always full, or lack a required skill or language"
        );
        let fix = "open one of them, name other queues, or remove the filter";
        self.warn("never_taken", &path, what, fix);
    }

    fn refuted(&mut self, case: &Case) {
        let what = format!(
            "{case} goes to the default queue `{}`, although the proof says otherwise",
            self.file().def.default_queue
        );
        self.warn(
            "refuted",
            "default_queue",
            what,
            "this is a fault of floorwalker: please report it with the policy",
        );
    }
}

/// Where a request without a queue goes, in words.
fn goes_to(def: &PolicyDef, queue: usize) -> String {
    let name = def.queues.get(queue).map_or("", |queue| queue.name.as_str());
    if name == def.default_queue {
        format!("the default queue `{name}`")
    } else {
        format!("queue `{name}`, which is closed or full,")
    }
}
