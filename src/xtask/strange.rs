//! A stage of `cargo xtask bench --real`: out-of-scope messages, and messages in nine languages.
//!
//! | figure                        | learnt from                                      | measured on                                  |
//! |-------------------------------|--------------------------------------------------|----------------------------------------------|
//! | out of scope, near            | BANKING77's `train` without 17 intents           | its `test`, where those 17 are out of scope  |
//! | out of scope, far             | Bitext's release of 21,534 utterances            | every tenth, with BANKING77's `test` outside |
//! | nine languages                | xSID's `valid`, 300 messages a language, classes with one message are left out | its `test`, 500, without those |
//! | which language                | the same, all languages at once                  | the same                                     |
//! | a language that is not known  | the same without two languages                   | the same, where those two are out of scope   |
//!
//! The 17 intents are drawn three times: `tests/data/banking77_held_out.json` lists them. AUROC: the probability that an out-of-scope
//! message has a higher `out_of_scope` than one in scope.
//!
//! Not here: detecting what is out of scope (`learn::train::scope`), the other data sets (`real`).

use crate::real::read;
use crate::row::Bound::{self, AtLeast};
use crate::row::row;
use crate::shell::Shell;
use crate::trainer;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Languages of xSID, and the smallest accepted accuracy on each: the one reached before different scripts were folded together.
const LANGUAGES: [(&str, f64); 9] = [
    ("da", 0.954),
    ("de", 0.925),
    ("en", 0.925),
    ("id", 0.921),
    ("it", 0.938),
    ("nl", 0.929),
    ("sr", 0.944),
    ("tr", 0.927),
    ("zh", 0.938),
];
/// Smallest accepted mean of these accuracies.
const ALL_LANGUAGES: f64 = 0.945;
/// Languages that are left out of training, to measure how unknown languages are detected.
const UNKNOWN: [&str; 2] = ["nl", "tr"];
/// Smallest accepted AUROC, for near and for far out-of-scope messages.
const NEAR: f64 = 0.93;
const FAR: f64 = 0.97;
/// Every so many-th of the utterances that were learnt from is also measured on.
const EVERY: usize = 10;

/// A message and its label.
struct Message {
    text: String,
    label: String,
}

/// The trainer, the data and the working folder.
struct Bench<'a> {
    shell: &'a Shell,
    data: &'a Path,
    trainer: PathBuf,
    work: PathBuf,
}

/// Trains and measures; returns one row for each figure.
pub(crate) fn measure(shell: &Shell, data: &Path) -> Result<Vec<Value>> {
    let bench = Bench { shell, data, trainer: trainer::release(shell)?, work: shell.at("target/real") };
    let mut rows = bench.near()?;
    rows.push(bench.far()?);
    rows.extend(bench.languages()?);
    Ok(rows)
}

