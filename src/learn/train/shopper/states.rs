//! States: what the page would know of a shopper at moments of a log, and what happened afterwards.
//!
//! | moment                                       | label                                                            |
//! |----------------------------------------------|------------------------------------------------------------------|
//! | after the 1st, 2nd, 3rd, 5th, 10th event of a session, before its first purchase, and at its end | `abandonment`: whether the session ends without a purchase |
//! | the end of a session                         | `churn`: whether the shopper did not come back in time; unknown for sessions too close to the end of the log |
//! | the end of the log                           | segments                                                         |
//!
//! Requests (lines with labels or a message) are no events here: what was asked is no part of a shopper's behaviour.

use crate::examples::{Examples, names, replay_after};
use crate::store::{Checked, Store};
use anyhow::{Context, Result};
use floorwalker_data::read::{Log, ParamValue};
use floorwalker_data::split::{Shares, Split, grouped};
use floorwalker_engine::event::Value;
use floorwalker_engine::feature::FeatureProgram;
use std::collections::BTreeMap;

/// Numbers of events of a session after which a state is taken.
pub(super) const AFTER: [u32; 5] = [1, 2, 3, 5, 10];
/// The parameter of an event that names a pattern that was planted in the log, as `floorwalker synth --plant` does.
const PLANTED: &str = "planted";
/// The most events of a log all of whose shoppers are kept; of a longer one, every second, third, … shopper is.
const MAX_EVENTS: usize = 400_000;
const DAY_MS: i64 = 86_400_000;

/// Which part a shopper is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Train,
    Validation,
    Test,
}

/// What is known of a row besides its features.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct State {
    /// Number of the event in its session, from 1.
    pub(super) n: u32,
    /// Whether it is the last state of the session before a purchase, or at all.
    pub(super) is_final: bool,
    /// Whether it is the end of a session.
    pub(super) is_end: bool,
    /// Whether something was bought in the session before it.
    pub(super) has_bought: bool,
    /// Whether it is the shopper at the end of the log.
    pub(super) is_last: bool,
    /// The pattern that was planted in the session.
    pub(super) planted: Option<String>,
}

/// The states of all shoppers.
#[derive(Clone, Debug, Default)]
pub(super) struct States {
    /// Their features and labels.
    pub(super) rows: Examples,
    pub(super) kinds: Vec<State>,
    pub(super) split: Split,
    pub(super) idle_s: u32,
    /// Of so many shoppers one is kept.
    every: u32,
    /// Times between two purchases of one training shopper, in seconds, with the shopper's number.
    pub(super) gaps_s: Vec<(u32, f64)>,
}

