//! What `floorwalker train` prints of segments and early warnings.

use floorwalker_learn::store::SegmentsBy;
use floorwalker_learn::train::shopper::{Alerts, Risk, Segments, Shoppers, Skipped};

/// The lines, none where the store asks for nothing.
pub(crate) fn lines(found: &Shoppers) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(segments) = &found.segments {
        of_segments(segments, &mut lines);
    }
    for risk in &found.risks {
        of_risk(risk, &mut lines);
        if risk.head == "abandonment" && !found.early.is_empty() {
            lines.push("  how early a purchase is foreseen".to_owned());
            lines.push("    events     sessions  bought     AUC      95 % interval".to_owned());
            for point in &found.early {
                let n = point.n.map_or("all".to_owned(), |n| n.to_string());
                let auc = point.auc;
                lines.push(format!(
                    "    {n:<9} {:>9} {:>7}   {:.3}      {:.3} to {:.3}",
                    point.n_rows, point.n_bought, auc.value, auc.low, auc.high
                ));
            }
        }
    }
    for (head, why) in &found.skipped {
        let why = match why {
            Skipped::NoPurchase => "the log has no event `purchase`; log it, or leave the head out",
            Skipped::OneOutcome => {
                "all shoppers of a part did the same; log more of them, or leave the head out"
            }
            Skipped::TooShort => "the log is shorter than churn_days; write fewer days",
            Skipped::NoFeature => "no feature of the shopper varies; declare some, or leave the head out",
        };
        lines.push(format!("\nno head `{head}`: {why}"));
    }
    lines
}

fn of_segments(segments: &Segments, lines: &mut Vec<String>) {
    let by = match segments.by {
        SegmentsBy::Rfm => "recency, frequency and money",
        SegmentsBy::KMeans => "k-means",
        SegmentsBy::Dbscan => "DBSCAN",
    };
    let stability =
        if segments.stability.is_finite() { format!("{:.3}", segments.stability) } else { "–".to_owned() };
    lines.push(format!(
        "\nsegment   by {by}; two halves of the shoppers agree by {stability} (adjusted Rand index)"
    ));
    let all: usize = segments.profiles.iter().map(|one| one.n).sum();
    for one in &segments.profiles {
        let share = 100.0 * one.n as f64 / all.max(1) as f64;
        lines.push(format!("  {:<36} {:>8} shoppers {share:>5.1} %", one.name, one.n));
    }
}

fn of_risk(risk: &Risk, lines: &mut Vec<String>) {
    lines.push(format!("\n{:<12} {}", risk.head, risk.model));
    let told = |name: &str, alerts: &Alerts| {
        let Alerts { n_rows, n_positive, share, auc, precision, recall } = alerts;
        format!(
            "  {name:<22} {n_positive} of {n_rows} sessions; AUC {:.3}; at {:.1} % alerts precision {:.3} ({:.3} to {:.3}), recall {recall:.3}",
            auc.value,
            100.0 * share,
            precision.value,
            precision.low,
            precision.high
        )
    };
    match &risk.alerts {
        Some(alerts) => lines.push(told("test shoppers", alerts)),
        None => lines.push(
            "  not judged: no event of a test shopper says which sessions are unusual (a parameter `planted`)"
                .to_owned(),
        ),
    }
    lines.extend(risk.planted.iter().map(|(pattern, alerts)| told(pattern, alerts)));
    lines.extend(risk.other.iter().map(|(name, alerts)| told(&format!("beside it, {name}"), alerts)));
}
