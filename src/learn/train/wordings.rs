//! Wordings: detects whether messages are near duplicates of each other, and groups them by wording.
//!
//! Messages made from templates have near duplicates. When most messages have one, a randomly held-out message is almost in the
//! training data, and an out-of-scope threshold found by such messages is far too strict for people's own words. Then whole
//! wordings, which are clusters of the messages of a class, are held out.
//!
//! Example: trained on one release of Bitext's messages, which come from templates, and tested on the other, whose templates
//! differ (in both directions). With thresholds from held-out rows, 25 % and 34 % of the messages reached the right queue and the
//! others counted as out of scope; with thresholds from held-out wordings, 63 % and 65 % did.
//!
//! Not here: how held-out rows are used (`scope`).

use crate::kinds::clusters::{KMeansSettings, partition};
use crate::kinds::text;
use anyhow::Result;
use ndarray::{Array2, Axis};
use std::collections::BTreeMap;

/// Most messages that are checked for a near duplicate, and most messages among which it is searched.
const MAX_ASKED: usize = 500;
const MAX_COMPARED: usize = 20_000;
/// Iterations of the clustering, which need not converge.
const ITERATIONS: usize = 20;
/// Least cosine between near duplicates, and the share of messages above which most count as duplicated.
const NEAR: f32 = 0.7;
const SHARE: f64 = 0.5;

/// Whether most of `messages` have a near duplicate in their own class; `ids` are their classes.
pub(super) fn are_copies(messages: &[&str], ids: &[usize], n_classes: usize) -> bool {
    let n = messages.len().min(MAX_COMPARED);
    let picked: Vec<usize> = (0..n).map(|at| at * messages.len() / n).collect();
    let texts: Vec<&str> = picked.iter().map(|&at| messages[at]).collect();
    let vectors = unit(text::vectors(&texts));
    let n_asked = n.min(MAX_ASKED);
    let asked: Vec<usize> = (0..n_asked).map(|at| at * n / n_asked).collect();
    let mut n_copies = 0;
    for class in 0..n_classes {
        let is_of = |at: &usize| ids[picked[*at]] == class;
        let of: Vec<usize> = (0..n).filter(is_of).collect();
        let asked: Vec<usize> = asked.iter().copied().filter(is_of).collect();
        let cosines = vectors.select(Axis(0), &asked).dot(&vectors.select(Axis(0), &of).t());
        n_copies += cosines
            .outer_iter()
            .zip(&asked)
            .filter(|(row, at)| row.iter().zip(&of).any(|(&cosine, other)| other != *at && cosine >= NEAR))
            .count();
    }
    n_copies as f64 > SHARE * n_asked as f64
}

/// The number of each message's wording. The messages of each class are clustered into `k` wordings; in a class with at most `k`
/// different messages each is a wording.
pub(super) fn of(
    messages: &[&str],
    ids: &[usize],
    n_classes: usize,
    k: usize,
    seed: u64,
) -> Result<Vec<u32>> {
    let mut groups = vec![0; messages.len()];
    let mut next = 0;
    for class in 0..n_classes {
        let rows: Vec<usize> = (0..messages.len()).filter(|&at| ids[at] == class).collect();
        let texts: Vec<&str> = rows.iter().map(|&at| messages[at]).collect();
        let vectors = unit(text::vectors(&texts));
        // Messages are compared by their vectors, so those that differ only in case or punctuation are the same wording.
        let mut different: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
        let same: Vec<u32> = vectors
            .outer_iter()
            .map(|row| {
                let n = different.len() as u32;
                *different.entry(row.iter().map(|x| x.to_bits()).collect()).or_insert(n)
            })
            .collect();
        if different.len() <= k {
            rows.iter().zip(same).for_each(|(&at, wording)| groups[at] = next + wording);
        } else {
            let settings = KMeansSettings { seed, max_iterations: ITERATIONS, ..KMeansSettings::default() };
            let found = partition(&vectors, k, &settings)?;
            rows.iter().zip(&found.assignment).for_each(|(&at, cluster)| {
                groups[at] = next + cluster.unwrap_or(0);
            });
        }
        next += k as u32;
    }
    Ok(groups)
}

/// Scales rows to length 1; rows of zeros stay zeros.
fn unit(mut vectors: Array2<f32>) -> Array2<f32> {
    for mut row in vectors.outer_iter_mut() {
        let length = row.dot(&row).sqrt();
        row.mapv_inplace(|x| x / length.max(f32::MIN_POSITIVE));
    }
    vectors
}

#[cfg(test)]
mod tests {
    use super::*;

    const THINGS: [&str; 6] = ["shoes", "lamp", "phone", "kettle", "chair", "watch"];

    #[test]
    fn said_twice_with_a_word_more_is_a_copy() {
        let people = [
            "i would like my money back for these shoes",
            "parcel is three days late",
            "can you repay a broken lamp",
            "the courier never came to my door",
            "unwanted gift, how does it go back",
            "track order number twelve",
        ];
        let copies: Vec<String> =
            people.iter().flat_map(|message| [(*message).to_owned(), format!("please {message}")]).collect();
        let copies: Vec<&str> = copies.iter().map(String::as_str).collect();
        assert!(are_copies(&copies, &[0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1], 2));
        assert!(!are_copies(&people, &[0, 1, 0, 1, 0, 1], 2));
    }

    #[test]
    fn a_wording_holds_messages_of_one_class_that_are_alike() {
        let ways = ["could you please repay the", "my money back for this", "exchange against a bigger"];
        let messages: Vec<String> = THINGS
            .iter()
            .flat_map(|thing| ways.map(|way| format!("{way} {thing}")))
            .chain(["hello".to_owned()])
            .collect();
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        let ids: Vec<usize> = (0..messages.len()).map(|at| usize::from(at == messages.len() - 1)).collect();
        let groups = of(&messages, &ids, 2, 3, 7).unwrap();
        for (at, group) in groups[..18].iter().enumerate() {
            assert_eq!(*group, groups[at % 3], "{}", messages[at]);
        }
        let mut different = groups.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), 4);
    }

    #[test]
    fn what_differs_in_case_alone_is_one_wording() {
        let messages = ["hi", "Hi", "HI!", "hi.", "Hi!!", "?", "!!", "thanks a lot"];
        let groups = of(&messages, &[0; 8], 1, 3, 7).unwrap();
        assert!(groups[..5].iter().all(|group| *group == groups[0]), "{groups:?}");
        assert!(groups[5] == groups[6] && groups[7] != groups[0] && groups[5] != groups[0], "{groups:?}");
    }
}
