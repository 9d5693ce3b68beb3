//! Pruning and quantisation of weights, until the packed model fits its byte budget.
//!
//! The impact of a weight is how much one occurrence of its gram changes a logit, `|W_fc · u_f|`. Weights of least impact are
//! removed first, and rows without weights are removed too. Before that every row is shifted so that its median is 0, to which
//! softmax is invariant.
//!
//! Not here: the packed format (`bundle`).

use super::UNKNOWN;
use super::corpus::Corpus;
use floorwalker_bundle::text::pack;
use floorwalker_engine::text::{GramDef, TextDef};

/// Steps of the bisection for the number of kept weights: exact to 1 part in 4,096.
const HALVINGS: u32 = 12;
/// Absolute value of the largest weight after quantisation.
const LEVELS: f32 = 127.0;

/// The kept rows of the corpus, and their weights followed by the bias.
pub(super) struct Kept {
    pub(super) rows: Vec<usize>,
    pub(super) w: Vec<f32>,
}

/// Shifts every row of `w`, the bias too, so that its median is 0: then most weights are 0 or nearly 0.
pub(super) fn centre(w: &mut [f32], n_classes: usize) {
    let mut sorted = Vec::with_capacity(n_classes);
    for row in w.chunks_mut(n_classes) {
        sorted.clear();
        sorted.extend_from_slice(row);
        sorted.sort_unstable_by(f32::total_cmp);
        let median = sorted[n_classes / 2];
        row.iter_mut().for_each(|w| *w -= median);
    }
}

/// The largest number of weights that packs into `max_bytes`; `None` when all weights fit.
pub(super) fn prune(
    corpus: &Corpus,
    w: &[f32],
    n_classes: usize,
    grams: GramDef,
    variants: &[(u16, u16)],
    max_bytes: usize,
) -> Option<Kept> {
    if pack(&quantised(corpus, w, n_classes, grams, variants)).len() <= max_bytes {
        return None;
    }
    let reached = |i: usize| impact(w[i], corpus.reach[i / n_classes]).abs();
    let mut sorted: Vec<f32> =
        (0..corpus.buckets.len() * n_classes).map(reached).filter(|&x| x > 0.0).collect();
    sorted.sort_unstable_by(f32::total_cmp);
    // Bisection over the number of largest weights: keeping all does not fit, keeping none is assumed to fit.
    let (mut fits, mut too_many) = (0, sorted.len());
    for _ in 0..HALVINGS {
        let middle = usize::midpoint(fits, too_many);
        let kept = largest(corpus, w, n_classes, &sorted, middle);
        let size = pack(&quantised(&corpus.columns(&kept.rows), &kept.w, n_classes, grams, variants)).len();
        if size <= max_bytes {
            fits = middle;
        } else {
            too_many = middle;
        }
    }
    Some(largest(corpus, w, n_classes, &sorted, fits))
}

/// The rows and weights whose impact is among the `n` largest.
fn largest(corpus: &Corpus, w: &[f32], n_classes: usize, sorted: &[f32], n: usize) -> Kept {
    let threshold = if n == 0 { f32::INFINITY } else { sorted[sorted.len() - n] };
    let mut kept = Kept { rows: Vec::new(), w: Vec::new() };
    for (row, (weights, &reach)) in w.chunks(n_classes).zip(&corpus.reach).enumerate() {
        let start = kept.w.len();
        let above = |w: &f32| if impact(*w, reach).abs() >= threshold { *w } else { 0.0 };
        kept.w.extend(weights.iter().map(above));
        if kept.w[start..].iter().all(|&w| w == 0.0) {
            kept.w.truncate(start);
        } else {
            kept.rows.push(row);
        }
    }
    kept.w.extend_from_slice(&w[corpus.buckets.len() * n_classes..]);
    kept
}

/// The model with every weight quantised to one of 255 levels. A row is kept even when all its weights round to 0, because its
/// gram takes part in the norm with which the weights were fitted.
pub(super) fn quantised(
    corpus: &Corpus,
    w: &[f32],
    n_classes: usize,
    grams: GramDef,
    variants: &[(u16, u16)],
) -> TextDef {
    let (rows, bias) = w.split_at(corpus.buckets.len() * n_classes);
    let largest = rows
        .chunks(n_classes)
        .zip(&corpus.reach)
        .flat_map(|(row, &u)| row.iter().map(move |w| impact(*w, u)));
    let scale = largest.fold(f32::MIN_POSITIVE, |top, v| top.max(v.abs())) / LEVELS;
    let mut def = TextDef {
        grams,
        bias: bias.to_vec(),
        scale,
        unknown: UNKNOWN,
        variants: variants.to_vec(),
        buckets: corpus.buckets.clone(),
        idf: corpus.idf.clone(),
        starts: vec![0],
        outputs: Vec::new(),
        weights: Vec::new(),
    };
    for (row, &reach) in rows.chunks(n_classes).zip(&corpus.reach) {
        for (output, &w) in row.iter().enumerate() {
            let level = (impact(w, reach) / scale).round() as i8; // `as` saturates
            if level != 0 {
                def.outputs.push(output as u16);
                def.weights.push(level);
            }
        }
        def.starts.push(def.outputs.len() as u32);
    }
    def
}

/// How much one occurrence changes a logit at unit norm.
fn impact(w: f32, reach: f32) -> f32 {
    w * reach
}
