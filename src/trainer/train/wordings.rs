//! Wordings: whether messages are near copies of each other, and which belong together.
//!
//! Messages made from templates have near copies. Where most have one, a message that is held out by chance is as good as learnt from,
//! and a bound that is found by such messages is far too strict for people's own words. Then whole wordings are held out: clusters of the
//! messages of a class.
//!
//! Trained on one release of Bitext's messages, which come from templates, and asked by the other, whose templates differ, bounds by rows
//! let 25 % and 34 % reach their right queue and called the others out of scope; bounds by wordings let 63 % and 65 %.
//!
//! Not here: what is held out for what (`scope`).

use crate::fit::clusters::{KMeansSettings, k_means};
use crate::fit::text;
use anyhow::Result;
use ndarray::{Array2, Axis};

/// Messages that are compared, at most.
const MAX_COMPARED: usize = 4000;
/// Cosine from which on a message is a near copy of another, and the share of messages that have one.
const NEAR: f32 = 0.7;
const SHARE: f64 = 0.5;

/// Whether most of `messages` have a near copy of their own class; `ids` are their classes.
pub(super) fn are_copies(messages: &[&str], ids: &[usize], n_classes: usize) -> bool {
    let n = messages.len().min(MAX_COMPARED);
    let picked: Vec<usize> = (0..n).map(|at| at * messages.len() / n).collect();
    let texts: Vec<&str> = picked.iter().map(|&at| messages[at]).collect();
    let vectors = unit(text::vectors(&texts));
    let mut n_copies = 0;
    for class in 0..n_classes {
        let of: Vec<usize> = (0..n).filter(|&at| ids[picked[at]] == class).collect();
        let rows = vectors.select(Axis(0), &of);
        let cosines = rows.dot(&rows.t());
        n_copies += cosines
            .outer_iter()
            .enumerate()
            .filter(|(at, row)| row.iter().enumerate().any(|(other, &cosine)| other != *at && cosine >= NEAR))
            .count();
    }
    n_copies as f64 > SHARE * n as f64
}

/// A number for each wording: `k` clusters of the messages of each class, of a class with fewer different ones each message.
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
        let mut different = texts.clone();
        different.sort_unstable();
        different.dedup();
        if different.len() <= k {
            rows.iter().zip(&texts).for_each(|(&at, text)| {
                groups[at] = next + different.binary_search(text).unwrap_or(0) as u32;
            });
        } else {
            let settings = KMeansSettings { seed, ..KMeansSettings::default() };
            let found = k_means(unit(text::vectors(&texts)).view(), k, &settings)?;
            rows.iter().zip(&found.assignment).for_each(|(&at, cluster)| {
                groups[at] = next + cluster.unwrap_or(0);
            });
        }
        next += k as u32;
    }
    Ok(groups)
}

/// Rows of length 1; of zeros they stay zeros.
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
}
