//! Example data of the section of shoppers.

use floorwalker_learn::store::SegmentsBy;
use floorwalker_learn::train::shopper::{self, Alerts, Early, Risk, Segments, Shoppers, Skipped, Worth};

/// Segments, early warnings and their curves.
pub(super) fn shoppers() -> Shoppers {
    let profile =
        |name: &str, n, means: [f64; 2]| shopper::Profile { name: name.to_owned(), n, means: means.to_vec() };
    let alerts = |n_positive, precision| Alerts {
        n_rows: 3_000,
        n_positive,
        share: 0.02,
        auc: super::example::around(0.81, 0.02),
        precision: super::example::around(precision, 0.05),
        recall: 0.3,
    };
    let risk =
        |head, alerts| Risk { head, model: "trees".to_owned(), alerts, planted: Vec::new(), other: None };
    Shoppers {
        segments: Some(Segments {
            by: SegmentsBy::Rfm,
            profiles: vec![
                profile("ordinary", 900, [f64::NAN, 0.0]),
                profile("high_value", 100, [86_400.0, 420.0]),
                profile("high <seen>", 3, [1.0, 2.0]),
            ],
            features: vec!["shopper.since_purchase".to_owned(), "shopper.spent".to_owned()],
            stability: 0.97,
            axes: ["shopper.seen".to_owned(), "shopper.spent".to_owned()],
            points: (0..60).map(|at| (at as f32, (at % 7) as f32, at % 3)).collect(),
        }),
        risks: vec![
            risk("abandonment", Some(alerts(2_600, 0.93))),
            risk("churn", None),
            Risk {
                planted: vec![("robot".to_owned(), alerts(30, 0.5))],
                other: Some(("robust_distance".to_owned(), alerts(30, 0.4))),
                ..risk("anomaly", Some(alerts(60, 0.6)))
            },
        ],
        early: [Some(1), Some(5), None]
            .into_iter()
            .zip([0.58, 0.66, 0.74])
            .map(|(n, auc)| Early { n, n_rows: 2_000, n_bought: 300, auc: super::example::around(auc, 0.02) })
            .collect(),
        worth: Some(Worth {
            customers: 500,
            points: (1..=5).map(|week| (week, 11.5 * f64::from(week), 10.0 * f64::from(week))).collect(),
        }),
        skipped: vec![("segment", Skipped::NoFeature)],
    }
}
