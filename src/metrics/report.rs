//! Report: every metric of one classifier on one set of rows, and its formatting for a terminal.
//!
//! Invariants
//! - The same rows in the same order give the same report, to the last digit.
//!
//! Not here: `report.html`, comparison of several models.

use std::fmt::{self, Display, Write};

use anyhow::{Result, ensure};
use serde::Serialize;

use super::{BestF1, ClassScores, Confusion, Means};
use super::{argmax, auc_one_vs_rest, best_f1, brier, expected_calibration_error, log_loss};

/// Most classes for which the whole confusion matrix is printed.
const MAX_MATRIX: usize = 12;
/// Number of most frequent mistakes listed when the confusion matrix is not printed.
const N_WORST: usize = 10;
/// Most characters of a class name in a table.
const MAX_NAME: usize = 28;

/// The metrics of one classifier on one set of rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Number of rows measured.
    pub n_rows: usize,
    /// Class names; with two classes the second is the positive one.
    pub classes: Vec<String>,
    /// Share of rows whose most probable class is the true one.
    pub accuracy: f64,
    /// Macro and micro precision, recall and F1.
    pub means: Means,
    /// Scores per class, in the order of `classes`.
    pub per_class: Vec<ClassScores>,
    /// Area under the ROC curve; for more than two classes the one-against-rest macro mean.
    pub auc: Option<f64>,
    /// Mean log loss, in nats per row.
    pub log_loss: f64,
    /// Brier score, in `[0, 1]` for two classes, `[0, 2]` for more.
    pub brier: f64,
    /// Expected calibration error over 15 equally wide bins.
    pub expected_calibration_error: f64,
    /// Share of the rows in the largest class: the accuracy of always predicting it.
    pub majority: f64,
    /// The threshold with the best F1 *on these rows*, for two classes only; optimistic unless they are validation rows.
    pub best_f1: Option<BestF1>,
    /// Confusion matrix: true class by row, predicted class by column.
    pub confusion: Confusion,
}

impl Report {
    /// Computes every metric from predicted probabilities and true classes.
    ///
    /// - `classes`: names, at least 2. `y`: `[n_rows]`. `p`: `[n_rows, n_classes]`, row-major.
    ///
    /// # Errors
    ///
    /// Fails for fewer than two classes, no rows, lengths that do not match, a class not below `n_classes`, or a probability that
    /// is `NaN` or outside `[0, 1]`.
    pub fn new(classes: &[String], y: &[u32], p: &[f32]) -> Result<Self> {
        let k = classes.len();
        ensure!(k >= 2, "there are {k} classes to measure; there must be at least 2");
        ensure!(!y.is_empty(), "there are no rows to measure; give at least one");
        ensure!(p.len() == y.len() * k, "{} probabilities for {} rows of {k} classes", p.len(), y.len());
        if let Some(row) = y.iter().position(|&class| class as usize >= k) {
            anyhow::bail!("row {} has no class among the {k}; leave out rows without a label", row + 1);
        }
        if let Some(at) = p.iter().position(|p| !(0.0..=1.0).contains(p)) {
            anyhow::bail!(
                "the model gives row {} the probability {}; it must be in [0, 1]",
                at / k + 1,
                p[at]
            );
        }
        let rows = y.iter().zip(p.chunks_exact(k));
        let confusion = Confusion::new(k, rows.map(|(&truth, row)| (truth as usize, argmax(row))));
        let per_class: Vec<ClassScores> = (0..k).map(|class| confusion.class(class)).collect();
        let largest = per_class.iter().map(|c| c.support).max().unwrap_or_default();
        let positive: Vec<bool> = y.iter().map(|&c| c == 1).collect();
        let scores: Vec<f32> = p.iter().skip(1).step_by(k).copied().collect();
        Ok(Self {
            n_rows: y.len(),
            classes: classes.to_vec(),
            accuracy: confusion.accuracy(),
            means: confusion.means(),
            per_class,
            auc: auc_one_vs_rest(y, p, k),
            log_loss: log_loss(y, p, k),
            brier: brier(y, p, k),
            expected_calibration_error: expected_calibration_error(y, p, k),
            majority: largest as f64 / y.len() as f64,
            best_f1: if k == 2 { best_f1(&positive, &scores) } else { None },
            confusion,
        })
    }

