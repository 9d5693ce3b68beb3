//! Kinds of findings in data, each with its figures and its severity.
//!
//! Not here: words (`report::words`).

use serde::Serialize;

/// Severity of a finding, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// May cost accuracy or bytes; a policy that probably does what nobody wants.
    Caution,
    /// The reported figures may be wrong; a policy is invalid.
    Serious,
}

/// What a finding is about. Shares are from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// A feature that almost tells one class from the others by itself.
    TooGood {
        /// The class.
        class: String,
        /// AUC of the feature as the only one.
        auc: f64,
    },
    /// A feature that has almost all information about the label by itself.
    TooInformative {
        /// Its mutual information with the label, as a share of the label's entropy.
        share: f64,
    },
    /// A feature whose missing values almost determine the label by themselves.
    MissingTells {
        /// The class.
        class: String,
        /// AUC of whether the feature has a value.
        auc: f64,
        /// Whether rows of the class have a value; else they lack one.
        has_value: bool,
    },
    /// A column of moments that lie at or after the moment of their row.
    AfterLabel {
        /// Number of such rows.
        n_late: usize,
        /// Number of rows.
        n_rows: usize,
    },
    /// A column that seems to identify rows.
    Id {
        /// Number of different values.
        n_distinct: usize,
        /// Number of rows with a value.
        n_rows: usize,
    },
    /// A column with a single value.
    Constant,
    /// A column without any value.
    AllMissing {
        /// Number of rows.
        n_rows: usize,
    },
    /// A column that equals an earlier one.
    Equal {
        /// The earlier column.
        other: String,
    },
    /// A column of numbers that is almost a linear function of an earlier one.
    Correlated {
        /// The earlier column.
        other: String,
        /// Pearson's correlation with it.
        r: f64,
    },
    /// Rows that equal an earlier row.
    DuplicateRows {
        /// Number of such rows.
        n_repeated: usize,
        /// Number of rows.
        n_rows: usize,
        /// Line of the first of them in its file.
        line: usize,
    },
    /// A class whose name looks like a typing mistake.
    LabelTypo {
        /// The class.
        class: String,
        /// Number of its rows.
        n_rows: usize,
        /// The class that seems to be meant.
        meant: String,
    },
    /// A class that is much rarer than the others.
    Imbalance {
        /// The class.
        class: String,
        /// Number of its rows.
        n_class: usize,
        /// Number of rows.
        n_rows: usize,
    },
    /// Classes with too few rows.
    FewRows {
        /// A class has too few rows when it has fewer than this.
        least: usize,
        /// The classes, with the number of their rows.
        classes: Vec<(String, usize)>,
    },
    /// Times that are not in milliseconds, and were read in their unit.
    TimeUnit {
        /// How many of that unit a second has: 1, a million, or a thousand million.
        per_second: u64,
    },
    /// A head that is no better than the baseline that always predicts the same.
    NoBetterThanBaseline,
    /// A fusion that is worse than one of its experts on rows with some evidence.
    WorseThanExpert {
        /// Whether these rows have a message.
        has_message: bool,
        /// They have this many events or more.
        events: u32,
        /// Accuracy of the fusion less that of the better expert.
        difference: f64,
    },
    /// A group that is selected far less often than another.
    Disparity {
        /// The group.
        group: String,
        /// The group with the highest selection rate.
        reference: String,
        /// Ratio of their selection rates.
        ratio: f64,
        /// Number of other groups for which the same holds, less strongly.
        others: u64,
    },
    /// Rows of a catalogue with the id of an earlier row, whose place they take.
    RepeatedItems {
        /// Number of such rows.
        n_items: usize,
        /// One of the ids.
        id: String,
    },
    /// Titles of a catalogue that were cut.
    LongTitles {
        /// Number of such titles.
        n_items: usize,
        /// Longest title, in characters.
        longest: usize,
    },
    /// Prices in another currency than most, which count as not known.
    OtherCurrencies {
        /// The currency of most prices.
        currency: String,
        /// Number of the others.
        n_items: usize,
    },
    /// Items that were bought and are not in the catalogue.
    UnlistedItems {
        /// Number of such items.
        n_items: usize,
        /// One of the ids.
        id: String,
    },
    /// A section of the report that could not be computed.
    LeftOut {
        /// Why.
        error: String,
    },
    /// A file that was unpacked.
    Unpacked,
    /// A file in another encoding than UTF-8, by what it begins with.
    Encoding {
        /// The name of the encoding.
        encoding: String,
    },
    /// A file in another encoding than UTF-8, by its bytes as a whole.
    EncodingGuessed {
        /// The name of the encoding.
        encoding: String,
        /// The first word that is not ASCII, as decoded.
        word: String,
    },
    /// The sheet of a workbook that was read, as its only one.
    Sheet {
        /// Its name.
        sheet: String,
    },
    /// Lines before the header of a table, which were left out.
    TitleLines {
        /// Line of the header.
        line: usize,
        /// Beginning of the first line.
        title: String,
    },
    /// Blank rows of a table, which were left out.
    BlankRows {
        /// Number of such rows.
        n_rows: usize,
    },
    /// Columns without name and values, which were left out.
    NamelessColumns {
        /// Number of such columns.
        n_columns: usize,
    },
    /// Texts that were read as missing.
    ReadAsMissing {
        /// Column, text, and number of rows of each.
        texts: Vec<(String, String, usize)>,
    },
    /// Texts that often mean missing, and were read as values.
    ReadAsValue {
        /// Column, text, and number of rows of each.
        texts: Vec<(String, String, usize)>,
    },
    /// Rows without a label.
    Unlabelled {
        /// Number of such rows.
        n_without: usize,
        /// Number of rows.
        n_rows: usize,
    },
    /// A column of numbers that are not written in the plain form.
    NumberForm {
        /// A cell.
        cell: String,
        /// Its value.
        value: f64,
    },
    /// A column of dates that are not written from the year down.
    DateOrder {
        /// Whether the day is before the month; else it is behind it.
        is_day_first: bool,
    },
    /// A column of whole numbers that were read as names.
    Codes,
    /// A column of numbers with a unit, which were read as names.
    WithUnit {
        /// A cell.
        cell: String,
        /// The unit in it.
        unit: String,
    },
    /// A column that is left out because the analyst said so.
    Ignored,
    /// A column that is left out because it is no feature of the store or of the model.
    NoFeature,
    /// A column of moments that is left out because they are all the same.
    OneMoment,
    /// A column of JSON, which is left out.
    Json,
    /// A column of text, which is left out because no head reads it.
    UnreadText,
    /// A column that is left out because its values seem to name the rows.
    NamesRows {
        /// Number of different values.
        n_distinct: usize,
        /// Number of rows with a value.
        n_rows: usize,
        /// How it was read, where that is why.
        how: Option<Box<Self>>,
    },
}

