//! Fairness: the same figures for each group of shoppers, and when a difference calls for a look.
//!
//! | figure      | meaning                                                           |
//! |-------------|-------------------------------------------------------------------|
//! | selection   | share of the group's rows taken for positive                      |
//! | tpr         | of the group's positives, the share taken (equal opportunity)      |
//! | fpr         | of the group's negatives, the share taken                         |
//! | gap         | mean probability minus share of positives: above 0 is too high    |
//!
//! Invariants
//! - Rates have Wilson's interval; a figure without rows is `None`, never 0.
//!
//! Not here: mending a difference; which groups the law protects.

use serde::Serialize;

use super::{Interval, mean_interval, wilson};

/// A group selected at less than this share of the rate of the most selected group is looked at: four fifths.
pub const FOUR_FIFTHS: f64 = 0.8;

/// One group's figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupRates {
    /// Its name.
    pub group: String,
    /// Its rows.
    pub n: u64,
    /// Share taken for positive.
    pub selection: Option<Interval>,
    /// Share of its positives that are taken.
    pub tpr: Option<Interval>,
    /// Share of its negatives that are taken.
    pub fpr: Option<Interval>,
    /// Share of positives.
    pub observed: Option<Interval>,
    /// Mean probability minus share of positives; of at least 2 rows.
    pub gap: Option<Interval>,
}

/// A group that is selected far less than another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disparity {
    /// The group.
    pub group: String,
    /// The most selected one.
    pub reference: String,
    /// Its selection rate over the reference's.
    pub ratio: f64,
}

/// Rows to compare by group.
#[derive(Clone, Copy, Debug)]
pub struct Grouped<'a> {
    /// Group of each row, below `names.len()`; others are left out. `[n_rows]`.
    pub group: &'a [u32],
    /// Names of the groups.
    pub names: &'a [String],
    /// The truth. `[n_rows]`.
    pub positive: &'a [bool],
    /// Probability of the positive class. `[n_rows]`.
    pub p: &'a [f32],
    /// Rows of at least this probability are taken.
    pub threshold: f32,
}

/// The figures of each group, in the order of the names.
///
/// # Source
///
/// Selection, true and false positive rates: Hardt, Price & Srebro, *Equality of Opportunity in Supervised Learning* (2016),
/// sections 2 and 3. Calibration by group: Kleinberg, Mullainathan & Raghavan, *Inherent Trade-Offs in the Fair Determination
/// of Risk Scores* (2016), condition A, here in the large: one gap a group, with a normal interval.
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

/// Groups that are selected at less than four fifths of the rate of the most selected group, and whose interval does not
/// reach that group's: a small group's chance is not called a disparity. It says where to look, not that something is wrong.
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
