//! Corpus: the messages as occurrences of the selected n-grams ("grams").
//!
//! | symbol | shape       | unit                                                                                                 |
//! |--------|-------------|------------------------------------------------------------------------------------------------------|
//! | `p`    | `[classes]` | share of the messages                                                                                |
//! | `q`    | `[classes]` | share of the messages with the gram, smoothed by one more message distributed as `p`                 |
//! | `k`    | `[n_rows]`  | `Σ_c q_c · ln(q_c / p_c)`: what the gram says about the class (Kullback–Leibler divergence), in nats |
//! | `d`    | `[n_rows]`  | `(0.3 + k)^0.7`, in sixteenths: weight of the gram in the norm of a message                          |
//! | `u`    | `[n_rows]`  | weight of an occurrence: `d`, or 0.7 times `d` for a character gram                                  |
//!
//! Grams are counted by hash bucket, with the engine's own code, so that hash collisions are the same here and in the page.
//!
//! # Source
//!
//! Debole and Sebastiani, *Supervised term weighting for automated text categorization* (2003): weight a term by what it says
//! about the classes, not by how rare it is. Deviation: the divergence of one gram from the prior (that paper's gain ratio
//! averages over messages with and without it), smoothed and raised to a power below 1. Why: a message's norm then depends on the
//! words that decide and hardly on filler words. In cross-validation it beats the inverse document frequency on all three data
//! sets, most of all when words are dropped in training.
//!
//! Not here: the weights ([`descent`](super::descent)).

use super::{Lesson, TextSettings};
use floorwalker_engine::text::{GramDef, Grams, Variants};
use rayon::prelude::*;

/// Sixteenths: the unit of `TextDef::idf`.
const UNIT: f64 = 16.0;
/// Added to the divergence, so that a gram that says nothing still has some weight.
const LEAST: f64 = 0.3;
/// Exponent of the weight: 0 would weight all grams equally, 1 by the divergence itself.
const POWER: f64 = 0.7;
/// Weight of a character gram relative to a word: a word has several character grams, which are redundant.
const CHARACTERS: f32 = 0.7;

/// The messages, and the selected grams ("rows" of the weight matrix) that occur in them.
pub(super) struct Corpus {
    /// Hash bucket of each row, ascending.
    pub(super) buckets: Vec<u32>,
    /// `d` of each row, at least 1. It is stored in `TextDef` instead of an inverse document frequency.
    pub(super) idf: Vec<u8>,
    /// `u` of each row, in sixteenths.
    pub(super) reach: Vec<f32>,
    /// For each message the number of occurrences of grams that are not selected.
    unknown: Vec<u32>,
    /// Index of each message's first occurrence, and the number of occurrences at the end.
    starts: Vec<usize>,
    occurrences: Vec<Occurrence>,
}

/// An occurrence of a gram in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    /// Row of the gram; its bucket, until rows are selected.
    pub(super) row: u32,
    /// Index of the first token that the gram covers.
    pub(super) first: u16,
    /// Index of the last token that the gram covers.
    pub(super) last: u16,
}

/// A bucket that may be selected as a row.
struct Candidate {
    usefulness: f64,
    bucket: u32,
    idf: u8,
}

