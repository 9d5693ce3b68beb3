//! Formulas at points that can be worked out by hand, and models that find the truth that purchases were drawn from.

use super::*;

/// A customer with this history.
fn customer(repeats: u32, last: f64, age: f64, mean: f64) -> Customer {
    Customer { name: String::new(), repeats, last, age, mean, total: mean, recency: 0 }
}

/// Uniform draws between 0 and 1.
struct Draws(u64);

impl Draws {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn exponential(&mut self, rate: f64) -> f64 {
        -self.uniform().ln() / rate
    }

    /// Gamma of a whole shape: the sum of exponentials.
    fn gamma(&mut self, shape: u32, rate: f64) -> f64 {
        (0..shape).map(|_| self.exponential(rate)).sum()
    }
}

#[test]
fn purchases_of_one_day_are_one() {
    let of = |day, amount| Purchase { customer: "a".to_owned(), day, amount };
    let found = customers(&[of(7, 5.0), of(0, 10.0), of(7, 15.0), of(21, 8.0), of(90, 1.0)], 70);
    let known = Customer {
        name: "a".to_owned(),
        repeats: 2,
        last: 3.0,
        age: 10.0,
        mean: 14.0,
        total: 38.0,
        recency: 49,
    };
    assert_eq!(found, [known]);
}

#[test]
fn a_customer_without_repeats_is_one_for_the_model_and_is_expected_to_buy_least() {
    let model = Frequency { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
    let once = customer(0, 0.0, 38.86, 0.0);
    assert_eq!(model.alive(&once), 1.0);
    // Fader, Hardie and Lee (2005): a customer with x = 2, t_x = 30.43 and T = 38.86 is expected to buy 1.226 times in the next 39 weeks.
    let twice = customer(2, 30.43, 38.86, 0.0);
    assert!((model.expected(&twice, 39.0) - 1.226).abs() < 1e-3, "{}", model.expected(&twice, 39.0));
    assert!(model.expected(&once, 39.0) < model.expected(&twice, 39.0));
    // The longer ago the last purchase, the less probably a customer is still one.
    assert!(model.alive(&customer(5, 10.0, 38.0, 0.0)) < model.alive(&customer(5, 37.0, 38.0, 0.0)));
    assert_eq!(model.expected(&twice, 0.0), 0.0);
}

#[test]
fn the_truth_is_found_again() {
    // Rates gamma(2, 10 weeks), leaving probabilities beta(1, 2) drawn as the smaller of two uniform ones, over 100 weeks.
    let mut draws = Draws(7);
    let mut known = Vec::new();
    for _ in 0..6_000 {
        let rate = draws.gamma(2, 10.0);
        let leaves = draws.uniform().min(draws.uniform());
        let (mut at, mut last, mut repeats) = (0.0, 0.0, 0);
        loop {
            at += draws.exponential(rate);
            if at > 100.0 {
                break;
            }
            (last, repeats) = (at, repeats + 1);
            if draws.uniform() < leaves {
                break;
            }
        }
        // Amounts: shape 6, rates gamma(4, 15).
        let scale = draws.gamma(4, 15.0);
        let paid = draws.gamma(6 * repeats.max(1), scale) / f64::from(repeats.max(1));
        known.push(customer(repeats, last, 100.0, if repeats > 0 { paid } else { 0.0 }));
    }
    let Frequency { r, alpha, a, b } = Frequency::fit(&known).unwrap();
    let near = |found: f64, truth: f64| (found / truth - 1.0).abs() < 0.15;
    assert!(near(r, 2.0) && near(alpha, 10.0) && near(a, 1.0) && near(b, 2.0), "{r} {alpha} {a} {b}");
    let spend = Spend::fit(&known).unwrap();
    assert!(near(spend.p, 6.0) && near(spend.q, 4.0) && near(spend.gamma, 15.0), "{spend:?}");
    // Between the customer's own mean and that of all, γ p / (q − 1).
    let all = spend.gamma * spend.p / (spend.q - 1.0);
    let high = customer(2, 1.0, 1.0, 3.0 * all);
    assert!(spend.expected(&high) < 3.0 * all && spend.expected(&high) > all);
    assert!((spend.expected(&customer(0, 0.0, 1.0, 0.0)) / all - 1.0).abs() < 1e-9);
}

#[test]
fn segments_follow_from_what_is_expected() {
    let model = Frequency { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
    let spend = Spend { p: 6.0, q: 4.0, gamma: 15.0 };
    let mut known: Vec<Customer> = (0..9).map(|n| customer(n, 30.0, 38.0, 20.0)).collect();
    known.push(customer(9, 5.0, 38.0, 90.0));
    let found: Vec<Segment> = segments(&known, &model, &spend, 39.0).iter().map(|one| one.segment).collect();
    assert_eq!(found[9], Segment::AtRisk);
    assert_eq!(found[8], Segment::HighValue);
    assert_eq!(found[0], Segment::Ordinary);
    assert_eq!(found.iter().filter(|one| **one == Segment::HighValue).count(), 2);
}

#[test]
fn what_cannot_be_learnt_from_is_an_error() {
    assert!(Frequency::fit(&[customer(0, 0.0, 10.0, 0.0)]).is_err());
    assert!(Frequency::fit(&[]).is_err());
    assert!(Spend::fit(&[customer(2, 1.0, 10.0, 0.0)]).is_err());
}
