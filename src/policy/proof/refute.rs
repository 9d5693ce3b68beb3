//! Refute: random requests, each of which a proven policy must give a queue.
//!
//! Only the claim of the proof is used. Numbers are drawn near those that the policy names, moments near the ends of opening hours and
//! anywhere, probabilities anywhere. Where no `skip_if` reads numbers of queues and no queue ever closes, snapshots are drawn, too,
//! with agents and room in every queue.
//!
//! Not here: what is claimed (`proof`).

use super::super::known::Known;
use super::super::space::{OTHER, compared};
use super::super::vocabulary::{ANY_OTHER, vocabulary};
use super::case::{Case, Teller, staffed};
use super::walk::{Verdict, verdict};
use super::{Proof, bounds};
use crate::{Names, PolicyDef};
use anyhow::Result;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::{Link, Scores};
use floorwalker_engine::route::{
    Abstention, Decision, Look, Policy, PolicyProgram, QueueState, Request, Snapshot, Source,
};
use floorwalker_engine::symbol::Symbol;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const MINUTE_MS: i64 = 60_000;
const DAY: i64 = 24 * 60;

/// Draws `n` requests of ages that `proof` covers, and returns the first that has no queue, against the proof. `None` if there is no
/// such request, or nothing is proven.
///
/// # Errors
///
/// A policy that cannot be compiled.
pub fn refute(
    def: &PolicyDef,
    known: Option<&Known<'_>>,
    proof: &Proof,
    seed: u64,
    n: usize,
) -> Result<Option<Case>> {
    let Some(within) = proof.within else { return Ok(None) };
    let own = vocabulary(def);
    let guessed = own.names();
    let names = known.map_or(&guessed, |known| &known.names);
    let program = def.compile(names)?;
    let policy = Policy::new(program.clone())?;
    let mut draw = Draw {
        def,
        names,
        program: &program,
        links: known.map_or(&[][..], |known| &known.links),
        guess: known.is_none().then_some(ANY_OTHER),
        days: (proof.days.0.0.into(), proof.days.1.0.into()),
        random: ChaCha8Rng::seed_from_u64(seed),
    };
    let mut decision = Decision::default();
    for _ in 0..n {
        let (case, snapshot, is_outside) = draw.case(within);
        let seed = [draw.random.random(), draw.random.random()];
        policy.decide(&Request { seed, ..case.request() }, &snapshot, &mut decision);
        let is_plain = snapshot == Snapshot::default() || snapshot == staffed(def.queues.len());
        let is_certain = !is_outside && is_plain && draw.is_certain(&case, decision.eligible.filter);
        let may_turn_away = decision.drawn.abstention.is_none_or(|why| is_set(why, &bounds(def)));
        let found = verdict(&decision, is_certain);
        if matches!(found, Verdict::Left(_)) || (found == Verdict::TurnedAway && !may_turn_away) {
            let mut case = case;
            Teller::new(def, names, program.settings.language).describe(&mut case, &[]);
            return Ok(Some(case));
        }
    }
    Ok(None)
}

/// Whether a request may be turned away for this reason: by a setting that has an effect, or for a reason that is not a setting.
fn is_set(why: Abstention, bounds: &[&str]) -> bool {
    match why {
        Abstention::Margin => bounds.contains(&"margin"),
        Abstention::Threshold => bounds.contains(&"threshold"),
        Abstention::Unsure => bounds.contains(&"certainty"),
        _ => true,
    }
}

struct Draw<'a> {
    def: &'a PolicyDef,
    names: &'a Names<'a>,
    program: &'a PolicyProgram,
    links: &'a [Link],
    guess: Option<&'a str>,
    days: (i64, i64),
    random: ChaCha8Rng,
}