    fn summary(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let auc = self.auc.map_or("-".to_owned(), |auc| format!("{auc:.4}"));
        let n = self.n_rows;
        writeln!(
            f,
            "accuracy  {:.4}   always the largest class {:.4}   rows {n}",
            self.accuracy, self.majority
        )?;
        writeln!(f, "auc       {auc:6}   log loss {:.4}   brier {:.4}", self.log_loss, self.brier)?;
        writeln!(f, "ece       {:.4}   ({} bins)", self.expected_calibration_error, super::N_BINS)?;
        if let Some(best) = self.best_f1 {
            let BestF1 { threshold, f1, precision, recall } = best;
            writeln!(
                f,
                "best f1   {f1:.4}   at {threshold:.4}, the threshold is chosen on these rows, so this is optimistic: \
                 precision {precision:.4}, recall {recall:.4}"
            )?;
        }
        Ok(())
    }

    fn table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.classes.iter().map(|name| shortened(name)).collect();
        let wide = names.iter().map(|n| width(n)).max().unwrap_or_default().max("macro".len());
        writeln!(f, "\n{}  precision  recall      f1    rows", pad("class", wide))?;
        let macro_ = ("macro", &self.means.macro_);
        let micro = ("micro", &self.means.micro);
        let classes = names.iter().map(String::as_str).zip(&self.per_class);
        for (name, s) in classes.chain([macro_, micro]) {
            let name = pad(name, wide);
            writeln!(f, "{name}  {:9.4}  {:6.4}  {:6.4}  {:6}", s.precision, s.recall, s.f1, s.support)?;
        }
        Ok(())
    }

    fn mistakes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.classes.iter().map(|name| shortened(name)).collect();
        let wide = names.iter().map(|n| width(n)).max().unwrap_or_default();
        if self.classes.len() > MAX_MATRIX {
            writeln!(f, "\nmost frequent mistakes")?;
            for (truth, predicted, rows) in self.confusion.worst(N_WORST) {
                writeln!(f, "{rows:6}  {}  taken for {}", pad(&names[truth], wide), names[predicted])?;
            }
            return Ok(());
        }
        let largest = self.confusion.counts.iter().max().map_or(1, |n| n.to_string().len());
        let cell = largest.max(self.classes.len().to_string().len()) + 2;
        writeln!(f, "\ntrue class by row, predicted by column")?;
        let head: String = (1..=self.classes.len()).fold(String::new(), |mut head, n| {
            let _ = write!(head, "{n:>cell$}"); // writing to a string does not fail
            head
        });
        writeln!(f, "{}{head}", pad("", wide + 4))?;
        for (truth, name) in names.iter().enumerate() {
            write!(f, "{:>2}  {}", truth + 1, pad(name, wide))?;
            for predicted in 0..self.classes.len() {
                match self.confusion.count(truth, predicted) {
                    0 => write!(f, "{:>cell$}", "·")?,
                    n => write!(f, "{n:>cell$}")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Aligned columns: the overall metrics, the scores per class, then the confusion matrix for up to 12 classes, else the most
/// frequent mistakes.
impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.summary(f)?;
        self.table(f)?;
        self.mistakes(f)
    }
}

/// Width of a text in terminal columns: Chinese, Japanese, Korean and full-width characters take two.
fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    let wide = matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF60}');
    1 + usize::from(wide)
}

fn pad(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

fn shortened(name: &str) -> String {
    let mut out = String::new();
    let mut used = 0;
    for c in name.chars() {
        used += char_width(c);
        if used >= MAX_NAME {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}
