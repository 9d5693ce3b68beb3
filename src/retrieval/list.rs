//! List: the items that are shown, in order, each with the reasons for it and the probability with which it was drawn.
//!
//! The list is made place by place. At each place every allowed item that is left has a value
//! `v = (1 − d) · (score + boost) + d · 5 · (1 − largest likeness to the listed items) + fairness`, with `d` the diversity; a likeness counts in units
//! of 5 logits. Without exploration the best one is taken. With exploration `τ > 0` the place is drawn from the softmax of `v / τ`: the
//! recorded propensity is that of the item at its place, given the places before (Plackett–Luce).
//!
//! Not here: scores (`candidates`), what is allowed (`rules`).

use crate::best::keep_best;
use crate::candidates::{Candidate, LOOKED_UP, Scratch};
use crate::index::Index;
use crate::item::{NONE, of_level};
use crate::pairs::shares;
use crate::rules::{Cap, Rules};
use crate::signal::{SIGNALS, Signal, Weights};
use crate::taste::Taste;
use crate::trail::Trail;
use alloc::vec::Vec;
use floorwalker_engine::order::sort;
use floorwalker_engine::symbol::avalanche;

/// Logits that full likeness to a listed item is worth, under full diversity.
const LIKENESS: f32 = 5.0;
/// How many of the best candidates are looked at for each place.
const SHORTLIST: usize = 200;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// How many items.
    pub n: usize,
    /// What may be shown.
    pub rules: Rules,
    /// Exploration: temperature of the draw, in logits; 0 shows the best.
    pub explore: f32,
    /// Seed of the draw.
    pub seed: [u32; 2],
}

impl Default for Asked {
    fn default() -> Self {
        Self { n: 6, rules: Rules::default(), explore: 0.0, seed: [0; 2] }
    }
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommended {
    /// The item.
    pub item: u32,
    /// Its score: the sum of the contributions of its reasons, in logits.
    pub score: f32,
    /// Its probability to be what the shopper looks at next, by the scores of all allowed candidates.
    pub probability: f32,
    /// The probability with which it was drawn for its place, given the places before; 1 without exploration.
    pub propensity: f32,
    /// What its score is made of, largest first.
    pub reasons: Vec<Reason>,
}

/// A part of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reason {
    /// The signal.
    pub signal: Signal,
    /// The item of the trail that it rests on most, if it rests on one.
    pub of: Option<u32>,
    /// What it adds, in logits.
    pub contribution: f32,
}

/// A rule of association: who buys one item buys another.
///
/// # Source
///
/// Agrawal, Imieliński and Swami, *Mining association rules between sets of items in large databases*, SIGMOD 1993; lift: Brin et al., 1997.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Share of baskets that hold both.
    pub support: f32,
    /// Of the baskets that hold the first item, the share that holds the other, too.
    pub confidence: f32,
    /// Confidence over the share of all baskets that hold the other item: 1 if the two have nothing to do with each other.
    pub lift: f32,
}

/// A list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct List {
    /// The items, best place first.
    pub items: Vec<Recommended>,
    /// What caps, diversity, boosts, fairness and exploration cost: the share of the discounted probability of the best list, 0 to 1. A list's
    /// discounted probability is the sum over its places of `probability / log₂(place + 1)`.
    pub cost: f32,
}

impl Index {
    /// Ranks items for a shopper. Fewer than `asked.n` are returned only if the rules allow no more.
    pub fn recommend(&self, trail: &Trail, asked: &Asked, scratch: &mut Scratch) -> List {
        self.search(trail, scratch);
        let rules = &asked.rules;
        let mut shortlist: Vec<(f32, Candidate)> = Vec::new();
        for candidate in scratch.candidates.iter().filter(|one| rules.allow(self, trail, one.item)) {
            shortlist.push((self.score(candidate), *candidate));
        }
        self.fill(trail, asked, &mut shortlist);
        self.draw(trail, asked, shortlist, &self.weights)
    }

