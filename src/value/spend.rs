//! For how much customers buy: the Gamma–Gamma model.
//!
//! | symbol        | meaning                                                                          |
//! |---------------|----------------------------------------------------------------------------------|
//! | `p`, `q`, `γ` | amounts of a customer are gamma distributed with shape `p`; their rates again, with shape `q` and rate `γ` |
//! | `x`, `m`      | how many repeat purchases a customer made, and their mean amount                  |
//!
//! # Source
//!
//! Fader and Hardie, *The Gamma-Gamma model of monetary value*, 2013: equations 1a (likelihood) and 5 (expectation).

use crate::fit::lowest;
use crate::history::Customer;
use anyhow::{Result, ensure};
use libm::lgamma;

/// The parameters of the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spend {
    /// Shape of a customer's amounts.
    pub p: f64,
    /// Shape of the rates.
    pub q: f64,
    /// Rate of the rates, in the currency.
    pub gamma: f64,
}

impl Spend {
    /// Fits the model by maximum likelihood, on customers with a repeat purchase of a positive amount.
    ///
    /// # Errors
    ///
    /// There are none, or no likelihood is finite.
    pub fn fit(customers: &[Customer]) -> Result<Self> {
        let paid: Vec<(f64, f64)> = customers
            .iter()
            .filter(|customer| customer.repeats > 0 && customer.mean > 0.0)
            .map(|customer| (f64::from(customer.repeats), customer.mean))
            .collect();
        ensure!(!paid.is_empty(), "no customer has a repeat purchase with an amount above 0");
        let scale = paid.iter().map(|(_, mean)| mean).sum::<f64>() / paid.len() as f64;
        let loss = |parameters: &[f64]| {
            let &[p, q, gamma] = parameters else { return f64::NAN };
            let one = |(x, m): &(f64, f64)| {
                let m = m / scale;
                lgamma(p * x + q) - lgamma(p * x) - lgamma(q)
                    + q * gamma.ln()
                    + (p * x - 1.0) * m.ln()
                    + p * x * x.ln()
                    - (p * x + q) * (gamma + m * x).ln()
            };
            -paid.iter().map(one).sum::<f64>() / paid.len() as f64
        };
        let found = lowest(&[5.0, 4.0, 1.0], loss)?;
        let &[p, q, gamma] = &found[..] else { anyhow::bail!("the likelihood has no maximum") };
        Ok(Self { p, q, gamma: gamma * scale })
    }

    /// Expected mean amount of a customer's purchases: between the customer's own mean and that of all.
    #[must_use]
    pub fn expected(&self, customer: &Customer) -> f64 {
        let Self { p, q, gamma } = *self;
        let x = f64::from(customer.repeats);
        let below = p * x + q - 1.0;
        if below > 0.0 { (p * (gamma + customer.mean * x) / below).max(0.0) } else { customer.mean }
    }
}
