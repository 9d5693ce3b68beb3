//! Segments that a marketer knows, by what is to be expected of a customer.
//!
//! | segment     | rule                                                                                                  |
//! |-------------|-------------------------------------------------------------------------------------------------------|
//! | at risk     | bought more than once, and is still a customer with a probability below one half                       |
//! | high value  | not at risk, and among the fifth of customers of whom most is to be expected                           |
//! | promising   | not at risk, and among the next two fifths                                                             |
//! | ordinary    | all others                                                                                             |

use crate::frequency::Frequency;
use crate::history::Customer;
use crate::spend::Spend;

/// A segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Of whom most is to be expected.
    HighValue,
    /// Of whom more is to be expected than of most.
    Promising,
    /// All others.
    Ordinary,
    /// Who bought more than once, and probably is no customer any more.
    AtRisk,
}

impl Segment {
    /// All segments.
    pub const ALL: [Self; 4] = [Self::HighValue, Self::Promising, Self::Ordinary, Self::AtRisk];

    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HighValue => "high_value",
            Self::Promising => "promising",
            Self::Ordinary => "ordinary",
            Self::AtRisk => "at_risk",
        }
    }
}

/// What is expected of a customer, and the segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// Purchases in the time that was asked for.
    pub purchases: f64,
    /// Mean amount of a purchase.
    pub amount: f64,
    /// Probability that the customer is still one.
    pub alive: f64,
    /// The segment.
    pub segment: Segment,
}

impl Expected {
    /// What the customer is expected to spend.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.purchases * self.amount
    }
}

/// What is expected of each customer in the next `weeks`, and the segments.
#[must_use]
pub fn segments(customers: &[Customer], frequency: &Frequency, spend: &Spend, weeks: f64) -> Vec<Expected> {
    let mut expected: Vec<Expected> = customers
        .iter()
        .map(|customer| Expected {
            purchases: frequency.expected(customer, weeks),
            amount: spend.expected(customer),
            alive: frequency.alive(customer),
            segment: Segment::Ordinary,
        })
        .collect();
    let mut order: Vec<usize> = (0..expected.len()).collect();
    order.sort_by(|a, b| expected[*b].value().total_cmp(&expected[*a].value()).then(a.cmp(b)));
    let n = order.len();
    for (place, at) in order.into_iter().enumerate() {
        let one = &mut expected[at];
        one.segment = if customers[at].repeats > 0 && one.alive < 0.5 {
            Segment::AtRisk
        } else if place * 5 < n {
            Segment::HighValue
        } else if place * 5 < 3 * n {
            Segment::Promising
        } else {
            Segment::Ordinary
        };
    }
    expected
}
