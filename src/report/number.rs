//! Formats numbers for people: few digits, groups of thousands, a dash where there is no number.
//!
//! Invariants
//! - A fraction has at most six significant digits; nothing depends on the machine's locale.
//!
//! Not here: rounding numbers that are computed with.

/// Shown where there is no number.
pub(super) const DASH: &str = "–";

/// A number of any size: `0.0123`, `3.14`, `1,234`, `1.2e-7`. Four significant digits; whole numbers whole.
pub(crate) fn plain(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return DASH.to_owned();
    }
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e12).contains(&size) {
        return minus(format!("{value:.1e}"));
    }
    if value.fract() == 0.0 || size >= 1000.0 {
        return grouped(value);
    }
    let decimals = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
    let text = format!("{value:.decimals$}");
    minus(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// A figure of merit: four decimals.
pub(super) fn figure(value: f64) -> String {
    if !value.is_finite() {
        return DASH.to_owned();
    }
    if value.abs() >= 1000.0 { grouped(value) } else { minus(format!("{value:.4}")) }
}

/// A share as a percentage: `12.3 %`, with a thin space.
pub(super) fn percent(share: f64) -> String {
    // A share that rounds to 0 has no sign.
    let tenths = (1000.0 * share).round();
    let share = if tenths == 0.0 { 0.0 } else { share };
    if share.is_finite() { minus(format!("{:.1}\u{202F}%", 100.0 * share)) } else { DASH.to_owned() }
}

/// Bytes: `640 B`, `23.4 kB`, `1.20 MB`; a kB is 1,000.
pub(super) fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n}\u{202F}B"),
        1_000..1_000_000 => format!("{:.1}\u{202F}kB", n as f64 / 1e3),
        _ => format!("{:.2}\u{202F}MB", n as f64 / 1e6),
    }
}

/// A count in groups of thousands.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number beside an axis, in a short form: `1.5M` rather than `1,500,000`.
pub(super) fn tick(value: f64) -> String {
    let size = value.abs();
    let short = |scaled: f64, unit: &str| {
        let text = format!("{scaled:.2}");
        minus(format!("{}{unit}", text.trim_end_matches('0').trim_end_matches('.')))
    };
    match size {
        _ if !value.is_finite() => DASH.to_owned(),
        _ if size >= 1e15 => format!("{value:.0e}"),
        _ if size >= 1e9 => short(value / 1e9, "G"),
        _ if size >= 1e6 => short(value / 1e6, "M"),
        _ if size >= 1e4 => short(value / 1e3, "k"),
        _ if size < 1e-9 => "0".to_owned(),
        _ => plain(value),
    }
}

/// A share beside an axis: `20%`.
pub(super) fn tick_percent(share: f64) -> String {
    format!("{}%", tick((share * 1e6).round() / 1e4))
}

/// A number of bytes beside an axis, from its decimal logarithm.
pub(super) fn tick_log_bytes(log10: f64) -> String {
    bytes(libm::pow(10.0, log10).round() as u64)
        .replace(".0\u{202F}", "\u{202F}")
        .replace(".00\u{202F}", "\u{202F}")
}

/// Replaces a leading hyphen by a minus sign, which is as wide as a plus sign.
fn minus(text: String) -> String {
    text.strip_prefix('-').map(|size| format!("\u{2212}{size}")).unwrap_or(text)
}

fn grouped(value: f64) -> String {
    let sign = if value < 0.0 && value.round() != 0.0 { "\u{2212}" } else { "" };
    format!("{sign}{}", count(value.abs().round() as u64))
}
