//! Finding the best split of a leaf from its histograms.
//!
//! A split parts a leaf's rows by one input: numbers at a threshold, categories by a set (members go right). Its gain is
//! what it takes off the training loss, in nats, to second order and before shrinkage:
//!
//! `gain = (GL² / (HL + l2) + GR² / (HR + l2) - G² / (H + l2)) / 2 - penalty`
//!
//! | symbol    | meaning                                                            |
//! |-----------|--------------------------------------------------------------------|
//! | `G`, `H`  | sum of gradients and of hessians over the leaf; `L`, `R` its parts |
//! | `penalty` | what a threshold, set or column costs that no tree has used so far |
//!
//! # Source
//!
//! Chen, Guestrin, *A Scalable Tree Boosting System* (KDD 2016), eq. 7 and the two-way scan for missing values. Sets: Fisher (1958) as in LightGBM:
//! categories in the order of `G / (H + smooth)`, cut once. Reuse penalty: Herrmann et al., *Boosted Trees on a Diet*
//! (arXiv:2510.26557). Deviation: sets used before are tried again, too, free of penalty.
use super::bins::{BinnedInput, Meaning};
use super::loss::Slope;
use super::reuse::Reuse;
use super::settings::BoostSettings;
use std::ops::{Add, AddAssign, Sub};

/// Codes that go right, as bits.
pub(in crate::fit) type CodeSet = [u64; 4];

/// What is known of the rows with one code, or of a set of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Bin {
    pub(super) gradient: f64,
    pub(super) hessian: f64,
    pub(super) rows: u32,
}

impl Add for Bin {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            gradient: self.gradient + other.gradient,
            hessian: self.hessian + other.hessian,
            rows: self.rows + other.rows,
        }
    }
}

impl Sub for Bin {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        // A part without rows is exactly nothing, whatever the sums rounded to.
        if self.rows == other.rows {
            return Self::default();
        }
        Self {
            gradient: self.gradient - other.gradient,
            hessian: (self.hessian - other.hessian).max(0.0),
            rows: self.rows - other.rows,
        }
    }
}

impl AddAssign for Bin {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Bin {
    fn score(self, l2: f64) -> f64 {
        if self.rows == 0 { 0.0 } else { self.gradient * self.gradient / (self.hessian + l2) }
    }
}

/// How a split parts the rows that have a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::fit) enum Test {
    /// Codes up to this one go left.
    Code(u8),
    /// Codes in this set go right.
    Member(CodeSet),
}

impl Test {
    pub(in crate::fit) fn goes_left(&self, code: u8) -> bool {
        match self {
            Self::Code(last) => code <= *last,
            Self::Member(set) => !contains(set, code),
        }
    }
}

/// A split that could be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Split {
    pub(super) input: usize,
    pub(super) test: Test,
    pub(super) missing_left: bool,
    pub(super) gain: f64,
    pub(super) left: Bin,
    pub(super) right: Bin,
}

pub(super) fn contains(set: &CodeSet, code: u8) -> bool {
    set[usize::from(code >> 6)] >> (code & 63) & 1 == 1
}

pub(in crate::fit) fn insert(set: &mut CodeSet, code: usize) {
    set[code >> 6] |= 1 << (code & 63);
}

/// Adds the slopes of rows to the histogram of one input. `slopes` is in the order of `rows`.
pub(super) fn count(bins: &mut [Bin], codes: &[u8], rows: &[u32], slopes: &[Slope]) {
    for (row, [gradient, hessian]) in rows.iter().zip(slopes) {
        let bin = &mut bins[usize::from(codes[*row as usize])];
        bin.gradient += f64::from(*gradient);
        bin.hessian += f64::from(*hessian);
        bin.rows += 1;
    }
}

/// One leaf and one input, under the settings and what is used so far.
pub(super) struct Search<'a> {
    pub(super) settings: &'a BoostSettings,
    pub(super) reuse: &'a Reuse,
    pub(super) index: usize,
    pub(super) input: &'a BinnedInput,
    pub(super) total: Bin,
    /// Score of the leaf as it is.
    whole: f64,
    best: Option<Split>,
}

