//! `floorwalker embed`.

use super::output::{Force, Known};
use super::say;
use crate::flag::Flag;
use anyhow::{Result, bail};
use clap::Args;
use floorwalker_data::progress::Progress;
use floorwalker_data::read::encoder::{EncoderPlan, Pooling};
use floorwalker_data::read::{Overrides, Table, Values, vectors};
use floorwalker_learn::examples::encoded;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What `--help` says below the flags.
const HELP: &str = "\
`train --teacher` and `label --teacher` read the vectors, so the model runs only once. Nothing is downloaded: an ONNX file and its \
tokenizer.json come with most published sentence-embedding models.";

/// Flags of `embed`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Embed {
    /// A table of messages (CSV, or flat JSON Lines)
    chats: PathBuf,
    /// The model, an ONNX file
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The model's tokenizer [default: tokenizer.json beside the model]
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// How the vectors of a message's tokens are combined into one
    #[arg(long, value_enum, default_value_t)]
    pooling: Flag<Pooling>,
    /// Text that the model expects before each message, such as "query: "
    #[arg(long, default_value = "", hide_default_value = true)]
    prefix: String,
    /// The column of messages [default: the only column of text]
    #[arg(long, value_name = "COLUMN")]
    message: Option<String>,
    /// Where to write the vectors, one for each row (.npy) [default: beside CHATS, with .npy]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    force: Force,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl Embed {
    pub(super) fn run(&self) -> Result<()> {
        let column = match &self.message {
            Some(name) => name.clone(),
            None => Table::only_text(&self.chats)?,
        };
        let out = self.out.clone().unwrap_or_else(|| self.chats.with_extension("npy"));
        self.force.check(&[&self.chats, &self.model], &[("--out", &out, Known::Never)])?;
        let table = Table::read_columns(&self.chats, &Overrides::default(), &BTreeSet::new())?;
        let Values::Text(cells) = &table.column(&column)?.values else {
            bail!(
                "{}: column `{column}` does not hold text; name the column of messages with --message",
                self.chats.display()
            )
        };
        let messages: Vec<String> = cells.iter().map(|cell| cell.clone().unwrap_or_default()).collect();
        let plan = EncoderPlan {
            onnx: self.model.clone(),
            tokenizer: self.tokenizer.clone().unwrap_or_else(|| self.model.with_file_name("tokenizer.json")),
            pooling: self.pooling.0,
            prefix: self.prefix.clone(),
        };
        let progress = if self.quiet { Progress::silent() } else { Progress::new() };
        let found = encoded(&plan, &messages, progress)?;
        vectors::write(&out, &found)?;
        if !self.quiet {
            say(format_args!(
                "wrote {}: {} vectors of {} numbers",
                out.display(),
                found.nrows(),
                found.ncols()
            ))?;
        }
        Ok(())
    }
}