impl Corpus {
    /// Reads the messages and selects the most useful grams.
    pub(super) fn read(
        lesson: Lesson<'_>,
        n_classes: usize,
        settings: &TextSettings,
        variants: &Variants,
    ) -> Self {
        let TextSettings { grams: def, max_rows, .. } = *settings;
        let Lesson { messages, labels, .. } = lesson;
        let min_frequency = settings.least_frequency(messages.len(), n_classes);
        let read = all_occurrences(messages, def, variants);
        let mut prior = vec![0.0; n_classes];
        labels.iter().for_each(|&label| prior[label] += 1.0 / labels.len() as f64);
        let mut all: Vec<(u32, u32)> = Vec::new(); // (bucket, label), once per message
        for (list, &label) in read.iter().zip(labels) {
            all.extend(list.chunk_by(|a, b| a.row == b.row).map(|same| (same[0].row, label as u32)));
        }
        all.par_sort_unstable();
        let mut kept: Vec<Candidate> = all
            .par_chunk_by(|a, b| a.0 == b.0)
            .filter(|group| group.len() >= min_frequency as usize)
            .map(|group| Candidate {
                usefulness: usefulness(group, n_classes),
                bucket: group[0].0,
                idf: part_in_norm(divergence(group, &prior)),
            })
            .collect();
        if kept.len() > max_rows {
            kept.par_sort_unstable_by(|a, b| {
                b.usefulness.total_cmp(&a.usefulness).then(a.bucket.cmp(&b.bucket))
            });
            kept.truncate(max_rows);
            kept.par_sort_unstable_by_key(|row| row.bucket);
        }
        let tokens = token_buckets(messages, def, variants);
        let reach = |row: &Candidate| {
            let of_characters = tokens.binary_search(&row.bucket).is_err();
            f32::from(row.idf) * if of_characters { CHARACTERS } else { 1.0 }
        };
        let mut corpus = Self {
            buckets: kept.iter().map(|row| row.bucket).collect(),
            idf: kept.iter().map(|row| row.idf).collect(),
            reach: kept.iter().map(reach).collect(),
            unknown: Vec::new(),
            starts: vec![0],
            occurrences: Vec::new(),
        };
        for list in read {
            let (n_all, n_before) = (list.len(), corpus.occurrences.len());
            corpus.occurrences.extend(list.into_iter().filter_map(|one| {
                Some(Occurrence { row: corpus.buckets.binary_search(&one.row).ok()? as u32, ..one })
            }));
            corpus.unknown.push((n_all - (corpus.occurrences.len() - n_before)) as u32);
            corpus.starts.push(corpus.occurrences.len());
        }
        corpus
    }

    /// Number of messages.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The selected grams of a message, by row.
    pub(super) fn message(&self, m: usize) -> &[Occurrence] {
        &self.occurrences[self.starts[m]..self.starts[m + 1]]
    }

    /// Number of occurrences in message `m` of grams that are not selected.
    pub(super) fn n_unknown(&self, m: usize) -> u32 {
        self.unknown[m]
    }

    /// The same messages restricted to some of the rows, which are ascending.
    pub(super) fn restricted(&self, rows: &[usize]) -> Self {
        let mut kept = self.columns(rows);
        for m in 0..self.len() {
            kept.occurrences.extend(self.message(m).iter().filter_map(|one| {
                Some(Occurrence { row: rows.binary_search(&(one.row as usize)).ok()? as u32, ..*one })
            }));
            let n_left_out = self.message(m).len() - (kept.occurrences.len() - kept.starts[m]);
            kept.unknown.push(self.unknown[m] + n_left_out as u32);
            kept.starts.push(kept.occurrences.len());
        }
        kept
    }

    /// Some of the rows, without messages.
    pub(super) fn columns(&self, rows: &[usize]) -> Self {
        Self {
            buckets: rows.iter().map(|&row| self.buckets[row]).collect(),
            idf: rows.iter().map(|&row| self.idf[row]).collect(),
            reach: rows.iter().map(|&row| self.reach[row]).collect(),
            unknown: Vec::new(),
            starts: vec![0],
            occurrences: Vec::new(),
        }
    }
}

/// The grams of each message, sorted by bucket.
pub(super) fn all_occurrences(messages: &[&str], def: GramDef, variants: &Variants) -> Vec<Vec<Occurrence>> {
    let read = |grams: &mut Grams, message: &&str| {
        let mut list = Vec::new();
        grams.read(message, def, variants, |gram| {
            list.push(Occurrence { row: gram.bucket, first: gram.first, last: gram.last });
        });
        list.sort_unstable();
        list
    };
    messages.par_iter().map_init(Grams::default, read).collect()
}

