//! Encoder: runs a sentence-embedding model from a local ONNX file, which turns a message into a vector.
//!
//! | step     | by                                                                                   |
//! |----------|--------------------------------------------------------------------------------------|
//! | tokens   | `tokenizers`, from the model's own `tokenizer.json` (`WordPiece`, Unigram, BPE)        |
//! | vectors  | `rten`, from `model.onnx`; nothing is downloaded                                     |
//! | pooling  | the mean over a message's tokens, or the first token; none if the model gives one vector |
//!
//! Invariants
//! - A message's vector depends only on the message: messages are run one by one, so that other messages affect neither padding nor
//!   the scales of a quantised model. On one machine it is the same to the bit.
//!
//! Not here: what vectors are for (`learn`), vectors from files (`vectors`).

use crate::progress::Stage;
use anyhow::{Context, Result, anyhow, bail, ensure};
use ndarray::Array2;
use rten::{Model, NodeId, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::PathBuf;
use tokenizers::{Tokenizer, TruncationParams};

/// Default limit on the number of tokens of a message, if the tokenizer's file has none: the number of BERT's positions.
const MAX_TOKENS: usize = 512;

/// The role of an input of the model.
#[derive(Clone, Copy, Debug)]
enum Input {
    Tokens,
    Mask,
    Types,
}

/// A sentence-embedding model in a local ONNX file.
#[derive(Clone, Debug)]
pub struct EncoderPlan {
    /// The model's ONNX file.
    pub onnx: PathBuf,
    /// The tokenizer's file, as Hugging Face's libraries write it. Default: `tokenizer.json` beside the model.
    pub tokenizer: PathBuf,
    /// How the vectors of a message's tokens are combined into one.
    pub pooling: Pooling,
    /// Text that is put before each message; some models were trained with such a prefix (`"query: "`).
    pub prefix: String,
}

/// How the vectors of a message's tokens are combined into one. Not used for a model that gives one vector for each message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// The mean of the vectors.
    #[default]
    Mean,
    /// The vector of the first token (`[CLS]`).
    First,
}

/// A loaded model and its tokenizer.
pub struct Encoder {
    path: PathBuf,
    model: Model,
    tokenizer: Tokenizer,
    inputs: Vec<(NodeId, Input)>,
    output: NodeId,
    pooling: Pooling,
    prefix: String,
}

impl Encoder {
    /// Loads the model and the tokenizer that `plan` names.
    ///
    /// # Errors
    ///
    /// A file that is missing or has the wrong format; a model with an unknown input, or without an output.
    pub fn open(plan: &EncoderPlan) -> Result<Self> {
        let named = || plan.onnx.display().to_string();
        ensure!(
            plan.tokenizer.is_file(),
            "{}: there is no such file; put the model's tokenizer.json there, or name it with --tokenizer (`floorwalker embed`) or \
             `tokenizer` ([teacher] in store.toml)",
            plan.tokenizer.display()
        );
        ensure!(plan.onnx.is_file(), "cannot read {}: there is no such file", plan.onnx.display());
        // Loaded by path, so that weights in a separate file (`model.onnx_data`) are found beside it.
        let model = Model::load_file(&plan.onnx).map_err(|error| anyhow!("{error}")).with_context(|| {
            format!(
                "{}: this is not an ONNX model that can be run; its name must end in .onnx, and a separate file of weights must be \
                 in the same folder",
                plan.onnx.display()
            )
        })?;
        let inputs: Vec<(NodeId, Input)> = model
            .input_ids()
            .iter()
            .map(|&id| {
                let name = model.node_info(id).and_then(|info| info.name()).unwrap_or_default();
                let input = match name {
                    "input_ids" => Input::Tokens,
                    "attention_mask" => Input::Mask,
                    "token_type_ids" => Input::Types,
                    _ => bail!(
                        "its input `{name}` is unknown; a sentence-embedding model has input_ids, and may have attention_mask and token_type_ids"
                    ),
                };
                Ok((id, input))
            })
            .collect::<Result<_>>()
            .with_context(named)?;
        let output_named = |name: &str| model.find_node(name).filter(|id| model.output_ids().contains(id));
        let output = output_named("sentence_embedding")
            .or_else(|| output_named("last_hidden_state"))
            .or_else(|| model.output_ids().first().copied())
            .with_context(|| {
                format!(
                    "{}: the model has no output; it is not a sentence-embedding model",
                    plan.onnx.display()
                )
            })?;
        Ok(Self {
            path: plan.onnx.clone(),
            tokenizer: tokenizer(plan)?,
            inputs,
            output,
            model,
            pooling: plan.pooling,
            prefix: plan.prefix.clone(),
        })
    }

