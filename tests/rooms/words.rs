//! What people read in a terminal: every help text, and what commands print, from the first bundle to a plan of agents.
//!
//! The golden bundle `policy` scores and decides here, because its figures are the same on every machine. Figures of what is trained here
//! are left out.
//!
//! Not here: refusals (`refusals`), the report (`floorwalker-report`), and whether a figure is right.

use crate::terminal::{Terminal, without_figures};
use clap::Subcommand;
use std::fmt::Write as _;
use std::path::Path;

/// A folder with the golden bundle `policy`.
fn shop(files: &[(&str, &str)]) -> Terminal {
    let terminal = Terminal::with(files);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/golden/policy.fwb");
    terminal.write("shop.fwb", std::fs::read(golden).unwrap());
    terminal
}

/// The lines that ask every command for its help.
fn asked(of: &clap::Command, path: &str) -> Vec<String> {
    let below =
        of.get_subcommands().flat_map(|command| asked(command, &format!("{path} {}", command.get_name())));
    std::iter::once(format!("{path} --help")).chain(below).collect()
}

#[test]
fn every_help_text() {
    let command = floorwalker_cli::Command::augment_subcommands(clap::Command::new("floorwalker"));
    let terminal = Terminal::with(&[]);
    for line in asked(&command, "floorwalker") {
        let name = line.trim_start_matches("floorwalker").replace("--help", "").trim().replace(' ', "_");
        let said = terminal.run(&line);
        insta::assert_snapshot!(format!("help_{name}").trim_end_matches('_'), said);
    }
}

#[test]
fn a_store_becomes_a_bundle() {
    let said = Terminal::with(&[]).run_all(&[
        "floorwalker init",
        "floorwalker synth --shoppers 120",
        "floorwalker train store.toml",
        "floorwalker inspect my-store.fwb",
        "floorwalker synth --shoppers 40 --seed 7 --out other.jsonl",
        "floorwalker evaluate my-store.fwb other.jsonl --store store.toml",
    ]);
    let said = without_figures(&said);
    insta::assert_snapshot!(said);
}

/// A table as people export them: a row number, a quantity with a unit, a date, a constant, missing values and a slip.
fn table() -> String {
    let mut table = "customer,spent,visits,since,country,paid by,returns\n".to_owned();
    for row in 0..300_usize {
        let (spent, visits) = (row * 37 % 101, row % 9);
        let paid = ["card", "transfer", "?"][row % 3];
        let returns = match (row, spent > 60) {
            (7, _) => "yse",
            (_, often) if often == (row % 8 != 0) => "yes",
            _ => "no",
        };
        writeln!(
            table,
            "{},{spent} EUR,{visits},2026-02-{:02},DE,{paid},{returns}",
            1000 + row,
            1 + row % 28
        )
        .unwrap();
    }
    table
}

#[test]
fn a_table_becomes_a_bundle() {
    let said = Terminal::with(&[("customers.csv", &table())]).run_all(&[
        "floorwalker train customers.csv --label returns",
        "floorwalker evaluate customers.fwb customers.csv --label returns",
        "floorwalker train customers.csv --label returns --ignore since --lang zh --out zh.fwb",
    ]);
    let said = without_figures(&said);
    insta::assert_snapshot!(said);
}

#[test]
fn messages_are_chosen_to_be_labelled() {
    let messages: String = (0..60).map(|at| format!("where is my order {at}\n")).collect();
    let said = Terminal::with(&[("chats.csv", &format!("message\n{messages}"))])
        .run_all(&["floorwalker label chats.csv --n 5", "floorwalker label chats.csv --n 5"]);
    insta::assert_snapshot!(said);
}

const LOG: &str = r#"{"shopper": "u1", "at": 1798000000000, "event": "view_item", "items": [{"item_id": "a", "price": 20}]}
{"shopper": "u1", "at": 1798000060000, "event": "message", "message": "I want to send it back"}
{"shopper": "u2", "at": 1798000070000, "event": "message", "message": "does it fit today"}
"#;

const REQUESTS: &str = r#"{"now": 1798020000000, "seed": [1, 2], "message": "send it back please", "features": {"size": 12, "colour": "red"}}
{"now": 1798020000000, "seed": [3, 4], "message": "where is it", "snapshot": {"as_of": 1798019990000, "queues": [{"queue": "shop", "waiting": 3, "agents": 2, "rates_per_hour": [12]}]}}
{"requested_at": 1798020000000}
"#;

#[test]
fn a_bundle_is_shown_and_answers() {
    let said = shop(&[("log.jsonl", LOG), ("requests.jsonl", REQUESTS)]).run_all(&[
        "floorwalker inspect shop.fwb",
        "floorwalker score shop.fwb log.jsonl",
        "floorwalker route shop.fwb requests.jsonl",
    ]);
    insta::assert_snapshot!(said);
}

