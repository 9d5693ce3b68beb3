//! Fairness: the same metrics for each group of shoppers, and which differences call for an investigation.
//!
//! | figure    | meaning                                                                                         |
//! |-----------|-------------------------------------------------------------------------------------------------|
//! | selection | selection rate: the share of the group's rows predicted positive                                |
//! | tpr       | true positive rate: the share of the group's positives predicted positive (equal opportunity)   |
//! | fpr       | false positive rate: the share of the group's negatives predicted positive                      |
//! | gap       | calibration gap, mean probability minus share of positives: above 0, probabilities are too high |
//!
//! Invariants
//! - Rates have Wilson's interval; a rate without rows is `None`, never 0.
//!
//! Not here: removing a difference; which groups the law protects.

use serde::Serialize;

use super::{Interval, mean_interval, wilson};

/// The four-fifths rule: a group is examined when its selection rate is below this share of the highest group's rate.
pub const FOUR_FIFTHS: f64 = 0.8;

/// The fairness metrics of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupRates {
    /// Name of the group.
    pub group: String,
    /// Number of rows in the group.
    pub n: u64,
    /// Selection rate: the share of the group's rows predicted positive.
    pub selection: Option<Interval>,
    /// True positive rate: the share of the group's positives predicted positive.
    pub tpr: Option<Interval>,
    /// False positive rate: the share of the group's negatives predicted positive.
    pub fpr: Option<Interval>,
    /// Share of the group's rows that are positive.
    pub observed: Option<Interval>,
    /// Calibration gap: mean probability minus share of positives. `None` for fewer than 2 rows.
    pub gap: Option<Interval>,
}

/// A group that is selected far less than another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disparity {
    /// Name of the group.
    pub group: String,
    /// Name of the group with the highest selection rate.
    pub reference: String,
    /// The group's selection rate divided by that of the reference group.
    pub ratio: f64,
}

/// Rows to compare by group.
#[derive(Clone, Copy, Debug)]
pub struct Grouped<'a> {
    /// Index of each row's group, `[n_rows]`. Rows with an index not below `names.len()` are left out.
    pub group: &'a [u32],
    /// Names of the groups.
    pub names: &'a [String],
    /// Whether each row is truly positive, `[n_rows]`.
    pub positive: &'a [bool],
    /// Predicted probability of the positive class, `[n_rows]`.
    pub p: &'a [f32],
    /// Rows of at least this probability are predicted positive.
    pub threshold: f32,
}

/// The fairness metrics of each group, in the order of the names.
///
/// # Source
///
/// Selection, true and false positive rates: Hardt, Price & Srebro, *Equality of Opportunity in Supervised Learning* (2016),
/// sections 2 and 3. Calibration by group: Kleinberg, Mullainathan & Raghavan, *Inherent Trade-Offs in the Fair Determination of
/// Risk Scores* (2016), condition A, here as calibration in the large: one gap per group, with a normal interval.
#[must_use]
pub fn group_rates(rows: &Grouped<'_>) -> Vec<GroupRates> {
    let of_group = |(name, at): (&String, u32)| {
        let [mut n, mut taken, mut positives, mut hits] = [0_u64; 4];
        let mut gaps = Vec::new();
        let each = rows.group.iter().zip(rows.positive).zip(rows.p);
        for ((_, &positive), &p) in each.filter(|((group, _), _)| **group == at) {
            let is_taken = p >= rows.threshold;
            n += 1;
            taken += u64::from(is_taken);
            positives += u64::from(positive);
            hits += u64::from(is_taken && positive);
            gaps.push(f64::from(p) - f64::from(u8::from(positive)));
        }
        GroupRates {
            group: name.clone(),
            n,
            selection: wilson(taken, n),
            tpr: wilson(hits, positives),
            fpr: wilson(taken - hits, n - positives),
            observed: wilson(positives, n),
            gap: mean_interval(&gaps).map(|(gap, _)| gap),
        }
    };
    rows.names.iter().zip(0..).map(of_group).collect()
}

/// Groups that are selected at less than four fifths of the rate of the most selected group, and whose interval does not overlap
/// that group's, so that chance in a small group is not called a disparity. A disparity says where to look, not that something is
/// wrong.
///
/// # Source
///
/// *Uniform Guidelines on Employee Selection Procedures*, 29 CFR 1607.4(D) (1978), which also asks for statistical significance.
#[must_use]
pub fn disparities(groups: &[GroupRates]) -> Vec<Disparity> {
    let rated = || groups.iter().filter_map(|g| Some((g, g.selection?)));
    let most = rated().fold(None, |most: Option<(&GroupRates, Interval)>, next| match most {
        Some(most) if most.1.value >= next.1.value => Some(most),
        _ => Some(next),
    });
    let Some((reference, highest)) = most.filter(|(_, rate)| rate.value > 0.0) else { return Vec::new() };
    let far = rated()
        .filter(|(_, rate)| rate.value < FOUR_FIFTHS * highest.value && !rate.overlaps(&highest))
        .map(|(g, rate)| Disparity {
            group: g.group.clone(),
            reference: reference.group.clone(),
            ratio: rate.value / highest.value,
        });
    far.collect()
}
