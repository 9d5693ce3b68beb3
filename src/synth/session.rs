//! Session: the events of one visit, its message, and whether it ends in a purchase.
//!
//! Invariants
//! - Times increase strictly within a visit, with gaps far below the idle limit of 30 minutes.
//! - The request, if any, comes before the purchase, if any: a model never sees the outcome that it predicts.
//!
//! Not here: which visits there are (`shopper`), the wording (`words`).

use std::collections::BTreeMap;

use anyhow::Result;

use super::catalogue::Product;
use super::chance::Chance;
use super::event::{Event, Item, Line};
use super::visit::{Aim, Kind, Visit};
use super::words::{HUMAN, Language, NONE, Subject};

/// Probability that a shopper writes before any other event.
const AT_ONCE: f64 = 0.15;
/// Probability that a message has none of the intents, and that, if it has one, it asks for a person.
const SAYS_NOTHING: f64 = 0.1;
const WANTS_PERSON: f64 = 0.04;
/// Probability of each event that is unrelated to the aim of the visit.
const STRAY: f64 = 0.07;

/// Adds the lines of a visit; true when it ended in a purchase.
pub(super) fn lines(visit: &Visit<'_>, chance: &mut Chance, lines: &mut Vec<Line>) -> Result<bool> {
    let mut session = Session::new(visit, chance);
    if visit.asks && session.chance.is(AT_ONCE) {
        let label = session.label();
        session.ask(false, label, None);
        session.write(lines)?;
        return Ok(false);
    }
    session.browse();
    session.pursue();
    session.stray();
    let buys = session.outcome();
    if visit.asks {
        let label = session.label();
        session.ask(buys, label, None);
    }
    if buys {
        session.buy();
    }
    session.write(lines)?;
    Ok(buys)
}

/// Adds the line of a shopper who only writes: the message from frame `which` of the label at index `label`.
pub(super) fn message(
    visit: &Visit<'_>,
    label: usize,
    which: usize,
    chance: &mut Chance,
    lines: &mut Vec<Line>,
) -> Result<()> {
    let mut session = Session::new(visit, chance);
    session.ask(false, label, Some(which));
    session.write(lines)
}

struct Session<'a, 'c> {
    visit: &'a Visit<'a>,
    chance: &'c mut Chance,
    other: &'a Product,
    order: String,
    at: i64,
    /// The page on which the shopper is.
    page: &'static str,
    cart: Vec<&'a Product>,
    n_views: u32,
    coupon_fails: u32,
    payment_fails: u32,
    began_checkout: bool,
    events: Vec<Event>,
}

impl<'a, 'c> Session<'a, 'c> {
    fn new(visit: &'a Visit<'a>, chance: &'c mut Chance) -> Self {
        let alike: Vec<&Product> = visit
            .shop
            .products
            .iter()
            .filter(|p| p.category == visit.product.category && p.id != visit.product.id)
            .collect();
        let other = chance.pick(&alike).copied().unwrap_or(visit.product);
        let order = format!("{}{}", if chance.is(0.5) { "#" } else { "" }, chance.between(10_000, 99_999));
        Self {
            visit,
            other,
            order,
            at: visit.at,
            page: "home",
            cart: Vec::new(),
            n_views: 0,
            coupon_fails: 0,
            payment_fails: 0,
            began_checkout: false,
            events: Vec::new(),
            chance,
        }
    }

    /// Adds an event after a pause of 2 seconds to 2 minutes; short pauses are more probable.
    fn push(&mut self, event: &'static str, products: &[&Product]) -> &mut Event {
        self.at += self.chance.between(2_000, 120_000).min(self.chance.between(2_000, 120_000)) as i64;
        self.events.push(Event {
            shopper: self.visit.shopper.clone(),
            at: self.at,
            event,
            items: products.iter().map(|p| Item::of(p)).collect(),
            ..Event::default()
        });
        let last = self.events.len() - 1;
        &mut self.events[last]
    }

    fn view(&mut self, product: &'a Product) {
        self.push("view_item", &[product]).value = Some(product.price);
        self.n_views += 1;
        self.page = "product";
    }

    fn add(&mut self, product: &'a Product) {
        self.push("add_to_cart", &[product]).value = Some(product.price);
        self.cart.push(product);
        self.page = "cart";
    }

    fn maybe_add(&mut self, p: f64) {
        if self.chance.is(p) {
            self.add(self.visit.product);
        }
    }

    fn help(&mut self, p: f64, event: &'static str, topic: &'static str) {
        if self.chance.is(p) {
            self.push(event, &[]).topic = Some(topic);
            self.page = "help";
        }
    }