    /// Adds boosted items, and popular ones until there are enough for the list.
    fn fill(&self, trail: &Trail, asked: &Asked, shortlist: &mut Vec<(f32, Candidate)>) {
        let rules = &asked.rules;
        let enough = asked.n.saturating_mul(2);
        let boosted = rules.boost.iter().map(|(item, _)| *item);
        let popular = if shortlist.len() < enough { &self.by_trend[..] } else { &[] };
        let mut taste = None;
        for (at, item) in boosted.chain(popular.iter().copied()).enumerate() {
            if at >= rules.boost.len() && shortlist.len() >= enough {
                break;
            }
            if rules.allow(self, trail, item) && !shortlist.iter().any(|(_, one)| one.item == item) {
                let candidate = self.plain(item, taste.get_or_insert_with(|| Taste::of(self, trail)));
                shortlist.push((self.score(&candidate), candidate));
            }
        }
    }

    /// Items like this one: looked at in one session with it, or alike in title and attributes. The score is the sum of both shares.
    pub fn similar(&self, item: u32, trail: &Trail, asked: &Asked) -> List {
        let mut weights = [0.0; SIGNALS];
        weights[Signal::Together as usize] = 1.0;
        weights[Signal::Similar as usize] = 1.0;
        let mut found: Vec<Candidate> = Vec::new();
        let share = shares();
        for (other, level) in self.visited.of(item) {
            *signal(&mut found, *other, Signal::Together) = share[usize::from(level >> 4)];
        }
        for (other, level) in self.similar.of(item) {
            *signal(&mut found, *other, Signal::Similar) = f32::from(*level) / 255.0;
        }
        self.among(found, trail, &Trail::of(&[item]), asked, &weights)
    }

    /// Items that are bought together with `items`. The score is the largest confidence.
    pub fn bought_together(&self, items: &[u32], trail: &Trail, asked: &Asked) -> List {
        let mut weights = [0.0; SIGNALS];
        weights[Signal::Bought as usize] = 1.0;
        let mut found: Vec<Candidate> = Vec::new();
        for item in items {
            for (other, level) in self.bought.of(*item) {
                let most = signal(&mut found, *other, Signal::Bought);
                *most = most.max(f32::from(*level) / 255.0);
            }
        }
        found.retain(|one| !items.contains(&one.item));
        let ground = Trail { cart: items.into(), ..Trail::default() };
        self.among(found, trail, &ground, asked, &weights)
    }

    /// How often `other` is bought with `item`.
    #[must_use]
    pub fn rule(&self, item: u32, other: u32) -> Option<Rule> {
        let confidence = f32::from(self.bought.weight(item, other)) / 255.0;
        let count = |item: u32| self.item(item).map_or(0.0, |item| libm::expf(of_level(item.bought)) - 1.0);
        let (n, of_item, of_other) = (self.baskets as f32, count(item), count(other));
        (confidence > 0.0 && n > 0.0 && of_other > 0.0).then(|| Rule {
            support: (confidence * of_item / n).min(1.0),
            confidence,
            lift: confidence * n / of_other,
        })
    }

    /// A list from candidates whose reasons rest on `ground`.
    fn among(
        &self,
        found: Vec<Candidate>,
        trail: &Trail,
        ground: &Trail,
        asked: &Asked,
        weights: &Weights,
    ) -> List {
        let allowed = found.into_iter().filter(|one| asked.rules.allow(self, trail, one.item));
        let score = |one: Candidate| (one.signals.iter().zip(weights).map(|(x, w)| x * w).sum(), one);
        self.draw(ground, asked, allowed.map(score).collect(), weights)
    }

