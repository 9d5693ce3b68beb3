//! Rows of the table of measurements: `{name, value, unit, bound, holds}`, with `peer` and `peer_value` where another library was
//! measured on the same task.
//!
//! Invariants
//! - A figure that could not be measured has a row, too: its value is `null`, and `holds` is false.
//!
//! Not here: what is measured.

use serde_json::{Value, json};

/// The bound that a figure must keep.
#[derive(Clone, Copy)]
pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
    /// Within the second number of the first.
    Near(f64, f64),
    None,
}

/// Another library and its figure.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) name: String,
    pub(crate) value: f64,
}

impl Bound {
    fn holds(self, value: f64) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(value >= least),
            Self::AtMost(most) => Some(value <= most),
            Self::Near(wanted, apart) => Some((value - wanted).abs() <= apart),
            Self::None => None,
        }
    }

    fn shown(self) -> Value {
        match self {
            Self::AtLeast(bound) | Self::AtMost(bound) => json!(rounded(bound)),
            Self::Near(_, apart) => json!(format!("±{apart}")),
            Self::None => Value::Null,
        }
    }
}

/// A row for a figure and its bound.
pub(crate) fn row(name: &str, value: f64, unit: &str, bound: Bound) -> Value {
    json!({ "name": name, "value": rounded(value), "unit": unit, "bound": bound.shown(), "holds": bound.holds(value) })
}

/// A row for a figure and its bound, with a peer's figure if there is one.
pub(crate) fn beside(name: &str, value: f64, unit: &str, bound: Bound, peer: Option<&Peer>) -> Value {
    let mut row = row(name, value, unit, bound);
    if let Some(Peer { name, value }) = peer {
        row["peer"] = json!(name);
        row["peer_value"] = json!(rounded(*value));
    }
    row
}

/// A row for a figure that could not be measured.
pub(crate) fn not_measured(name: &str, unit: &str) -> Value {
    json!({ "name": name, "value": null, "unit": unit, "bound": null, "holds": false })
}

/// Rounds to six decimals.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Prints the rows in columns.
pub(crate) fn print(rows: &[Value]) {
    println!(
        "\n{:<62} {:>12} {:<5} {:>12} {:<6} {:>12}  by",
        "measurement", "value", "unit", "bound", "holds", "peer"
    );
    for row in rows {
        let text = |key: &str| match &row[key] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let holds = match row["holds"].as_bool() {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        let value = if row["value"].is_null() { "not measured".to_owned() } else { text("value") };
        let line = format!(
            "{:<62} {value:>12} {:<5} {:>12} {holds:<6} {:>12}  {}",
            text("name"),
            text("unit"),
            text("bound"),
            text("peer_value"),
            text("peer")
        );
        println!("{}", line.trim_end());
    }
    let missing = rows.iter().filter(|row| row["value"].is_null()).count();
    if missing > 0 {
        println!("\n{missing} NOT MEASURED: the reason stands above, where the stage was run");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_holds_on_its_own_side_alone() {
        assert_eq!(Bound::AtLeast(0.9).holds(0.9), Some(true));
        assert_eq!(Bound::AtMost(0.9).holds(0.91), Some(false));
        assert_eq!(Bound::Near(0.9, 0.003).holds(0.8965), Some(false));
        assert_eq!(Bound::Near(0.9, 0.003).holds(0.902), Some(true));
        assert_eq!(Bound::None.holds(0.9), None);
    }

    #[test]
    fn what_was_not_measured_does_not_hold() {
        assert_eq!(not_measured("x", "s")["holds"], json!(false));
    }
}
