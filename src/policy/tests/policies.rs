//! Policies drawn at random, of every part that a policy has, for the model of [`World`].

use super::today;
use crate::{
    BotDef, By, Condition, Date, Days, FilterDef, HoursDef, Known, LanguageDef, Minute, Names, NeedDef,
    PolicyDef, QueueDef, RequirementDef, SkillDef, Sort, SpanDef, SpecialDef, StrategyDef, TargetDef,
    ZoneDef,
};
use floorwalker_engine::head::Link;
use floorwalker_engine::route::{Channel, ExploreDef, StepDef};
use proptest::array::uniform4;
use proptest::bool::weighted as is;
use proptest::collection::vec;
use proptest::option::weighted as maybe;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// The model that policies are drawn for.
pub(crate) struct World {
    heads: Vec<(&'static str, Vec<String>)>,
}

impl World {
    pub(crate) fn new() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            heads: vec![
                ("intent", names(&["returns", "price", "fit"])),
                ("angry", names(&["yes"])),
                ("value", names(&["a", "b"])),
            ],
        }
    }

    pub(crate) fn known(&self) -> Known<'_> {
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

/// Names of queues; a policy has the first few of them.
const QUEUES: [&str; 4] = ["a", "b", "c", "d"];
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
/// What only a `skip_if` may ask.
const OF_QUEUE: [&str; 3] = ["queue.agents = 0", "queue.wait > 60", "queue.waiting >= 0"];

/// Up to four of `comparisons`, joined and denied.
fn conditions(comparisons: Vec<&'static str>) -> impl Strategy<Value = Condition> {
    let texts = select(comparisons).prop_map(str::to_owned).prop_recursive(2, 4, 2, |text| {
        prop_oneof![
            text.clone().prop_map(|text| format!("not ({text})")),
            (text.clone(), select(&["and", "or"][..]), text)
                .prop_map(|(left, word, right)| format!("({left}) {word} ({right})")),
        ]
    });
    texts.prop_map(|text| text.parse().unwrap())
}

fn condition() -> impl Strategy<Value = Condition> {
    conditions(COMPARISONS.to_vec())
}

/// 0, or in some of a hundred policies one of these.
fn rarely(percent: u32, of: &'static [f32]) -> impl Strategy<Value = f32> {
    prop_oneof![100 - percent => Just(0.0), percent => select(of)]
}

fn name() -> impl Strategy<Value = String> {
    select(&QUEUES[..]).prop_map(str::to_owned)
}

fn hours() -> impl Strategy<Value = HoursDef> {
    let times = [0, 540, 780, 1_020, 1_320, 1_440];
    let minute = |times: &[u16]| select(times.to_vec()).prop_map(Minute);
    let days = select(&[0b111_1111, 0b011_1110, 0b100_0001, 0b000_0100][..]).prop_map(Days);
    let spans = vec((days, minute(&times[..5]), minute(&times)), 0..3);
    let date = || (0..400).prop_map(|day| Date(today().0 + day));
    let special = vec((date(), minute(&[540, 780, 1_440])), 0..2);
    let parts = (select(&ZONES[..]), spans, any::<bool>(), vec(date(), 0..3), special);
    parts.prop_map(|(zone, spans, is_always, holidays, special)| {
        let always = is_always.then_some((Days(0b111_1111), Minute(0), Minute(1_440)));
        let spans = spans.into_iter().chain(always);
        let special = special.into_iter().map(|(date, to)| SpecialDef { date, from: Minute(540), to });
        HoursDef {
            name: String::new(),
            zone: ZoneDef { name: zone.to_owned(), rule: None, shifts: Vec::new() },
            open: spans.map(|(days, from, to)| SpanDef { days, from, to }).collect(),
            holidays,
            special: special.collect(),
        }
    })
}

/// A queue without a name, and whether another stands in for it.
fn queue() -> impl Strategy<Value = (QueueDef, bool)> {
    let skills = uniform4(maybe(0.55, select(&[1.0, 0.8, 0.4][..])));
    let hours = maybe(0.4, select(&["h0", "h1"][..]));
    let capacity = maybe(0.15, select(&[0, 5, 100][..]));
    let channel = select(&[Channel::Chat, Channel::Chat, Channel::Email, Channel::Bot][..]);
    (skills, is(0.3), hours, capacity, channel, is(0.2)).prop_map(
        |(skills, is_english, hours, capacity, channel, has_parent)| {
            let skills = SKILLS.iter().zip(skills).filter_map(|(skill, proficiency)| {
                Some(SkillDef { skill: (*skill).to_owned(), proficiency: proficiency? })
            });
            let queue = QueueDef {
                skills: skills.collect(),
                languages: is_english.then(|| "en".to_owned()).into_iter().collect(),
                hours: hours.map(str::to_owned),
                capacity,
                channel,
                ..QueueDef::new("")
            };
            (queue, has_parent)
        },
    )
}

fn target() -> impl Strategy<Value = TargetDef> {
    let queues = subsequence(&QUEUES[..], 0..=4);
    let skip_if = maybe(0.2, conditions([&COMPARISONS[..], &OF_QUEUE].concat()));
    let expiry = maybe(0.2, select(&[10.0, 30.0][..]));
    (queues, rarely(30, &[10.0, 20.0, 70.0]), expiry, skip_if).prop_map(|(queues, at, expiry, skip_if)| {
        let queues = queues.into_iter().map(str::to_owned).collect();
        TargetDef { queues, at, expiry: expiry.map(|after| at + after), skip_if }
    })
}

