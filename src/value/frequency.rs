//! How many purchases to expect: BG/NBD.
//!
//! | symbol    | meaning                                                                                     |
//! |-----------|---------------------------------------------------------------------------------------------|
//! | `r`, `α`  | a customer's purchase rate is gamma distributed: shape `r`, rate `α` in weeks                |
//! | `a`, `b`  | after each purchase a customer leaves with a probability that is beta distributed            |
//! | `x`, `t_x`, `T` | the customer's history: see `history`                                                  |
//! | `₂F₁`     | Gauss's hypergeometric function                                                              |
//!
//! # Source
//!
//! Fader, Hardie and Lee, *"Counting your customers" the easy way: an alternative to the Pareto/NBD model*, Marketing Science 24, 2005: equations
//! 6 (likelihood), 7 and 10 (expectation). Maximised by the simplex method instead of Solver.

use crate::fit::lowest;
use crate::history::Customer;
use anyhow::{Result, ensure};
use libm::lgamma;

/// The parameters of the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frequency {
    /// Shape of the purchase rates.
    pub r: f64,
    /// Rate of the purchase rates, in weeks.
    pub alpha: f64,
    /// First parameter of the leaving probabilities.
    pub a: f64,
    /// Second parameter of the leaving probabilities.
    pub b: f64,
}

impl Frequency {
    /// Fits the model by maximum likelihood.
    ///
    /// # Errors
    ///
    /// No customer bought more than once, or no likelihood is finite.
    pub fn fit(customers: &[Customer]) -> Result<Self> {
        ensure!(
            customers.iter().any(|customer| customer.repeats > 0),
            "no customer bought on two days; a longer time is needed"
        );
        let loss = |parameters: &[f64]| {
            let &[r, alpha, a, b] = parameters else { return f64::NAN };
            let model = Self { r, alpha, a, b };
            -customers.iter().map(|customer| model.log_likelihood(customer)).sum::<f64>()
                / customers.len() as f64
        };
        let found = lowest(&[1.0, 4.0, 1.0, 2.0], loss)?;
        let &[r, alpha, a, b] = &found[..] else { anyhow::bail!("the likelihood has no maximum") };
        Ok(Self { r, alpha, a, b })
    }

    fn log_likelihood(&self, customer: &Customer) -> f64 {
        let Self { r, alpha, a, b } = *self;
        let x = f64::from(customer.repeats);
        let rate = lgamma(r + x) - lgamma(r) + r * alpha.ln();
        let stays = lgamma(a + b) + lgamma(b + x) - lgamma(b) - lgamma(a + b + x);
        let alive = -(r + x) * (alpha + customer.age).ln();
        if customer.repeats == 0 {
            return rate + stays + alive;
        }
        let left = a.ln() - (b + x - 1.0).ln() - (r + x) * (alpha + customer.last).ln();
        let most = alive.max(left);
        rate + stays + most + ((alive - most).exp() + (left - most).exp()).ln()
    }

    /// Odds that the customer left at the last purchase, to that of still being one.
    fn left(&self, customer: &Customer) -> f64 {
        if customer.repeats == 0 {
            return 0.0; // the model lets customers leave after repeat purchases alone
        }
        let Self { r, alpha, a, b } = *self;
        let x = f64::from(customer.repeats);
        a / (b + x - 1.0) * ((alpha + customer.age) / (alpha + customer.last)).powf(r + x)
    }

    /// Probability that the customer is still one.
    #[must_use]
    pub fn alive(&self, customer: &Customer) -> f64 {
        1.0 / (1.0 + self.left(customer))
    }

    /// Expected purchases in the next `weeks`.
    #[must_use]
    pub fn expected(&self, customer: &Customer, weeks: f64) -> f64 {
        let Self { r, alpha, a, b } = *self;
        let x = f64::from(customer.repeats);
        let until = alpha + customer.age;
        // At a = 1 the formula is 0/0: the next parameter beside it is used.
        let a = if (a - 1.0).abs() < 1e-9 { a + 1e-6 } else { a };
        let series = hypergeometric(r + x, b + x, a + b + x - 1.0, weeks / (until + weeks));
        let purchases =
            (a + b + x - 1.0) / (a - 1.0) * (1.0 - (until / (until + weeks)).powf(r + x) * series);
        (purchases / (1.0 + self.left(customer))).max(0.0)
    }
}

/// `₂F₁(a, b; c; z)` by its series, for `0 ≤ z < 1`.
fn hypergeometric(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let (mut sum, mut term, mut n) = (1.0, 1.0, 0.0);
    while n < 1e5 {
        term *= (a + n) * (b + n) / (c + n) / (n + 1.0) * z;
        sum += term;
        n += 1.0;
        if term.abs() < sum.abs() * 1e-14 {
            break;
        }
    }
    sum
}