/// The buckets of all grams of words or glyphs, ascending.
fn token_buckets(messages: &[&str], def: GramDef, variants: &Variants) -> Vec<u32> {
    let def = GramDef { char_min: 1, char_max: 0, ..def };
    let mut buckets = Vec::new();
    let mut grams = Grams::default();
    for message in messages {
        grams.read(message, def, variants, |gram| buckets.push(gram.bucket));
    }
    buckets.par_sort_unstable();
    buckets.dedup();
    buckets
}

/// `k` of the messages in `group`, `(bucket, label)` by label. Classes that do not occur in the group are summed in one term.
fn divergence(group: &[(u32, u32)], prior: &[f64]) -> f64 {
    let n = group.len() as f64 + 1.0;
    let (mut sum, mut absent) = (0.0, 1.0);
    for same in group.chunk_by(|a, b| a.1 == b.1) {
        let p = prior[same[0].1 as usize];
        let q = (same.len() as f64 + p) / n;
        sum += q * (q / p).ln();
        absent -= p;
    }
    (sum - absent.max(0.0) / n * n.ln()).max(0.0)
}

/// `d` in sixteenths, rounded to `1..=255`.
fn part_in_norm(divergence: f64) -> u8 {
    ((LEAST + divergence).powf(POWER) * UNIT).round().clamp(1.0, 255.0) as u8
}

/// Usefulness of a gram: how far the labels of the messages with it are from uniform, `Σ_c n_c · ln(n_c · C / n)`, in nats.
fn usefulness(group: &[(u32, u32)], n_classes: usize) -> f64 {
    let n = group.len() as f64;
    group
        .chunk_by(|a, b| a.1 == b.1)
        .map(|same| same.len() as f64 * (same.len() as f64 * n_classes as f64 / n).ln())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gram_counts_by_what_it_tells_of_the_class() {
        let prior = [0.5, 0.5];
        // q = (1.5 / 2, 0.5 / 2): 0.75 ln 1.5 + 0.25 ln 0.5.
        let one = divergence(&[(7, 0)], &prior);
        assert!((one - (0.75 * 1.5_f64.ln() + 0.25 * 0.5_f64.ln())).abs() < 1e-12, "{one}");
        let many = divergence(&[(7, 0); 400], &prior);
        assert!(one < many && many < 2.0_f64.ln());
        assert!(divergence(&[(7, 0), (7, 1)], &prior).abs() < 1e-12);
        assert!(divergence(&[(7, 0), (7, 0)], &[1.0]).abs() < 1e-12);
    }

    #[test]
    fn a_gram_that_tells_nothing_still_counts() {
        assert_eq!(part_in_norm(0.0), 7); // 16 · 0.3^0.7 = 6.9
        assert_eq!(part_in_norm(0.7), 16);
        assert_eq!(part_in_norm(1e9), 255);
    }

    #[test]
    fn a_message_over_fewer_rows_keeps_its_other_grams() {
        let grams = GramDef { words: 1, glyphs: 1, long: 1, char_min: 1, char_max: 0, bits: 20 };
        let settings = TextSettings { grams, min_frequency: 1, ..TextSettings::default() };
        let lesson = Lesson::labelled(&["lost card card", "card"], &[0, 1]);
        let corpus = Corpus::read(lesson, 2, &settings, &Variants::default());
        let n = |corpus: &Corpus| (0..2).map(|m| corpus.message(m).len()).collect::<Vec<_>>();
        assert_eq!((corpus.buckets.len(), n(&corpus)), (2, vec![3, 1]));
        let card = corpus.message(1)[0].row as usize;
        assert_eq!(n(&corpus.restricted(&[card])), [2, 1]);
        assert_eq!(n(&corpus.restricted(&[1 - card])), [1, 0]);
    }
}
