//! The replay of a real call centre: the simulator's figures for February 1999 beside those of the log, then strategies compared on the
//! same calls.
//!
//! `bench-call-centre DATA [--json FILE]` reads `DATA/anonymous_bank`, `DATA/bitext` and `DATA/banking77`; `FLOORWALKER_DATA` has to
//! name DATA, too.
//!
//! The bank's calls have a type but no words, so each call gets a message of its type from another data set. Two data sets are used in
//! turn: messages of a bank's customers (banking77, 3,080 messages of 77 intents), and templates (bitext, 8,175 utterances of 27).
//!
//! | type | calls  | banking77: intents about                     | bitext   |
//! |------|--------|----------------------------------------------|----------|
//! | PS   | 21,460 | cards, transfers, cash: all others           | ACCOUNT  |
//! | NW   | 7,604  | becoming a customer, getting a card          | ORDER    |
//! | NE   | 2,750  | currencies and their rates                   | REFUND   |
//! | TT   | 1,088  | fees, refunds, payments nobody recognises    | INVOICE  |
//! | IN   | 293    | the app: passcodes, phones, proving identity | PAYMENT  |
//! | PE   | 149    | topping up                                   | DELIVERY |
//!
//! The right queue of a call is that of its type. The messages are rows that the head was not trained on: the official test rows of
//! banking77, and held-out rows of bitext. The words of the rules for banking77 were written from the table above before anything was run,
//! and not changed afterwards.
//!
//! | strategy      | what it is                                                                                       |
//! |---------------|--------------------------------------------------------------------------------------------------|
//! | `random`      | a policy with strategy `random`                                                                  |
//! | `round_robin` | a policy with strategy `round_robin`                                                             |
//! | `rules`       | words written by hand for each queue, the first queue with a word in the message; else the busiest |
//! | `unbounded`   | the text head's probabilities; `skills`, and `shortest_wait` at a tenth of its weight            |
//! | `learned`     | the same, with an occupancy band of 75 %: asks the least busy free agent (all others: the longest idle) |
//! | `right`       | the queue of the type: the lower bound of misroutes for any strategy                             |
//!
//! The cost of a call, in units of one misroute: 1 for a misroute, 0.2 for each minute in queue, 5 for a caller who left.
//!
//! Not here: reading the log and replaying it (`calls`).
//!
//! Not modelled: priorities (the bank served some customers first), and agents' individual speeds. The work after a call is an estimate.

mod calls;

