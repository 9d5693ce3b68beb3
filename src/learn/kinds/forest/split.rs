//! Finding a split of a leaf by one input: the best of its cuts, or a random one.
//!
//! Rows with a missing value go to the side with the larger gain; if the leaf has none, missing values go to the side of larger weight.
//!
//! # Source
//!
//! Breiman, Friedman, Olshen & Stone (1984) for the search; Geurts, Ernst & Wehenkel, *Extremely Randomized Trees* (2006) for the
//! random cut, uniform between the leaf's least and largest value. Deviation: it is then moved to the nearest bin edge.

use super::cuts::Cut;
use super::goal::{Item, Measure, ROWS, WEIGHT};
use super::inputs::Inputs;

/// A candidate split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) input: usize,
    /// Index among the input's cuts.
    pub(super) cut: usize,
    pub(super) missing_left: bool,
    pub(super) gain: f64,
}

/// One leaf, and the best split of it so far.
pub(super) struct Search<'a, M> {
    pub(super) inputs: &'a Inputs,
    pub(super) measure: M,
    pub(super) min_rows: f64,
    pub(super) items: &'a [Item],
    /// Sums of the items, and their score.
    pub(super) total: &'a [f64],
    pub(super) score: f64,
    /// Buffer: sums by code.
    pub(super) bins: &'a mut Vec<f64>,
    /// Buffer: sums of the codes up to a cut.
    pub(super) low: &'a mut Vec<f64>,
    /// Buffer: codes of the items.
    pub(super) codes: &'a mut Vec<u8>,
    pub(super) best: Option<Found>,
}

/// Where the sums of unordered codes of an input are.
struct Parts {
    /// Index of the first cell of the missing rows; `rest` is that of rows whose category has no rank.
    missing: usize,
    rest: Option<usize>,
    has_missing: bool,
}