    fn times(&mut self, p: f64, event: &'static str, from: u64, to: u64) -> u32 {
        if !self.chance.is(p) {
            return 0;
        }
        let n = self.chance.between(from, to);
        for _ in 0..n {
            self.push(event, &[]);
        }
        n as u32
    }

    fn search(&mut self, term: String) {
        self.push("search", &[]).search_term = Some(term);
        self.page = "list";
    }

    fn checkout(&mut self) {
        if !self.began_checkout {
            let cart = self.cart.clone();
            let total = cart.iter().map(|p| p.price).sum();
            self.push("begin_checkout", &cart).value = Some(total);
            self.began_checkout = true;
        }
        self.page = "checkout";
    }

    /// The events with which a visit begins; often none when it is about an order or the account.
    fn browse(&mut self) {
        let product = self.visit.product;
        let is_brief = self.visit.shown.is_some_and(|aim| aim.is_after_sale() || aim == Aim::Account);
        if is_brief && self.chance.is(0.7) {
            return;
        }
        if self.chance.is(0.55) {
            let listed: Vec<&Product> =
                self.visit.shop.products.iter().filter(|p| p.category == product.category).take(6).collect();
            self.push("view_item_list", &listed);
            self.page = "list";
        }
        if self.chance.is(0.4) {
            let term = match (self.visit.language, self.chance.is(0.5)) {
                (Language::English, true) => product.name_en.to_lowercase(),
                (Language::English, false) => product.category.clone(),
                (Language::Chinese, true) => product.name_zh.clone(),
                (Language::Chinese, false) => product.category_zh.clone(),
            };
            self.search(term);
        }
        if self.chance.is(0.6) {
            self.push("select_item", &[product]);
        }
        self.view(product);
        for _ in 0..self.chance.below(3) {
            let any = &self.visit.shop.products[self.chance.below(self.visit.shop.products.len())];
            let next = if self.chance.is(0.7) { self.other } else { any };
            self.view(next);
        }
    }

    /// The events that the aim of the visit brings about.
    fn pursue(&mut self) {
        let product = self.visit.product;
        match self.visit.shown {
            None => self.maybe_add(0.3),
            Some(Aim::Compatibility) => {
                self.help(0.6, "help_view", "specs");
                self.view(product);
                self.maybe_add(0.35);
            }
            Some(Aim::SizeFit) => {
                self.help(0.65, "help_view", "sizes");
                self.maybe_add(0.5);
                if !self.cart.is_empty() && self.chance.is(0.35) {
                    self.push("remove_from_cart", &[product]);
                    self.cart.pop();
                }
            }
            Some(Aim::Compare) => self.compare(),
            Some(Aim::Price) => self.bargain(),
            Some(Aim::Stock) => {
                self.view(product);
                self.maybe_add(0.5);
                self.help(0.65, "policy_view", "delivery");
            }
            Some(Aim::Payment) => self.fail_to_pay(),
            Some(Aim::Gift) => self.look_for_a_gift(),
            Some(Aim::Account) => {
                if self.times(0.7, "login_fail", 1, 3) > 0 {
                    self.page = "account";
                }
                self.help(0.5, "help_view", "account");
                self.times(0.25, "rage_click", 1, 2);
            }
            Some(Aim::OrderStatus) => {
                self.orders(0.85, 3);
                self.help(0.45, "help_view", "tracking");
                self.help(0.2, "policy_view", "delivery");
            }
            Some(Aim::Return) => {
                self.orders(0.6, 1);
                self.help(0.75, "policy_view", "returns");
                self.rate(0.25);
            }
            Some(Aim::Warranty) => {
                self.orders(0.45, 1);
                self.help(0.6, "help_view", "repair");
                self.help(0.45, "policy_view", "warranty");
            }
            Some(Aim::Complaint) => {
                self.orders(0.55, 2);
                self.rate(0.55);
                self.times(0.65, "rage_click", 1, 4);
                self.help(0.5, "help_view", "contact");
            }
        }
    }

    fn compare(&mut self) {
        for _ in 0..=self.chance.below(2) {
            self.view(self.other);
            self.view(self.visit.product);
        }
        if self.chance.is(0.75) {
            self.push("compare", &[self.visit.product, self.other]);
            self.page = "compare";
        }
        self.maybe_add(0.25);
    }

    fn bargain(&mut self) {
        self.maybe_add(0.75);
        if !self.cart.is_empty() && self.chance.is(0.5) {
            self.checkout();
        }
        self.coupon_fails = self.times(0.6, "coupon_fail", 1, 3);
        self.help(0.3, "help_view", "coupons");
    }