impl<'a> Search<'a> {
    /// The best split that gains anything and that the settings allow.
    pub(super) fn best(
        settings: &'a BoostSettings,
        reuse: &'a Reuse,
        (index, input): (usize, &'a BinnedInput),
        bins: &[Bin],
        total: Bin,
    ) -> Option<Split> {
        let whole = total.score(settings.l2);
        let mut search = Self { settings, reuse, index, input, total, whole, best: None };
        match &input.meaning {
            Meaning::Number { thresholds } => search.numbers(bins, thresholds.len()),
            Meaning::Category { categories } => search.categories(bins, categories.len()),
        }
        search.best
    }

    fn numbers(&mut self, bins: &[Bin], n_thresholds: usize) {
        let missing = bins[usize::from(self.input.missing)];
        let Some(column_penalty) = self.reuse.column_penalty(self.index, self.settings) else { return };
        let mut left = Bin::default();
        for (code, bin) in bins[..n_thresholds].iter().enumerate() {
            if bin.rows > 0 {
                left += *bin;
                let code = code as u8;
                let cut = Cut::Threshold { code, column_penalty };
                self.offer(cut, left, missing, self.settings.l2);
            }
        }
        if missing.rows > 0 {
            // Every value against missing.
            let cut = Cut::Threshold { code: self.input.missing - 1, column_penalty };
            self.offer_way(cut, false, self.total - missing, missing, self.settings.l2);
        }
    }

    fn categories(&mut self, bins: &[Bin], n: usize) {
        let missing = bins[usize::from(self.input.missing)];
        let known = self.total - missing;
        for set in self.reuse.sets(self.index) {
            let right = members(bins, set);
            self.offer(Cut::Set { set: *set, penalty: 0.0 }, known - right, missing, self.settings.l2);
        }
        let Some(penalty) = self.reuse.set_penalty(self.settings) else { return };
        let mut order: Vec<usize> =
            (0..n).filter(|code| bins[*code].rows >= self.settings.min_category_rows).collect();
        let smooth = self.settings.category_smooth;
        let slope = |code: &usize| bins[*code].gradient / (bins[*code].hessian + smooth);
        order.sort_by(|a, b| slope(a).total_cmp(&slope(b)));
        let l2 = self.settings.l2 + self.settings.category_l2;
        for way in [order.clone(), order.into_iter().rev().collect()] {
            let (mut set, mut right) = (CodeSet::default(), Bin::default());
            // The other half of the cuts is tried from the other end: members are the smaller side.
            for code in &way[..way.len().div_ceil(2)] {
                insert(&mut set, *code);
                right += bins[*code];
                self.offer(Cut::Set { set, penalty }, known - right, missing, l2);
            }
        }
    }

    /// Offers a split of the known rows with the missing rows on the better side.
    fn offer(&mut self, cut: Cut, left: Bin, missing: Bin, l2: f64) {
        let right = self.total - left - missing;
        if missing.rows == 0 {
            // Nothing was learned of missing rows: they follow the crowd.
            self.offer_way(cut, left.rows >= right.rows, left, right, l2);
        } else {
            self.offer_way(cut, true, left + missing, right, l2);
            self.offer_way(cut, false, left, right + missing, l2);
        }
    }

    fn offer_way(&mut self, cut: Cut, missing_left: bool, left: Bin, right: Bin, l2: f64) {
        let enough = |side: Bin| {
            side.rows >= self.settings.min_leaf_rows.max(1) && side.hessian >= self.settings.min_leaf_hessian
        };
        if !enough(left) || !enough(right) {
            return;
        }
        let free = (left.score(l2) + right.score(l2) - self.whole) / 2.0;
        let most = self.best.map_or(self.settings.min_gain, |best| best.gain);
        // Penalties are not negative: what does not gain more without one need not be looked up.
        if free <= most {
            return;
        }
        let (test, penalty) = match cut {
            Cut::Set { set, penalty } => (Test::Member(set), penalty),
            Cut::Threshold { code, column_penalty } => {
                let own = self.reuse.threshold_penalty(self.index, code, self.settings);
                (Test::Code(code), column_penalty + own)
            }
        };
        let gain = free - penalty;
        // The first of equals stays.
        if gain > most {
            self.best = Some(Split { input: self.index, test, missing_left, gain, left, right });
        }
    }
}

/// Where a leaf could be cut, and what of the price is known.
#[derive(Clone, Copy)]
enum Cut {
    /// At a number's threshold.
    Threshold { code: u8, column_penalty: f64 },
    /// By a set of categories.
    Set { set: CodeSet, penalty: f64 },
}

/// Sum of the bins in a set, in the order of their codes.
fn members(bins: &[Bin], set: &CodeSet) -> Bin {
    let mut sum = Bin::default();
    for (word, codes) in set.iter().enumerate() {
        let mut codes = *codes;
        while codes != 0 {
            let code = 64 * word + codes.trailing_zeros() as usize;
            codes &= codes - 1;
            if bins[code].rows > 0 {
                sum += bins[code];
            }
        }
    }
    sum
}