/// The part of each shopper.
pub(super) fn parts(store: &Checked<Store>, log: &Log) -> Result<BTreeMap<String, Part>> {
    let mut names: Vec<&str> = log.events.iter().map(|event| event.shopper.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let plan = store.data.split;
    let shares = Shares { validation: plan.validation, test: if plan.test > 0.0 { plan.test } else { 0.2 } };
    let all: Vec<u32> = (0..names.len() as u32).collect();
    let split = grouped(&all, shares, store.seed).context("shoppers cannot be held out")?;
    let of = |rows: &[usize], part: Part| -> Vec<(String, Part)> {
        rows.iter().map(|row| (names[*row].to_owned(), part)).collect()
    };
    let mut found = of(&split.train, Part::Train);
    found.extend(of(&split.validation, Part::Validation));
    found.extend(of(&split.test, Part::Test));
    Ok(found.into_iter().collect())
}

/// A session while it is read.
#[derive(Default)]
struct Session {
    shopper: String,
    n: u32,
    at_ms: i64,
    has_bought: bool,
    /// Whether the shopper did anything so far, in this session or an earlier one.
    has_acted: bool,
    bought_ms: Option<i64>,
    planted: Option<String>,
    gaps_s: Vec<f64>,
    /// The shopper at the end of the log: time, features, number of events seen.
    end: Option<(i64, Vec<Value>, u32)>,
    /// The rows of the session, with their time, features and number of events seen.
    rows: Vec<(State, i64, Vec<Value>, u32)>,
    /// The last state before a purchase, which becomes a row if it is not one.
    last: Option<(u32, i64, Vec<Value>, u32)>,
}

impl States {
    /// Reads the states of a log.
    pub(super) fn read(store: &Checked<Store>, log: &Log) -> Result<Self> {
        let program = FeatureProgram::new(store.features.clone()).context("[[features]]")?;
        let parts = parts(store, log)?;
        let end_ms = log.events.iter().filter_map(|event| event.at_ms).max().unwrap_or(0);
        let churn_ms = store.risk.as_ref().map_or(0, |plan| i64::from(plan.churn_days)) * DAY_MS;
        let mut states = Self {
            rows: Examples { features: store.features.clone(), names: names(log), ..Examples::default() },
            idle_s: store.idle_s,
            every: (log.events.len() / MAX_EVENTS + 1) as u32,
            ..Self::default()
        };
        for label in ["abandonment", "churn"] {
            states.rows.labels.insert(label.to_owned(), Vec::new());
        }
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut session = Session::default();
        replay_after(log, &program, store.idle_s, |moment| {
            let event = moment.event;
            if moment.is_end {
                // A shopper who only wrote, or none of whose events counted, has shown no behaviour.
                if session.has_acted && event.shopper == session.shopper {
                    session.end = Some((moment.now_ms, moment.features.to_vec(), moment.events));
                }
                return Ok(());
            }
            let asks = event.message.is_some() || !event.labels.is_empty();
            // A shopper's end comes after the last line, and before the next shopper's first.
            if event.shopper != session.shopper || moment.is_new_session {
                let next = (event.shopper == session.shopper).then_some(moment.now_ms);
                states.close(&mut session, next, end_ms, churn_ms, &mut numbers);
            }
            session.shopper.clone_from(&event.shopper);
            session.at_ms = moment.now_ms;
            if asks {
                return Ok(());
            }
            session.n += 1;
            session.has_acted = true;
            let planted = event.params.iter().find(|(name, _)| name == PLANTED);
            if let Some((_, ParamValue::Text(pattern))) = planted {
                session.planted = Some(pattern.clone());
            }
            let is_purchase = event.event == "purchase";
            if is_purchase && !std::mem::replace(&mut session.has_bought, true) {
                session.rows.iter_mut().for_each(|(state, ..)| state.is_final = false);
                session.finish();
            }
            if is_purchase && parts.get(&event.shopper) == Some(&Part::Train) {
                if let Some(before) = session.bought_ms {
                    session.gaps_s.push((moment.now_ms - before) as f64 / 1_000.0);
                }
                session.bought_ms = Some(moment.now_ms);
            }
            let (features, seen) = (moment.features.to_vec(), moment.events);
            if AFTER.contains(&session.n) && !session.has_bought {
                let state = State { n: session.n, ..State::default() };
                session.rows.push((state, moment.now_ms, features.clone(), seen));
            }
            session.last = Some((session.n, moment.now_ms, features, seen));
            Ok(())
        })?;
        states.close(&mut session, None, end_ms, churn_ms, &mut numbers);
        states.finish(&parts, &numbers);
        Ok(states)
    }

    /// Adds the rows of a session. `next_ms`: when the shopper's next session begins.
    fn close(
        &mut self,
        session: &mut Session,
        next_ms: Option<i64>,
        end_ms: i64,
        churn_ms: i64,
        numbers: &mut BTreeMap<String, u32>,
    ) {
        let bought_ms = session.bought_ms.filter(|_| next_ms.is_some());
        let has_acted = session.has_acted && next_ms.is_some();
        if session.n > 0 || session.end.is_some() {
            let next_number = numbers.len() as u32;
            let shopper = *numbers.entry(session.shopper.clone()).or_insert(next_number);
            self.gaps_s.extend(session.gaps_s.drain(..).map(|gap| (shopper, gap)));
            if shopper.is_multiple_of(self.every) {
                self.add(session, shopper, next_ms, end_ms, churn_ms);
            }
        }
        *session = Session { bought_ms, has_acted, ..Session::default() };
    }

    /// Adds the rows of a session of a shopper who is kept.
    fn add(&mut self, session: &mut Session, shopper: u32, next_ms: Option<i64>, end_ms: i64, churn_ms: i64) {
        if !session.has_bought {
            session.finish();
        }
        let abandonment = if session.has_bought { "buys" } else { "leaves" };
        let mut rows = std::mem::take(&mut session.rows);
        if let Some((n, at_ms, features, seen)) = session.last.take() {
            match rows.last_mut() {
                Some((state, ..)) if state.n == n => state.is_end = true,
                _ => {
                    let state = State { n, is_end: true, has_bought: session.has_bought, ..State::default() };
                    rows.push((state, at_ms, features, seen));
                }
            }
        }
        if let Some((at_ms, features, seen)) = session.end.take() {
            rows.push((State { is_last: true, ..State::default() }, at_ms, features, seen));
        }
        let is_known = churn_ms > 0 && end_ms - session.at_ms >= churn_ms;
        let comes_back = next_ms.is_some_and(|next| next - session.at_ms <= churn_ms);
        let churn = if comes_back { "returns" } else { "leaves" };
        for (mut state, at_ms, features, seen) in rows {
            state.planted.clone_from(&session.planted);
            let mut label = |name: &str, value: Option<&str>| {
                if let Some(labels) = self.rows.labels.get_mut(name) {
                    labels.push(value.map(str::to_owned));
                }
            };
            label("abandonment", (!state.is_last).then_some(abandonment));
            label("churn", (state.is_end && is_known).then_some(churn));
            self.rows.values.extend(features);
            self.rows.messages.push(String::new());
            self.rows.events.push(seen);
            self.rows.shoppers.push(shopper);
            self.rows.at_ms.push(at_ms);
            self.rows.lines.push(0);
            self.kinds.push(state);
        }
    }

    /// Splits the rows by shopper.
    fn finish(&mut self, parts: &BTreeMap<String, Part>, numbers: &BTreeMap<String, u32>) {
        let mut of_shopper = vec![Part::Train; numbers.len()];
        for (shopper, number) in numbers {
            of_shopper[*number as usize] = parts.get(shopper).copied().unwrap_or(Part::Train);
        }
        for (row, shopper) in self.rows.shoppers.iter().enumerate() {
            match of_shopper[*shopper as usize] {
                Part::Train => self.split.train.push(row),
                Part::Validation => self.split.validation.push(row),
                Part::Test => self.split.test.push(row),
            }
        }
    }

    /// The rows of a part for which `is` holds.
    pub(super) fn where_<'a>(&'a self, part: &'a [usize], is: impl Fn(&State) -> bool + 'a) -> Vec<usize> {
        part.iter().copied().filter(|row| is(&self.kinds[*row])).collect()
    }

    /// The number of the feature with this name.
    pub(super) fn feature(&self, name: &str) -> Option<usize> {
        self.rows.features.iter().position(|def| def.name == name)
    }

    /// The values of a feature in some rows; NaN where it is missing or no number.
    pub(super) fn numbers(&self, rows: &[usize], feature: usize) -> Vec<f32> {
        rows.iter().map(|row| self.rows.row(*row)[feature].as_f32()).collect()
    }

    /// Whether any session ended with a purchase.
    pub(super) fn has_purchase(&self) -> bool {
        self.rows.labels["abandonment"].iter().any(|label| label.as_deref() == Some("buys"))
    }
}

impl Session {
    /// Makes the last state so far the final one before a purchase or the end.
    fn finish(&mut self) {
        let Some((n, at_ms, features, seen)) = &self.last else { return };
        match self.rows.last_mut() {
            Some((state, ..)) if state.n == *n => state.is_final = true,
            _ => {
                let state = State { n: *n, is_final: true, ..State::default() };
                self.rows.push((state, *at_ms, features.clone(), *seen));
            }
        }
    }
}
