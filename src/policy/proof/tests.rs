//! Random policies: no random request refutes a proven one, and every other one has an example that the engine confirms.

use super::super::find_zones;
use super::super::known::{Known, Sort};
use super::walk::{Verdict, verdict};
use super::*;
use crate::{
    By, Days, FilterDef, HoursDef, LanguageDef, Minute, Names, NeedDef, QueueDef, RequirementDef, SkillDef,
    SpanDef, SpecialDef, StrategyDef, TargetDef, ZoneDef,
};
use floorwalker_engine::head::Link;
use floorwalker_engine::route::{Channel, Decision, ExploreDef, Policy, StepDef, days_of};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn first() -> Date {
    Date(i32::try_from(days_of(2026, 11, 1)).unwrap())
}

/// The model for which random policies are made.
struct World {
    heads: Vec<(&'static str, Vec<String>)>,
}

impl World {
    fn new() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            heads: vec![
                ("intent", names(&["returns", "price", "fit"])),
                ("angry", names(&["yes"])),
                ("value", names(&["a", "b"])),
            ],
        }
    }

    fn known(&self) -> Known<'_> {
        Known {
            names: Names {
                heads: self.heads.iter().map(|(name, outputs)| (*name, &outputs[..])).collect(),
                features: vec!["cart", "vip", "lang"],
            },
            sorts: vec![Sort::Number, Sort::Any, Sort::Category],
            links: vec![Link::Softmax, Link::Sigmoid, Link::Identity],
        }
    }
}

/// Makes random policies.
struct Maker {
    random: ChaCha8Rng,
}

const SKILLS: [&str; 4] = ["returns", "price", "fit", "gold"];
const ZONES: [&str; 4] = ["UTC", "Europe/Berlin", "America/New_York", "Africa/Casablanca"];
const COMPARISONS: [&str; 22] = [
    "cart > 50",
    "cart <= 50",
    "cart < 200",
    "cart != 0",
    "vip = true",
    "vip != true",
    "vip = gold",
    "age >= 20",
    "age < 20",
    "age > 45",
    "intent = returns",
    "intent != price",
    "intent.fit > 0.6",
    "intent.price >= 0.3",
    "intent.returns < 0.5",
    "angry = yes",
    "angry.yes > 0.8",
    "value.a > 2",
    "intent.out_of_scope < 0.5",
    "floor.waiting > 5",
    "floor.agents = 0",
    "floor.load <= 2",
];

impl Maker {
    fn below(&mut self, n: usize) -> usize {
        self.random.random_range(0..n)
    }

