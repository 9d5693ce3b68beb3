//! Counts of tests, read from the closing lines of the test runners.
//!
//! Understands `cargo test` (`test result: ok. 5 passed; 0 failed; …`) and Node's spec reporter (`ℹ pass 5`, `ℹ fail 0`,
//! `ℹ cancelled 0`).

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Adds the counts in one line of a runner's output; most lines have none.
    pub(crate) fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += count_before(result, " passed");
            self.failed += count_before(result, " failed");
        } else if let Some(info) = line.strip_prefix("ℹ ") {
            let mut words = info.split(' ');
            match (words.next(), words.next().and_then(|count| count.parse::<u64>().ok()), words.next()) {
                (Some("pass"), Some(count), None) => self.passed += count,
                (Some("fail" | "cancelled"), Some(count), None) => self.failed += count,
                _ => {}
            }
        }
    }

    /// Whether no test was counted.
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The number that ends where `word` starts.
fn count_before(text: &str, word: &str) -> u64 {
    let number = text.find(word).and_then(|end| text.get(..end)).and_then(|head| head.rsplit(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, passed: u64, failed: u64) {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.read(line));
        assert_eq!(tally, Tally { passed, failed });
    }

    #[test]
    fn every_closing_line_of_cargo_test_is_added() {
        check(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.02s\n\
             test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            14,
            1,
        );
    }

    #[test]
    fn node_counts_a_cancelled_test_as_failed() {
        check(
            "ℹ tests 6\nℹ suites 0\nℹ pass 4\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\nℹ duration_ms 80.1",
            4,
            2,
        );
    }

    #[test]
    fn a_line_that_only_looks_like_one_is_not_counted() {
        check("ℹ pass 4 more tests\nthe test result: ok. 9 passed; 9 failed\n# pass 3", 0, 0);
    }
}