fn strategy() -> impl Strategy<Value = StrategyDef> {
    let model = By::Model { head: "value".to_owned() };
    let all = vec![By::Skills, By::Random, By::Rules, By::ShortestWait, By::RoundRobin, model];
    select(all).prop_map(StrategyDef::new)
}

/// A filter without a name.
fn filter() -> impl Strategy<Value = FilterDef> {
    let drops = uniform4(maybe(0.3, 0..3_u8));
    let parts =
        (maybe(0.92, condition()), vec(target(), 0..3), drops, maybe(0.15, name()), maybe(0.2, strategy()));
    parts.prop_map(|(when, targets, drops, overflow, strategy)| {
        let mut dropped = 0;
        let steps = [0.0, 15.0, 30.0, 90.0].into_iter().zip(drops).filter_map(|(at, drop)| {
            dropped += drop?;
            Some(StepDef { at, drop: dropped })
        });
        let steps = steps.collect();
        let strategy = strategy.map(|strategy| vec![strategy]);
        FilterDef { name: String::new(), when, priority: 0.0, targets, steps, overflow, strategy }
    })
}

/// What the intent `skill` requires, or with a condition any request for which it holds.
fn requirement(
    skill: &'static str,
    when: impl Strategy<Value = Option<Condition>>,
) -> impl Strategy<Value = RequirementDef> {
    (when, select(&[1.0, 0.5][..]), is(0.6), 0..3_u8).prop_map(move |(when, level, required, drop)| {
        let need = NeedDef { skill: skill.to_owned(), level, required, drop };
        let intent = when.is_none().then(|| skill.to_owned());
        RequirementDef { intent, when, needs: vec![need] }
    })
}

/// Policies, whose time zones are not looked up yet. Not all of them compile.
pub(crate) fn policies() -> impl Strategy<Value = PolicyDef> {
    let lists = (vec(hours(), 0..3), vec(queue(), 1..=4), vec(filter(), 0..4), is(0.75));
    let requirements = (
        maybe(0.35, requirement("returns", Just(None))),
        maybe(0.35, requirement("gold", condition().prop_map(Some))),
        maybe(0.35, requirement("price", Just(None))),
    );
    let language = maybe(0.3, (is(0.6), 0..3_u8));
    let bot = maybe(0.15, maybe(0.5, condition()));
    let bounds = (rarely(12, &[0.2, 0.7]), rarely(10, &[0.5]), rarely(12, &[0.05, 0.3]));
    let others = (maybe(0.6, name()), maybe(0.25, name()), maybe(0.4, strategy()));
    let ttl = select(&[60, 60, 600, 25][..]);
    (lists, requirements, language, bot, bounds, others, ttl).prop_map(
        |((hours, queues, filters, ends_open), requirements, language, bot, bounds, others, ttl)| {
            let mut def = PolicyDef::plain("intent", "a");
            (def.hours, def.filters, def.ttl) = (hours, filters, ttl);
            def.requirements = <[_; 3]>::from(requirements).into_iter().flatten().collect();
            (def.threshold, def.certainty, def.margin) = bounds;
            let (closed, overflow, strategy) = others;
            (def.closed, def.overflow) = (closed, overflow);
            def.strategy = strategy.map_or(def.strategy, |strategy| vec![strategy]);
            def.explore = ExploreDef { floor: 0.01, holdout: 0.0 };
            def.language =
                language.map(|(required, drop)| LanguageDef { from: "lang".to_owned(), required, drop });
            def.bot = bot.map(|unless| BotDef { queue: "a".to_owned(), until: 30.0, unless });
            if let (Some(last), true) = (def.filters.last_mut(), ends_open) {
                last.when = None;
            }
            named(&mut def, queues);
            def
        },
    )
}

/// Gives everything its name, and puts queues that the policy has in the place of those that it has not.
fn named(def: &mut PolicyDef, queues: Vec<(QueueDef, bool)>) {
    let own = &QUEUES[..queues.len()];
    for (at, hours) in def.hours.iter_mut().enumerate() {
        hours.name = format!("h{at}");
    }
    let is_known = |hours: &String| def.hours.iter().any(|known| known.name == *hours);
    let queue = |(at, (queue, has_parent)): (usize, (QueueDef, bool))| {
        let parent = at.checked_sub(1).filter(|_| has_parent).map(|before| own[before].to_owned());
        QueueDef { name: own[at].to_owned(), parent, hours: queue.hours.filter(is_known), ..queue }
    };
    def.queues = queues.into_iter().enumerate().map(queue).collect();
    let instead = |name: &mut String| {
        let at = QUEUES.iter().position(|known| known == name).unwrap_or(0);
        *name = own[at % own.len()].to_owned();
    };
    [&mut def.closed, &mut def.overflow].into_iter().flatten().for_each(instead);
    for (at, filter) in def.filters.iter_mut().enumerate() {
        filter.name = format!("f{at}");
        filter.overflow.iter_mut().for_each(instead);
        for target in &mut filter.targets {
            target.queues.iter_mut().for_each(instead);
            target.queues.sort();
            target.queues.dedup();
        }
    }
    let has = |skill: &str| def.queues.iter().any(|queue| queue.skills.iter().any(|own| own.skill == skill));
    def.requirements.retain(|requirement| requirement.needs.iter().all(|need| has(&need.skill)));
}
