//! Finding the best split of a leaf from its histograms.
//!
//! A split separates a leaf's rows by one input: numbers at a threshold, categories by a set (members go right). Its gain is the
//! second-order approximation of the decrease of the training loss, in nats, before shrinkage:
//!
//! `gain = (GL² / (HL + l2) + GR² / (HR + l2) - G² / (H + l2)) / 2 - penalty`
//!
//! | symbol    | meaning                                                                                |
//! |-----------|----------------------------------------------------------------------------------------|
//! | `G`, `H`  | sum of gradients and of hessians over the leaf; `L`, `R`: over its left and right side |
//! | `penalty` | penalty for a threshold, set or column that no tree has used so far                    |
//!
//! # Source
//!
//! Chen, Guestrin, *A Scalable Tree Boosting System* (KDD 2016), eq. 7 and the two-way scan for missing values. Sets: Fisher
//! (1958) as in LightGBM: categories sorted by `G / (H + smooth)` and cut once. Reuse penalty: Herrmann et al., *Boosted Trees on
//! a Diet* (arXiv:2510.26557). Deviation: sets used before are also tried, without penalty.
use super::bins::{BinnedInput, Meaning};
use super::cut::{CodeSet, Split, Test, insert};
use super::histogram::{Bin, Unit};
use super::reuse::Reuse;
use super::settings::BoostSettings;

/// Tolerance of the quick check, whose sums are rounded differently from the exact ones.
const NEARLY: f64 = 1.0 - 1e-9;

/// The parameters of a search: the settings, what was used so far, and the unit of the bins.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub(super) settings: &'a BoostSettings,
    pub(super) reuse: &'a Reuse,
    pub(super) unit: Unit,
}

impl Terms<'_> {
    /// Whether a leaf has enough rows for two leaves.
    pub(super) fn can_part(self, total: Bin) -> bool {
        total.rows() / 2 >= self.settings.min_leaf_rows.max(1)
    }

    fn score(self, bin: Bin, l2: f64) -> f64 {
        let (gradient, hessian) = (self.unit.gradient(bin), self.unit.hessian(bin) + l2);
        if hessian > 0.0 { gradient * gradient / hessian } else { 0.0 }
    }
}

/// The search for the best split of one leaf by one input.
pub(super) struct Search<'a> {
    terms: Terms<'a>,
    index: usize,
    input: &'a BinnedInput,
    total: Bin,
    /// Score of the unsplit leaf.
    whole: f64,
    best: Option<Split>,
}

impl<'a> Search<'a> {
    /// The best split with a gain that the settings allow.
    pub(super) fn best(
        terms: Terms<'a>,
        (index, input): (usize, &'a BinnedInput),
        bins: &[Bin],
        total: Bin,
    ) -> Option<Split> {
        let whole = terms.score(total, terms.settings.l2);
        let mut search = Self { terms, index, input, total, whole, best: None };
        match &input.meaning {
            Meaning::Number { thresholds } => search.numbers(bins, thresholds.len()),
            Meaning::Category { categories } => search.categories(bins, categories.len()),
        }
        search.best
    }

    fn numbers(&mut self, bins: &[Bin], n_thresholds: usize) {
        let Terms { settings, reuse, .. } = self.terms;
        let missing = bins[usize::from(self.input.missing)];
        let Some(column_penalty) = reuse.column_penalty(self.index, settings) else { return };
        if missing.rows() == 0 {
            self.complete_numbers(&bins[..n_thresholds], column_penalty);
            return;
        }
        let mut left = Bin::default();
        for (code, bin) in bins[..n_thresholds].iter().enumerate() {
            left += *bin;
            let cut = Cut::Threshold { code: code as u8, column_penalty };
            self.offer(cut, left, missing, settings.l2);
        }
        // All values against missing.
        let cut = Cut::Threshold { code: self.input.missing - 1, column_penalty };
        self.offer_way(cut, false, self.total - missing, missing, settings.l2);
    }

    /// The thresholds of a number without missing values. Boosting spends most of its time here.
    fn complete_numbers(&mut self, bins: &[Bin], column_penalty: f64) {
        let Terms { settings, unit, .. } = self.terms;
        let least = settings.min_leaf_rows.max(1);
        let most_left = self.total.rows().saturating_sub(least);
        let hurdle = Hurdle::of(self, settings.l2);
        let mut most = self.most();
        let mut left = Bin::default();
        for (code, bin) in bins.iter().enumerate() {
            left += *bin;
            if left.rows() < least {
                continue;
            }
            if left.rows() > most_left {
                break;
            }
            if hurdle.may_be_above(most, unit, left) {
                let cut = Cut::Threshold { code: code as u8, column_penalty };
                self.offer(cut, left, Bin::default(), settings.l2);
                most = self.most();
            }
        }
    }

    /// The gain that a split must exceed.
    fn most(&self) -> f64 {
        self.best.map_or(self.terms.settings.min_gain, |best| best.gain)
    }

    fn categories(&mut self, bins: &[Bin], n: usize) {
        let Terms { settings, reuse, unit } = self.terms;
        let missing = bins[usize::from(self.input.missing)];
        let known = self.total - missing;
        let hurdle = Hurdle::of(self, settings.l2);
        for set in reuse.sets(self.index) {
            let right = members(bins, set);
            if missing.rows() == 0 && !hurdle.may_be_above(self.most(), unit, right) {
                continue;
            }
            self.offer(Cut::Set { set: *set, penalty: 0.0 }, known - right, missing, settings.l2);
        }
        let Some(penalty) = reuse.set_penalty(settings) else { return };
        let slope =
            |code: usize| unit.gradient(bins[code]) / (unit.hessian(bins[code]) + settings.category_smooth);
        let mut order: Vec<(f64, usize)> = (0..n)
            .filter(|code| bins[*code].rows() >= settings.min_category_rows)
            .map(|code| (slope(code), code))
            .collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let l2 = settings.l2 + settings.category_l2;
        // The other half of the cuts is tried from the other end, so that the members are the smaller side.
        let half = order.len().div_ceil(2);
        self.sets(order.iter().take(half), bins, known, penalty, l2);
        self.sets(order.iter().rev().take(half), bins, known, penalty, l2);
    }

    /// Tries the set of the first category, of the first two, and so on.
    fn sets<'o>(
        &mut self,
        order: impl Iterator<Item = &'o (f64, usize)>,
        bins: &[Bin],
        known: Bin,
        penalty: f64,
        l2: f64,
    ) {
        let missing = bins[usize::from(self.input.missing)];
        let (mut set, mut right) = (CodeSet::default(), Bin::default());
        for (_, code) in order {
            insert(&mut set, *code);
            right += bins[*code];
            self.offer(Cut::Set { set, penalty }, known - right, missing, l2);
        }
    }