impl<M: Measure> Search<'_, M> {
    /// Tries every cut of `input`.
    pub(super) fn every(&mut self, input: usize) {
        let Some(parts) = self.count(input) else { return };
        let cuts = &self.inputs.cuts[input];
        let width = self.measure.width();
        let mut here = None;
        if parts.rest.is_none() && !parts.has_missing {
            self.plain_every(input, cuts.cuts.len(), &mut here);
        } else {
            for at in 0..cuts.cuts.len() {
                if self.lower(at, width) {
                    self.offer(input, at, &cuts.cuts[at], &parts, &mut here);
                }
            }
        }
        if let Some(found) = here
            && self.best.is_none_or(|best| found.gain > best.gain)
        {
            self.best = Some(Found { cut: self.centred(found), ..found });
        }
    }

    /// Tries one cut of `input`, at `share` (0 to 1) of the way from the leaf's least value to its largest.
    pub(super) fn one(&mut self, input: usize, share: f64) {
        let mut here = None;
        if self.inputs.cuts[input].is_plain() {
            self.plain_one(input, share, &mut here);
        } else {
            self.any_one(input, share, &mut here);
        }
        if let Some(found) = here
            && self.best.is_none_or(|best| found.gain > best.gain)
        {
            self.best = Some(found);
        }
    }

    /// [`Self::one`] for a number without missing values: two passes over the rows, and no sums by code.
    fn plain_one(&mut self, input: usize, share: f64, here: &mut Option<Found>) {
        let (codes, cuts) = (&self.inputs.coded[input].codes, &self.inputs.cuts[input]);
        self.codes.clear();
        self.codes.extend(self.items.iter().map(|item| codes[item.row as usize]));
        let (first, last) = self.codes.iter().fold((u8::MAX, 0), |(a, b), code| (a.min(*code), b.max(*code)));
        let Some(cut) = cuts.between(usize::from(first), usize::from(last), share) else { return };
        let Self { measure, min_rows, total, score, low, .. } = self;
        low.clear();
        low.resize(measure.width(), 0.0);
        measure.add_low(low, self.items, self.codes, cut);
        if low[ROWS] >= *min_rows && total[ROWS] - low[ROWS] >= *min_rows {
            let sides = measure.score(|at| low[at]) + measure.score(|at| total[at] - low[at]);
            let missing_left = low[WEIGHT] >= total[WEIGHT] - low[WEIGHT];
            *here = Some(Found { input, cut, missing_left, gain: sides - *score });
        }
    }

    fn any_one(&mut self, input: usize, share: f64, here: &mut Option<Found>) {
        let Some(parts) = self.count(input) else { return };
        let cuts = &self.inputs.cuts[input];
        let width = self.measure.width();
        let present = |code: &usize| self.bins[code * width + ROWS] > 0.0;
        let Some(first) = (0..cuts.n_ranked).find(present) else { return };
        let last = (first..cuts.n_ranked).rev().find(present).unwrap_or(first);
        let Some(drawn) = cuts.between(first, last, share) else { return };
        for at in first..=drawn {
            self.lower(at, width);
        }
        self.offer(input, drawn, &cuts.cuts[drawn], &parts, here);
    }

    /// Sums the rows by code. `None` when all rows have the same code, so that no cut separates them.
    fn count(&mut self, index: usize) -> Option<Parts> {
        let input = &self.inputs.coded[index];
        let width = self.measure.width();
        let missing = usize::from(input.missing);
        self.bins.clear();
        self.bins.resize((missing + 1) * width, 0.0);
        for item in self.items {
            let code = usize::from(input.codes[item.row as usize]);
            self.measure.add(&mut self.bins[code * width..][..width], item);
        }
        self.low.clear();
        self.low.resize(width, 0.0);
        let n_ranked = self.inputs.cuts[index].n_ranked;
        let first = usize::from(input.codes[self.items.first()?.row as usize]) * width;
        let constant = self.bins[first + ROWS] == self.total[ROWS];
        (!constant).then_some(Parts {
            missing: missing * width,
            rest: (n_ranked < missing).then_some(n_ranked * width),
            has_missing: self.bins[missing * width + ROWS] > 0.0,
        })
    }

    /// Adds the rows of `code` to `low`; returns whether there were any.
    fn lower(&mut self, code: usize, width: usize) -> bool {
        let bin = &self.bins[code * width..][..width];
        let any = bin[ROWS] > 0.0;
        if any {
            self.low.iter_mut().zip(bin).for_each(|(low, cell)| *low += cell);
        }
        any
    }

    /// Tries every cut of a number without missing values: a faster [`Self::offer`] for the most frequent case.
    fn plain_every(&mut self, input: usize, n_cuts: usize, here: &mut Option<Found>) {
        let width = self.measure.width();
        let Self { measure, min_rows, total, score, bins, low, .. } = self;
        let mut most = f64::NEG_INFINITY;
        for (cut, bin) in bins.chunks_exact(width).take(n_cuts).enumerate() {
            if bin[ROWS] == 0.0 {
                continue;
            }
            low.iter_mut().zip(bin).for_each(|(low, cell)| *low += cell);
            if low[ROWS] >= *min_rows && total[ROWS] - low[ROWS] >= *min_rows {
                let sides = measure.score(|at| low[at]) + measure.score(|at| total[at] - low[at]);
                if sides > most {
                    most = sides;
                    let missing_left = low[WEIGHT] >= total[WEIGHT] - low[WEIGHT];
                    *here = Some(Found { input, cut, missing_left, gain: sides - *score });
                }
            }
        }
    }

    /// Tries the cut above `low`, with the missing rows on either side.
    #[inline]
    fn offer(&self, input: usize, cut: usize, def: &Cut, parts: &Parts, here: &mut Option<Found>) {
        let missing = |at: usize| if parts.has_missing { self.bins[parts.missing + at] } else { 0.0 };
        let known = |at: usize| self.total[at] - missing(at);
        let rest = |at: usize| parts.rest.map_or(0.0, |rest| self.bins[rest + at]);
        let right = |at: usize| {
            if def.low_is_right { self.low[at] } else { known(at) - rest(at) - self.low[at] }
        };
        let left = |at: usize| known(at) - right(at);
        if !parts.has_missing {
            if left(ROWS) >= self.min_rows && right(ROWS) >= self.min_rows {
                let missing_left = left(WEIGHT) >= right(WEIGHT);
                let score = self.measure.score(left) + self.measure.score(right);
                self.keep(Found { input, cut, missing_left, gain: score }, here);
            }
            return;
        }
        for missing_left in [true, false] {
            let of_left = |at: usize| left(at) + if missing_left { missing(at) } else { 0.0 };
            let of_right = |at: usize| right(at) + if missing_left { 0.0 } else { missing(at) };
            if of_left(ROWS) >= self.min_rows && of_right(ROWS) >= self.min_rows {
                let score = self.measure.score(of_left) + self.measure.score(of_right);
                self.keep(Found { input, cut, missing_left, gain: score }, here);
            }
        }
    }

    /// Keeps the better of two splits, in a tie the first. `found.gain` still holds the score of its sides.
    #[inline]
    fn keep(&self, mut found: Found, here: &mut Option<Found>) {
        found.gain -= self.score;
        if here.is_none_or(|best| found.gain > best.gain) {
            *here = Some(found);
        }
    }

    /// The cut that separates the same rows as `found`, but is in the middle of the gap between them.
    fn centred(&self, found: Found) -> usize {
        let cuts = &self.inputs.cuts[found.input];
        let width = self.measure.width();
        let next = (found.cut + 1..cuts.n_ranked).find(|code| self.bins[code * width + ROWS] > 0.0);
        next.map_or(found.cut, |next| cuts.middle(found.cut, next))
    }
}
