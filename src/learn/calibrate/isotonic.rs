//! Isotonic calibration of one logit: a rising piecewise-linear curve.
//!
//! | symbol | shape       | unit                                                        |
//! |--------|-------------|-------------------------------------------------------------|
//! | `z`    | `[n_rows]`  | logit of the positive class                                 |
//! | `t`    | `[n_rows]`  | target: Platt's smoothed label, a little above 0 or below 1 |
//! | knot   | `[n_knots]` | mean `z` of a block of rows, and the logit of its mean `t`  |
//!
//! Invariants
//! - Knots rise in `z` and in `t`; there are 2 to [`MAX_KNOTS`] of them.
//!
//! Not here: choosing between calibration methods (`choice`).

use super::check;
use anyhow::{Result, ensure};
use floorwalker_engine::head::CalibrationDef;

/// Most knots of a curve: each knot is eight bytes in the bundle that every page loads.
const MAX_KNOTS: usize = 24;

/// A block of neighbouring rows that share one probability: their number, and the sums of their logits and targets.
#[derive(Clone, Copy)]
struct Block {
    n: f64,
    logits: f64,
    targets: f64,
}

impl Block {
    fn with(self, other: Self) -> Self {
        Self {
            n: self.n + other.n,
            logits: self.logits + other.logits,
            targets: self.targets + other.targets,
        }
    }

    fn mean(&self) -> f64 {
        self.targets / self.n
    }
}

/// Isotonic regression of the class on the logit, as a piecewise-linear curve through the means of its steps.
///
/// - `logits`: `[n_rows]`, finite, of the positive class. `positive`: `[n_rows]`.
///
/// # Errors
///
/// Fails for no rows, lengths that do not match, rows of one class only, a logit that is not finite, or rows whose isotonic
/// regression is constant.
///
/// # Source
///
/// Pool adjacent violators: Ayer et al., *An Empirical Distribution Function for Sampling with Incomplete Information* (1955); as
/// calibration Zadrozny & Elkan, *Transforming Classifier Scores into Accurate Multiclass Probability Estimates* (2002).
/// Deviations: targets are Platt's, so that no block has probability 0 or 1; lines join the blocks' means, as in Oron & Flournoy,
/// *Centered Isotonic Regression* (2017), so that rows within a block keep their order; neighbouring blocks with the fewest rows
/// are pooled until at most `MAX_KNOTS` are left.
pub fn isotonic(logits: &[f32], positive: &[bool]) -> Result<CalibrationDef> {
    let y: Vec<u32> = positive.iter().map(|&p| u32::from(p)).collect();
    check(logits, 1, &y)?;
    let n1 = positive.iter().filter(|&&p| p).count() as f64;
    let n0 = positive.len() as f64 - n1;
    ensure!(
        n0 > 0.0 && n1 > 0.0,
        "all validation rows have one class, and calibration needs two; give validation a larger share"
    );
    let (high, low) = ((n1 + 1.0) / (n1 + 2.0), 1.0 / (n0 + 2.0));
    let mut rows: Vec<(f32, f64)> =
        logits.iter().zip(positive).map(|(&z, &p)| (z, if p { high } else { low })).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut blocks: Vec<Block> = Vec::new();
    for ties in rows.chunk_by(|a, b| a.0 == b.0) {
        let mut block = Block { n: 0.0, logits: 0.0, targets: 0.0 };
        for &(z, t) in ties {
            block = block.with(Block { n: 1.0, logits: f64::from(z), targets: t });
        }
        while let Some(last) = blocks.last().filter(|last| last.mean() >= block.mean()) {
            block = last.with(block);
            blocks.pop();
        }
        blocks.push(block);
    }
    while blocks.len() > MAX_KNOTS {
        let weight = |at: &usize| blocks[*at].n + blocks[at + 1].n;
        let Some(at) = (0..blocks.len() - 1).min_by(|a, b| weight(a).total_cmp(&weight(b))) else { break };
        blocks[at] = blocks[at].with(blocks[at + 1]);
        blocks.remove(at + 1);
    }
    let mut curve: Vec<(f32, f32)> = Vec::with_capacity(blocks.len());
    for block in &blocks {
        let p = block.mean();
        let knot = ((block.logits / block.n) as f32, libm::log(p / (1.0 - p)) as f32);
        // Rounding to `f32` can make two mean logits equal; the curve must rise strictly in `z`.
        if curve.last().is_none_or(|last| last.0 < knot.0) {
            curve.push(knot);
        }
    }
    ensure!(
        curve.len() >= 2,
        "on validation rows a higher score does not mean more positives, so the model does not generalise; use other features, or more rows"
    );
    Ok(CalibrationDef { slope: 1.0, intercept: vec![0.0], curve })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_the_pooled_shares() {
        // 20 rows at -1 with 2 positive, 20 at 0 with 1 (pooled with those before), 20 at 1 with 15.
        let mut logits = vec![-1.0; 20];
        logits.extend([0.0; 20]);
        logits.extend([1.0; 20]);
        let positive: Vec<bool> = (0..60).map(|i| matches!(i, 0 | 1 | 20) || (40..55).contains(&i)).collect();
        let found = isotonic(&logits, &positive).unwrap();
        let (high, low) = (19.0 / 20.0, 1.0 / 44.0);
        let logit = |p: f64| (p / (1.0 - p)).ln() as f32;
        let share = |k: f64, n: f64| (k * high + (n - k) * low) / n;
        let wanted = [(-0.5, logit(share(3.0, 40.0))), (1.0, logit(share(15.0, 20.0)))];
        for (got, wanted) in found.curve.iter().zip(wanted) {
            assert!((got.0 - wanted.0).abs() < 1e-6 && (got.1 - wanted.1).abs() < 1e-5, "{:?}", found.curve);
        }
        assert_eq!(found.curve.len(), 2);
    }

    #[test]
    fn many_steps_become_few_knots_that_rise() {
        let logits: Vec<f32> = (0..4000).map(|i| i as f32 / 400.0 - 5.0).collect();
        let positive: Vec<bool> = (0..4000_u64).map(|i| (i * 2_654_435_761) % 4000 < i * i / 4000).collect();
        let curve = isotonic(&logits, &positive).unwrap().curve;
        assert!((2..=MAX_KNOTS).contains(&curve.len()), "{}", curve.len());
        assert!(curve.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1), "{curve:?}");
    }

    #[test]
    fn what_does_not_rise_is_refused() {
        assert!(isotonic(&[1.0, 0.0], &[false, true]).is_err());
        assert!(isotonic(&[1.0, 0.0], &[true, true]).is_err());
        assert!(isotonic(&[f32::NAN, 0.0], &[true, false]).is_err());
        assert!(isotonic(&[], &[]).is_err());
    }
}
