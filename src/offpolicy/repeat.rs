//! Repeats: decisions that a log holds more than once. Each is counted once: with every line three times, an estimate would look as
//! certain as one from a log three times as long.
//!
//! | lines agree in                                                | treated as                                                 |
//! |---------------------------------------------------------------|------------------------------------------------------------|
//! | everything but the reward, with an `id`, or a seed and time in `request` | one decision; refused if rewards differ         |
//! | everything, and a log without identifiers is a shorter log repeated as a whole or line by line | one decision |
//! | everything, otherwise                                         | several decisions, with a notice: small contexts may agree by chance |
//!
//! An `id` need not be unique in the log: if each page counts its own decisions, different shoppers have the same ids, and the rest of
//! the line distinguishes them.
//!
//! Invariants
//! - Of the lines of one decision the first is kept; the order of lines does not change.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Result, bail};
use serde::Serialize;

use super::line::Line;
use floorwalker_data::read::ParamValue;

/// How many repetitions of a whole log are looked for.
const TIMES: std::ops::RangeInclusive<usize> = 2..=20;
/// Smallest number of lines, and of distinct lines, of a log that is found repeated: shorter ones may repeat by chance.
const LEAST_LINES: usize = 50;
const LEAST_DIFFERENT: usize = 10;

/// Counts of repeated lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Repeats {
    /// Lines that were left out, because an earlier line logs the same decision.
    pub left_out: usize,
    /// Lines that were kept although they equal an earlier one, because nothing identifies their decisions.
    pub alike: usize,
}

/// All of a line that describes its decision, without the reward, as a text to compare.
fn key(line: &Line) -> String {
    let Line { context, action, propensity, policy_version, shopper, identity, .. } = line;
    let context: Vec<(&String, String)> = context.iter().map(|(name, value)| (name, text(value))).collect();
    let target =
        line.target.as_ref().map(|target| target.iter().map(|(a, p)| (a, p.to_bits())).collect::<Vec<_>>());
    format!("{:?}", (context, action, propensity.to_bits(), policy_version, shopper, identity, target))
}

fn text(value: &ParamValue) -> String {
    match value {
        ParamValue::Number(number) => format!("{:x}", number.to_bits()),
        ParamValue::Text(text) => format!("\"{text}"),
    }
}

/// Removes lines whose decision an earlier line logs; `path` is the log's, for messages. Cost: `O(n log n)`.
///
/// # Errors
///
/// Two lines of one decision with different rewards.
pub(super) fn once(path: &Path, lines: &mut Vec<Line>) -> Result<Repeats> {
    let keys: Vec<String> = lines.iter().map(key).collect();
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let mut stays = vec![true; lines.len()];
    for (at, key) in keys.iter().enumerate().filter(|(at, _)| lines[*at].identity.is_some()) {
        let Some(&before) = first.get(key.as_str()) else {
            first.insert(key, at);
            continue;
        };
        let [one, other] = [&lines[before], &lines[at]];
        if one.reward != other.reward {
            bail!(
                "{}:{}: this line repeats the decision of line {}, but its reward is {} and not {}; keep the correct line",
                path.display(),
                other.line,
                one.line,
                other.reward,
                one.reward
            );
        }
        stays[at] = false;
    }
    let anonymous: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].identity.is_none()).collect();
    let said: Vec<(&str, u64)> =
        anonymous.iter().map(|at| (keys[*at].as_str(), lines[*at].reward.to_bits())).collect();
    let different = said.iter().collect::<BTreeSet<_>>().len();
    let mut alike = said.len() - different;
    if anonymous.len() == lines.len()
        && different >= LEAST_DIFFERENT
        && let Some(is_first) = over_and_over(&said)
    {
        stays.copy_from_slice(&is_first);
        alike = is_first.iter().filter(|stays| **stays).count() - different;
    }
    let mut at = stays.iter();
    lines.retain(|_| at.next().copied().unwrap_or(true));
    Ok(Repeats { left_out: stays.len() - lines.len(), alike })
}