    /// Vectors of `messages`, `[n, n_dims]`. Equal messages are run once, and a message without a token gets zeros. Counts a step of
    /// `progress` for each message.
    ///
    /// # Errors
    ///
    /// The tokenizer or the model fails on a message; the output is not a vector of floats; vectors differ in length; no message has a
    /// token.
    pub fn vectors(&self, messages: &[&str], progress: &Stage) -> Result<Array2<f32>> {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut rows: Vec<Option<Vec<f32>>> = Vec::with_capacity(messages.len());
        for (row, &message) in messages.iter().enumerate() {
            let vector = match seen.get(message) {
                Some(&same) => rows[same].clone(),
                None => self.vector(message).with_context(|| {
                    format!("{}: message {} (\"{}\")", self.path.display(), row + 1, start_of(message))
                })?,
            };
            rows.push(vector);
            seen.entry(message).or_insert(row);
            progress.step();
        }
        let n_dims = rows.iter().flatten().map(Vec::len).next().with_context(|| {
            format!(
                "{}: its tokenizer finds no token in any message; check that the column of messages is the right one",
                self.path.display()
            )
        })?;
        ensure!(
            rows.iter().flatten().all(|row| row.len() == n_dims),
            "{}: its vectors differ in length; it is not a sentence-embedding model",
            self.path.display()
        );
        let values = rows.into_iter().flat_map(|row| row.unwrap_or_else(|| vec![0.0; n_dims])).collect();
        Ok(Array2::from_shape_vec((messages.len(), n_dims), values)?)
    }

    /// The vector of one message; `None` if it has no token.
    fn vector(&self, message: &str) -> Result<Option<Vec<f32>>> {
        let text = format!("{}{}", self.prefix, message);
        let encoded = self.tokenizer.encode(text, true).map_err(|error| anyhow!("{error}"))?;
        let ids: Vec<i32> = encoded.get_ids().iter().map(|&id| id as i32).collect();
        if ids.is_empty() {
            return Ok(None);
        }
        let shape = [1, ids.len()];
        let inputs: Vec<(NodeId, ValueOrView)> = self
            .inputs
            .iter()
            .map(|&(id, input)| {
                let values = match input {
                    Input::Tokens => ids.clone(),
                    Input::Mask => vec![1; ids.len()],
                    Input::Types => vec![0; ids.len()],
                };
                (id, NdTensor::from_data(shape, values).into())
            })
            .collect();
        let outputs = self.model.run(inputs, &[self.output], None).map_err(|error| anyhow!("{error}"))?;
        let output: Tensor<f32> = outputs
            .into_iter()
            .next()
            .context("no output")?
            .try_into()
            .map_err(|error| anyhow!("its output does not hold floats: {error}"))?;
        let values = output.to_vec();
        match output.shape() {
            &[1, _] => Ok(Some(values)),
            &[1, n_tokens, n_dims] if n_tokens > 0 && n_dims > 0 => Ok(Some(match self.pooling {
                Pooling::First => values[..n_dims].to_vec(),
                Pooling::Mean => mean(&values, n_dims),
            })),
            shape => bail!(
                "its output has the shape {shape:?}; (1, numbers) or (1, tokens, numbers) is what a sentence-embedding model gives"
            ),
        }
    }
}

/// The tokenizer that `plan` names, with truncation and without padding.
fn tokenizer(plan: &EncoderPlan) -> Result<Tokenizer> {
    let of = |error| anyhow!("{error}");
    let named = || format!("{}: this is not a tokenizer.json that can be read", plan.tokenizer.display());
    let mut tokenizer = Tokenizer::from_file(&plan.tokenizer).map_err(of).with_context(named)?;
    let cut = tokenizer
        .get_truncation()
        .cloned()
        .unwrap_or_else(|| TruncationParams { max_length: MAX_TOKENS, ..TruncationParams::default() });
    tokenizer.with_padding(None).with_truncation(Some(cut)).map_err(of).with_context(named)?;
    Ok(tokenizer)
}

/// The mean of rows of `n_dims` numbers.
fn mean(values: &[f32], n_dims: usize) -> Vec<f32> {
    let n = (values.len() / n_dims) as f32;
    let mut sums = vec![0.0; n_dims];
    for row in values.chunks_exact(n_dims) {
        sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    sums.iter_mut().for_each(|sum| *sum /= n);
    sums
}

fn start_of(message: &str) -> String {
    message.chars().take(40).collect()
}
