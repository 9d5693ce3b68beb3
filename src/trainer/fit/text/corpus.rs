//! Corpus: the messages as sparse rows over the grams worth having.
//!
//! | symbol | shape                    | unit                                          |
//! |--------|--------------------------|-----------------------------------------------|
//! | `d`    | `[n_rows]`               | inverse document frequency, in sixteenths     |
//! | `x`    | `[n_messages, n_rows]`   | `count · d`, divided by `sqrt(Σ count · d²)`  |
//!
//! Grams are counted by bucket, with the engine's own code, so that what shares a bucket in the page shares one here.
//!
//! Not here: the weights ([`descent`](super::descent)).

use super::TextSettings;
use floorwalker_engine::text::{GramDef, Grams};
use rayon::prelude::*;

/// Sixteenths: the unit of `TextDef::idf`.
const IDF_UNIT: f64 = 16.0;

/// Messages by rows and rows by messages.
pub(super) struct Corpus {
    /// Bucket of each row, rising.
    pub(super) buckets: Vec<u32>,
    /// `d`.
    pub(super) idf: Vec<u8>,
    /// `x` by message: `(row, value)`.
    pub(super) messages: Sparse,
    /// `x` by row: `(message, value)`.
    pub(super) rows: Sparse,
    /// Occurrences of every bucket, known or not, by message.
    counts: Vec<Vec<(u32, u32)>>,
}

/// Lists of `(index, value)`, one after another.
#[derive(Default)]
pub(super) struct Sparse {
    starts: Vec<usize>,
    cells: Vec<(u32, f32)>,
}

impl Sparse {
    fn from_lists(lists: &[Vec<(u32, f32)>]) -> Self {
        let mut starts = vec![0];
        starts.extend(lists.iter().scan(0, |end, list| {
            *end += list.len();
            Some(*end)
        }));
        Self { starts, cells: lists.concat() }
    }

    /// The same cells listed by their other index, below `n`.
    fn transposed(&self, n: usize) -> Self {
        let mut starts = vec![0; n + 1];
        for &(index, _) in &self.cells {
            starts[index as usize + 1] += 1;
        }
        for i in 0..n {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut cells = vec![(0, 0.0); self.cells.len()];
        for list in 0..self.len() {
            for &(index, value) in self.list(list) {
                cells[next[index as usize]] = (list as u32, value);
                next[index as usize] += 1;
            }
        }
        Self { starts, cells }
    }

    /// Number of lists.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// One list.
    pub(super) fn list(&self, i: usize) -> &[(u32, f32)] {
        &self.cells[self.starts[i]..self.starts[i + 1]]
    }
}

impl Corpus {
    /// Reads the messages and keeps the grams worth having.
    pub(super) fn read(
        messages: &[&str],
        labels: &[usize],
        n_classes: usize,
        settings: &TextSettings,
    ) -> Self {
        let TextSettings { grams: def, min_frequency, max_rows, .. } = *settings;
        let counts = all_counts(messages, def);
        let mut all: Vec<(u32, u32)> = Vec::new(); // bucket, label
        for (list, &label) in counts.iter().zip(labels) {
            all.extend(list.iter().map(|&(bucket, _)| (bucket, label as u32)));
        }
        all.par_sort_unstable();
        let mut kept: Vec<(f64, u32, u32)> = all // usefulness, bucket, frequency
            .par_chunk_by(|a, b| a.0 == b.0)
            .filter(|group| group.len() >= min_frequency as usize)
            .map(|group| (usefulness(group, n_classes), group[0].0, group.len() as u32))
            .collect();
        if kept.len() > max_rows {
            kept.par_sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            kept.truncate(max_rows);
            kept.par_sort_unstable_by_key(|row| row.1);
        }
        let buckets: Vec<u32> = kept.iter().map(|row| row.1).collect();
        let idf = kept.iter().map(|row| idf(messages.len(), row.2)).collect();
        Self::over(counts, buckets, idf)
    }

    /// The same messages over some of the rows, rising: values are normalised anew.
    pub(super) fn restricted(self, rows: &[usize]) -> Self {
        let Self { buckets, idf, .. } = self.columns(rows);
        Self::over(self.counts, buckets, idf)
    }

    /// Bucket and idf of some of the rows, and no messages.
    pub(super) fn columns(&self, rows: &[usize]) -> Self {
        let buckets = rows.iter().map(|&row| self.buckets[row]).collect();
        let idf = rows.iter().map(|&row| self.idf[row]).collect();
        Self { buckets, idf, messages: Sparse::default(), rows: Sparse::default(), counts: Vec::new() }
    }

    fn over(counts: Vec<Vec<(u32, u32)>>, buckets: Vec<u32>, idf: Vec<u8>) -> Self {
        let lists: Vec<Vec<(u32, f32)>> =
            counts.par_iter().map(|list| features(list, &buckets, &idf)).collect();
        let messages = Sparse::from_lists(&lists);
        let rows = messages.transposed(buckets.len());
        Self { buckets, idf, messages, rows, counts }
    }
}

/// Per message its buckets, rising, and how often each occurs.
fn all_counts(messages: &[&str], def: GramDef) -> Vec<Vec<(u32, u32)>> {
    messages
        .par_iter()
        .map_init(Grams::default, |grams, message| bucket_counts(grams, message, def))
        .collect()
}

fn bucket_counts(grams: &mut Grams, message: &str, def: GramDef) -> Vec<(u32, u32)> {
    let mut buckets: Vec<u32> = Vec::new();
    grams.read(message, def, |gram| buckets.push(gram.bucket));
    buckets.sort_unstable();
    buckets.chunk_by(|a, b| a == b).map(|group| (group[0], group.len() as u32)).collect()
}

/// `16 · (1 + ln((1 + n) / (1 + frequency)))`, to the nearest of `1..=255`: the smooth idf of scikit-learn.
fn idf(n_messages: usize, frequency: u32) -> u8 {
    let value = 1.0 + ((1.0 + n_messages as f64) / (1.0 + f64::from(frequency))).ln();
    (value * IDF_UNIT).round().clamp(1.0, 255.0) as u8
}

fn features(counts: &[(u32, u32)], buckets: &[u32], idf: &[u8]) -> Vec<(u32, f32)> {
    let rows = counts.iter().filter_map(|&(bucket, n)| Some((buckets.binary_search(&bucket).ok()?, n)));
    let mut list: Vec<(u32, f32)> =
        rows.map(|(row, n)| (row as u32, n as f32 * f32::from(idf[row]))).collect();
    let norm2: f32 = list.iter().map(|&(row, x)| x * f32::from(idf[row as usize])).sum();
    let norm = norm2.sqrt().max(f32::MIN_POSITIVE);
    list.iter_mut().for_each(|cell| cell.1 /= norm);
    list
}

/// How far the labels of the messages with this gram are from even: `Σ_c n_c · ln(n_c · C / n)`, in nats.
fn usefulness(group: &[(u32, u32)], n_classes: usize) -> f64 {
    let n = group.len() as f64;
    group
        .chunk_by(|a, b| a.1 == b.1)
        .map(|same| same.len() as f64 * (same.len() as f64 * n_classes as f64 / n).ln())
        .sum()
}