    fn draw(
        &self,
        ground: &Trail,
        asked: &Asked,
        mut shortlist: Vec<(f32, Candidate)>,
        weights: &Weights,
    ) -> List {
        let best = shortlist.iter().fold(f32::MIN, |best, (score, _)| best.max(*score));
        let all: f32 = shortlist.iter().map(|(score, _)| libm::expf(score - best)).sum();
        let is_plain = asked.explore.is_nan() || asked.explore <= 0.0;
        let is_plain = is_plain && asked.rules.keep_order();
        let better = |a: &(f32, Candidate), b: &(f32, Candidate)| (a.0, b.1.item) > (b.0, a.1.item);
        // Boosts count only from here on: what is boosted is kept, however little else speaks for it.
        let mut boosted = Vec::new();
        if !asked.rules.boost.is_empty() {
            shortlist.retain(|one| {
                let is_boosted = asked.rules.boost.iter().any(|(item, _)| *item == one.1.item);
                if is_boosted {
                    boosted.push(*one);
                }
                !is_boosted
            });
        }
        keep_best(&mut shortlist, if is_plain { asked.n } else { SHORTLIST.max(asked.n) }, better);
        shortlist.append(&mut boosted);
        sort(&mut shortlist, better);
        let chances: Vec<f32> = shortlist.iter().map(|(score, _)| libm::expf(score - best) / all).collect();
        let taken = if is_plain {
            (0..shortlist.len()).map(|at| (at, 1.0)).collect()
        } else {
            self.place_by_place(asked, &shortlist, &chances)
        };
        let most: f32 = (0..taken.len()).map(|place| chances[place] * exposure(place)).sum();
        let got: f32 = taken.iter().enumerate().map(|(place, (at, _))| chances[*at] * exposure(place)).sum();
        let items = taken.into_iter().map(|(at, propensity)| {
            let (score, one) = &shortlist[at];
            let reasons = self.reasons(ground, one, weights);
            Recommended { item: one.item, score: *score, probability: chances[at], propensity, reasons }
        });
        List {
            items: items.collect(),
            cost: if most > 0.0 { (1.0 - got / most).clamp(0.0, 1.0) } else { 0.0 },
        }
    }

    /// Takes items from the shortlist for one place after the other, each with its propensity.
    fn place_by_place(
        &self,
        asked: &Asked,
        shortlist: &[(f32, Candidate)],
        chances: &[f32],
    ) -> Vec<(usize, f32)> {
        let rules = &asked.rules;
        let diversity = rules.diversity.clamp(0.0, 1.0);
        let mut likeness: Vec<f32> = shortlist.iter().map(|_| 0.0).collect();
        let mut shown: Vec<(u16, f32)> = Vec::new(); // exposure by value of the fair attribute
        let mut taken: Vec<(usize, f32)> = Vec::new();
        let mut options: Vec<(usize, f32)> = Vec::new();
        while taken.len() < asked.n {
            options.clear();
            for (at, (score, one)) in shortlist.iter().enumerate() {
                let is_full = |cap: &Cap| {
                    let value = |item: u32| self.value(item, cap.attribute.into());
                    let own = value(one.item);
                    let same = taken.iter().filter(|(at, _)| value(shortlist[*at].1.item) == own);
                    own != NONE && same.count() >= cap.most.into()
                };
                if taken.iter().any(|(taken, _)| *taken == at) || rules.caps.iter().any(is_full) {
                    continue;
                }
                let fit = (1.0 - diversity) * (score + rules.boost(one.item));
                let unlike = diversity * LIKENESS * (1.0 - likeness[at]);
                options.push((at, fit + unlike + self.fair(rules, shortlist, chances, &shown, one.item)));
            }
            let Some((at, propensity)) = pick(&options, asked, taken.len()) else { break };
            let item = shortlist[at].1.item;
            if diversity > 0.0 {
                for (likeness, (_, other)) in likeness.iter_mut().zip(shortlist) {
                    *likeness = likeness.max(self.likeness(item, other.item));
                }
            }
            if let Some(fairness) = rules.fairness {
                let value = self.value(item, fairness.attribute.into());
                let exposure = exposure(taken.len());
                match shown.iter_mut().find(|(other, _)| *other == value) {
                    Some((_, sum)) => *sum += exposure,
                    None => shown.push((value, exposure)),
                }
            }
            taken.push((at, propensity));
        }
        taken
    }