/// A policy with a misspelt skill, a special date, and a queue that is closed at night.
const POLICY: &str = r#"version = "1"
intents = "it"
default_queue = "general"
strategy = "skills"

[[queues]]
name = "returns"
skills = [{ skill = "retrun" }]
hours = "day"

[[queues]]
name = "advice"
skills = [{ skill = "advice" }, { skill = "order" }]

[[queues]]
name = "general"

[[hours]]
name = "day"
zone = "Europe/Berlin"
open = [{ days = "mon-fri", from = "09:00", to = "18:00" }]
special = [{ date = "2026-12-24", from = "09:00", to = "13:00" }]

[[filters]]
name = "red"
when = "colour = red"
targets = [{ queues = ["returns"] }]

[[filters]]
name = "rest"
"#;

#[test]
fn a_policy_is_checked() {
    let said = shop(&[
        ("found.toml", POLICY),
        (
            "wrong.toml",
            &POLICY.replace("\"general\"\nstrategy", "\"genral\"\nstrategy").replace("colour", "color"),
        ),
    ])
    .run_all(&[
        "floorwalker policy init",
        "floorwalker policy check policy.toml --on 2026-11-30",
        "floorwalker policy check found.toml --bundle shop.fwb --on 2027-01-04 --strict",
        "floorwalker policy check wrong.toml --bundle shop.fwb --on 2026-11-30",
    ]);
    insta::assert_snapshot!(said);
}

/// A log of 300 decisions at random between `returns` and `shop`; the first is right for those who want to send something back.
fn decisions() -> String {
    let line = |at: usize| {
        let (message, right) = [("send it back", "returns"), ("does it fit", "shop")][at % 2];
        let action = ["returns", "shop"][at / 2 % 2];
        format!(
            "{{\"id\": {at}, \"shopper\": \"u{}\", \"context\": {{\"size\": {}}}, \"request\": {{\"now\": 1798000000000, \"seed\": [{at}, 1], \
             \"message\": \"{message}\"}}, \"action\": \"{action}\", \"propensity\": 0.5, \"reward\": {}, \"policy_version\": \"golden\"}}\n",
            at / 3,
            at % 40,
            u8::from(action == right)
        )
    };
    (0..300).map(line).collect()
}

const BANDIT: &str = r#"version = "2"
intents = "it"
default_queue = "shop"
strategy = ["skills", { by = "lin_ucb", weight = 0.5, alpha = 0.05, bandit = { inputs = ["it.return"] } }]
queues = [
  { name = "returns", skills = [{ skill = "return" }] },
  { name = "shop", skills = [{ skill = "advice" }, { skill = "order" }] },
  { name = "general" },
]
"#;

#[test]
fn a_policy_learns_from_a_log_and_is_judged_by_it() {
    let backwards = BANDIT
        .replace("\"return\"", "\"x\"")
        .replace("\"advice\"", "\"return\"")
        .replace("\"x\"", "\"advice\"");
    let said = shop(&[("log.jsonl", &decisions()), ("bandit.toml", BANDIT), ("backwards.toml", &backwards)]).run_all(&[
        "floorwalker policy learn log.jsonl --policy bandit.toml --bundle shop.fwb -o learnt.toml",
        "floorwalker policy evaluate log.jsonl --policy learnt.toml --bundle shop.fwb --resamples 200",
        "floorwalker policy promote log.jsonl --policy learnt.toml --bundle shop.fwb --resamples 200 -o next.fwb",
        "floorwalker policy promote log.jsonl --policy backwards.toml --bundle shop.fwb --resamples 200 -o worse.fwb",
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn the_state_of_queues_is_signed() {
    let files = [
        ("state.json", r#"{"asOf": 1700000000000, "queues": []}"#),
        ("old.key", &"0123456789abcdef".repeat(4)),
    ];
    let terminal = Terminal::with(&files);
    let key = without_figures(&terminal.run("floorwalker snapshot key new.key"));
    let said = format!("{key}\n\n{}", terminal.run("floorwalker snapshot sign state.json --key old.key"));
    insta::assert_snapshot!(said);
}

#[test]
fn a_floor_is_simulated() {
    let said = Terminal::with(&[]).run_all(&[
        "floorwalker simulate init",
        "floorwalker simulate scenario.toml --runs 2 --strategies random,right --report floor.html",
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn agents_are_planned() {
    let said =
        Terminal::with(&[]).run_all(&["floorwalker staff init", "floorwalker staff demand.csv -o plan.csv"]);
    insta::assert_snapshot!(said);
}
