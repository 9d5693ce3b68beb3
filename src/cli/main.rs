//! `floorwalker`: learns models from a shop's log, evaluates them, and writes the bundle that the page loads.
//!
//! Exit codes: 0 done; 1 input refused, or stopped by Ctrl-C, with nothing half-written in either case; 2 wrong usage.

use clap::Parser;
use floorwalker_cli::Command;
use floorwalker_data::write;
use floorwalker_finding::shown;
use std::process::ExitCode;

/// Train models of what shoppers need on the shop's own log, measure them on held-out data, and write the one file that the page loads.
///
/// Start with `floorwalker init` (writes store.toml), then `floorwalker train store.toml`.
/// With a table only: `floorwalker train customer_data.csv --label need_demand`.
#[derive(Parser)]
#[command(name = "floorwalker", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Exit code after Ctrl-C. It is not the shells' 130: a script only tests whether the command was done, and the message says why not.
const STOPPED: i32 = 1;

fn main() -> ExitCode {
    let listening = ctrlc::set_handler(|| {
        let _until_the_end = write::discard();
        eprintln!(
            "floorwalker: stopped by Ctrl-C; no partly written file is left; run the command again to start over"
        );
        std::process::exit(STOPPED);
    });
    if let Err(error) = listening {
        eprintln!(
            "floorwalker: Ctrl-C may leave a partly written file, because it cannot be caught here: {error}"
        );
    }
    match Cli::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of the output closed it, as `head` does: that is no failure.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("floorwalker: {}", shown::error(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
