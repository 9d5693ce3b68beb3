//! Shoppers: which shoppers come, how often, and with which aim.
//!
//! Invariants
//! - A shopper is drawn from the seed and the shopper's number alone.
//!
//! Not here: the events of a visit (`session`).

use anyhow::{Context, Result};

use super::SynthSettings;
use super::catalogue::{Product, catalogue};
use super::chance::Chance;
use super::event::Line;
use super::session;
use super::visit::{Aim, Kind, Shop, Visit};
use super::words::{Language, Words};

/// Milliseconds of an hour and of a day.
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Probability that a shopper comes back, after each visit.
const COMES_BACK: f64 = 0.6;
/// Probability that the next visit of a shopper who has bought is about the order.
const AFTER_SALES: f64 = 0.5;
/// Number of shoppers who only write, for each shopper who browses.
const WRITERS: usize = 3;
/// Number of the random stream of the first shopper who only writes; above those of the shoppers who browse.
const WRITERS_FROM: u64 = 1 << 32;
/// Probability that the behaviour in a visit does not depend on its aim.
const UNTYPICAL: f64 = 0.12;

impl Shop {
    pub(super) fn open() -> Result<Self> {
        Ok(Self { products: catalogue()?, words: Words::read()? })
    }

    /// Adds every line of one shopper, in order of time.
    pub(super) fn visits(&self, settings: &SynthSettings, number: u32, lines: &mut Vec<Line>) -> Result<()> {
        let mut chance = Chance::of_shopper(settings.seed, u64::from(number));
        let language = if chance.is(settings.chinese) { Language::Chinese } else { Language::English };
        let kind = kind(&mut chance);
        let is_mobile = chance.is(0.6);
        let taste = [chance.pick(&self.products), chance.pick(&self.products)];
        let taste: Vec<&str> = taste.into_iter().flatten().map(|p| p.category.as_str()).collect();
        let mut has_bought = kind == Kind::Troubled;
        let mut day = chance.between(0, u64::from(settings.days - 1));
        while day < u64::from(settings.days) {
            let aim = if has_bought && chance.is(AFTER_SALES) {
                aim(Kind::Troubled, &mut chance)
            } else {
                aim(kind, &mut chance)
            };
            let shown = if chance.is(UNTYPICAL) { None } else { Some(aim) };
            // The later of two uniform hours: no visits at night, most in the evening.
            let hour = chance.between(7, 22).max(chance.between(7, 22)) as i64;
            let at = settings.start_ms
                + day as i64 * DAY_MS
                + hour * HOUR_MS
                + chance.between(0, 3_599_000) as i64;
            let product = self.subject(aim, &taste, &mut chance)?;
            let asks = chance.is(settings.requests);
            let visit = Visit {
                shop: self,
                shopper: format!("u{number}"),
                language,
                kind,
                aim,
                shown,
                product,
                is_mobile,
                asks,
                at,
            };
            has_bought |= session::lines(&visit, &mut chance, lines)?;
            if !chance.is(COMES_BACK) {
                break;
            }
            day += chance.between(1, u64::from(settings.days / 6).max(2));
        }
        Ok(())
    }

    /// Adds the lines of [`WRITERS`] shoppers who write before any other event. From one such shopper to the next, the labels and then
    /// their frames are gone through in turn, so that every frame is used.
    pub(super) fn writers(&self, settings: &SynthSettings, number: u32, lines: &mut Vec<Line>) -> Result<()> {
        for writer in (0..WRITERS).map(|at| number as usize * WRITERS + at) {
            let mut chance = Chance::of_shopper(settings.seed, WRITERS_FROM + writer as u64);
            let language = if chance.is(settings.chinese) { Language::Chinese } else { Language::English };
            let n_labels = self.words.intent.len();
            let product = self.subject(Aim::Stock, &[], &mut chance)?;
            let at =
                settings.start_ms + chance.between(0, u64::from(settings.days) * DAY_MS as u64 - 1) as i64;
            let visit = Visit {
                shop: self,
                shopper: format!("w{writer}"),
                language,
                kind: Kind::Browser,
                aim: Aim::Stock,
                shown: None,
                product,
                is_mobile: chance.is(0.6),
                asks: true,
                at,
            };
            session::message(&visit, writer % n_labels, writer / n_labels, &mut chance, lines)?;
        }
        Ok(())
    }

    /// A product that suits the aim (sizes concern shoes and clothing, for example) and, mostly, the shopper's preferred categories.
    fn subject(&self, aim: Aim, taste: &[&str], chance: &mut Chance) -> Result<&Product> {
        let fitting: &[&str] = match aim {
            Aim::SizeFit => &["shoes", "clothing"],
            Aim::Compatibility => &["phones", "audio", "accessories", "accessories", "home"],
            Aim::Warranty => &["phones", "audio", "home", "beauty"],
            Aim::Gift => &["toys", "toys", "beauty", "home", "audio"],
            _ => &[],
        };
        let suited = fitting.is_empty() || taste.iter().any(|t| fitting.contains(t));
        let wanted = if suited && chance.is(0.8) {
            let liked: Vec<&str> =
                taste.iter().copied().filter(|t| fitting.is_empty() || fitting.contains(t)).collect();
            chance.pick(&liked).copied()
        } else {
            chance.pick(fitting).copied()
        };
        let choice: Vec<&Product> =
            self.products.iter().filter(|p| wanted.is_none_or(|w| p.category == w)).collect();
        chance.pick(&choice).copied().context("src/synth/catalogue.toml: a category has no product")
    }
}

fn kind(chance: &mut Chance) -> Kind {
    chance.weighted(
        (Kind::Browser, 0.24),
        &[
            (Kind::Comparer, 0.16),
            (Kind::BargainHunter, 0.15),
            (Kind::Troubled, 0.2),
            (Kind::GiftBuyer, 0.1),
            (Kind::Decided, 0.15),
        ],
    )
}

fn aim(kind: Kind, chance: &mut Chance) -> Aim {
    use Aim::{
        Account, Compare, Compatibility, Complaint, Gift, OrderStatus, Payment, Price, Return, SizeFit,
        Stock, Warranty,
    };
    match kind {
        Kind::Browser => chance.weighted(
            (Compatibility, 3.0),
            &[(SizeFit, 3.0), (Compare, 2.0), (Stock, 3.0), (Price, 1.0), (Account, 1.5), (Gift, 0.5)],
        ),
        Kind::Comparer => chance
            .weighted((Compare, 6.0), &[(Compatibility, 4.0), (SizeFit, 2.0), (Price, 1.5), (Stock, 1.0)]),
        Kind::BargainHunter => {
            chance.weighted((Price, 7.0), &[(Compare, 2.0), (Stock, 1.0), (Payment, 1.5), (Return, 1.0)])
        }
        Kind::Troubled => chance.weighted(
            (OrderStatus, 5.0),
            &[(Return, 4.5), (Warranty, 4.5), (Complaint, 4.0), (Account, 2.0), (Payment, 1.0)],
        ),
        Kind::GiftBuyer => {
            chance.weighted((Gift, 8.0), &[(Stock, 2.5), (SizeFit, 1.0), (Price, 1.0), (Return, 0.5)])
        }
        Kind::Decided => chance.weighted(
            (Payment, 5.0),
            &[(Stock, 2.5), (SizeFit, 2.0), (Compatibility, 2.0), (Account, 3.0), (OrderStatus, 1.0)],
        ),
    }
}
