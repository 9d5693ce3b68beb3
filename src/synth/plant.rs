//! Patterns that are planted among the visits, so that it can be judged whether unusual sessions are found. Each event of such a session has the
//! parameter `planted`, which names the pattern and is no feature unless a store makes it one.
//!
//! | pattern         | what the session does                                                                       |
//! |-----------------|---------------------------------------------------------------------------------------------|
//! | `robot`         | looks at 30 to 80 products, one or two a second, and neither lists nor searches               |
//! | `coupon_abuse`  | tries 6 to 15 coupons at one checkout, 10 to 40 seconds apart                                  |
//! | `stolen_cards`  | tries to pay 4 to 9 times for dear products, many of each, and at last buys                   |
//!
//! Not here: finding them (`learn::train::shopper`).

use super::SynthSettings;
use super::catalogue::Product;
use super::chance::Chance;
use super::event::{Event, Item, Line};
use super::visit::Shop;
use anyhow::{Context, Result};

/// Number of the random stream of the first planted session; above those of all shoppers.
const FROM: u64 = 1 << 40;
const DAY_MS: u64 = 86_400_000;
const PATTERNS: [&str; 3] = ["robot", "coupon_abuse", "stolen_cards"];

impl Shop {
    /// Adds the lines of `n` planted sessions, the patterns in turn.
    pub(super) fn plant(&self, settings: &SynthSettings, n: usize, lines: &mut Vec<Line>) -> Result<()> {
        for number in 0..n {
            let chance = &mut Chance::of_shopper(settings.seed, FROM + number as u64);
            let at = settings.start_ms + chance.between(0, u64::from(settings.days) * DAY_MS - 1) as i64;
            let pattern = PATTERNS[number % PATTERNS.len()];
            let mut session = Planted {
                shop: self,
                shopper: format!("p{number}"),
                at,
                pattern,
                chance,
                events: Vec::new(),
            };
            match pattern {
                "robot" => session.robot()?,
                "coupon_abuse" => session.coupons()?,
                _ => session.cards()?,
            }
            for event in &session.events {
                lines.push(Line::of(event)?);
            }
        }
        Ok(())
    }
}

/// A planted session while it is written.
struct Planted<'a, 'c> {
    shop: &'a Shop,
    shopper: String,
    at: i64,
    pattern: &'static str,
    chance: &'c mut Chance,
    events: Vec<Event>,
}

impl<'a> Planted<'a, '_> {
    fn robot(&mut self) -> Result<()> {
        for _ in 0..self.chance.between(30, 80) {
            let product = self.any()?;
            self.add("view_item", &[product], 1, 500, 1_000);
        }
        Ok(())
    }

    fn coupons(&mut self) -> Result<()> {
        let product = self.any()?;
        self.add("view_item", &[product], 1, 5_000, 20_000);
        self.add("add_to_cart", &[product], 1, 5_000, 20_000);
        self.add("begin_checkout", &[product], 1, 5_000, 20_000);
        for _ in 0..self.chance.between(6, 15) {
            self.add("coupon_fail", &[], 1, 10_000, 40_000);
        }
        Ok(())
    }

    fn cards(&mut self) -> Result<()> {
        let mut dear: Vec<&'a Product> = self.shop.products.iter().collect();
        dear.sort_by(|a, b| b.price.total_cmp(&a.price));
        dear.truncate(6);
        let product = *self.chance.pick(&dear).context("src/synth/catalogue.toml has no product")?;
        let pieces = self.chance.between(3, 8) as u32;
        self.add("view_item", &[product], 1, 2_000, 6_000);
        self.add("add_to_cart", &[product], pieces, 2_000, 6_000);
        self.add("begin_checkout", &[product], pieces, 2_000, 6_000);
        for _ in 0..self.chance.between(4, 9) {
            self.add("payment_fail", &[], 1, 5_000, 20_000);
        }
        self.add("purchase", &[product], pieces, 5_000, 20_000);
        Ok(())
    }

    fn any(&mut self) -> Result<&'a Product> {
        self.chance.pick(&self.shop.products).context("src/synth/catalogue.toml has no product")
    }

    /// Adds an event, `least` to `most` milliseconds after the one before.
    fn add(&mut self, name: &'static str, products: &[&Product], pieces: u32, least: u64, most: u64) {
        self.at += self.chance.between(least, most) as i64;
        let is_purchase = name == "purchase";
        self.events.push(Event {
            shopper: self.shopper.clone(),
            at: self.at,
            event: name,
            items: products.iter().map(|product| Item::of(product).pieces(pieces)).collect(),
            value: is_purchase.then(|| products.iter().map(|one| one.price).sum::<f64>() * f64::from(pieces)),
            planted: Some(self.pattern),
            ..Event::default()
        });
    }
}