impl Bench<'_> {
    fn near(&self) -> Result<Vec<Value>> {
        let held_out = read(&self.shell.at("tests/data/banking77_held_out.json"))?;
        let banking = |file: &str| {
            self.table(&format!("banking77/{file}"), |row| Some(Message { text: row(0)?, label: row(1)? }))
        };
        let (train, test) = (banking("train.csv")?, banking("test.csv")?);
        let draws = held_out["draws"].as_array().context("no draws")?;
        let mut rows = Vec::new();
        for (at, draw) in (1..).zip(draws) {
            let left_out: BTreeSet<&str> =
                draw["intents"].as_array().context("no intents")?.iter().filter_map(Value::as_str).collect();
            let known = |message: &&Message| !left_out.contains(message.label.as_str());
            let name = format!("banking77-none-{at}");
            self.train(&name, train.iter().filter(known), test.iter().filter(known), 1_000_000)?;
            let auroc = self.auroc(&name, &test, |message| !known(&message))?;
            let what = format!("banking77, 17 intents held out, draw {at}: AUROC of none of these");
            rows.push(row(&what, auroc, "", AtLeast(NEAR)));
        }
        Ok(rows)
    }

    fn far(&self) -> Result<Value> {
        let file = "bitext/bitext_20k_TrainingdatasetBitextsample.csv";
        let of = |row: &dyn Fn(usize) -> Option<String>| Some(Message { text: row(1)?, label: row(3)? });
        let known = self.table(file, of)?;
        let strange =
            self.table("banking77/test.csv", |row| Some(Message { text: row(0)?, label: String::new() }))?;
        let name = "bitext-none";
        self.train(name, known.iter(), known.iter().step_by(EVERY), 300_000)?;
        let asked: Vec<Message> = known.into_iter().step_by(EVERY).chain(strange).collect();
        let auroc = self.auroc(name, &asked, |message| message.label.is_empty())?;
        let what = "bitext_20k against banking77: AUROC of none of these";
        Ok(row(what, auroc, "", AtLeast(FAR)))
    }

    fn languages(&self) -> Result<Vec<Value>> {
        // Columns: lang, split, intent, text.
        let of = |split: &str, label: usize| {
            self.table("xsid/xsid.csv", |row| {
                (row(1)? == split).then(|| Some((row(0)?, Message { text: row(3)?, label: row(label)? })))?
            })
        };
        let (mut rows, mut sum) = (Vec::new(), 0.0);
        for (language, before) in LANGUAGES {
            let only = |split: &str| -> Result<Vec<Message>> {
                let all = of(split, 2)?.into_iter().filter(|(of, _)| of == language);
                Ok(all.map(|(_, message)| message).collect())
            };
            let (train, test) = (only("valid")?, only("test")?);
            // A class with a single message is too small to learn.
            let mut counts = BTreeMap::new();
            train.iter().for_each(|message| *counts.entry(message.label.as_str()).or_insert(0) += 1);
            let several = |message: &&Message| counts.get(message.label.as_str()).is_some_and(|&n| n > 1);
            let name = format!("xsid-{language}");
            let report =
                self.train(&name, train.iter().filter(several), test.iter().filter(several), 300_000)?;
            let accuracy = accuracy(&report)?;
            sum += accuracy;
            rows.push(row(&format!("xsid, {language}: intent, accuracy"), accuracy, "", AtLeast(before)));
        }
        let mean = sum / LANGUAGES.len() as f64;
        rows.push(row("xsid, mean of nine languages: intent, accuracy", mean, "", AtLeast(ALL_LANGUAGES)));

        let only = |split: &str, left_out: &[&str]| -> Result<Vec<Message>> {
            let all = of(split, 0)?.into_iter().filter(|(of, _)| !left_out.contains(&of.as_str()));
            Ok(all.map(|(_, message)| message).collect())
        };
        let (train, test) = (only("valid", &[])?, only("test", &[])?);
        let report = self.train("xsid-which", train.iter(), test.iter(), 30_000)?;
        rows.push(row("xsid, which of nine languages: accuracy", accuracy(&report)?, "", Bound::None));
        let bytes = report["bytes"].as_f64().context("no bytes")?;
        rows.push(row("xsid, which of nine languages: bundle", bytes, "B", Bound::None));
        let (train, known) = (only("valid", &UNKNOWN)?, only("test", &UNKNOWN)?);
        self.train("xsid-unknown", train.iter(), known.iter(), 30_000)?;
        let auroc = self.auroc("xsid-unknown", &test, |message| UNKNOWN.contains(&message.label.as_str()))?;
        let what = format!("xsid, {} unknown: AUROC of none of these", UNKNOWN.join(" and "));
        rows.push(row(&what, auroc, "", Bound::None));
        Ok(rows)
    }

    /// The results of `of` for the rows of a table; rows for which it returns `None` are skipped.
    fn table<T>(
        &self,
        file: &str,
        of: impl Fn(&dyn Fn(usize) -> Option<String>) -> Option<T>,
    ) -> Result<Vec<T>> {
        let path = self.data.join(file);
        let mut reader = csv::Reader::from_path(&path).with_context(|| path.display().to_string())?;
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.with_context(|| path.display().to_string())?;
            rows.extend(of(&|column| record.get(column).map(str::to_owned)));
        }
        Ok(rows)
    }

    /// Trains on `train` and measures on `test`; `name` is the base name of the bundle and of its report.
    fn train<'m>(
        &self,
        name: &str,
        train: impl Iterator<Item = &'m Message>,
        test: impl Iterator<Item = &'m Message>,
        max_bytes: usize,
    ) -> Result<Value> {
        self.write(&format!("{name}-train.csv"), train)?;
        self.write(&format!("{name}-test.csv"), test)?;
        let (store, json) = (format!("{name}.toml"), format!("{name}.json"));
        let text = format!(
            "name = \"{name}\"\nseed = 42\n\n[data]\ntable = \"{name}-train.csv\"\ntest = \"{name}-test.csv\"\nmessage = \"text\"\n\n\
             [[heads]]\nname = \"words\"\nlabel = \"label\"\nmodel = \"text\"\ntext = {{ max_bytes = {max_bytes} }}\n"
        );
        std::fs::write(self.work.join(&store), text).with_context(|| store.clone())?;
        let mut command = self.shell.command(&self.trainer.to_string_lossy());
        command.arg("train").arg(&store).args(["--json", &json, "--quiet", "--no-report"]);
        self.shell.run(command.current_dir(&self.work))?;
        read(&self.work.join(json))
    }

    fn write<'m>(&self, name: &str, messages: impl Iterator<Item = &'m Message>) -> Result<()> {
        let path = self.work.join(name);
        let mut out = csv::Writer::from_path(&path).with_context(|| path.display().to_string())?;
        out.write_record(["text", "label"])?;
        for message in messages {
            out.write_record([&message.text, &message.label])?;
        }
        out.flush().with_context(|| path.display().to_string())
    }

    /// Scores `messages` by the bundle `name`, and returns the AUROC of `out_of_scope` for those that `is_outside` says are out of scope.
    fn auroc(&self, name: &str, messages: &[Message], is_outside: impl Fn(&Message) -> bool) -> Result<f64> {
        let log: String = messages
            .iter()
            .enumerate()
            .map(|(at, message)| {
                let line = json!({ "shopper": format!("s{at}"), "at": at, "event": "message", "message": message.text });
                format!("{line}\n")
            })
            .collect();
        let (asked, scores) = (format!("{name}-asked.jsonl"), format!("{name}-scores.jsonl"));
        std::fs::write(self.work.join(&asked), log).with_context(|| asked.clone())?;
        let mut command = self.shell.command(&self.trainer.to_string_lossy());
        command.args(["score", &format!("{name}.fwb"), &asked, "--out", &scores]);
        self.shell.run(command.current_dir(&self.work))?;
        let text = std::fs::read_to_string(self.work.join(&scores)).with_context(|| scores.clone())?;
        let outside = |line: &str| -> Result<f64> {
            let scores: Value = serde_json::from_str(line)?;
            // A missing probability is 0.
            Ok(scores["words.out_of_scope"].as_f64().unwrap_or(0.0))
        };
        let found: Vec<f64> =
            text.lines().map(outside).collect::<Result<_>>().with_context(|| scores.clone())?;
        anyhow::ensure!(found.len() == messages.len(), "{scores}: a line for each message is wanted");
        Ok(auroc(found.into_iter().zip(messages.iter().map(is_outside))))
    }
}

