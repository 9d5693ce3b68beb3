//! Enums of the crates below, as values of flags: their names, and what `--help` says of each.
//!
//! Those crates do not depend on the command line.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use floorwalker_data::read::ReadAs;
use floorwalker_data::read::encoder::Pooling;
use floorwalker_finding::Lang;
use floorwalker_offpolicy::Estimator;

/// A value of an enum, given by its name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flag<T>(pub(super) T);

/// An enum whose values a flag can take.
pub(super) trait Choices: Copy + 'static {
    /// Every value, in the order in which `--help` lists them.
    const ALL: &'static [Flag<Self>];

    /// The name of a value, as files write it too, and what `--help` says of it.
    fn words(self) -> (&'static str, &'static str);
}

impl<T: Choices> Flag<T> {
    /// The name of the value.
    pub(super) fn name(self) -> &'static str {
        self.0.words().0
    }
}

impl<T: Choices + Send + Sync> ValueEnum for Flag<T> {
    fn value_variants<'a>() -> &'a [Self] {
        T::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = self.0.words();
        let value = PossibleValue::new(name);
        Some(if help.is_empty() { value } else { value.help(help) })
    }
}

impl Choices for Lang {
    const ALL: &'static [Flag<Self>] = &[Flag(Self::En), Flag(Self::Zh)];

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::En => ("en", "English"),
            Self::Zh => ("zh", "中文"),
        }
    }
}

impl Choices for Pooling {
    const ALL: &'static [Flag<Self>] = &[Flag(Self::Mean), Flag(Self::First)];

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Mean => ("mean", "The mean of the token vectors"),
            Self::First => ("first", "The vector of the first token (`[CLS]`)"),
        }
    }
}

impl Choices for Estimator {
    const ALL: &'static [Flag<Self>] =
        &[Flag(Self::Ips), Flag(Self::Snips), Flag(Self::Dm), Flag(Self::Dr), Flag(Self::Switch)];

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Ips => ("ips", "Inverse propensity scoring: the mean of the weighted rewards"),
            Self::Snips => (
                "snips",
                "Self-normalised inverse propensity scoring: weighted rewards divided by the sum of the weights",
            ),
            Self::Dm => ("dm", "Direct method: the prediction of a reward model, without weights"),
            Self::Dr => {
                ("dr", "Doubly robust: the prediction of the reward model, corrected by its weighted errors")
            }
            Self::Switch => {
                ("switch", "Switch: doubly robust, but the reward model alone where the weight is large")
            }
        }
    }
}

impl Choices for ReadAs {
    const ALL: &'static [Flag<Self>] = &[
        Flag(Self::Number),
        Flag(Self::DecimalPoint),
        Flag(Self::DecimalComma),
        Flag(Self::Boolean),
        Flag(Self::Category),
        Flag(Self::Text),
        Flag(Self::Time),
        Flag(Self::DayFirst),
        Flag(Self::MonthFirst),
    ];

    /// The help of each value is empty: the help of `--kind` explains them all.
    fn words(self) -> (&'static str, &'static str) {
        let name = match self {
            Self::Number => "number",
            Self::DecimalPoint => "decimal_point",
            Self::DecimalComma => "decimal_comma",
            Self::Boolean => "boolean",
            Self::Category => "category",
            Self::Text => "text",
            Self::Time => "time",
            Self::DayFirst => "day_first",
            Self::MonthFirst => "month_first",
        };
        (name, "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parses a value by the name that it has in a store file.
    fn in_files<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, serde_json::Error> {
        serde_json::from_value(name.into())
    }

    #[test]
    fn flags_and_files_call_a_value_by_one_name() {
        for flag in Lang::ALL {
            assert_eq!(in_files::<Lang>(flag.name()).unwrap(), flag.0);
        }
        for flag in Pooling::ALL {
            assert_eq!(in_files::<Pooling>(flag.name()).unwrap(), flag.0);
        }
        for flag in ReadAs::ALL {
            assert_eq!(in_files::<ReadAs>(flag.name()).unwrap(), flag.0);
        }
        let estimators: Vec<Estimator> = <Estimator as Choices>::ALL.iter().map(|flag| flag.0).collect();
        assert_eq!(estimators, Estimator::ALL);
        for flag in <Estimator as Choices>::ALL {
            assert_eq!(serde_json::to_value(flag.0).unwrap(), flag.name());
        }
    }
}
