//! Missing values: which texts of a column stand for a missing value.
//!
//! | text                                                                 | counts as missing in       |
//! |----------------------------------------------------------------------|----------------------------|
//! | an empty cell, blanks, `NA`, `N/A`, `NaN`, `null`, in any case       | every column, see below    |
//! | `?`, `-`, `--`, `—`, `.`, `n.a.`, `\N`, Excel's errors (`#N/A`, …)   | every column except text, where a shopper may write `?` |
//! | `none`, `nil`, `unknown`, `missing`, `无`, `未知`                     | columns of numbers or dates; elsewhere they are names |
//!
//! `NA` is a value if at least half of the column's other distinct names consist of two capital letters: `EU`, `AF`, `NA` are
//! continents, `US`, `DE`, `NA` (Namibia) countries.
//!
//! Invariants
//! - Texts that were read as missing, or kept although they often mean missing, are counted for the analyst.
//!
//! Not here: imputing missing numbers (`prepare`).

use std::collections::BTreeMap;

use super::reading::Reading;

/// Texts that mean missing in every column.
const ALWAYS: [&str; 4] = ["na", "n/a", "nan", "null"];

/// Texts that mean missing in every column except text.
const MARKS: [&str; 18] = [
    "?", "-", "--", "---", "—", "–", ".", "n.a.", "\\n", "#n/a", "#na", "#div/0!", "#value!", "#ref!",
    "#name?", "#num!", "#null!", "#nv",
];

/// Texts that mean missing in columns of numbers or dates.
const NO_QUANTITY: [&str; 9] = ["none", "nil", "unknown", "missing", "n/v", "k.a.", "无", "未知", "暂无"];

/// Which texts count as missing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule<'a> {
    /// The rule for columns of text.
    Text,
    /// The rule for columns of names.
    Names,
    /// The rule for columns of numbers or dates.
    Quantity,
    /// The texts that the analyst gave.
    Given(&'a [String]),
}

/// Whether `cell` means missing in every column.
pub fn is_missing(cell: &str) -> bool {
    is_one_of(cell.trim(), &ALWAYS) || cell.trim().is_empty()
}

fn is_one_of(cell: &str, words: &[&str]) -> bool {
    words.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

impl Rule<'_> {
    /// Whether `cell`, without surrounding blanks, is missing by this rule.
    pub(super) fn is_missing(self, cell: &str) -> bool {
        let is_mark = || is_one_of(cell, &MARKS);
        cell.is_empty()
            || match self {
                Rule::Text => is_one_of(cell, &ALWAYS),
                Rule::Names => is_one_of(cell, &ALWAYS) || is_mark(),
                Rule::Quantity => is_one_of(cell, &ALWAYS) || is_mark() || is_one_of(cell, &NO_QUANTITY),
                Rule::Given(words) => words.iter().any(|word| word.trim() == cell),
            }
    }
}

/// Whether `NA` is a name in a column with these names, rather than missing.
pub(super) fn na_is_a_name<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let is_code = |name: &str| name.len() == 2 && name.bytes().all(|b| b.is_ascii_uppercase());
    let (mut codes, mut others) = (0, 0);
    for name in names.filter(|name| !Rule::Names.is_missing(name)) {
        if is_code(name) { codes += 1 } else { others += 1 }
    }
    codes >= 2 && codes >= others
}

/// Replaces the cells that are missing by `rule` with `None`, and counts them in `reading`.
///
/// - `keeps_na`: `NA` in capitals is kept as a value.
pub(super) fn without_missing(
    cells: Vec<Option<String>>,
    rule: Rule<'_>,
    keeps_na: bool,
    reading: &mut Reading,
) -> Vec<Option<String>> {
    let mut missing: BTreeMap<String, usize> = BTreeMap::new();
    let mut n_kept = 0;
    let mut present = |cell: String| {
        let trimmed = cell.trim();
        if keeps_na && trimmed == "NA" {
            n_kept += 1;
            return Some(cell);
        }
        if !rule.is_missing(trimmed) {
            return Some(cell);
        }
        if !trimmed.is_empty() {
            *missing.entry(trimmed.to_owned()).or_default() += 1;
        }
        None
    };
    let cells = cells.into_iter().map(|cell| cell.and_then(&mut present)).collect();
    reading.missing = missing.into_iter().collect();
    reading.missing.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    if n_kept > 0 {
        reading.kept.push(("NA".to_owned(), n_kept));
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_missing_among_names_and_not_in_text() {
        for mark in ["?", "-", "#N/A", "\\N", "n.a.", "—"] {
            assert!(Rule::Names.is_missing(mark), "{mark}");
            assert!(!Rule::Text.is_missing(mark), "{mark}");
        }
        assert!(Rule::Quantity.is_missing("None") && !Rule::Names.is_missing("None"));
    }

    #[test]
    fn the_analyst_names_what_is_missing() {
        let given = ["keine".to_owned()];
        assert!(Rule::Given(&given).is_missing("keine") && Rule::Given(&given).is_missing(""));
        assert!(!Rule::Given(&given).is_missing("NA") && !Rule::Given(&[]).is_missing("?"));
    }

    #[test]
    fn na_is_a_continent_among_continents_and_missing_among_colours() {
        assert!(na_is_a_name(["EU", "AF", "NA", ""].into_iter()));
        assert!(!na_is_a_name(["red", "blue", "NA"].into_iter()));
        assert!(!na_is_a_name(["NA", "EU"].into_iter()));
    }
}