    /// Tries a split of the rows that have a value, with the missing rows on the better side.
    fn offer(&mut self, cut: Cut, left: Bin, missing: Bin, l2: f64) {
        let right = self.total - left - missing;
        if missing.rows() == 0 {
            // Without missing rows in the leaf, missing values go to the side with more rows.
            self.offer_way(cut, left.rows() >= right.rows(), left, right, l2);
        } else {
            self.offer_way(cut, true, left + missing, right, l2);
            self.offer_way(cut, false, left, right + missing, l2);
        }
    }

    fn offer_way(&mut self, cut: Cut, missing_left: bool, left: Bin, right: Bin, l2: f64) {
        let Terms { settings, reuse, unit } = self.terms;
        let enough = |side: Bin| {
            side.rows() >= settings.min_leaf_rows.max(1) && unit.hessian(side) >= settings.min_leaf_hessian
        };
        if !enough(left) || !enough(right) {
            return;
        }
        let free = (self.terms.score(left, l2) + self.terms.score(right, l2) - self.whole) / 2.0;
        let most = self.most();
        // Penalties are not negative, so a split that is not better without a penalty can be skipped.
        if free <= most {
            return;
        }
        let (test, penalty) = match cut {
            Cut::Set { set, penalty } => (Test::Member(set), penalty),
            Cut::Threshold { code, column_penalty } => {
                (Test::Code(code), column_penalty + reuse.threshold_penalty(self.index, code, settings))
            }
        };
        let gain = free - penalty;
        // In a tie the first split is kept.
        if gain > most {
            self.best = Some(Split { input: self.index, test, missing_left, gain, left, right });
        }
    }
}

/// A quick check that rejects most splits without a division: `a / b + c / d > most` is tested as `a d + c b > most b d`.
struct Hurdle {
    gradient: f64,
    /// Sum of both sides' hessians, including `l2` twice.
    hessian: f64,
    whole: f64,
    l2: f64,
}

impl Hurdle {
    fn of(search: &Search<'_>, l2: f64) -> Self {
        let Terms { unit, .. } = search.terms;
        let hessian = unit.hessian(search.total) + 2.0 * l2;
        Self { gradient: unit.gradient(search.total), hessian, whole: search.whole, l2 }
    }

    /// Whether a split into `side` and the rest, without missing rows, may have a gain above `most`, not counting penalties.
    fn may_be_above(&self, most: f64, unit: Unit, side: Bin) -> bool {
        let (a, b) = (unit.gradient(side), unit.hessian(side) + self.l2);
        let (c, d) = (self.gradient - a, self.hessian - b);
        a * a * d + c * c * b > (self.whole + 2.0 * most) * NEARLY * (b * d)
    }
}

/// A candidate cut, and the part of its penalty that is already known.
#[derive(Clone, Copy)]
enum Cut {
    /// At a threshold of a number.
    Threshold { code: u8, column_penalty: f64 },
    /// By a set of categories.
    Set { set: CodeSet, penalty: f64 },
}

/// Sum of the bins whose codes are in a set.
fn members(bins: &[Bin], set: &CodeSet) -> Bin {
    let mut sum = Bin::default();
    for (word, codes) in set.iter().enumerate() {
        let mut codes = *codes;
        while codes != 0 {
            sum += bins[64 * word + codes.trailing_zeros() as usize];
            codes &= codes - 1;
        }
    }
    sum
}
