//! Corpus: the messages as occurrences of the grams worth having.
//!
//! | symbol | shape       | unit                                                                        |
//! |--------|-------------|-----------------------------------------------------------------------------|
//! | `p`    | `[classes]` | share of the messages                                                       |
//! | `q`    | `[classes]` | share of the messages with the gram, with one message more that is as `p`   |
//! | `k`    | `[n_rows]`  | `Σ_c q_c · ln(q_c / p_c)`: what the gram tells of the class, in nats        |
//! | `d`    | `[n_rows]`  | `(0.3 + k)^0.7`, in sixteenths: the gram's part in the norm of a message    |
//! | `u`    | `[n_rows]`  | `d`, and 0.7 times `d` of a character gram: what an occurrence counts       |
//!
//! Grams are counted by bucket, with the engine's own code, so that what shares a bucket in the page shares one here.
//!
//! # Source
//!
//! Debole and Sebastiani, *Supervised term weighting for automated text categorization* (2003): weigh a term by what it
//! says of the classes, not by how rare it is. Deviation: the divergence of one gram from the prior (that paper's gain
//! ratio averages over messages with and without it), smoothed, and a root of it. Why: a message's norm then counts the
//! words that decide and hardly those that only fill. In cross-validation it beats the inverse document frequency on all
//! three data sets, most where words are left out in training.
//!
//! Not here: the weights ([`descent`](super::descent)).

use super::{Lesson, TextSettings};
use floorwalker_engine::text::{GramDef, Grams, Variants};
use rayon::prelude::*;

/// Sixteenths: the unit of `TextDef::idf`.
const UNIT: f64 = 16.0;
/// What a gram counts that tells nothing, before the root.
const FLOOR: f64 = 0.3;
/// The root: between all grams alike (0) and the divergence itself (1).
const POWER: f64 = 0.7;
/// What a character gram counts beside a word: there are several to a word, and they say the same.
const CHARACTERS: f32 = 0.7;

/// The messages, and the rows that they are made of.
pub(super) struct Corpus {
    /// Bucket of each row, rising.
    pub(super) buckets: Vec<u32>,
    /// `d`; at least 1. It takes the place of the inverse document frequency in `TextDef`.
    pub(super) idf: Vec<u8>,
    /// `u`, in sixteenths.
    pub(super) reach: Vec<f32>,
    /// Of each message how many occurrences of grams are not among them.
    unknown: Vec<u32>,
    /// Where each message's occurrences start, and the end.
    starts: Vec<usize>,
    occurrences: Vec<Occurrence>,
}

/// A gram in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    /// Its row; a bucket, while rows are chosen.
    pub(super) row: u32,
    /// The first token that it covers.
    pub(super) first: u16,
    /// The last.
    pub(super) last: u16,
}

/// What is known of a bucket before it is a row.
struct Candidate {
    usefulness: f64,
    bucket: u32,
    idf: u8,
}

impl Corpus {
    /// Reads the messages and keeps the grams worth having.
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
        let mut all: Vec<(u32, u32)> = Vec::new(); // bucket, label; once a message
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

    /// The known grams of a message, by row.
    pub(super) fn message(&self, m: usize) -> &[Occurrence] {
        &self.occurrences[self.starts[m]..self.starts[m + 1]]
    }

    /// How many occurrences of grams in message `m` are not among the rows.
    pub(super) fn n_unknown(&self, m: usize) -> u32 {
        self.unknown[m]
    }

    /// The same messages over some of the rows, rising.
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

    /// Some of the rows, and no messages.
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

/// Per message its grams by bucket.
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

/// The buckets that a gram of words or glyphs falls into, rising.
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

/// `k` of the messages in `group`, `(bucket, label)` by label. Classes that none of them has count together.
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

/// `d`, to the nearest of `1..=255`.
fn part_in_norm(divergence: f64) -> u8 {
    ((FLOOR + divergence).powf(POWER) * UNIT).round().clamp(1.0, 255.0) as u8
}

/// How far the labels of the messages with this gram are from even: `Σ_c n_c · ln(n_c · C / n)`, in nats.
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
