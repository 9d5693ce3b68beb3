//! Runs a model body in an engine head, as the page does; used by the tests of three modules.

use floorwalker_engine::event::Value;
use floorwalker_engine::head::{
    BodyDef, Buffers, CalibrationDef, EncodingDef, Head, HeadDef, InputDef, Link, Scores, Seen,
};
use ndarray::Array2;

/// Logits of every row, whose columns are passed as plain number features: `[n_rows, n_outputs]`.
pub(in crate::kinds) fn scored(body: &BodyDef, x: &Array2<f32>, n_outputs: usize) -> Array2<f32> {
    let number = |input| EncodingDef::Number {
        input,
        low: f32::NEG_INFINITY,
        high: f32::INFINITY,
        offset: 0.0,
        factor: 1.0,
        impute: 0.0,
    };
    let p = x.ncols();
    let def = HeadDef {
        name: "head".into(),
        outputs: (0..n_outputs).map(|o| format!("o{o}")).collect(),
        link: Link::Identity,
        inputs: (0..p as u16).map(InputDef::Feature).collect(),
        encodings: (0..p as u16).map(number).collect(),
        body: body.clone(),
        calibration: CalibrationDef::identity(n_outputs),
        scope: None,
    };
    let head = Head::new(def, p, &[]).unwrap();
    let (mut buffers, mut out) = (Buffers::default(), Scores::default());
    let mut all = Array2::zeros((x.nrows(), n_outputs));
    for (i, mut to) in all.outer_iter_mut().enumerate() {
        let values: Vec<Value> = x.row(i).iter().map(|&x| Value::Number(x)).collect();
        head.score(&Seen { features: &values, ..Seen::default() }, &[], &[], &mut buffers, &mut out);
        to.iter_mut().zip(&out.logits).for_each(|(to, &logit)| *to = logit);
    }
    all
}

/// Index of the largest output of every row; the first one in a tie.
pub(in crate::kinds) fn largest(logits: &Array2<f32>) -> Vec<usize> {
    let one = |row: ndarray::ArrayView1<'_, f32>| {
        (0..row.len()).fold(0, |best, o| if row[o] > row[best] { o } else { best })
    };
    logits.outer_iter().map(one).collect()
}