impl Draw<'_> {
    fn below(&mut self, n: usize) -> usize {
        self.random.random_range(0..n.max(1))
    }

    fn share(&mut self) -> f32 {
        self.random.random_range(0.0..1.0)
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { of.get(self.below(of.len())).copied() }
    }

    /// Numbers that conditions compare `source` with.
    fn numbers(&self, wanted: Source) -> Vec<f32> {
        let ops = self.program.ops.iter().filter_map(compared);
        ops.filter(|(source, _, symbol)| *source == wanted && *symbol == 0)
            .map(|(_, number, _)| number)
            .collect()
    }

    /// A number near one of these, or anywhere within `reach`.
    fn about(&mut self, numbers: &[f32], reach: f32) -> f32 {
        let Some(near) = self.one_of(numbers) else { return reach * (self.share() - 0.5) };
        match self.below(5) {
            0 => near,
            1 => near.next_up(),
            2 => near.next_down(),
            3 => near + reach * (self.share() - 0.5),
            _ => reach * (self.share() - 0.5),
        }
    }

    fn case(&mut self, within: f32) -> (Case, Snapshot, bool) {
        let features = (0..self.names.features.len()).map(|at| self.feature(at)).collect();
        let is_outside = self.below(8) == 0;
        let scores = (0..self.names.heads.len()).map(|at| self.score(at, is_outside)).collect();
        let (now_ms, age_s, snapshot) = (self.now_ms(), self.age(within), self.snapshot());
        let is_staffed = snapshot != Snapshot::default();
        let words = String::new();
        (Case { words, features, scores, now_ms, age_s, is_staffed, is_whole: true }, snapshot, is_outside)
    }

    fn feature(&mut self, at: usize) -> Value {
        let source = Source::Feature(u16::try_from(at).unwrap_or(u16::MAX));
        let ops = self.program.ops.iter().filter_map(compared);
        let mut symbols: Vec<u32> = ops
            .filter(|(of, _, symbol)| *of == source && *symbol != 0)
            .map(|(_, _, symbol)| symbol)
            .collect();
        if self.program.settings.language == Some(source) {
            symbols.extend(self.program.spoken.iter().map(|(_, symbol)| *symbol));
        }
        match self.below(4) {
            0 => Value::Missing,
            1 => Value::category(Symbol::of(OTHER)),
            2 => {
                let symbol = self.one_of(&symbols);
                symbol.map_or(Value::Missing, |symbol| Value::category(Symbol::from_raw(symbol)))
            }
            _ => {
                let numbers = self.numbers(source);
                Value::number(self.about(&numbers, 20.0))
            }
        }
    }

    fn score(&mut self, head: usize, is_outside: bool) -> Scores {
        let n = self.names.heads.get(head).map_or(0, |(_, outputs)| outputs.len());
        let of = |output: usize| Source::Probability {
            head: u16::try_from(head).unwrap_or(u16::MAX),
            output: u16::try_from(output).unwrap_or(u16::MAX),
        };
        let link = self.links.get(head).copied().unwrap_or(Link::Softmax);
        let mut p: Vec<f32> = vec![0.0; n];
        let top = self.below(n);
        match self.below(3) {
            0 => p.iter_mut().enumerate().for_each(|(at, p)| *p = if at == top { 1.0 } else { 0.0 }),
            1 => p.iter_mut().for_each(|p| *p = self.share()),
            _ => {
                let mut left = 1.0;
                for at in (0..n).map(|step| (top + step) % n) {
                    let numbers = self.numbers(of(at));
                    p[at] = self.about(&numbers, 0.1).clamp(0.0, left);
                    left -= p[at];
                }
                if let Some(last) = (0..n).map(|step| (top + step) % n).next_back() {
                    p[last] += left;
                }
            }
        }
        let sum: f32 = p.iter().sum();
        if link == Link::Softmax && n > 1 && sum > 0.0 {
            p.iter_mut().for_each(|p| *p /= sum);
        } else if link == Link::Identity {
            for (at, p) in p.iter_mut().enumerate() {
                let numbers = self.numbers(of(at));
                *p = self.about(&numbers, 10.0);
            }
        } else if n == 1 {
            let numbers = self.numbers(of(0));
            p[0] = self.about(&numbers, 1.0).clamp(0.0, 1.0);
        }
        let outside = self.share();
        Scores { logits: p.clone(), probabilities: p, outside, is_outside, ..Scores::default() }
    }

    fn age(&mut self, within: f32) -> f32 {
        let ends = (self.def.ttl as f32).next_down();
        let targets = self.program.targets.iter().flat_map(|target| [target.at, target.expiry]);
        let steps = self.program.steps.iter().map(|step| step.at);
        let mut ages: Vec<f32> = targets.chain(steps).filter(|age| age.is_finite()).collect();
        ages.extend(self.numbers(Source::Age));
        ages.extend([within, self.program.settings.bot_until, 0.0]);
        let age = match self.below(3) {
            0 => self.about(&ages, 10.0),
            1 => within + self.share() * (ends - within),
            _ => within,
        };
        age.clamp(within, ends.max(within))
    }

    fn now_ms(&mut self) -> i64 {
        let (first, last) = self.days;
        let mut day = self.random.random_range(first..=last);
        let def = self.def;
        let mut minute = self.random.random_range(0..DAY);
        if !def.hours.is_empty() && self.below(3) > 0 {
            let hours = &def.hours[self.below(def.hours.len())];
            let dates = hours.dates();
            let mut ends: Vec<i64> =
                hours.open.iter().flat_map(|open| [open.from, open.to]).map(|end| end.0.into()).collect();
            if !dates.is_empty() && self.below(2) == 0 {
                let own = dates[self.below(dates.len())];
                day = i64::from(own.date.0).clamp(first, last);
                ends.extend([own.from, own.to].map(|end| i64::from(end.0) % DAY));
            }
            if let (Some(end), true) = (self.one_of(&ends), self.below(3) > 0) {
                let rule = hours.zone.rule.unwrap_or_default();
                let offset = i64::from(rule.offset_at(day * DAY));
                minute = end - offset + self.random.random_range(-1..=1);
            }
        }
        let minute = (day * DAY + minute).clamp(first * DAY, (last + 1) * DAY - 1);
        minute * MINUTE_MS + self.random.random_range(0..MINUTE_MS)
    }

    fn snapshot(&mut self) -> Snapshot {
        let n = self.def.queues.len();
        let reads_queues = self.program.ops.iter().filter_map(compared);
        let reads_queues = reads_queues.into_iter().any(|(source, ..)| matches!(source, Source::Queue(_)));
        match self.below(3) {
            0 => Snapshot::default(),
            1 => staffed(n),
            // A queue that closes before it would answer takes nothing: nothing is claimed about waits near its closing time.
            _ if reads_queues || !self.def.hours.is_empty() => staffed(n),
            _ => {
                let queues = (0..n).map(|at| {
                    let room = self.program.rows[at].capacity;
                    QueueState {
                        waiting: (self.share() * 40.0).floor().min(room - 1.0).max(0.0),
                        agents: (1.0 + self.share() * 9.0).floor(),
                        in_service: (self.share() * 9.0).floor(),
                        ..QueueState::default()
                    }
                });
                Snapshot { queues: queues.collect(), ..Snapshot::default() }
            }
        }
    }

    /// Whether no setting may turn the request away, as the proof claims.
    fn is_certain(&self, case: &Case, filter: Option<usize>) -> bool {
        let settings = &self.program.settings;
        let head = settings.intents.get().unwrap_or(0);
        let p = case.scores.get(head).map_or(&[][..], |scores| &scores.probabilities);
        let top = p.iter().position(|p| *p >= 1.0);
        let (_, outputs) = self.names.heads.get(head).copied().unwrap_or(("", &[]));
        let is_guess =
            top.and_then(|top| outputs.get(top)).is_some_and(|intent| Some(&**intent) == self.guess);
        let own = filter.and_then(|at| self.program.filters.get(at)).map(|row| row.strategy);
        let strategy = own.filter(|own| own.n > 0).unwrap_or(settings.strategy);
        let is_learnt =
            |look: Look| matches!(look, Look::Model | Look::EpsilonGreedy | Look::LinUcb | Look::Thompson);
        let is_language_open = match settings.language {
            Some(Source::Feature(at)) => case.features.get(usize::from(at)) == Some(&Value::Missing),
            Some(_) => false,
            None => true,
        };
        top.is_some()
            && !is_guess
            && is_language_open
            && self.program.extra.is_empty()
            && !strategy.of(&self.program.strategies).iter().any(|row| is_learnt(row.look))
    }
}