fn accuracy(report: &Value) -> Result<f64> {
    report["heads"][0]["report"]["accuracy"].as_f64().context("no accuracy")
}

/// AUROC: the probability that a score marked `true` is above one marked `false`; ties count half (Mann and Whitney).
fn auroc(scores: impl Iterator<Item = (f64, bool)>) -> f64 {
    let mut scores: Vec<(f64, bool)> = scores.collect();
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n_true = scores.iter().filter(|score| score.1).count() as f64;
    let (mut below, mut wins) = (0.0, 0.0);
    for equal in scores.chunk_by(|a, b| a.0 == b.0) {
        let trues = equal.iter().filter(|score| score.1).count() as f64;
        let falses = equal.len() as f64 - trues;
        wins += trues * (below + falses / 2.0);
        below += falses;
    }
    wins / (n_true * (scores.len() as f64 - n_true))
}

#[cfg(test)]
mod tests {
    use super::auroc;

    #[test]
    fn equal_scores_count_half() {
        assert_eq!(auroc([(0.1, false), (0.9, true)].into_iter()), 1.0);
        assert_eq!(auroc([(0.5, false), (0.5, true)].into_iter()), 0.5);
        assert_eq!(auroc([(0.2, true), (0.2, false), (0.1, false), (0.3, false)].into_iter()), 0.5);
    }
}