    fn is(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn condition(&mut self, more: &[&'static str]) -> String {
        let all: Vec<&str> = COMPARISONS.iter().copied().chain(more.iter().copied()).collect();
        let one = self.one(&all);
        match self.below(6) {
            0 => format!("{one} and {}", self.one(&all)),
            1 => format!("{one} or {}", self.one(&all)),
            2 => format!("not ({one})"),
            3 => format!("not ({one} and not {})", self.one(&all)),
            _ => one.to_owned(),
        }
    }

    fn hours(&mut self, name: &str) -> HoursDef {
        let n = self.below(3);
        let times = [0, 540, 780, 1_020, 1_320, 1_440];
        let mut span = || SpanDef {
            days: Days(self.one(&[0b111_1111, 0b011_1110, 0b100_0001, 0b000_0100])),
            from: Minute(self.one(&times[..5])),
            to: Minute(self.one(&times)),
        };
        let mut open: Vec<SpanDef> = (0..n).map(|_| span()).collect();
        if self.is(50) {
            open.push(SpanDef { days: Days(0b111_1111), from: Minute(0), to: Minute(1_440) });
        }
        let dates: Vec<Date> =
            (0..self.below(3)).map(|_| Date(first().0 + self.random.random_range(0..400))).collect();
        let special = (0..self.below(2)).map(|_| SpecialDef {
            date: Date(first().0 + self.random.random_range(0..400)),
            from: Minute(540),
            to: Minute(self.one(&[540, 780, 1_440])),
        });
        let special = special.collect();
        let zone = ZoneDef { name: self.one(&ZONES).to_owned(), rule: None, shifts: Vec::new() };
        HoursDef { name: name.to_owned(), zone, open, holidays: dates, special }
    }

    fn queue(&mut self, name: &str, def: &PolicyDef) -> QueueDef {
        let mut queue = QueueDef::new(name);
        for skill in SKILLS {
            if self.is(55) {
                let proficiency = self.one(&[1.0, 0.8, 0.4]);
                queue.skills.push(SkillDef { skill: skill.to_owned(), proficiency });
            }
        }
        if self.is(30) {
            queue.languages = vec!["en".to_owned()];
        }
        if self.is(40) && !def.hours.is_empty() {
            queue.hours = Some(def.hours[self.below(def.hours.len())].name.clone());
        }
        queue.capacity = self.is(15).then(|| self.one(&[0, 5, 100]));
        queue.channel = self.one(&[Channel::Chat, Channel::Chat, Channel::Email, Channel::Bot]);
        queue
    }

    fn target(&mut self, names: &[String]) -> TargetDef {
        let queues = if self.is(25) {
            Vec::new()
        } else {
            let mut queues: Vec<String> = names.iter().filter(|_| self.is(60)).cloned().collect();
            if queues.is_empty() {
                queues.push(names[self.below(names.len())].clone());
            }
            queues
        };
        let at = if self.is(70) { 0.0 } else { self.one(&[10.0, 20.0, 70.0]) };
        let expiry = self.is(20).then(|| at + self.one(&[10.0, 30.0]));
        let skip_if = self.is(20).then(|| {
            let text = self.condition(&["queue.agents = 0", "queue.wait > 60", "queue.waiting >= 0"]);
            text.parse().unwrap()
        });
        TargetDef { queues, at, expiry, skip_if }
    }

    fn filter(&mut self, at: usize, is_last: bool, names: &[String]) -> FilterDef {
        let is_open = is_last && self.is(75);
        let when = (!is_open && self.is(92)).then(|| self.condition(&[]).parse().unwrap());
        let targets = (0..self.below(3)).map(|_| self.target(names)).collect();
        let mut steps = Vec::new();
        let mut drop = 0;
        for at in [0.0, 15.0, 30.0, 90.0] {
            if self.is(30) {
                drop += u8::try_from(self.below(3)).unwrap();
                steps.push(StepDef { at, drop });
            }
        }
        let overflow = self.is(15).then(|| names[self.below(names.len())].clone());
        let strategy = self.is(20).then(|| vec![self.strategy()]);
        FilterDef { name: format!("f{at}"), when, priority: 0.0, targets, steps, overflow, strategy }
    }

    fn strategy(&mut self) -> StrategyDef {
        let plain = [By::Skills, By::Random, By::Rules, By::ShortestWait, By::RoundRobin];
        let model = By::Model { head: "value".to_owned() };
        let at = self.below(plain.len() + 1);
        StrategyDef::new(plain.get(at).cloned().unwrap_or(model))
    }

    fn policy(&mut self) -> PolicyDef {
        let mut def = PolicyDef::plain("intent", "a");
        def.hours = (0..self.below(3)).map(|at| self.hours(&format!("h{at}"))).collect();
        let names: Vec<String> =
            ["a", "b", "c", "d"][..1 + self.below(4)].iter().map(|name| (*name).to_owned()).collect();
        def.queues = names.iter().map(|name| self.queue(name, &def)).collect();
        for at in 1..def.queues.len() {
            if self.is(20) {
                def.queues[at].parent = Some(names[at - 1].clone());
            }
        }
        def.ttl = self.one(&[60, 60, 600, 25]);
        if self.is(40) {
            def.strategy = vec![self.strategy()];
        }
        def.threshold = if self.is(12) { self.one(&[0.2, 0.7]) } else { 0.0 };
        def.certainty = if self.is(10) { 0.5 } else { 0.0 };
        def.margin = if self.is(12) { self.one(&[0.05, 0.3]) } else { 0.0 };
        def.explore = ExploreDef { floor: 0.01, holdout: 0.0 };
        let mut queue = |percent: usize| self.is(percent).then(|| names[self.below(names.len())].clone());
        (def.closed, def.overflow) = (queue(60), queue(25));
        if self.is(30) {
            let (required, drop) = (self.is(60), u8::try_from(self.below(3)).unwrap());
            def.language = Some(LanguageDef { from: "lang".to_owned(), required, drop });
        }
        let has = |def: &PolicyDef, skill: &str| {
            def.queues.iter().any(|queue| queue.skills.iter().any(|own| own.skill == skill))
        };
        for (at, skill) in ["returns", "gold", "price"].into_iter().enumerate() {
            if !has(&def, skill) || !self.is(35) {
                continue;
            }
            let drop = u8::try_from(self.below(3)).unwrap();
            let need = NeedDef {
                skill: skill.to_owned(),
                level: self.one(&[1.0, 0.5]),
                required: self.is(60),
                drop,
            };
            let when = (at == 1).then(|| self.condition(&[]).parse().unwrap());
            let intent = (at != 1).then(|| skill.to_owned());
            def.requirements.push(RequirementDef { intent, when, needs: vec![need] });
        }
        let n = self.below(4);
        def.filters = (0..n).map(|at| self.filter(at, at + 1 == n, &names)).collect();
        if self.is(15) {
            let unless = self.is(50).then(|| self.condition(&[]).parse().unwrap());
            def.bot = Some(crate::BotDef { queue: names[0].clone(), until: 30.0, unless });
        }
        def
    }
}

#[test]
fn no_policy_that_is_proven_is_refuted_and_every_other_has_an_example() {
    let world = World::new();
    let known = world.known();
    let mut maker = Maker { random: ChaCha8Rng::seed_from_u64(14) };
    let (mut proven, mut at_once, mut bound, mut unproven, mut confirmed) = (0, 0, 0, 0, 0);
    let mut reasons = std::collections::BTreeMap::new();
    for round in 0..POLICIES {
        let mut def = maker.policy();
        find_zones(&mut def).unwrap();
        let Ok(program) = def.compile(&known.names) else { continue };
        let policy = Policy::new(program).unwrap();
        let proof = prove(&def, Some(&known), first()).unwrap();
        assert!(proof.too_many.is_none(), "{round}: {:?}", proof.too_many);
        if proof.is_proven() {
            proven += 1;
            at_once += usize::from(proof.within == Some(0.0));
            bound += usize::from(!proof.bounds.is_empty());
            let refuted = refute(&def, Some(&known), &proof, round, REQUESTS).unwrap();
            assert!(refuted.is_none(), "{round}: within {:?}: {refuted:#?}\n{def:#?}", proof.within);
            continue;
        }
        unproven += 1;
        assert!(
            !proof.left.is_empty() || !proof.never_taken.is_empty(),
            "{round}: nothing is shown: {def:#?}"
        );
        for left in &proof.left {
            *reasons.entry(format!("{:?}", left.why)).or_insert(0) += 1;
            // Numbers of the floor are no part of a request, so the engine cannot be asked about them here.
            if left.example.is_whole {
                let mut decision = Decision::default();
                let snapshot = left.example.snapshot(policy.queues().len());
                policy.decide(&left.example.request(), &snapshot, &mut decision);
                let found = (verdict(&decision, true), decision.eligible.filter, decision.drawn.goes_to);
                let wanted = (Verdict::Left(left.why), left.filter, left.goes_to);
                assert_eq!(found, wanted, "{round}: {} {def:#?}", left.example);
                confirmed += 1;
            }
        }
    }
    println!(
        "{proven} proven ({at_once} at once, {bound} with bounds), {unproven} not, {confirmed} examples: {reasons:?}"
    );
    assert!(
        proven >= 60 && at_once >= 20 && proven - at_once >= 10 && bound >= 5,
        "{proven} {at_once} {bound}"
    );
    assert!(unproven >= 60 && confirmed >= 60 && reasons.len() >= 4, "{unproven} {confirmed} {reasons:?}");
}

/// Number of random policies, and number of random requests to each that is proven.
const POLICIES: u64 = 400;
const REQUESTS: usize = 1_500;

/// A proof that claims too much is refuted, or the test above would prove nothing.
#[test]
fn a_claim_that_is_false_is_refuted() {
    let world = World::new();
    let known = world.known();
    let mut maker = Maker { random: ChaCha8Rng::seed_from_u64(41) };
    let (mut refuted, mut tried) = (0, 0);
    for round in 0..120 {
        let mut def = maker.policy();
        find_zones(&mut def).unwrap();
        if compile_of(&def, &known).is_none() {
            continue;
        }
        let mut proof = prove(&def, Some(&known), first()).unwrap();
        let is_late = proof.within.is_none_or(|within| within > 0.0);
        if !is_late || proof.left.iter().any(|left| !left.example.is_whole) {
            continue;
        }
        tried += 1;
        proof.within = Some(0.0);
        refuted += usize::from(refute(&def, Some(&known), &proof, round, 3_000).unwrap().is_some());
    }
    assert!(tried >= 30 && refuted * 10 >= tried * 8, "{refuted} of {tried}");
}

fn compile_of(def: &PolicyDef, known: &Known<'_>) -> Option<()> {
    def.compile(&known.names).ok().map(|_| ())
}

#[test]
fn what_cannot_be_counted_is_not_called_proven() {
    // Six intents, each compared with eight numbers: more combinations than can be checked.
    let mut def = PolicyDef::plain("intent", "a");
    for (intent, share) in (0..6).flat_map(|intent| (1..9).map(move |share| (intent, share))) {
        let when = Some(format!("intent.i{intent} > 0.0{share}").parse().unwrap());
        def.filters.push(FilterDef { name: format!("{intent} {share}"), when, ..FilterDef::default() });
    }
    let proof = prove(&def, None, first()).unwrap();
    assert_eq!((proof.within, proof.too_many.as_deref()), (None, Some("intent")));
    // Three thousand hours, each with ends of its own.
    let mut def = PolicyDef::plain("intent", "a");
    def.hours = (0..3_000)
        .map(|at| HoursDef {
            name: at.to_string(),
            zone: ZoneDef::default(),
            open: vec![SpanDef {
                days: Days(127),
                from: Minute(at % 1_440),
                to: Minute((at * 7 + 11) % 1_440),
            }],
            holidays: Vec::new(),
            special: Vec::new(),
        })
        .collect();
    def.queues[0].hours = Some("7".to_owned());
    let proof = prove(&def, None, first()).unwrap();
    assert_eq!((proof.within, proof.too_many.as_deref()), (None, Some("hours")));
}
