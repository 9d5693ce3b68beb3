//! Calibration messages: messages as people wrote them, and what each is about. Nothing is learnt from them; what was learnt is calibrated on them.
//!
//! Not here: what is calibrated (`train`).

use crate::store::CalibrationPlan;
use anyhow::{Result, bail};
use floorwalker_data::read::{Kinds, MISSING_CODE, ReadAs, Table, Values};

/// Messages and their labels.
#[derive(Clone, Debug, Default)]
pub struct CalibrationMessages {
    /// As typed.
    pub messages: Vec<String>,
    /// What each is about, `[n_messages]`.
    pub labels: Vec<String>,
}

impl CalibrationMessages {
    /// Reads the table that `plan` names; rows without a message or a label are passed over.
    ///
    /// # Errors
    ///
    /// Bad input, with file, line and column; a column that does not exist.
    pub(super) fn read(plan: &CalibrationPlan) -> Result<Self> {
        let kinds =
            Kinds::from([(plan.message.clone(), ReadAs::Text), (plan.label.clone(), ReadAs::Category)]);
        let table = Table::read(&plan.file, &kinds.into())?;
        let (Values::Text(texts), Values::Category { codes, names }) =
            (&table.column(&plan.message)?.values, &table.column(&plan.label)?.values)
        else {
            bail!("{}: the message must be text, the label a name", plan.file.display())
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

    /// The messages whose label is among `classes`, and its place there.
    pub(crate) fn of<'a>(&'a self, classes: &'a [String]) -> impl Iterator<Item = (&'a str, usize)> {
        self.messages.iter().zip(&self.labels).filter_map(|(message, label)| {
            Some((message.as_str(), classes.iter().position(|class| class == label)?))
        })
    }
}
