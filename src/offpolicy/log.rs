//! Decision log: a file with one decision, a JSON object, a line ([`Line`]).
//!
//! Not here: what a line holds (`line`), how repeated lines are found (`repeat`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::line::{Line, line};
use super::repeat::{Repeats, once};

/// A whole log in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionLog {
    /// Where it was read from.
    pub path: PathBuf,
    /// The lines in file order, each decision once.
    pub lines: Vec<Line>,
    /// Counts of repeated lines.
    pub repeats: Repeats,
}

impl DecisionLog {
    /// Reads a log; blank lines are skipped, and repeated decisions are left out. Cost: `O(file)` memory.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or holds no decision; a line that is not UTF-8, not one JSON object, lacks a key, has a value
    /// of the wrong type, or that [`Line::check`] refuses: with file and line, and the column where JSON has one. A decision that is
    /// logged twice with different rewards.
    pub fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let file = File::open(path)
            .with_context(|| format!("cannot read {shown}: check the path and its permissions"))?;
        Self::parse(path, BufReader::with_capacity(1 << 18, file))
    }

    /// As [`DecisionLog::read`], from any reader; `path` is the name in messages.
    ///
    /// # Errors
    ///
    /// Those of [`DecisionLog::read`].
    pub fn parse(path: &Path, mut text: impl BufRead) -> Result<Self> {
        let shown = path.display();
        let (mut bytes, mut lines, mut at) = (Vec::new(), Vec::new(), 0);
        loop {
            bytes.clear();
            at += 1;
            if text
                .read_until(b'\n', &mut bytes)
                .with_context(|| format!("{shown}:{at}: the rest of the file cannot be read"))?
                == 0
            {
                break;
            }
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").filter(|_| at == 1).unwrap_or(&bytes);
            let text = std::str::from_utf8(bytes)
                .map_err(|e| {
                    anyhow!("{shown}:{at}:{}: not UTF-8; save the log as UTF-8", e.valid_up_to() + 1)
                })?
                .trim_end();
            if !text.is_empty() {
                lines.push(line(text, at).map_err(|error| anyhow!("{shown}:{error}"))?);
            }
        }
        ensure!(
            !lines.is_empty(),
            "{shown}:1:1: the log holds no decision; write one JSON object on each line"
        );
        let repeats = once(path, &mut lines)?;
        Ok(Self { path: path.to_path_buf(), lines, repeats })
    }

    /// Keeps the lines that policy `version` decided.
    ///
    /// # Errors
    ///
    /// No line is one of that version; the message names those that there are.
    pub fn retain(&mut self, version: &str) -> Result<()> {
        let shown = self.path.display();
        if !self.lines.iter().any(|line| line.policy_version == version) {
            let known: Vec<String> = self.versions().into_keys().collect();
            bail!("{shown}: no line has policy_version {version}; name one of {}", known.join(", "));
        }
        self.lines.retain(|line| line.policy_version == version);
        Ok(())
    }

    /// Checks that one policy decided every line: the mean reward of several policies is not that of the running one.
    ///
    /// # Errors
    ///
    /// The lines have more than one `policy_version`.
    pub fn check_alone(&self) -> Result<()> {
        let versions: Vec<String> = self
            .versions()
            .into_iter()
            .map(|(version, lines)| format!("{version} ({lines} lines)"))
            .collect();
        ensure!(
            versions.len() < 2,
            "{}: the lines are of several policies, {}; name the running one with --running VERSION",
            self.path.display(),
            versions.join(", ")
        );
        Ok(())
    }

    /// Number of lines that each policy version decided.
    #[must_use]
    pub fn versions(&self) -> BTreeMap<String, usize> {
        let mut versions = BTreeMap::new();
        for line in &self.lines {
            *versions.entry(line.policy_version.clone()).or_default() += 1;
        }
        versions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use floorwalker_data::read::ParamValue;

    fn parse(text: &str) -> Result<DecisionLog> {
        DecisionLog::parse(Path::new("log.jsonl"), text.as_bytes())
    }

    const GOOD: &str = r#"{"context":{"cart":2.5,"lang":"zh","vip":true,"age":null},"action":"a","propensity":0.25,"reward":1,"policy_version":"7","target":{"a":0.75,"b":0.25},"margin":0.1}"#;

    #[test]
    fn a_line_is_read_and_keys_of_the_page_are_ignored() {
        let log = parse(&format!("\u{FEFF}{GOOD}\n\n{}\n", GOOD.replace("\"7\"", "\"8\""))).unwrap();
        assert_eq!(log.versions(), BTreeMap::from([("7".to_owned(), 1), ("8".to_owned(), 1)]));
        let line = &log.lines[1];
        assert_eq!((line.line, line.propensity, line.reward), (3, 0.25, 1.0));
        assert_eq!(line.context["vip"], ParamValue::Number(1.0));
        assert_eq!(line.context["lang"], ParamValue::Text("zh".to_owned()));
        assert!(!line.context.contains_key("age"));
        assert_eq!(line.target.as_ref().map(|target| target["b"]), Some(0.25));
        let without = parse(&GOOD.replace(r#","target":{"a":0.75,"b":0.25}"#, "")).unwrap();
        assert_eq!(without.lines[0].target, None);
    }

    /// Checks that a log is refused when `from` in its second line is replaced by `to`.
    #[track_caller]
    fn check_refused(from: &str, to: &str, says: &str) {
        assert!(GOOD.contains(from));
        let error = parse(&format!("{GOOD}\n{}", GOOD.replace(from, to))).unwrap_err().to_string();
        assert!(error.starts_with("log.jsonl:2:") && error.contains(says), "{error}");
    }

    #[test]
    fn a_propensity_that_is_none_is_refused() {
        let must = "must be from 0.000000001 to 1";
        check_refused("0.25,\"reward", "0,\"reward", &format!("2: `propensity` is 0, {must}"));
        check_refused("0.25,\"reward", "1.01,\"reward", must);
        check_refused("0.25,\"reward", "-0.5,\"reward", must);
        check_refused("\"propensity\":0.25,", "", "missing field `propensity`; a decision has");
    }

    #[test]
    fn a_reward_that_is_no_number_is_refused() {
        check_refused("\"reward\":1", "\"reward\":1e999", "number out of range");
        check_refused(
            "\"reward\":1",
            "\"reward\":-2e12",
            "`reward` is -2000000000000, must be a number within",
        );
        check_refused("\"reward\":1", "\"reward\":null", "invalid type: null");
    }

    #[test]
    fn a_target_that_is_no_distribution_is_refused() {
        check_refused("0.75", "0.74", "sum to 0.99, must sum to 1");
        check_refused("0.75,\"b\":0.25", "1.25,\"b\":-0.25", "gives `a` the probability 1.25");
        check_refused("\"b\":0.25", "\"\":0.25", "an action whose name is empty");
        check_refused("\"b\":0.25", "\"a\":0.25", "key `a` is in one object twice");
    }

    #[test]
    fn what_is_no_decision_is_refused() {
        check_refused("{\"context\"", "[{\"context\"", "2:1: this is not a JSON object");
        check_refused("0.1}", "0.1", "a line must hold one whole JSON object");
        check_refused("\"action\":\"a\"", "\"action\":\"\"", "`action` is empty");
        check_refused("\"action\":\"a\"", "\"action\":\"a\",\"action\":\"b\"", "duplicate field `action`");
        check_refused("2.5", "[2.5]", "`cart` in `context` is a list or an object");
        check_refused("\"7\"", "7", "invalid type: integer `7`, expected a string");
        assert_eq!(
            parse("\n \n").unwrap_err().to_string(),
            "log.jsonl:1:1: the log holds no decision; write one JSON object on each line"
        );
        let latin = DecisionLog::parse(Path::new("log.jsonl"), &b"\xE9"[..]).unwrap_err();
        assert_eq!(latin.to_string(), "log.jsonl:1:1: not UTF-8; save the log as UTF-8");
    }
}
