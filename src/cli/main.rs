//! `floorwalker`: learns models from a shop's log, proves them, and writes the bundle that the page loads.
//!
//! Exit codes: 0 done; 1 input refused, or stopped by Ctrl-C: either way not done, and nothing half-written; 2 usage.

use clap::Parser;
use floorwalker_cli::Command;
use floorwalker_data::write;
use floorwalker_finding::shown;
use std::process::ExitCode;

/// Learn what shoppers need from your own log, prove it, and write the one file that the page loads.
///
/// Start with `floorwalker init` (writes store.toml), then `floorwalker train store.toml`.
/// Or, with nothing but a table: `floorwalker train customer_data.csv --label need_demand`.
#[derive(Parser)]
#[command(name = "floorwalker", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What Ctrl-C exits with. Not the shells' 130: whoever runs this in a script tests for "done or not", and reads why.
const STOPPED: i32 = 1;

fn main() -> ExitCode {
    let listening = ctrlc::set_handler(|| {
        let _until_the_end = write::discard();
        eprintln!("floorwalker: stopped; nothing half-written is left, run it again to start over");
        std::process::exit(STOPPED);
    });
    if let Err(error) = listening {
        eprintln!("floorwalker: Ctrl-C may leave a file behind: {error}");
    }
    match Cli::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has seen enough.
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
