//! Progress: each stage prints that it starts, how it ended and how long it took; a list of all times ends a run.

use std::time::{Duration, Instant};

use anyhow::Result;

/// The stages of one run.
#[derive(Default)]
pub(crate) struct Stages {
    done: Vec<(String, Duration, bool)>,
}

impl Stages {
    /// Runs one stage; prints a line with its name before, and a line on how it ended after.
    pub(crate) fn run<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n==> {name}");
        let start = Instant::now();
        let result = work();
        let time = start.elapsed();
        match &result {
            Ok(_) => println!("<== {name}: done in {:.1} s", time.as_secs_f64()),
            Err(error) => println!("<== {name}: FAILED after {:.1} s: {error:#}", time.as_secs_f64()),
        }
        self.done.push((name.to_owned(), time, result.is_ok()));
        result
    }

    /// Prints every stage's time.
    pub(crate) fn print_times(&self) {
        println!("\n{:<16} {:>9}", "stage", "seconds");
        for (name, time, ok) in &self.done {
            println!("{name:<16} {:>9.1}{}", time.as_secs_f64(), if *ok { "" } else { "  failed" });
        }
        let all: Duration = self.done.iter().map(|(_, time, _)| *time).sum();
        println!("{:<16} {:>9.1}", "all", all.as_secs_f64());
    }
}
