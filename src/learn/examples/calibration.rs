//! Calibration messages: messages as people wrote them, each with its label. No head is trained on them; they only calibrate
//! trained heads.
//!
//! Not here: the calibration itself (`train`).

use crate::store::CalibrationPlan;
use anyhow::{Result, bail};
use floorwalker_data::read::{Kinds, MISSING_CODE, ReadAs, Table, Values};

/// The calibration messages and their labels.
#[derive(Clone, Debug, Default)]
pub struct CalibrationMessages {
    /// The messages as typed, `[n_messages]`.
    pub messages: Vec<String>,
    /// Label of each message, `[n_messages]`.
    pub labels: Vec<String>,
}

impl CalibrationMessages {
    /// Reads the table that `plan` names; rows without a message or a label are skipped.
    ///
    /// # Errors
    ///
    /// Fails for input that cannot be read, with file, line and column, and for a column that does not exist.
    pub(super) fn read(plan: &CalibrationPlan) -> Result<Self> {
        let kinds =
            Kinds::from([(plan.message.clone(), ReadAs::Text), (plan.label.clone(), ReadAs::Category)]);
        let table = Table::read(&plan.file, &kinds.into())?;
        let (Values::Text(texts), Values::Category { codes, names }) =
            (&table.column(&plan.message)?.values, &table.column(&plan.label)?.values)
        else {
            bail!(
                "{}: the column of messages must be text, and the label a category; name other columns in [data] calibration",
                plan.file.display()
            )
        };
        let mut found = Self::default();
        for (text, &code) in texts.iter().zip(codes) {
            if let (Some(text), true) = (text, code != MISSING_CODE) {
                found.messages.push(text.clone());
                found.labels.push(names[code as usize].clone());
            }
        }
        Ok(found)
    }

    /// The messages whose label is among `classes`, each with the index of its class.
    pub(crate) fn of<'a>(&'a self, classes: &'a [String]) -> impl Iterator<Item = (&'a str, usize)> {
        self.messages.iter().zip(&self.labels).filter_map(|(message, label)| {
            Some((message.as_str(), classes.iter().position(|class| class == label)?))
        })
    }
}
