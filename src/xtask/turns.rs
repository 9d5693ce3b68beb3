//! Time to fit: our fits and a peer's alternate in one run, so that changes of the machine's speed affect both.
//!
//! Both programs load their data once, print `ready`, and answer each line `TASK` with a line `SECONDS QUALITY`.
//!
//! Not here: the fits (`tests/bench/peers`, `tests/peers/timing.py`).

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::peers::{self, Peers};
use crate::row::{Bound, Peer, beside, not_measured, row};
use crate::shell::Shell;

/// Task, peer, and the metric of its quality.
const TASKS: [(&str, &str, &str); 5] = [
    ("boosting", "LightGBM", "auc"),
    ("forest", "scikit-learn", "auc"),
    ("logistic", "scikit-learn", "auc"),
    ("text", "fastText", "accuracy"),
    ("k-means", "scikit-learn", "inertia"),
];
/// Number of turns that count; one more turn before them is for warming up.
const TURNS: usize = 5;
/// Number of threads of our program; `timing.py` sets the same number for the peers.
const THREADS: &str = "2";
/// Pause before a fit, since threads of the other program may still be busy-waiting.
const PAUSE: Duration = Duration::from_millis(300);

/// Returns three rows for each task: the seconds, their ratio, and the quality of the fitted models.
pub(crate) fn measure(shell: &Shell, peers: &Result<Peers>, data: &Path) -> Result<Vec<Value>> {
    let name = |task: &str, what: &str| format!("fit, {task}: {what}");
    let Ok(peers) = peers else {
        let missing = |(task, peer, _): &(&str, &str, &str)| {
            not_measured(&name(task, &format!("ours to {peer}, median of pairs")), "×")
        };
        return Ok(TASKS.iter().map(missing).collect());
    };
    let mut ours = shell.command(&peers::ours(shell)?);
    let mut ours = Program::start(ours.arg("fit").arg(data).env("RAYON_NUM_THREADS", THREADS))?;
    let mut script = peers.script(shell, "timing.py");
    let mut theirs = Program::start(script.arg(data).arg(shell.at("target/real")))?;
    let mut rows = Vec::new();
    for (task, peer, quality) in TASKS {
        let (mut first, mut second, mut reached) = (Vec::new(), Vec::new(), (0.0, 0.0));
        for turn in 0..=TURNS {
            let (a, b) = (ours.fit(task)?, theirs.fit(task)?);
            reached = (a.1, b.1);
            if turn > 0 {
                first.push(a.0);
                second.push(b.0);
            }
        }
        let ratios: Vec<f64> = first.iter().zip(&second).map(|(a, b)| a / b).collect();
        let theirs = |value: f64| Peer { name: peer.to_owned(), value };
        let seconds = theirs(median(second));
        rows.push(beside(&name(task, "seconds"), median(first), "s", Bound::None, Some(&seconds)));
        let ratio = format!("ours to {peer}, median of pairs");
        rows.push(row(&name(task, &ratio), median(ratios), "×", Bound::AtMost(1.0)));
        let reached_by = theirs(reached.1);
        rows.push(beside(&name(task, quality), reached.0, "", Bound::None, Some(&reached_by)));
    }
    Ok(rows)
}

/// The middle value, or the mean of the two middle ones.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = |at: usize| values.get(at).copied().unwrap_or(f64::NAN);
    (at(values.len().saturating_sub(1) / 2) + at(values.len() / 2)) / 2.0
}

/// A running program that fits a model on request.
struct Program {
    child: Child,
    tell: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Program {
    fn start(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start {}", command.get_program().to_string_lossy()))?;
        let (tell, answers) = (child.stdin.take(), child.stdout.take().context("no answers")?);
        let mut program = Self { child, tell, answers: BufReader::new(answers) };
        match program.answer()?.as_str() {
            "ready" => Ok(program),
            other => bail!("a program to be timed began with `{other}`"),
        }
    }

    /// Seconds and quality of one fit.
    fn fit(&mut self, task: &str) -> Result<(f64, f64)> {
        std::thread::sleep(PAUSE);
        let tell = self.tell.as_mut().context("no way to tell the program")?;
        writeln!(tell, "{task}").with_context(|| format!("could not ask for {task}"))?;
        let answer = self.answer()?;
        let (seconds, quality) = answer.split_once(' ').with_context(|| format!("{task}: `{answer}`"))?;
        Ok((seconds.parse()?, quality.parse()?))
    }

    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        let n = self.answers.read_line(&mut line).context("could not read an answer")?;
        if n == 0 {
            bail!("a program to be timed ended early ({})", self.child.wait()?);
        }
        Ok(line.trim().to_owned())
    }
}

impl Drop for Program {
    /// Closes the program's standard input, upon which it exits.
    fn drop(&mut self) {
        drop(self.tell.take());
        // All answers were received, so its exit code does not matter.
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_two() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-12);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-12);
    }
}
