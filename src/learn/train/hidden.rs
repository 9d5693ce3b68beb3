//! A perceptron's last hidden layer as a head of its own: an embedding of the shopper for the page or a later head.
//!
//! Not here: fitting the perceptron (`kinds::mlp`).

use super::made::{Choice, Made};
use super::rows::Rows;
use crate::kinds::mlp;
use crate::store::HeadPlan;
use anyhow::{Context, Result, bail, ensure};
use floorwalker_engine::head::{BodyDef, CalibrationDef, Head, HeadDef, Link, Scores};

/// The head made from the perceptron that `plan` names as its input, and its scores for every row.
///
/// Scores of training rows are not out-of-fold: they come from the perceptron that was trained on these rows. That is fine for
/// clusters, but leaks the label into a head that predicts another label.
pub(super) fn copy(rows: &Rows<'_>, plan: &HeadPlan) -> Result<(Made, Vec<Scores>)> {
    let [input] = &plan.inputs[..] else {
        bail!("`inputs` must name one perceptron; write inputs = [\"head:NAME\"]")
    };
    let name = input.strip_prefix("head:");
    let name = name.with_context(|| format!("`{input}` is not a head; write \"head:NAME\""))?;
    let of = rows.defs.iter().find(|def| def.name == name);
    let of = of.with_context(|| format!("there is no earlier head `{name}`"))?;
    let BodyDef::Layers(layers) = &of.body else {
        bail!("head `{name}` is not a perceptron; write model = \"mlp\" there")
    };
    ensure!(layers.layers.len() >= 2, "head `{name}` has no hidden layer");
    let body = mlp::hidden(layers, layers.layers.len() - 2)?;
    let n_units = body.layers.last().map_or(0, |layer| layer.bias.len());
    let def = HeadDef {
        name: plan.name.clone(),
        outputs: (1..=n_units).map(|unit| format!("unit {unit}")).collect(),
        link: Link::Identity,
        inputs: of.inputs.clone(),
        encodings: of.encodings.clone(),
        body: BodyDef::Layers(body),
        calibration: CalibrationDef::identity(n_units),
        scope: None,
    };
    let head = Head::new(def.clone(), rows.examples.features.len(), &rows.heads)?;
    let everyone: Vec<usize> = (0..rows.examples.n_rows()).collect();
    let scores = rows.score(&head, &everyone);
    let choice = Choice {
        notes: vec![format!("{n_units} units of the last hidden layer of `{name}`")],
        ..Choice::unjudged(plan)
    };
    Ok((Made { on_train: def.clone(), def, choice }, scores))
}