use anyhow::{Context, Result, ensure};
use calls::{Away, CallLog, Figures, Replay, TYPES, logged, month, presence, skills};
use floorwalker_data::progress::Progress;
use floorwalker_engine::route::{Policy, Relation};
use floorwalker_learn::store::Store;
use floorwalker_learn::train::train;
use floorwalker_metrics::Interval;
use floorwalker_policy::{
    By, Condition, FilterDef, Names, Operand, PolicyDef, QueueDef, SkillDef, StrategyDef, TargetDef, Term,
};
use floorwalker_simulator::{Router, Scenario, Seen, Strategy, Totals};
use floorwalker_staffing::compare::mean;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The number of runs. Each draws the messages, and whatever the log does not record about a call, anew.
const RUNS: u64 = 60;
const SEED: u64 = 42;
/// An agent is taken to serve a type if the type makes up at least this share of the agent's calls.
const SKILL: f64 = 0.005;
/// Seconds until an agent of a wrong queue transfers a call.
const MISROUTE: f64 = 60.0;
/// A gap between two services of more than this many seconds is a break.
const BREAK: f64 = 1_800.0;
/// The occupancy band of `learned`: the agents' occupancy if every call goes to the right queue.
const BAND: [f32; 2] = [0.75, 0.75];
/// The costs of a misroute, of a minute in queue, and of a caller who left.
const COST: [f64; 3] = [1.0, 0.2, 5.0];
/// Words by queue.
type Words = [(&'static str, &'static [&'static str]); 6];

/// A data set that messages are taken from.
struct Corpus {
    name: &'static str,
    /// The store in `tests/data`.
    store: &'static str,
    /// Its tables below `DATA`: the training table, and the test table if there is a separate one.
    tables: (&'static str, Option<&'static str>),
    /// Parts of intent names for each queue: an intent belongs to the first queue with a part that its name contains.
    intents: Words,
    /// The words of each queue for `rules`, as somebody who knows the shop would write them; looked up in this order.
    words: Words,
}

const CORPORA: [Corpus; 2] = [
    Corpus {
        name: "banking77",
        store: "data/banking77.toml",
        tables: ("banking77/train.csv", Some("banking77/test.csv")),
        intents: [
            ("NE", &["exchange", "currency"]),
            ("PE", &["top_up", "topping"]),
            ("TT", &["charge", "fee", "efund", "not_recognised"]),
            ("IN", &["passcode", "pin", "phone", "apple_pay", "personal_details", "identity", "verify"]),
            (
                "NW",
                &[
                    "get_",
                    "getting_",
                    "order_",
                    "arrival",
                    "delivery",
                    "country",
                    "age_limit",
                    "visa",
                    "supported",
                    "activate",
                ],
            ),
            ("PS", &[""]),
        ],
        words: [
            ("NE", &["exchange", "currency", "rate"]),
            ("PE", &["top up", "top-up", "topup", "topping"]),
            ("TT", &["refund", "fee", "charge", "recogni", "twice"]),
            ("IN", &["passcode", "pin ", "password", "phone", "identity", "verify", "app"]),
            ("NW", &["order", "new card", "arrive", "deliver", "countr", "open an account", "visa"]),
            ("PS", &["card", "transfer", "payment", "cash", "withdraw", "account"]),
        ],
    },
    Corpus {
        name: "bitext",
        store: "data/bitext_8k.toml",
        tables: ("bitext/bitext_8k_Customer_Service_Training_Dataset.csv", None),
        // The intents of bitext, by their category.
        intents: [
            ("TT", &["invoice"]),
            ("NE", &["refund"]),
            ("IN", &["payment"]),
            ("PE", &["delivery"]),
            ("PS", &["account", "password", "registration"]),
            ("NW", &["order"]),
        ],
        words: [
            ("TT", &["invoice", "bill"]),
            ("NE", &["refund", "money back", "reimburs", "compensation"]),
            ("IN", &["payment", "pay "]),
            ("PE", &["delivery", "shipping", "shipment"]),
            ("PS", &["account", "profile", "password", "pin", "regist", "sign up", "user", "log in"]),
            ("NW", &["order", "purchase", "item", "product", "buy"]),
        ],
    },
];
const STRATEGIES: [&str; 6] = ["random", "round_robin", "rules", "unbounded", "learned", "right"];
const LEARNED: usize = 4;
/// The number of strategies, from the first on, that learned routing must beat.
const OTHERS: usize = 3;
/// Figures of a run, in the order of [`figures`].
const FIGURES: [&str; 9] = [
    "misrouted",
    "mean wait, s",
    "in queues, s",
    "left",
    "transfers",
    "first contact",
    "cost",
    "busy",
    "spread of busy",
];
/// Indices into [`FIGURES`]: in `MUST` learned routing must be below the other strategies, and in `SPREAD` it must not be above them.
const MUST: [usize; 2] = [0, 1];
const SPREAD: usize = 8;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let data = PathBuf::from(arguments.next().context("bench-call-centre DATA [--json FILE]")?);
    let json = match arguments.next().as_deref() {
        Some("--json") => Some(PathBuf::from(arguments.next().context("--json FILE")?)),
        Some(other) => anyhow::bail!("`{other}` is not --json"),
        None => None,
    };
    let log = CallLog::read(&data.join("anonymous_bank/data_anonymous_bank_february.txt"))?;
    let skills = skills(&log, SKILL);
    println!("{} calls in queue on {} days, {} named agents", log.calls.len(), log.n_days, log.servers.len());
    println!("left out: {:?}", log.dropped);
    let mut rows = Vec::new();
    for (name, away) in [
        ("breaks of half an hour", Away::Gap(BREAK)),
        ("nobody idle while a caller waits", Away::Waiting(BREAK)),
        ("nor after a call", Away::Notes(BREAK)),
    ] {
        let there = presence(&log, &skills, away);
        rows.extend(predicted(name, &log, &Replay::new(&log, &skills, &there))?);
    }
    let there = presence(&log, &skills, Away::Notes(BREAK));
    for corpus in &CORPORA {
        rows.extend(compared(&data, corpus, &Replay::new(&log, &skills, &there))?);
    }
    if let Some(file) = json {
        std::fs::write(&file, serde_json::to_string(&rows)?).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// Compares the log's own figures with those of its replay, in which each call is sent to the queue of its type.
fn predicted(name: &str, log: &CallLog, replay: &Replay<'_>) -> Result<Vec<Value>> {
    let mut runs = Vec::new();
    for run in 0..RUNS {
        let days = replay.scenarios(MISROUTE, SEED + run)?;
        runs.push(month(&Replay::run(&days, |_| Strategy::Right, SEED + run)));
    }
    println!("\nFebruary, {name}: the log, and {RUNS} replays of it (± 95 %)");
    println!(
        "{:<6}{:>8}{:>20}{:>22}{:>22}{:>12}",
        "", "calls", "mean wait, s", "waits, %", "leaves, %", "patience"
    );
    let mut rows = Vec::new();
    for kind in [None].into_iter().chain((0..TYPES.len()).map(Some)) {
        let own = logged(log, kind);
        let of = |run: &Totals| Figures::of(&kind.map_or_else(|| run.all(), |kind| run.kinds[kind]));
        let each = |figure: fn(&Figures) -> f64| mean(runs.iter().map(|run| figure(&of(run))));
        let found = [each(|of| of.mean_wait), each(|of| of.waits), each(|of| of.abandonment)];
        let pair = |own: f64, found: Interval, scale: f64| {
            format!(
                "{:.1} → {:.1} ± {:.1}",
                own * scale,
                found.value * scale,
                (found.high - found.low) / 2.0 * scale
            )
        };
        let median = kind.and_then(|kind| replay.patience[kind].median());
        println!(
            "{:<6}{:>8}{:>20}{:>22}{:>22}{:>12}",
            kind.map_or("all", |kind| TYPES[kind]),
            own.calls,
            pair(own.mean_wait, found[0], 1.0),
            pair(own.waits, found[1], 100.0),
            pair(own.abandonment, found[2], 100.0),
            median.map_or_else(String::new, |median| format!("{median:.0} s")),
        );
        if kind.is_none() {
            let of_log = [
                ("mean wait", "s", own.mean_wait),
                ("share that waits", "", own.waits),
                ("abandonment", "", own.abandonment),
            ];
            for ((what, unit, own), found) in of_log.into_iter().zip(found) {
                let name = format!("anonymous bank, {name}: {what} of the replay");
                rows.push(row(&name, unit, found, None, Some(("the log", own))));
            }
        }
    }
    Ok(rows)
}

/// What a policy sees of the calls of each type: from the hand-written words (`rules`), and from the head (`learned`).
struct Messages {
    rules: Vec<Vec<Seen>>,
    learned: Vec<Vec<Seen>>,
    intents: Vec<String>,
    /// The intents of each queue.
    skills: Vec<Vec<String>>,
}

fn messages(data: &Path, corpus: &Corpus) -> Result<Messages> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut store = Store::read(&root.join(corpus.store))?.into_raw();
    store.data.table = Some(data.join(corpus.tables.0));
    store.data.test = corpus.tables.1.map(|table| data.join(table));
    let trained = train(&store.check()?, Progress::silent())?;
    let measured = trained.measured.first().context("the store has no head")?;
    let intents = trained.bundle.model.heads.first().context("the bundle has no head")?.outputs.clone();
    let type_of = |words: &Words, text: &str| {
        let (name, _) = words.iter().find(|(_, words)| words.iter().any(|word| text.contains(word)))?;
        TYPES.iter().position(|known| known == name)
    };
    let mut skills = vec![Vec::new(); TYPES.len()];
    for intent in &intents {
        if let Some(kind) = type_of(&corpus.intents, intent) {
            skills[kind].push(intent.clone());
        }
    }
    let (mut rules, mut learned) = (vec![Vec::new(); TYPES.len()], vec![Vec::new(); TYPES.len()]);
    let all = measured.rows().iter().zip(measured.y()).zip(measured.p().chunks_exact(intents.len()));
    for ((row, y), p) in all {
        let Some(kind) = type_of(&corpus.intents, &intents[*y as usize]) else { continue };
        let known = type_of(&corpus.words, &trained.held().messages[*row].to_lowercase());
        let by_words = (0..TYPES.len()).map(|kind| f32::from(u8::from(known == Some(kind))));
        rules[kind].push(Seen::by_head(0, by_words.collect()));
        learned[kind].push(Seen::by_head(0, p.to_vec()));
    }
    println!(
        "\n{}, held-out messages of {TYPES:?}: {:?}",
        corpus.name,
        learned.iter().map(Vec::len).collect::<Vec<_>>()
    );
    Ok(Messages { rules, learned, intents, skills })
}

/// A policy over the six queues.
fn policy(head: (&str, &[String]), change: impl FnOnce(&mut PolicyDef)) -> Result<Policy> {
    let mut def = PolicyDef {
        queues: TYPES.iter().map(|name| QueueDef::new(name)).collect(),
        ..PolicyDef::plain(head.0, TYPES[0])
    };
    change(&mut def);
    let program = def.compile(&Names { heads: vec![head], features: Vec::new() })?;
    Ok(Policy::new(program)?)
}

/// The policies, in the order of [`STRATEGIES`].
fn policies(messages: &Messages) -> Result<Vec<Policy>> {
    let types = TYPES.map(str::to_owned);
    let plain = |by: By| policy(("type", &types), |def| def.strategy = vec![StrategyDef::new(by)]);
    let rules = policy(("type", &types), |def| {
        def.strategy = vec![StrategyDef::new(By::Rules)];
        for name in TYPES {
            // A message without a known word has probability 0 for every type, so no filter matches it.
            let compare = Term::Compare {
                what: format!("type.{name}"),
                relation: Relation::Above,
                to: Operand::Number(0.5),
            };
            let targets = vec![TargetDef { queues: vec![name.to_owned()], ..TargetDef::default() }];
            let when = Some(Condition { terms: vec![compare] });
            def.filters.push(FilterDef { name: name.to_owned(), when, targets, ..FilterDef::default() });
        }
    })?;
    let learned = |band| {
        policy(("intent", &messages.intents), |def| {
            let wait = StrategyDef { by: By::ShortestWait, weight: 0.1 };
            def.strategy = vec![StrategyDef::new(By::Skills), wait];
            def.agents.occupancy = band;
            for (queue, skills) in def.queues.iter_mut().zip(&messages.skills) {
                let all = skills.iter().map(|skill| SkillDef { skill: skill.clone(), proficiency: 1.0 });
                queue.skills = all.collect();
            }
        })
    };
    Ok(vec![plain(By::Random)?, plain(By::RoundRobin)?, rules, learned(None)?, learned(Some(BAND))?])
}

/// Runs every strategy on the same calls; returns its figures, and how far learned routing is below each other strategy.
fn compared(data: &Path, corpus: &Corpus, replay: &Replay<'_>) -> Result<Vec<Value>> {
    let messages = messages(data, corpus)?;
    let policies = policies(&messages)?;
    let mut runs: Vec<Vec<[f64; FIGURES.len()]>> = vec![Vec::new(); STRATEGIES.len()];
    for run in 0..RUNS {
        let days = replay.scenarios(MISROUTE, SEED + run)?;
        for (at, runs) in runs.iter_mut().enumerate() {
            let seen = if at >= OTHERS { &messages.learned } else { &messages.rules };
            let totals = match policies.get(at) {
                None => Replay::run(&days, |_| Strategy::Right, SEED + run),
                Some(policy) => {
                    let router =
                        |day: &Arc<Scenario>| Router::seeing(day, policy.clone(), seen.clone()).map(Arc::new);
                    let routers = days.iter().map(router).collect::<Result<Vec<_>, _>>()?;
                    Replay::run(&days, |day| Strategy::Policy(Arc::clone(&routers[day])), SEED + run)
                }
            };
            runs.push(figures(&totals));
        }
    }
    ensure!(runs.iter().all(|runs| runs.len() as u64 == RUNS), "runs are missing");
    print(&runs);
    Ok(verdicts(corpus.name, &runs))
}

fn figures(days: &[Totals]) -> [f64; FIGURES.len()] {
    let totals = month(days);
    let all = totals.all();
    // The spread is taken within each day: that some days are busier than others is not an effect of routing.
    let spread = days.iter().map(Totals::occupancy_spread).sum::<f64>() / days.len() as f64;
    let cost =
        COST[0] * all.misroute_rate() + COST[1] * all.mean_queued() / 60.0 + COST[2] * all.abandonment();
    [
        all.misroute_rate(),
        all.mean_wait(),
        all.mean_queued(),
        all.abandonment(),
        all.transfer_rate(),
        all.first_contact_resolution(),
        cost,
        totals.mean_occupancy(),
        spread,
    ]
}

fn print(runs: &[Vec<[f64; FIGURES.len()]>]) {
    println!("\n{:<18}{}", "", STRATEGIES.map(|name| format!("{name:>20}")).concat());
    for (at, figure) in FIGURES.iter().enumerate() {
        let digits = if figure.ends_with(", s") { 2 } else { 4 };
        let cell = |runs: &Vec<[f64; FIGURES.len()]>| {
            let Interval { value, low, high } = mean(runs.iter().map(|run| run[at]));
            format!("{:>20}", format!("{value:.digits$} ± {:.digits$}", (high - low) / 2.0))
        };
        println!("{figure:<18}{}", runs.iter().map(cell).collect::<String>());
    }
    println!("means of {RUNS} runs, ± 95 %");
}

/// The rows of the report: each figure of each strategy, and whether learned routing is below it where it must be.
fn verdicts(corpus: &str, runs: &[Vec<[f64; FIGURES.len()]>]) -> Vec<Value> {
    let mut rows = Vec::new();
    let of = |at: usize, figure: usize| mean(runs[at].iter().map(|run| run[figure]));
    for (figure, what) in FIGURES.iter().enumerate() {
        let learned = of(LEARNED, figure);
        rows.push(row(&format!("anonymous bank with {corpus}, learned: {what}"), "", learned, None, None));
        for (at, strategy) in STRATEGIES.iter().enumerate().filter(|(at, _)| *at != LEARNED) {
            let other = of(at, figure);
            let is_must = (MUST.contains(&figure) || figure == SPREAD) && at < OTHERS;
            let is_below = learned.value < other.value && !learned.overlaps(&other);
            let holds = is_below || (figure == SPREAD && learned.low <= other.high);
            let difference =
                mean(runs[LEARNED].iter().zip(&runs[at]).map(|(one, two)| one[figure] - two[figure]));
            if is_must {
                println!(
                    "learned against {strategy}, {what}: {:.4} ({:.4} to {:.4}); intervals {}",
                    difference.value,
                    difference.low,
                    difference.high,
                    if learned.overlaps(&other) { "overlap" } else { "do not overlap" }
                );
            }
            let name = format!("anonymous bank with {corpus}, learned less {strategy}: {what}");
            rows.push(row(&name, "", difference, is_must.then_some(holds), Some((strategy, other.value))));
        }
    }
    rows
}

fn row(name: &str, unit: &str, found: Interval, holds: Option<bool>, peer: Option<(&str, f64)>) -> Value {
    json!({
        "name": name,
        "value": rounded(found.value),
        "unit": unit,
        "bound": null,
        "holds": holds,
        "peer": peer.map(|(name, _)| name),
        "peer_value": peer.map(|(_, value)| rounded(value)),
        "low": rounded(found.low),
        "high": rounded(found.high),
    })
}

/// Six decimals, as in the table of measurements.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
