//! Reads a policy: what postcard wrote of [`PolicyDef`], field by field.
//!
//! Invariants
//! - Fields are read in the order in which `engine::route` declares them; the round trips in the tests hold the two together.
//!
//! Not here: what a policy means (`engine::route`), how it is written in files (there, too).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use crate::read::Reader;
use floorwalker_engine::route::{
    AgentsDef, ArmDef, BanditDef, BotDef, By, Channel, ClockChange, Condition, Date, Days, ExploreDef,
    FilterDef, HoursDef, LanguageDef, Minute, NeedDef, Operand, PolicyDef, PreferredDef, QueueDef, Relation,
    RequirementDef, SkillDef, SnapshotDef, SpanDef, StepDef, StrategyDef, SummerRule, TargetDef, Term,
    ZoneDef, ZoneRule,
};

/// Reads a policy.
pub(crate) fn read(from: &mut Reader<'_>) -> PolicyDef {
    PolicyDef {
        version: from.text(),
        intents: from.text(),
        threshold: from.f32(),
        margin: from.f32(),
        set_mass: from.f32(),
        default_queue: from.text(),
        overflow: from.maybe(Reader::text),
        closed: from.maybe(Reader::text),
        within: from.maybe(Reader::f32),
        ttl: from.u32(),
        strategy: from.list(strategy),
        explore: ExploreDef { floor: from.f32(), holdout: from.f32() },
        bot: from.maybe(|from| BotDef {
            queue: from.text(),
            until: from.f32(),
            unless: from.maybe(condition),
        }),
        language: from.maybe(|from| LanguageDef {
            from: from.text(),
            required: from.bool(),
            drop: from.byte(),
        }),
        preferred: from.maybe(|from| PreferredDef { lifetime: from.f32(), hold: from.f32() }),
        agents: AgentsDef {
            occupancy: from.maybe(|from| [from.f32(), from.f32()]),
            most: from.maybe(Reader::f32),
            learning: from.f32(),
        },
        snapshot: SnapshotDef { fresh: from.f32(), stale: from.f32(), key: from.maybe(Reader::text) },
        queues: from.list(queue),
        hours: from.list(hours),
        requirements: from.list(|from| RequirementDef {
            intent: from.maybe(Reader::text),
            when: from.maybe(condition),
            needs: from.list(|from| NeedDef {
                skill: from.text(),
                level: from.f32(),
                required: from.bool(),
                drop: from.byte(),
            }),
        }),
        filters: from.list(|from| FilterDef {
            name: from.text(),
            when: from.maybe(condition),
            priority: from.f32(),
            targets: from.list(|from| TargetDef {
                queues: from.list(Reader::text),
                at: from.f32(),
                expiry: from.maybe(Reader::f32),
                skip_if: from.maybe(condition),
            }),
            steps: from.list(|from| StepDef { at: from.f32(), drop: from.byte() }),
            overflow: from.maybe(Reader::text),
            strategy: from.maybe(|from| from.list(strategy)),
        }),
    }
}

fn queue(from: &mut Reader<'_>) -> QueueDef {
    QueueDef {
        name: from.text(),
        skills: from.list(|from| SkillDef { skill: from.text(), proficiency: from.f32() }),
        languages: from.list(Reader::text),
        hours: from.maybe(Reader::text),
        capacity: from.maybe(Reader::u32),
        channel: match from.u32() {
            0 => Channel::Chat,
            1 => Channel::CallBack,
            2 => Channel::Email,
            3 => Channel::Bot,
            _ => from.fail(Channel::Chat),
        },
        parent: from.maybe(Reader::text),
        weight: from.f32(),
        delay_cost: from.f32(),
        aht: from.maybe(Reader::f32),
        chats: from.byte(),
    }
}

fn hours(from: &mut Reader<'_>) -> HoursDef {
    HoursDef {
        name: from.text(),
        zone: ZoneDef {
            name: from.text(),
            rule: from.maybe(|from| ZoneRule {
                offset: from.i16(),
                summer: from.maybe(|from| SummerRule {
                    offset: from.i16(),
                    begins: clock_change(from),
                    ends: clock_change(from),
                }),
            }),
        },
        open: from.list(|from| SpanDef {
            days: Days(from.byte()),
            from: Minute(from.u16()),
            to: Minute(from.u16()),
        }),
        holidays: from.list(|from| Date(from.i32())),
    }
}

fn clock_change(from: &mut Reader<'_>) -> ClockChange {
    ClockChange { month: from.byte(), week: from.byte(), weekday: from.byte(), minute: from.i16() }
}

fn condition(from: &mut Reader<'_>) -> Condition {
    Condition {
        terms: from.list(|from| match from.u32() {
            0 => Term::Compare { what: from.text(), relation: relation(from), to: operand(from) },
            1 => Term::And,
            2 => Term::Or,
            3 => Term::Not,
            _ => from.fail(Term::Not),
        }),
    }
}

fn relation(from: &mut Reader<'_>) -> Relation {
    match from.u32() {
        0 => Relation::Equal,
        1 => Relation::Unequal,
        2 => Relation::Below,
        3 => Relation::AtMost,
        4 => Relation::Above,
        5 => Relation::AtLeast,
        _ => from.fail(Relation::Equal),
    }
}

fn operand(from: &mut Reader<'_>) -> Operand {
    match from.u32() {
        0 => Operand::Number(from.f32()),
        1 => Operand::Text(from.text()),
        _ => from.fail(Operand::Number(0.0)),
    }
}

fn strategy(from: &mut Reader<'_>) -> StrategyDef {
    StrategyDef {
        by: match from.u32() {
            0 => By::Random,
            1 => By::RoundRobin,
            2 => By::Rules,
            3 => By::Skills,
            4 => By::LongestIdle,
            5 => By::LeastLoaded,
            6 => By::ShortestWait,
            7 => By::Model { head: from.text() },
            8 => By::CMu,
            9 => By::FixedRatio,
            10 => By::EpsilonGreedy { epsilon: from.f32(), bandit: bandit(from) },
            11 => By::LinUcb { alpha: from.f32(), bandit: bandit(from) },
            12 => By::Thompson { spread: from.f32(), bandit: bandit(from) },
            _ => from.fail(By::Random),
        },
        weight: from.f32(),
    }
}

fn bandit(from: &mut Reader<'_>) -> BanditDef {
    BanditDef {
        inputs: from.list(Reader::text),
        arms: from.list(|from| ArmDef {
            queue: from.text(),
            weights: from.list(Reader::f32),
            inverse: from.list(Reader::f32),
        }),
    }
}
