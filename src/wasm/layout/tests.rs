//! `pkg-template/layout.js` says what the rows say. To write it anew: `FLOORWALKER_LAYOUT=write cargo test -p floorwalker-wasm`.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use floorwalker_engine::event::{MAX_ITEMS, MAX_PARAMS};
use floorwalker_engine::model::Strength;
use floorwalker_engine::route::{Abstention, Channel, LEVELS, Outcome, Standing};

use super::{
    AgentRow, CATEGORY, DecisionRow, ExplanationRow, INPUT, ItemRow, MISSING, NUMBER, QueueRow, REASONS,
    ROWS, RankRow, ReasonRow, ShareRow, TEXT, ValueRow,
};

/// The names of an enum whose variants cross as their number: a list that does not compile unless it has every variant, and does not pass
/// unless it has them in the order of their declaration.
macro_rules! names {
    ($type:ident: $($variant:ident),+ $(,)?) => {{
        let number = |variant| match variant {
            $($type::$variant => $type::$variant as usize,)+
        };
        let all = [$($type::$variant),+];
        for (at, variant) in all.into_iter().enumerate() {
            assert_eq!(number(variant), at, "{variant:?} is not in its place");
        }
        all.map($type::name)
    }};
}

#[test]
fn the_page_reads_the_same_layout() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../pkg-template/layout.js");
    let expected = layout_js();
    if env::var_os("FLOORWALKER_LAYOUT").is_some_and(|value| value == "write") {
        fs::write(&file, &expected).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap();
    assert_eq!(found, expected, "run this test with FLOORWALKER_LAYOUT=write");
}

fn layout_js() -> String {
    let mut js = String::from(
        "// Where numbers lie in the buffers that page and engine share. Written from src/wasm/layout by its test; see there.\n",
    );
    let numbers: [(&str, usize); 9] = [
        ("MAX_ITEMS", MAX_ITEMS),
        ("MAX_PARAMS", MAX_PARAMS),
        ("INPUT_NUMBERS", INPUT),
        ("TEXT_BYTES", TEXT),
        ("REASONS", REASONS),
        ("MISSING", MISSING as usize),
        ("NUMBER", NUMBER as usize),
        ("CATEGORY", CATEGORY as usize),
        ("ROWS", ROWS as usize),
    ];
    for (name, number) in numbers {
        writeln!(js, "export const {name} = {number};").unwrap();
    }
    // These are handed over field by field, so the page needs their names.
    list(&mut js, "ITEM_FIELDS", ItemRow::FIELDS);
    // An item's names come first; then its numbers.
    let n_names = ItemRow::FIELDS.iter().take_while(|field| field.starts_with("item_")).count();
    writeln!(js, "export const ITEM_NAMES = {n_names};").unwrap();
    let (rates, counts): (Vec<&str>, Vec<&str>) =
        QueueRow::FIELDS.iter().partition(|field| field.starts_with("rate"));
    assert_eq!(rates.len(), LEVELS);
    list(&mut js, "QUEUE_FIELDS", &camel(&counts));
    writeln!(js, "export const QUEUE_RATE1 = {};", counts.len()).unwrap();
    writeln!(js, "export const RATES = {LEVELS};").unwrap();
    list(&mut js, "AGENT_FIELDS", &camel(AgentRow::FIELDS));
    let rows: [(&str, &[&str]); 6] = [
        ("VALUE", ValueRow::FIELDS),
        ("EXPLANATION", ExplanationRow::FIELDS),
        ("REASON", ReasonRow::FIELDS),
        ("DECISION", DecisionRow::FIELDS),
        ("RANK", RankRow::FIELDS),
        ("SHARE", ShareRow::FIELDS),
    ];
    for (row, fields) in rows {
        writeln!(js, "\nexport const {row} = {};", fields.len()).unwrap();
        for (at, field) in fields.iter().enumerate() {
            writeln!(js, "export const {row}_{} = {at};", field.to_uppercase()).unwrap();
        }
    }
    js.push('\n');
    js.push_str("/** Numbered from 1: 0 is none. */\n");
    list(
        &mut js,
        "ABSTENTIONS",
        &names!(Abstention: Threshold, Margin, Closed, Unmatched, Nobody, OutOfScope, Unsure),
    );
    list(
        &mut js,
        "OUTCOMES",
        &names!(Outcome: Best, Explored, Holdout, Preferred, Bot, Overflow, Closed, Default),
    );
    list(
        &mut js,
        "STANDINGS",
        &names!(Standing: Candidate, Elsewhere, Skipped, Skill, Language, Full, Closed, Unstaffed, Closing),
    );
    // A queue from `closed` on has nobody who would answer.
    writeln!(js, "export const STANDING_CANDIDATE = {};", Standing::Candidate as usize).unwrap();
    writeln!(js, "export const STANDING_CLOSED = {};", Standing::Closed as usize).unwrap();
    list(&mut js, "STRENGTHS", &names!(Strength: None, Weak, Strong));
    list(&mut js, "CHANNELS", &names!(Channel: Chat, CallBack, Email, Bot));
    js
}

fn list(js: &mut String, name: &str, words: &[impl AsRef<str>]) {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{}\"", word.as_ref())).collect();
    let line = format!("export const {name} = [{}];\n", quoted.join(", "));
    if line.len() <= 141 {
        js.push_str(&line);
        return;
    }
    writeln!(js, "export const {name} = [").unwrap();
    quoted.iter().for_each(|word| writeln!(js, "  {word},").unwrap());
    js.push_str("];\n");
}

/// `idle_seconds` as JavaScript writes it: `idleSeconds`.
fn camel(names: &[&str]) -> Vec<String> {
    let one = |name: &&str| {
        let mut words = name.split('_');
        let mut camel = words.next().unwrap_or_default().to_owned();
        for word in words {
            camel.push_str(&word[..1].to_uppercase());
            camel.push_str(&word[1..]);
        }
        camel
    };
    names.iter().map(one).collect()
}
