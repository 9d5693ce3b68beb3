//! Value: how often and for how much customers will buy, from their past purchases.
//!
//! | module      | what is there                                                                      |
//! |-------------|------------------------------------------------------------------------------------|
//! | `history`   | purchases by customer: how many, how long ago, for how much                        |
//! | `frequency` | BG/NBD: how many purchases to expect, and whether the customer is still one        |
//! | `spend`     | Gamma–Gamma: the mean amount to expect                                             |
//! | `segment`   | segments by recency, frequency and money, and by what is to be expected            |
//!
//! Invariants
//! - Same purchases: the same parameters, to the bit.
//! - Predictions are finite and not negative.
//!
//! Not here: reading files (`data`), the command (`cli`).

mod fit;
pub mod frequency;
pub mod history;
pub mod segment;
pub mod spend;
#[cfg(test)]
mod tests;

pub use frequency::Frequency;
pub use history::{Customer, Purchase, customers};
pub use segment::{Segment, segments};
pub use spend::Spend;
