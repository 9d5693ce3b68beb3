//! Reads a policy: a [`PolicyProgram`] as postcard wrote it, row by row.
//!
//! Invariants
//! - Fields are read in the order in which `engine::route` declares them; round trips in the tests make sure that the two agree.
//!
//! Not here: what rows mean and whether their references are valid (`engine::route`).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use crate::reader::{ITEM, Reader};
use floorwalker_engine::route::{
    AgentsDef, ArmRow, Channel, ClockChange, DateRow, ExploreDef, FilterRow, HoursRow, Load, Look, NeedRow,
    Op, Part, Place, PolicyProgram, QueueRow, Relation, Settings, SkillRow, Source, SpanRow, StepDef,
    StrategyRow, SummerRule, TargetRow, ZoneRule,
};

/// Reads a policy.
#[inline(never)]
pub(crate) fn read(from: &mut Reader<'_>) -> PolicyProgram {
    PolicyProgram {
        version: from.text(),
        key: from.text(),
        queues: from.texts(),
        filter_names: from.texts(),
        settings: settings(from),
        rows: from.list(ITEM, |from| QueueRow {
            hours: place(from),
            parent: place(from),
            capacity: from.f32(),
            channel: variant(
                from,
                &[Channel::Chat, Channel::CallBack, Channel::Email, Channel::Bot],
                Channel::Chat,
            ),
            weight: from.f32(),
            delay_cost: from.f32(),
            rate: from.f32(),
            chats: from.byte(),
        }),
        spoken: from.list(ITEM, |from| (place(from), from.u32())),
        language_symbols: from.list(4, Reader::u32),
        hours: from.list(ITEM, |from| HoursRow {
            zone: ZoneRule {
                offset: from.i16(),
                summer: from.maybe(|from| SummerRule {
                    offset: from.i16(),
                    begins: clock_change(from),
                    ends: clock_change(from),
                }),
            },
            open: part(from),
            dates: part(from),
        }),
        spans: from.list(ITEM, |from| SpanRow { days: from.byte(), from: from.u16(), to: from.u16() }),
        dates: from.list(ITEM, |from| DateRow { date: from.i32(), from: from.u16(), to: from.u16() }),
        skills: from.list(ITEM, |from| SkillRow {
            queue: place(from),
            skill: from.u16(),
            proficiency: from.f32(),
        }),
        needs: from.list(ITEM, |from| NeedRow {
            skill: from.u16(),
            level: from.f32(),
            required: from.bool(),
            drop: from.byte(),
        }),
        intents: from.list(ITEM, part),
        extra: from.list(ITEM, |from| (part(from), part(from))),
        ops: from.list(ITEM, op),
        filters: from.list(ITEM, |from| FilterRow {
            when: part(from),
            priority: from.f32(),
            targets: part(from),
            steps: part(from),
            overflow: place(from),
            strategy: part(from),
        }),
        targets: from.list(ITEM, |from| TargetRow {
            queues: part(from),
            at: from.f32(),
            expiry: from.f32(),
            skip_if: part(from),
        }),
        targeted: from.list(ITEM, place),
        steps: from.list(ITEM, |from| StepDef { at: from.f32(), drop: from.byte() }),
        strategies: from.list(ITEM, |from| StrategyRow {
            look: variant(from, &LOOKS, Look::Random),
            weight: from.f32(),
            amount: from.f32(),
            head: place(from),
            reads: part(from),
            arms: part(from),
        }),
        outputs: from.list(ITEM, place),
        inputs: from.list(ITEM, source),
        arms: from.list(ITEM, |from| ArmRow { queue: place(from), numbers: part(from) }),
        numbers: from.numbers(),
    }
}

/// All variants, in the order in which the enum declares them.
const LOOKS: [Look; 13] = [
    Look::Random,
    Look::RoundRobin,
    Look::Rules,
    Look::Skills,
    Look::LongestIdle,
    Look::LeastLoaded,
    Look::ShortestWait,
    Look::Model,
    Look::CMu,
    Look::FixedRatio,
    Look::EpsilonGreedy,
    Look::LinUcb,
    Look::Thompson,
];

const LOADS: [Load; 5] = [Load::Waiting, Load::Agents, Load::Free, Load::Ratio, Load::Wait];

const RELATIONS: [Relation; 6] = [
    Relation::Equal,
    Relation::Unequal,
    Relation::Below,
    Relation::AtMost,
    Relation::Above,
    Relation::AtLeast,
];

#[inline(never)]
fn settings(from: &mut Reader<'_>) -> Settings {
    Settings {
        intents: place(from),
        default_queue: place(from),
        overflow: place(from),
        closed: place(from),
        threshold: from.f32(),
        certainty: from.f32(),
        margin: from.f32(),
        set_mass: from.f32(),
        ttl: from.u32(),
        strategy: part(from),
        explore: ExploreDef { floor: from.f32(), holdout: from.f32() },
        bot: place(from),
        bot_until: from.f32(),
        bot_unless: part(from),
        language: from.maybe(source),
        language_required: from.bool(),
        language_drop: from.byte(),
        lifetime: from.f32(),
        hold: from.f32(),
        agents: AgentsDef {
            occupancy: from.maybe(|from| [from.f32(), from.f32()]),
            most: from.maybe(Reader::f32),
            learning: from.f32(),
        },
        fresh: from.f32(),
        stale: from.f32(),
    }
}

#[inline(never)]
fn place(from: &mut Reader<'_>) -> Place {
    Place(from.u16())
}

#[inline(never)]
fn part(from: &mut Reader<'_>) -> Part {
    Part { first: from.u32(), n: from.u32() }
}

#[inline(never)]
fn clock_change(from: &mut Reader<'_>) -> ClockChange {
    ClockChange { month: from.byte(), week: from.byte(), weekday: from.byte(), minute: from.i16() }
}

#[inline(never)]
fn op(from: &mut Reader<'_>) -> Op {
    match from.u32() {
        0 => Op::Compare {
            source: source(from),
            relation: variant(from, &RELATIONS, Relation::Equal),
            number: from.f32(),
            symbol: from.u32(),
        },
        1 => Op::And,
        2 => Op::Or,
        3 => Op::Not,
        _ => from.fail(Op::Not),
    }
}

#[inline(never)]
fn source(from: &mut Reader<'_>) -> Source {
    match from.u32() {
        0 => Source::Age,
        1 => Source::Feature(from.u16()),
        2 => Source::Probability { head: from.u16(), output: from.u16() },
        3 => Source::Top { head: from.u16() },
        4 => Source::Outside { head: from.u16() },
        5 => Source::Floor(variant(from, &LOADS, Load::Waiting)),
        6 => Source::Queue(variant(from, &LOADS, Load::Waiting)),
        _ => from.fail(Source::Age),
    }
}

/// A variant without fields, looked up in `all` by its number; fails with `instead` if there is no such variant.
fn variant<T: Copy>(from: &mut Reader<'_>, all: &[T], instead: T) -> T {
    all.get(from.u32() as usize).copied().unwrap_or_else(|| from.fail(instead))
}
