//! Progress on standard error: a spinner or a bar in a terminal, and a line for each finished stage.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Time between two frames of a spinner.
const FRAME: Duration = Duration::from_millis(120);

/// Where progress is shown.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    shown: bool,
}

/// A stage that is under way.
#[derive(Debug)]
pub struct Stage {
    name: String,
    began: Instant,
    bar: Option<ProgressBar>,
    shown: bool,
}

impl Progress {
    /// Progress on standard error.
    #[must_use]
    pub fn new() -> Self {
        Self { shown: true }
    }

    /// No progress at all.
    #[must_use]
    pub fn silent() -> Self {
        Self { shown: false }
    }

    /// Begins a stage.
    #[must_use]
    pub fn stage(self, name: &str) -> Stage {
        let bar = (self.shown && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new_spinner().with_message(name.to_owned());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(FRAME);
            bar
        });
        Stage { name: name.to_owned(), began: Instant::now(), bar, shown: self.shown }
    }

    /// Begins a stage of `n` steps, which [`Stage::step`] counts.
    #[must_use]
    pub fn steps(self, name: &str, n: u64) -> Stage {
        let bar = (self.shown && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(n).with_message(name.to_owned());
            if let Ok(style) =
                ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}, {eta} left")
            {
                bar.set_style(style);
            }
            bar.enable_steady_tick(FRAME);
            bar
        });
        Stage { name: name.to_owned(), began: Instant::now(), bar, shown: self.shown }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Stage {
    /// Counts a step.
    pub fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// Ends the stage and prints a line with the time it took.
    pub fn done(self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if self.shown {
            eprintln!("{:<32}{:>7.1} s", self.name, self.began.elapsed().as_secs_f64());
        }
    }
}
