//! Settings of `[teacher]`: a table of messages without labels, and where their vectors come from.
//!
//! Not here: reading either (`examples`, `read`).

use anyhow::{Context, Result, bail};
use floorwalker_data::read::encoder::{EncoderPlan, Pooling};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Messages without labels, and the vectors that a sentence-embedding model gives them. A text head also learns from soft labels
/// that the labelled messages imply for similar unlabelled ones, if that lowers its loss. Nothing of the teacher is in the
/// bundle.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Raw")]
pub struct TeacherPlan {
    /// A table of messages.
    pub unlabelled: PathBuf,
    /// Its column of messages. Default: the message column of the labelled table.
    pub message: Option<String>,
    /// Where vectors come from.
    pub vectors: VectorsPlan,
}

/// Where the vectors of messages come from.
#[derive(Clone, Debug)]
pub enum VectorsPlan {
    /// Vectors are read from files.
    Files {
        /// A vector for each row of the unlabelled table, in its order: a `.npy` file of float16 or float32.
        unlabelled: PathBuf,
        /// A vector for each row of the labelled table, in its order, for messages that are not among the unlabelled ones.
        labelled: Option<PathBuf>,
    },
    /// Vectors are computed by a sentence-embedding model, run on every message.
    Model(EncoderPlan),
}

/// `[teacher]` as `store.toml` writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    unlabelled: PathBuf,
    message: Option<String>,
    vectors: Option<PathBuf>,
    labelled: Option<PathBuf>,
    onnx: Option<PathBuf>,
    tokenizer: Option<PathBuf>,
    pooling: Option<Pooling>,
    prefix: Option<String>,
}

impl TryFrom<Raw> for TeacherPlan {
    type Error = anyhow::Error;

    fn try_from(raw: Raw) -> Result<Self> {
        let vectors = match (raw.vectors, raw.onnx) {
            (Some(unlabelled), None) => {
                if raw.tokenizer.is_some() || raw.pooling.is_some() || raw.prefix.is_some() {
                    bail!(
                        "[teacher] `tokenizer`, `pooling` and `prefix` apply to `onnx`, and `vectors` is given; leave them out"
                    );
                }
                VectorsPlan::Files { unlabelled, labelled: raw.labelled }
            }
            (None, Some(onnx)) => {
                if raw.labelled.is_some() {
                    bail!(
                        "[teacher] `labelled` applies to `vectors`, and `onnx` is given, whose model computes the vectors itself; leave it out"
                    );
                }
                VectorsPlan::Model(EncoderPlan {
                    tokenizer: raw.tokenizer.unwrap_or_else(|| beside(&onnx)),
                    onnx,
                    pooling: raw.pooling.unwrap_or_default(),
                    prefix: raw.prefix.unwrap_or_default(),
                })
            }
            _ => bail!("[teacher] names both `vectors` and `onnx`, or neither; name one file"),
        };
        Ok(Self { unlabelled: raw.unlabelled, message: raw.message, vectors })
    }
}

impl TeacherPlan {
    /// Every file that the teacher reads.
    pub(super) fn files(&self) -> Vec<&PathBuf> {
        let vectors = match &self.vectors {
            VectorsPlan::Files { unlabelled, labelled } => [Some(unlabelled), labelled.as_ref()],
            VectorsPlan::Model(plan) => [Some(&plan.onnx), Some(&plan.tokenizer)],
        };
        std::iter::once(&self.unlabelled).chain(vectors.into_iter().flatten()).collect()
    }

    /// The teacher given on the command line: `file` is a model when its name ends in `.onnx`, else a file of vectors.
    ///
    /// # Errors
    ///
    /// Fails when vectors of labelled messages are given together with a model.
    pub fn of_files(unlabelled: PathBuf, file: PathBuf, labelled: Option<PathBuf>) -> Result<Self> {
        let is_model = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("onnx"));
        if is_model && labelled.is_some() {
            bail!(
                "--teacher-labelled is given with an ONNX model, which computes the vectors of labelled messages itself; leave it out"
            );
        }
        let (vectors, onnx) = if is_model { (None, Some(file)) } else { (Some(file), None) };
        let raw = Raw {
            unlabelled,
            message: None,
            vectors,
            labelled,
            onnx,
            tokenizer: None,
            pooling: None,
            prefix: None,
        };
        raw.try_into().context("--teacher")
    }

    /// Replaces each path by the result of `found`.
    pub(super) fn resolve(&mut self, found: impl Fn(&Path) -> Result<PathBuf>) -> Result<()> {
        let (first, second) = match &mut self.vectors {
            VectorsPlan::Files { unlabelled, labelled } => (unlabelled, labelled.as_mut()),
            VectorsPlan::Model(EncoderPlan { onnx, tokenizer, .. }) => (onnx, Some(tokenizer)),
        };
        for file in [Some(&mut self.unlabelled), Some(first), second].into_iter().flatten() {
            *file = found(file)?;
        }
        Ok(())
    }
}

fn beside(onnx: &Path) -> PathBuf {
    onnx.with_file_name("tokenizer.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Result<TeacherPlan, String> {
        toml::from_str(&format!("unlabelled = \"chats.csv\"\n{text}")).map_err(|error| error.to_string())
    }

    #[test]
    fn vectors_come_from_files_or_from_a_model_and_not_from_both() {
        let VectorsPlan::Files { unlabelled, labelled } = plan("vectors = \"v.npy\"").unwrap().vectors else {
            unreachable!("files were named")
        };
        assert_eq!((unlabelled, labelled), (PathBuf::from("v.npy"), None));
        let VectorsPlan::Model(model) =
            plan("onnx = \"e5/model.onnx\"\nprefix = \"query: \"").unwrap().vectors
        else {
            unreachable!("a model was named")
        };
        assert_eq!(model.tokenizer, Path::new("e5/tokenizer.json"));
        assert_eq!((model.pooling, model.prefix.as_str()), (Pooling::Mean, "query: "));
        assert!(plan("").unwrap_err().contains("both `vectors` and `onnx`, or neither"));
        assert!(plan("vectors = \"v\"\nonnx = \"m\"").unwrap_err().contains("either"));
        assert!(plan("vectors = \"v\"\npooling = \"first\"").unwrap_err().contains("apply to `onnx`"));
        assert!(plan("onnx = \"m\"\nlabelled = \"v\"").unwrap_err().contains("computes the vectors itself"));
        assert!(plan("onnx = \"m\"\npooling = \"max\"").unwrap_err().contains("first"));
        assert!(plan("onnx = \"m\"\nvector = \"v\"").unwrap_err().contains("unknown field"));
    }

    #[test]
    fn a_file_that_ends_in_onnx_is_a_model() {
        let of = |file: &str, labelled| TeacherPlan::of_files("chats.csv".into(), file.into(), labelled);
        assert!(matches!(of("a/Model.ONNX", None).unwrap().vectors, VectorsPlan::Model(_)));
        assert!(matches!(of("v.npy", None).unwrap().vectors, VectorsPlan::Files { .. }));
        assert!(of("m.onnx", Some("own.npy".into())).is_err());
    }
}
