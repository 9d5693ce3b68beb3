//! How well a ranking tells what is looked at next.
//!
//! | figure       | meaning                                                                                          |
//! |--------------|--------------------------------------------------------------------------------------------------|
//! | hit rate     | share of steps whose next item is among the first 20                                              |
//! | MRR          | mean of 1 / rank of the next item; 0 beyond rank 20                                               |
//! | coverage     | share of the items that are among the first 20 of any step                                        |
//! | novelty      | mean of −log₂ of the share of looks at a listed item                                              |
//! | diversity    | 1 − mean likeness (share of equal attributes) of two listed items                                  |
//! | popularity   | mean looks at a listed item over mean looks at the items that came next: above 1, popular items are favoured |

use crate::visits::Visit;
use floorwalker_retrieval::{Index, SIGNALS, Scratch, Signal, Trail, Weights, of_level};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// How many items are looked at.
pub const TOP: usize = 20;

/// A way to rank: a name and the weights of the signals.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// Its weights.
    pub weights: Weights,
}

impl Method {
    /// The methods that rank by one signal alone. Ties are broken by popularity.
    #[must_use]
    pub fn alone() -> Vec<Self> {
        let of = |name, signals: &[Signal]| {
            let mut weights = [0.0; SIGNALS];
            weights[Signal::Popular as usize] = 1e-3;
            for signal in signals {
                weights[*signal as usize] = 1.0;
            }
            Self { name, weights }
        };
        vec![
            of("popularity", &[Signal::Popular]),
            of("trend", &[Signal::Trending]),
            of("markov", &[Signal::NextLast]),
            of("item_item", &[Signal::Together]),
            of("sequence", &[Signal::Next]),
            of("content", &[Signal::Similar]),
            of("factors", &[Signal::Factors]),
            of("neighbours", &[Signal::Neighbours]),
        ]
    }
}

/// Figures of a method.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The method.
    pub method: Method,
    /// For each step, the rank of the next item from 1, if it is a candidate.
    pub ranks: Vec<Option<usize>>,
    /// Share of the items that are shown.
    pub coverage: f64,
    /// Mean surprise of a shown item, in bits.
    pub novelty: f64,
    /// 1 − mean likeness of two shown items.
    pub diversity: f64,
    /// How popular shown items are, relative to those that came next.
    pub popularity: f64,
}

impl Score {
    /// For each step, 1 if the next item is among the first 20.
    #[must_use]
    pub fn hits(&self) -> Vec<f64> {
        self.each(|_| 1.0)
    }

    /// For each step, 1 / rank within the first 20.
    #[must_use]
    pub fn reciprocal_ranks(&self) -> Vec<f64> {
        self.each(|rank| 1.0 / rank as f64)
    }

    fn each(&self, of: impl Fn(usize) -> f64) -> Vec<f64> {
        self.ranks.iter().map(|rank| rank.filter(|rank| *rank <= TOP).map_or(0.0, &of)).collect()
    }
}

/// The steps that are predicted, and the session of each.
#[must_use]
pub fn steps(visits: &[Visit]) -> (Vec<(Trail, u32)>, Vec<u32>) {
    let mut steps = Vec::new();
    let mut sessions = Vec::new();
    for (session, visit) in (0..).zip(visits) {
        for step in visit.predictions() {
            steps.push(step);
            sessions.push(session);
        }
    }
    (steps, sessions)
}

/// What one step says of a method: the rank of the next item, and the first items.
type Said = (Option<usize>, Vec<u32>);

/// Measures methods on the same steps.
#[must_use]
pub fn measure(index: &Index, steps: &[(Trail, u32)], methods: &[Method]) -> Vec<Score> {
    let said: Vec<Vec<Said>> = steps
        .par_iter()
        .map_init(Scratch::default, |scratch, (trail, next)| {
            index.search(trail, scratch);
            methods.iter().map(|method| rank(scratch, &method.weights, *next)).collect()
        })
        .collect();
    let of = |(at, method): (usize, &Method)| score(index, steps, method, said.iter().map(|said| &said[at]));
    methods.iter().enumerate().map(of).collect()
}

fn rank(scratch: &Scratch, weights: &Weights, next: u32) -> Said {
    let score = |signals: &[f32; SIGNALS]| signals.iter().zip(weights).map(|(x, w)| x * w).sum::<f32>();
    let mut scores: Vec<(f32, u32)> =
        scratch.candidates().iter().map(|one| (score(&one.signals), one.item)).collect();
    let best = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    let found = scores.iter().copied().find(|(_, item)| *item == next);
    let rank = found.map(|found| 1 + scores.iter().filter(|one| best(one, &found).is_lt()).count());
    if scores.len() > TOP {
        scores.select_nth_unstable_by(TOP, best);
        scores.truncate(TOP);
    }
    (rank, scores.into_iter().map(|(_, item)| item).collect())
}

fn score<'a>(
    index: &Index,
    steps: &[(Trail, u32)],
    method: &Method,
    said: impl Iterator<Item = &'a Said>,
) -> Score {
    let looks = |item: u32| index.item(item).map_or(0.0, |item| f64::from(of_level(item.popular)).exp_m1());
    let all: f64 = (0..index.len() as u32).map(looks).sum();
    let mut shown = BTreeSet::new();
    let mut ranks = Vec::new();
    let (mut n, mut surprise, mut popularity) = (0.0, 0.0, 0.0);
    let (mut pairs, mut likeness) = (0.0, 0.0);
    for (rank, items) in said {
        ranks.push(*rank);
        for (at, item) in items.iter().enumerate() {
            shown.insert(*item);
            n += 1.0;
            surprise -= ((looks(*item) + 1.0) / (all + 1.0)).log2();
            popularity += looks(*item);
            for other in items.iter().skip(at + 1) {
                pairs += 1.0;
                likeness += f64::from(index.likeness(*item, *other));
            }
        }
    }
    let next: f64 = steps.iter().map(|(_, next)| looks(*next)).sum::<f64>() / steps.len().max(1) as f64;
    let mean = |sum: f64, n: f64| if n > 0.0 { sum / n } else { 0.0 };
    Score {
        method: method.clone(),
        ranks,
        coverage: mean(shown.len() as f64, index.len() as f64),
        novelty: mean(surprise, n),
        diversity: 1.0 - mean(likeness, pairs),
        popularity: mean(mean(popularity, n), next),
    }
}