    fn fail_to_pay(&mut self) {
        if self.chance.is(0.93) {
            self.add(self.visit.product);
            self.checkout();
            self.payment_fails = self.times(0.85, "payment_fail", 1, 4);
            self.times(0.35, "rage_click", 1, 3);
        }
        self.help(0.3, "help_view", "payment");
    }

    fn look_for_a_gift(&mut self) {
        if self.chance.is(0.5) {
            let term = if self.visit.language == Language::English { "gift" } else { "礼物" };
            self.search(term.to_owned());
        }
        for _ in 0..self.chance.between(1, 4) {
            let any = &self.visit.shop.products[self.chance.below(self.visit.shop.products.len())];
            self.view(any);
        }
        self.help(0.35, "help_view", "gift_wrap");
        self.maybe_add(0.35);
    }

    fn orders(&mut self, p: f64, most: u64) {
        if self.times(p, "order_view", 1, most) > 0 {
            self.page = "orders";
        }
    }

    fn rate(&mut self, p: f64) {
        if self.chance.is(p) {
            let stars = self.chance.between(1, 2) as f64;
            self.push("rating", &[self.visit.product]).value = Some(stars);
        }
    }

    /// Noise: events that are unrelated to the aim.
    fn stray(&mut self) {
        self.help(STRAY, "help_view", "contact");
        self.help(STRAY, "policy_view", "privacy");
        self.orders(STRAY, 1);
        self.times(STRAY, "rage_click", 1, 1);
        if self.chance.is(STRAY) {
            self.push("compare", &[self.visit.product, self.other]);
        }
        if self.chance.is(STRAY) && !self.cart.is_empty() {
            self.coupon_fails += self.times(1.0, "coupon_fail", 1, 1);
        }
    }

    /// Whether the visit ends in a purchase: drawn from a logistic model of its events.
    fn outcome(&mut self) -> bool {
        let visit = self.visit;
        let kind = match visit.kind {
            Kind::Decided => 0.6,
            Kind::GiftBuyer => 0.0,
            Kind::BargainHunter | Kind::Comparer => -0.5,
            Kind::Browser => -0.9,
            Kind::Troubled => -1.6,
        };
        let fails = 0.8 * f64::from(self.payment_fails.min(3)) + 0.6 * f64::from(self.coupon_fails.min(2));
        let aim = if visit.aim.is_after_sale() { -1.5 } else { 0.0 };
        let logit = -1.6 + kind + aim - fails - visit.product.price / 700.0
            + 1.8 * self.cart.len().min(2) as f64
            + 1.2 * f64::from(u8::from(self.began_checkout))
            + 0.25 * f64::from(self.n_views.min(5))
            + 1.5 * (visit.product.rating - 4.3);
        self.chance.is(1.0 / (1.0 + libm::exp(-logit)))
    }

    fn write(self, lines: &mut Vec<Line>) -> Result<()> {
        for event in &self.events {
            lines.push(Line::of(event)?);
        }
        Ok(())
    }

    /// The label of the message: the aim of the visit, but some messages only greet and some ask for a person.
    fn label(&mut self) -> usize {
        if self.chance.is(SAYS_NOTHING) {
            NONE
        } else if self.chance.is(WANTS_PERSON) {
            HUMAN
        } else {
            self.visit.aim as usize
        }
    }

    fn ask(&mut self, buys: bool, label: usize, which: Option<usize>) {
        let visit = self.visit;
        let subject = Subject { product: visit.product, other: self.other, order: &self.order };
        let words = &visit.shop.words;
        let text = words.message(label, which, visit.language, subject, self.chance);
        let lang = if visit.language == Language::English { "en" } else { "zh" };
        let device = if visit.is_mobile { "mobile" } else { "desktop" };
        let page = self.page;
        let event = self.push("message", &[]);
        event.message = Some(text);
        event.context = BTreeMap::from([("lang", lang), ("page", page), ("device", device)]);
        event.labels = BTreeMap::from([
            ("intent", words.intent[label].name.to_owned()),
            ("category", visit.product.category.clone()),
            ("purchase", if buys { "yes" } else { "no" }.to_owned()),
        ]);
    }

    fn buy(&mut self) {
        if self.cart.is_empty() {
            self.add(self.visit.product);
        }
        self.checkout();
        let cart = self.cart.clone();
        let id = self.order.trim_start_matches('#').to_owned();
        let event = self.push("purchase", &cart);
        event.value = Some(cart.iter().map(|p| p.price).sum());
        event.transaction_id = Some(id);
    }
}
