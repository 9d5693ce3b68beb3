//! `Bench` for `Job`: what a kind of model may ask about the data during a fit.
//!
//! Not here: the trait and its documentation (`kinds::bench`).

use super::job::Job;
use super::{fusion, judge, taught};
use crate::kinds::Bench;
use crate::kinds::bench::{Evidence, Fitted, Input, Lesson, Truths, Tuned};
use anyhow::Result;
use floorwalker_engine::head::EncodingDef;
use ndarray::Array2;

impl Bench for Job<'_> {
    fn seed(&self) -> u64 {
        self.seed
    }

    fn classes(&self) -> &[String] {
        &self.target.classes
    }

    fn encodings(&self, train: &[usize]) -> Vec<EncodingDef> {
        Job::encodings(self, train)
    }

    fn matrix(&self, encodings: &[EncodingDef], rows: &[usize]) -> Result<Array2<f32>> {
        Job::matrix(self, encodings, rows)
    }

    fn inputs(&self, train: &[usize]) -> Vec<Input> {
        self.read_inputs(train)
    }

    fn truths(&self, rows: &[usize]) -> Truths {
        self.target.truths(rows, self.weights)
    }

    fn fields(&self) -> &[String] {
        &self.rows.examples.fields
    }

    fn lesson(&self, train: &[usize], rarity: f64) -> Result<Lesson<'_>> {
        taught::lesson(self, train, rarity)
    }

    fn is_taught(&self) -> bool {
        self.is_taught
    }

    fn loss(&self, fitted: &Fitted, rows: &[usize]) -> Result<f64> {
        judge::calibrated_loss(self, fitted, rows)
    }

    fn fold_losses(&self, rows: &[usize], tuned: [Tuned; 2]) -> Result<[f64; 2]> {
        let folds = taught::trials(self, rows);
        let [a, b] = tuned;
        Ok([taught::loss(self, &folds, a)?, taught::loss(self, &folds, b)?])
    }

    fn evidence(&self, train: &[usize]) -> Result<Evidence> {
        fusion::evidence(self, train)
    }
}