/// Which lines to keep, if the log is a shorter log repeated as a whole or line by line; `None` otherwise.
fn over_and_over<T: PartialEq>(said: &[T]) -> Option<Vec<bool>> {
    let n = said.len();
    TIMES.rev().filter(|times| n.is_multiple_of(*times) && n / times >= LEAST_LINES).find_map(|times| {
        let block = n / times;
        if said.iter().zip(&said[block..]).all(|(a, b)| a == b) {
            return Some((0..n).map(|at| at < block).collect());
        }
        let is_each = said.chunks(times).all(|lines| lines.iter().all(|line| *line == lines[0]));
        is_each.then(|| (0..n).map(|at| at.is_multiple_of(times)).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::super::log::DecisionLog;
    use super::*;

    /// `n` decisions with different carts; `more` is added to every line.
    fn lines(n: usize, more: &str) -> Vec<String> {
        let line = |at: usize| {
            format!(
                r#"{{"context":{{"cart":{at}}},"action":"a","propensity":0.5,"reward":1,"policy_version":"7"{}}}"#,
                more.replace('#', &at.to_string())
            )
        };
        (0..n).map(line).collect()
    }

    fn parse(lines: &[String]) -> Result<DecisionLog> {
        DecisionLog::parse(Path::new("log.jsonl"), lines.join("\n").as_bytes())
    }

    #[track_caller]
    fn check(lines: &[String], left_out: usize, alike: usize) {
        let log = parse(lines).unwrap();
        assert_eq!(log.repeats, Repeats { left_out, alike });
        assert_eq!(log.lines.len(), lines.len() - left_out);
        assert!(log.lines.is_sorted_by_key(|line| line.line));
    }

    #[test]
    fn a_decision_that_is_there_three_times_counts_once() {
        for more in [
            r#","id":#"#,
            r#","id":"d-#","shopper":"u1""#,
            r##","request":{"seed":[#,7],"now":1700000000000}"##,
        ] {
            let once = lines(7, more);
            check(&once, 0, 0);
            check(&[once.clone(), once.clone(), once[..3].to_vec()].concat(), 10, 0);
        }
        // Other keys of a line, such as the time of writing, do not make it a different decision.
        let again = [lines(1, r#","id":1,"written":1"#), lines(1, r#","id":1,"written":2"#)].concat();
        check(&again, 1, 0);
    }

    #[test]
    fn one_decision_with_two_rewards_is_refused() {
        let mut twice = [lines(3, r#","id":#"#), lines(3, r#","id":#"#)].concat();
        twice[4] = twice[4].replace("\"reward\":1", "\"reward\":0.5");
        assert_eq!(
            parse(&twice).unwrap_err().to_string(),
            "log.jsonl:5: this line repeats the decision of line 2, but its reward is 0.5 and not 1; keep the correct line"
        );
    }

    #[test]
    fn ids_that_pages_count_by_themselves_are_told_apart_by_the_rest() {
        let of = |shopper: &str| lines(5, &format!(r#","id":1,"shopper":"{shopper}""#));
        check(&[of("u1"), of("u2")].concat(), 0, 0);
        // A seed of `[0, 0]` means that nothing was drawn, and identifies nothing.
        let alike = lines(1, r#","request":{"seed":[0,0]}"#);
        check(&[alike.clone(), alike].concat(), 0, 1);
    }

    #[test]
    fn a_log_without_ids_that_is_there_over_and_over_counts_once() {
        let log = lines(60, "");
        check(&[log.clone(), log.clone(), log.clone()].concat(), 120, 0);
        let each: Vec<String> = log.iter().flat_map(|line| [line.clone(), line.clone()]).collect();
        check(&each, 60, 0);
        // With few distinct contexts, lines agree by chance: they are counted as alike and kept.
        let few: Vec<String> = (0..120).map(|at| log[at * at % 11].clone()).collect();
        assert_eq!(parse(&few).unwrap().repeats.left_out, 0);
        assert!(parse(&few).unwrap().repeats.alike > 100);
        check(&[log.clone(), log[..59].to_vec()].concat(), 0, 59);
    }
}