impl Kind {
    /// The names of all kinds, in the order in which findings of equal severity are listed.
    pub const NAMES: [&str; 42] = [
        "too_good",
        "too_informative",
        "missing_tells",
        "after_label",
        "id",
        "constant",
        "all_missing",
        "equal",
        "correlated",
        "duplicate_rows",
        "label_typo",
        "imbalance",
        "few_rows",
        "time_unit",
        "no_better_than_baseline",
        "worse_than_expert",
        "disparity",
        "repeated_items",
        "long_titles",
        "other_currencies",
        "unlisted_items",
        "left_out",
        "unpacked",
        "encoding",
        "encoding_guessed",
        "sheet",
        "title_lines",
        "blank_rows",
        "nameless_columns",
        "read_as_missing",
        "read_as_value",
        "unlabelled",
        "number_form",
        "date_order",
        "codes",
        "with_unit",
        "ignored",
        "no_feature",
        "one_moment",
        "json",
        "unread_text",
        "names_rows",
    ];

    /// The name of the kind, one of [`Self::NAMES`].
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::TooGood { .. } => "too_good",
            Self::TooInformative { .. } => "too_informative",
            Self::MissingTells { .. } => "missing_tells",
            Self::AfterLabel { .. } => "after_label",
            Self::Id { .. } => "id",
            Self::Constant => "constant",
            Self::AllMissing { .. } => "all_missing",
            Self::Equal { .. } => "equal",
            Self::Correlated { .. } => "correlated",
            Self::DuplicateRows { .. } => "duplicate_rows",
            Self::LabelTypo { .. } => "label_typo",
            Self::Imbalance { .. } => "imbalance",
            Self::FewRows { .. } => "few_rows",
            Self::TimeUnit { .. } => "time_unit",
            Self::NoBetterThanBaseline => "no_better_than_baseline",
            Self::WorseThanExpert { .. } => "worse_than_expert",
            Self::Disparity { .. } => "disparity",
            Self::RepeatedItems { .. } => "repeated_items",
            Self::LongTitles { .. } => "long_titles",
            Self::OtherCurrencies { .. } => "other_currencies",
            Self::UnlistedItems { .. } => "unlisted_items",
            Self::LeftOut { .. } => "left_out",
            Self::Unpacked => "unpacked",
            Self::Encoding { .. } => "encoding",
            Self::EncodingGuessed { .. } => "encoding_guessed",
            Self::Sheet { .. } => "sheet",
            Self::TitleLines { .. } => "title_lines",
            Self::BlankRows { .. } => "blank_rows",
            Self::NamelessColumns { .. } => "nameless_columns",
            Self::ReadAsMissing { .. } => "read_as_missing",
            Self::ReadAsValue { .. } => "read_as_value",
            Self::Unlabelled { .. } => "unlabelled",
            Self::NumberForm { .. } => "number_form",
            Self::DateOrder { .. } => "date_order",
            Self::Codes => "codes",
            Self::WithUnit { .. } => "with_unit",
            Self::Ignored => "ignored",
            Self::NoFeature => "no_feature",
            Self::OneMoment => "one_moment",
            Self::Json => "json",
            Self::UnreadText => "unread_text",
            Self::NamesRows { .. } => "names_rows",
        }
    }

    /// Place of the kind in [`Self::NAMES`].
    #[must_use]
    pub fn rank(&self) -> usize {
        Self::NAMES.iter().position(|name| *name == self.name()).unwrap_or(Self::NAMES.len())
    }

    /// How much findings of this kind matter.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::TooGood { .. }
            | Self::TooInformative { .. }
            | Self::MissingTells { .. }
            | Self::AfterLabel { .. }
            | Self::NoBetterThanBaseline
            | Self::WorseThanExpert { .. } => Severity::Serious,
            Self::Id { .. }
            | Self::AllMissing { .. }
            | Self::LabelTypo { .. }
            | Self::Imbalance { .. }
            | Self::FewRows { .. }
            | Self::Disparity { .. }
            | Self::RepeatedItems { .. }
            | Self::OtherCurrencies { .. }
            | Self::UnlistedItems { .. }
            | Self::LeftOut { .. }
            | Self::EncodingGuessed { .. }
            | Self::ReadAsValue { .. }
            | Self::WithUnit { .. } => Severity::Caution,
            Self::Constant
            | Self::Equal { .. }
            | Self::Correlated { .. }
            | Self::DuplicateRows { .. }
            | Self::TimeUnit { .. }
            | Self::LongTitles { .. }
            | Self::Unpacked
            | Self::Encoding { .. }
            | Self::Sheet { .. }
            | Self::TitleLines { .. }
            | Self::BlankRows { .. }
            | Self::NamelessColumns { .. }
            | Self::ReadAsMissing { .. }
            | Self::Unlabelled { .. }
            | Self::NumberForm { .. }
            | Self::DateOrder { .. }
            | Self::Codes
            | Self::Ignored
            | Self::NoFeature
            | Self::OneMoment
            | Self::Json
            | Self::UnreadText
            | Self::NamesRows { .. } => Severity::Note,
        }
    }
}
