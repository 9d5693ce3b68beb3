//! Fit of the text model. (exploration)
#![allow(missing_docs)]
mod corpus;
mod descent;

use anyhow::{Result, ensure};
use corpus::Corpus;
use descent::Descent;
use floorwalker_engine::text::{GramDef, TextDef};

#[derive(Clone, Debug)]
pub struct TextSettings {
    pub grams: GramDef,
    pub min_frequency: u32,
    pub max_rows: usize,
    pub max_bytes: usize,
    pub c: f32,
    pub n_steps: usize,
    pub n_refit: usize,
    pub levels: f32,
    pub alpha: f32,
}

impl Default for TextSettings {
    fn default() -> Self {
        Self {
            grams: GramDef { words: 2, glyphs: 3, char_min: 2, char_max: 5, bits: 20 },
            min_frequency: 2,
            max_rows: 60_000,
            max_bytes: 1_000_000,
            c: 10.0,
            n_steps: 60,
            n_refit: 15,
            levels: 127.0,
            alpha: 0.0,
        }
    }
}

pub struct TextFit {
    pub def: TextDef,
    pub n_rows_fitted: usize,
    pub n_bytes: usize,
    pub loss: f64,
}

pub fn fit(messages: &[&str], labels: &[usize], n_classes: usize, s: &TextSettings) -> Result<TextFit> {
    ensure!(messages.len() == labels.len(), "length");
    let t = std::time::Instant::now();
    let corpus = Corpus::read(messages, labels, n_classes, s.grams, s.min_frequency, s.max_rows);
    let n_rows = corpus.buckets.len();
    if std::env::var("V").is_ok() { eprintln!("corpus {n_rows} rows {:?}", t.elapsed()); }
    let mut descent = Descent { corpus: &corpus, labels, n_classes, l2: 1.0 / s.c, pruned: Vec::new() };
    let mut w = vec![0.0; (n_rows + 1) * n_classes];
    let loss = descent.run(&mut w, s.n_steps, 1e-4);
    if std::env::var("V").is_ok() { eprintln!("fit loss {} {:?}", loss / messages.len() as f64, t.elapsed()); }
    centre(&mut w, n_classes);
    // saliency of each weight
    let saliency: Vec<f32> = (0..n_rows * n_classes)
        .map(|i| { let r = i / n_classes; w[i].abs() * f32::from(corpus.idf[r]) * (corpus.frequency[r] as f32).powf(s.alpha) })
        .collect();
    let mut sorted = saliency.clone();
    sorted.sort_unstable_by(f32::total_cmp);
    let (mut lo, mut hi) = (0, sorted.len());
    let mut keep = |n: usize, w: &[f32]| {
        let threshold = sorted[sorted.len() - n.max(1)];
        let pruned: Vec<bool> = saliency.iter().map(|&x| x < threshold || x == 0.0).collect();
        let mut v = w.to_vec();
        v.iter_mut().zip(&pruned).for_each(|(v, &p)| if p { *v = 0.0 });
        (quantised(&corpus, &v, n_classes, s), pruned, v)
    };
    while hi - lo > sorted.len() / 200 + 1 {
        let mid = (lo + hi) / 2;
        let n = floorwalker_bundle::text::pack(&keep(mid, &w).0).len();
        if n as f32 <= s.max_bytes as f32 { lo = mid } else { hi = mid }
    }
    let (_, pruned, mut v) = keep(lo, &w);
    descent.pruned = pruned;
    if std::env::var("V").is_ok() { eprintln!("pruned to {lo} of {} {:?}", sorted.len(), t.elapsed()); }
    let loss = descent.run(&mut v, s.n_refit, 1e-4);
    if std::env::var("V").is_ok() { eprintln!("refit loss {} {:?}", loss / messages.len() as f64, t.elapsed()); }
    let def = quantised(&corpus, &v, n_classes, s);
    let n_bytes = floorwalker_bundle::text::pack(&def).len();
    Ok(TextFit { def, n_rows_fitted: n_rows, n_bytes, loss })
}

fn centre(w: &mut [f32], c: usize) {
    for row in w.chunks_mut(c) {
        let mut s = row.to_vec();
        s.sort_unstable_by(f32::total_cmp);
        let m = s[c / 2];
        row.iter_mut().for_each(|w| *w -= m);
    }
}

fn quantised(corpus: &Corpus, w: &[f32], c: usize, s: &TextSettings) -> TextDef {
    let n_rows = corpus.buckets.len();
    let (rows, bias) = w.split_at(n_rows * c);
    let top = rows.chunks(c).zip(&corpus.idf).flat_map(|(r, &d)| r.iter().map(move |w| w.abs() * f32::from(d))).fold(0.0, f32::max);
    let scale = top / s.levels;
    let mut def = TextDef { grams: s.grams, bias: bias.to_vec(), scale, buckets: vec![], idf: vec![], starts: vec![0], outputs: vec![], weights: vec![] };
    for (i, row) in rows.chunks(c).enumerate() {
        let before = def.outputs.len();
        for (o, w) in row.iter().enumerate() {
            let q = (w * f32::from(corpus.idf[i]) / scale).round() as i8;
            if q != 0 { def.outputs.push(o as u16); def.weights.push(q); }
        }
        // an empty row still is known: it takes part in the norm
        let _ = before;
        def.buckets.push(corpus.buckets[i]);
        def.idf.push(corpus.idf[i]);
        def.starts.push(def.outputs.len() as u32);
    }
    def
}
