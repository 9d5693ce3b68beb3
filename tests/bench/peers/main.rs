//! Our side of the comparison with other libraries (`tests/peers`): the same rows, the same encoding, the same settings.
//!
//! | call                       | writes to standard output                                                       |
//! |----------------------------|---------------------------------------------------------------------------------|
//! | `bench-peers splits DATA`  | which rows our stores hold out, so that peers are judged on the same            |
//! | `bench-peers families DATA`| a figure for each kind of model, as `tests/peers/families.py` has them           |
//! | `bench-peers fit DATA`     | for each line `TASK` on standard input a line `SECONDS QUALITY`; only the fit is timed |
//! | `bench-peers weigh FILE`   | the file's size after brotli compression                                        |
//!
//! `DATA` is the folder of the real data sets.
//!
//! Not here: the bounds (`src/xtask`), the peers (`tests/peers`).

mod families;
mod score;
mod shoppers;
mod splits;
mod timing;

use anyhow::{Context, Result, bail};
use floorwalker_cli::brotli_bytes;
use std::path::PathBuf;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().context("bench-peers splits|families|fit|weigh PATH")?;
    let path = PathBuf::from(arguments.next().context("name the folder of the data, or the file")?);
    match what.as_str() {
        "splits" => splits::print(&path),
        "families" => families::print(&path),
        "fit" => timing::obey(&path),
        "weigh" => {
            let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
            println!("{}", brotli_bytes(&bytes)?);
            Ok(())
        }
        other => bail!("`{other}` is not one of splits, families, fit, weigh"),
    }
}
