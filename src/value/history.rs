//! Purchases by customer.
//!
//! | symbol | meaning                                                                              |
//! |--------|--------------------------------------------------------------------------------------|
//! | `x`    | repeat purchases: days with a purchase after the first such day                      |
//! | `t_x`  | weeks from the first to the last purchase; 0 without repeats                         |
//! | `T`    | weeks from the first purchase to the end of the time that is looked at               |
//! | `m`    | mean amount of a repeat purchase                                                     |
//!
//! Purchases of one day are one purchase, whose amount is their sum.

use std::collections::BTreeMap;

/// One purchase.
#[derive(Clone, Debug, PartialEq)]
pub struct Purchase {
    /// Who bought.
    pub customer: String,
    /// The day, counted from any day.
    pub day: i64,
    /// What was paid.
    pub amount: f64,
}

/// What is known of a customer at the end of the time that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Customer {
    /// Who it is.
    pub name: String,
    /// Repeat purchases: `x`.
    pub repeats: u32,
    /// Weeks from the first to the last purchase: `t_x`.
    pub last: f64,
    /// Weeks from the first purchase to the end: `T`.
    pub age: f64,
    /// Mean amount of a repeat purchase: `m`; 0 without repeats.
    pub mean: f64,
    /// Sum of all amounts.
    pub total: f64,
    /// Days since the last purchase.
    pub recency: i64,
}

/// The customers who bought until the day `end`, included, by name.
#[must_use]
pub fn customers(purchases: &[Purchase], end: i64) -> Vec<Customer> {
    let mut days: BTreeMap<&str, BTreeMap<i64, f64>> = BTreeMap::new();
    for purchase in purchases.iter().filter(|purchase| purchase.day <= end) {
        *days.entry(&purchase.customer).or_default().entry(purchase.day).or_default() += purchase.amount;
    }
    let weeks = |days: i64| days as f64 / 7.0;
    let customer = |(name, days): (&str, BTreeMap<i64, f64>)| {
        let (first, last) = (*days.first_key_value()?.0, *days.last_key_value()?.0);
        let repeats = days.len() as u32 - 1;
        let again: f64 = days.values().skip(1).sum();
        Some(Customer {
            name: name.to_owned(),
            repeats,
            last: weeks(last - first),
            age: weeks(end - first),
            mean: if repeats > 0 { again / f64::from(repeats) } else { 0.0 },
            total: days.values().sum(),
            recency: end - last,
        })
    };
    days.into_iter().filter_map(customer).collect()
}