    /// What fairness adds to an item.
    fn fair(
        &self,
        rules: &Rules,
        shortlist: &[(f32, Candidate)],
        chances: &[f32],
        shown: &[(u16, f32)],
        item: u32,
    ) -> f32 {
        let Some(fairness) = rules.fairness else { return 0.0 };
        let value = self.value(item, fairness.attribute.into());
        if value == NONE {
            return 0.0;
        }
        let is_same = |one: &Candidate| self.value(one.item, fairness.attribute.into()) == value;
        let merit: f32 = shortlist
            .iter()
            .zip(chances)
            .filter(|((_, one), _)| is_same(one))
            .map(|(_, chance)| chance)
            .sum();
        let all: f32 = shown.iter().map(|(_, sum)| sum).sum();
        let got = shown.iter().find(|(other, _)| *other == value).map_or(0.0, |(_, sum)| *sum);
        fairness.strength * (merit - if all > 0.0 { got / all } else { 0.0 })
    }

    /// What the score of a candidate is made of, largest first; parts that are 0 are left out.
    fn reasons(&self, trail: &Trail, candidate: &Candidate, weights: &Weights) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = Vec::with_capacity(SIGNALS);
        for ((signal, value), weight) in Signal::ALL.into_iter().zip(&candidate.signals).zip(weights) {
            let contribution = value * weight;
            if contribution != 0.0 {
                reasons.push(Reason { signal, of: self.ground(trail, candidate.item, signal), contribution });
            }
        }
        let size = |one: &Reason| (one.contribution.abs(), SIGNALS - one.signal as usize);
        sort(&mut reasons, |a, b| size(a) > size(b));
        reasons
    }

    /// The item of the trail that a signal rests on most.
    fn ground(&self, trail: &Trail, item: u32, signal: Signal) -> Option<u32> {
        let last = trail.seen().next_back();
        let most = |weight: &dyn Fn(u32) -> u8| {
            let weighed = trail.seen().rev().take(LOOKED_UP).map(|one| (one, weight(one)));
            // Of equal ones, the latest.
            weighed
                .filter(|(_, weight)| *weight > 0)
                .rev()
                .max_by_key(|(_, weight)| *weight)
                .map(|(one, _)| one)
        };
        match signal {
            Signal::NextLast | Signal::TogetherLast => last,
            Signal::Next => most(&|one| self.visited.weight(one, item) & 15),
            Signal::Together => most(&|one| self.visited.weight(one, item) >> 4),
            Signal::Similar => most(&|one| self.similar.weight(one, item)),
            Signal::Factors => most(&|one| self.factors.weight(one, item)),
            Signal::Bought => trail.cart.iter().copied().max_by_key(|one| self.bought.weight(*one, item)),
            _ => None,
        }
    }
}

/// A signal of an item, which joins `found` if it is not there yet.
fn signal(found: &mut Vec<Candidate>, item: u32, signal: Signal) -> &mut f32 {
    let at = found.iter().position(|one| one.item == item).unwrap_or_else(|| {
        found.push(Candidate { item, signals: [0.0; SIGNALS] });
        found.len() - 1
    });
    &mut found[at].signals[signal as usize]
}

/// Exposure of a place, from 0: `1 / log₂(place + 2)`.
fn exposure(place: usize) -> f32 {
    1.0 / libm::log2f(place as f32 + 2.0)
}

/// The option at a place, and the probability with which it is drawn.
fn pick(options: &[(usize, f32)], asked: &Asked, place: usize) -> Option<(usize, f32)> {
    let best = options.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
    if asked.explore.is_nan() || asked.explore <= 0.0 {
        return Some((best.0, 1.0));
    }
    let weights = options.iter().map(|(_, value)| libm::expf((value - best.1) / asked.explore));
    let weights: Vec<f32> = weights.collect();
    let all: f32 = weights.iter().sum();
    let [a, b] = asked.seed;
    let bits = avalanche(avalanche(avalanche(a ^ 0x9e37_79b9) ^ b) ^ place as u32);
    let mut left = (bits >> 8) as f32 / (1_u32 << 24) as f32 * all;
    for ((at, _), weight) in options.iter().zip(&weights) {
        left -= weight;
        if left < 0.0 {
            return Some((*at, weight / all));
        }
    }
    // Rounding may leave a small remainder, which the best one gets: its weight is 1.
    Some((best.0, 1.0 / all))
}
