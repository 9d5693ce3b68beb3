//! A policy in a bundle: each row's fields, in the order in which they are written.
//!
//! Not here: what rows mean and whether their references are valid (`engine::route`).
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use crate::reader::{ITEM, Reader};
use crate::wire::{Wire, fields, pairs, variants};
use crate::writer::Writer;
use floorwalker_engine::route::{
    AgentsDef, ArmRow, Channel, ClockChange, DateRow, ExploreDef, FilterRow, HoursRow, Load, Look, NeedRow,
    Op, Part, Place, PolicyProgram, QueueRow, Relation, Settings, SkillRow, Source, SpanRow, StepDef,
    StrategyRow, SummerRule, TargetRow, ZoneRule,
};

fields! {
    #[inline(never)]
    PolicyProgram {
        version, key, queues, filter_names, settings, rows, spoken, language_symbols, hours, spans, dates, skills, needs, intents, extra,
        ops, filters, targets, targeted, steps, strategies, outputs, inputs, arms, numbers,
    }
    #[inline(never)]
    Settings {
        intents, default_queue, overflow, closed, threshold, certainty, margin, set_mass, ttl, strategy, explore, bot, bot_until,
        bot_unless, language, language_required, language_drop, lifetime, hold, agents, fresh, stale,
    }
    QueueRow { hours, parent, capacity, channel, weight, delay_cost, rate, chats }
    HoursRow { zone, open, dates }
    ZoneRule { offset, summer }
    SummerRule { offset, begins, ends }
    #[inline(never)]
    ClockChange { month, week, weekday, minute }
    SpanRow { days, from, to }
    DateRow { date, from, to }
    SkillRow { queue, skill, proficiency }
    NeedRow { skill, level, required, drop }
    FilterRow { when, priority, targets, steps, overflow, strategy }
    TargetRow { queues, at, expiry, skip_if }
    StepDef { at, drop }
    StrategyRow { look, weight, amount, head, reads, arms }
    ArmRow { queue, numbers }
    ExploreDef { floor, holdout }
    AgentsDef { occupancy, most, learning }
    #[inline(never)]
    Place { 0 }
    #[inline(never)]
    Part { first, n }
}

pairs! {
    Place, u32, of ITEM;
    Part, Part, of ITEM;
}

variants! {
    #[inline(never)]
    Op, else Not {
        0 = Compare { source, relation, number, symbol },
        1 = And,
        2 = Or,
        3 = Not,
    }
    #[inline(never)]
    Source, else Age {
        0 = Age,
        1 = Feature(at),
        2 = Probability { head, output },
        3 = Top { head },
        4 = Outside { head },
        5 = Floor(load),
        6 = Queue(load),
    }
    Channel, else Chat {
        0 = Chat,
        1 = CallBack,
        2 = Email,
        3 = Bot,
    }
    Load, else Waiting {
        0 = Waiting,
        1 = Agents,
        2 = Free,
        3 = Ratio,
        4 = Wait,
    }
    Relation, else Equal {
        0 = Equal,
        1 = Unequal,
        2 = Below,
        3 = AtMost,
        4 = Above,
        5 = AtLeast,
    }
    Look, else Random {
        0 = Random,
        1 = RoundRobin,
        2 = Rules,
        3 = Skills,
        4 = LongestIdle,
        5 = LeastLoaded,
        6 = ShortestWait,
        7 = Model,
        8 = CMu,
        9 = FixedRatio,
        10 = EpsilonGreedy,
        11 = LinUcb,
        12 = Thompson,
    }
}
