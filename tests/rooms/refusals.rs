//! What people read when their input is refused: tables of slips, each with the line that was typed and the whole answer.
//!
//! Not here: that nothing half-written is left, and input that only looks bad (`bad_input`, `outputs`); slips in what one command alone
//! reads (`policies`, `simulation`, `staffing`).

use crate::terminal::{Terminal, refusals};
use std::path::Path;

/// A store that is right, for the slips below.
const STORE: &str = r#"name = "shop"

[data]
table = "t.csv"

[[heads]]
name = "intent"
label = "label"
model = "logistic"
"#;

const TABLE: &str = "x,price,label\n1,20,a\n2,30,b\n3,25,a\n4,35,b\n";

const EVENT: &str = r#"{"shopper": "u1", "at": 1798000000000, "event": "view_item"}"#;

/// A folder with a file of each sort.
fn shop() -> Terminal {
    let terminal = Terminal::with(&[
        ("t.csv", TABLE),
        ("store.toml", STORE),
        ("log.jsonl", EVENT),
        ("requests.jsonl", "{}\n"),
        ("notes.txt", "what the shop wrote itself\n"),
        ("policy.toml", "intents = \"it\"\ndefault_queue = \"a\"\nqueues = [{ name = \"a\" }]\n"),
    ]);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/golden/policy.fwb");
    let bundle = std::fs::read(golden).unwrap();
    terminal.write("shop.fwb", &bundle);
    terminal.write("cut.fwb", &bundle[..bundle.len() / 2]);
    terminal.write("empty.fwb", "");
    terminal
}

#[test]
fn files_that_are_not_there_or_are_something_else() {
    let said = shop().run_all(&[
        "floorwalker train none.toml",
        "floorwalker train none.csv --label label",
        "floorwalker train .",
        "floorwalker evaluate none.fwb t.csv --label label",
        "floorwalker evaluate shop.fwb none.csv --label label",
        "floorwalker score shop.fwb none.jsonl",
        "floorwalker route shop.fwb none.jsonl",
        "floorwalker route shop.fwb requests.jsonl --policy none.toml",
        "floorwalker policy check none.toml",
        "floorwalker policy learn none.jsonl --policy policy.toml --bundle shop.fwb -o new.toml",
        "floorwalker policy evaluate none.jsonl",
        "floorwalker simulate none.toml",
        "floorwalker staff none.csv",
        "floorwalker snapshot sign none.json --key shop.key",
        "floorwalker label none.csv",
        "floorwalker embed t.csv --model none.onnx --message label",
        "floorwalker inspect t.csv",
        "floorwalker inspect cut.fwb",
        "floorwalker inspect empty.fwb",
        "floorwalker route t.csv requests.jsonl",
        "floorwalker policy check policy.toml --bundle store.toml",
        "floorwalker policy check t.csv",
        "floorwalker simulate store.toml",
        "floorwalker train shop.fwb --label label",
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn outputs_that_would_be_lost_or_cannot_be_written() {
    let said = shop().run_all(&[
        "floorwalker init store.toml",
        "floorwalker policy init notes.txt",
        "floorwalker simulate init notes.txt",
        "floorwalker staff init notes.txt",
        "floorwalker snapshot key notes.txt",
        "floorwalker synth --out notes.txt",
        "floorwalker train t.csv --label label --out notes.txt",
        "floorwalker train t.csv --label label --out t.csv --force",
        "floorwalker train t.csv --label label --out m.html",
        "floorwalker train t.csv --label label --out nowhere/m.fwb --quiet",
        "floorwalker synth --out nowhere/log.jsonl --shoppers 5",
        "floorwalker policy learn log.jsonl --policy policy.toml --bundle shop.fwb -o policy.toml",
        "floorwalker policy learn log.jsonl --policy policy.toml --bundle shop.fwb -o learnt.json",
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn flags_that_make_no_sense() {
    let said = shop().run_all(&[
        "floorwalker tain store.toml",
        "floorwalker train",
        "floorwalker train t.csv --lable label",
        "floorwalker train t.csv",
        "floorwalker train store.toml --label label",
        "floorwalker train store.toml --ignore x",
        "floorwalker train t.csv --label label --kind price",
        "floorwalker train t.csv --label label --kind price=decimal",
        "floorwalker train t.csv --label label --ignore price --kind price=number",
        "floorwalker train t.csv --label label --lang de",
        "floorwalker train t.csv --label label --report r.html --no-report",
        "floorwalker train t.csv --label label --teacher v.npy",
        "floorwalker train t.csv --label label --threads 0",
        "floorwalker evaluate shop.fwb t.csv",
        "floorwalker policy check policy.toml --on tomorrow",
        "floorwalker policy promote log.jsonl --by best",
        "floorwalker simulate",
        "floorwalker simulate scenario.toml --runs 1",
        "floorwalker staff",
        "floorwalker staff t.csv --minutes 0",
        "floorwalker synth --decisions d.jsonl",
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn columns_that_the_table_does_not_have() {
    let said = shop().run_all(&[
        "floorwalker train t.csv --label lable",
        "floorwalker train t.csv --label outcome",
        "floorwalker train t.csv --label label --ignore prise",
        "floorwalker train t.csv --label label --kind prise=number",
        "floorwalker train t.csv --label label --missing prise=0",
        "floorwalker train t.csv --label label --message mesage",
        "floorwalker evaluate shop.fwb t.csv --label label",
    ]);
    insta::assert_snapshot!(said);
}

/// A text in which `from`, which is there once, is replaced.
#[track_caller]
fn with(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "`{from}` in {text}");
    text.replace(from, to)
}

#[test]
fn slips_in_a_store() {
    let slip = |what, from: &str, to: &str| (what, with(STORE, from, to));
    let slips = [
        slip("a misspelt key", "table =", "tabel ="),
        slip("a misspelt key of a head", "label = \"label\"", "lable = \"label\""),
        slip("a misspelt section", "[data]", "[date]"),
        slip("a model that is none", "logistic", "logistics"),
        slip("text where a number belongs", "[data]", "seed = \"42\"\n[data]"),
        slip("a number where text belongs", "\"shop\"", "7"),
        slip("a quote that is never closed", "\"shop\"", "\"shop"),
        slip("a key twice", "name = \"shop\"", "name = \"shop\"\nname = \"shop\""),
        slip("no name", "name = \"shop\"\n", ""),
        slip("a name that is a path", "\"shop\"", "\"../shop\""),
        slip("no data", "table = \"t.csv\"", ""),
        slip("a table and a log", "[[heads]]", "log = \"log.jsonl\"\n[[heads]]"),
        ("no head", STORE.split("[[heads]]").next().unwrap().to_owned()),
        slip("a head without a label", "label = \"label\"\n", ""),
        slip(
            "a head that reads one that is not there",
            "\"logistic\"",
            "\"logistic\"\ninputs = [\"head:words\"]",
        ),
        slip("a head of a fusion alone", "\"logistic\"", "\"fusion\"\ninputs = [\"features\"]"),
        slip("two heads of one name", "[[heads]]", "[[heads]]\nname = \"intent\"\nlabel = \"x\"\n[[heads]]"),
        slip("settings of another model", "\"logistic\"", "\"logistic\"\ntrees = { rounds = 8 }"),
        slip("a setting out of range", "\"logistic\"", "\"trees\"\ntrees = { rounds = 0 }"),
        slip("features of a table", "[[heads]]", "[[features]]\nname = \"views\"\nop = \"count\"\n[[heads]]"),
        slip(
            "an operation that is none",
            "[[heads]]",
            "[[features]]\nname = \"views\"\nop = \"counts\"\n[[heads]]",
        ),
        slip("a split that is none", "[[heads]]", "split = { by = \"shoper\" }\n[[heads]]"),
        slip("a split by a time that no column holds", "[[heads]]", "split = { by = \"time\" }\n[[heads]]"),
        slip(
            "two policies",
            "[data]",
            "policy_file = \"p.toml\"\n[policy]\nintents = \"intent\"\ndefault_queue = \"a\"\n[data]",
        ),
        slip(
            "a policy of a queue that is not there",
            "[data]",
            "[policy]\nintents = \"intent\"\ndefault_queue = \"a\"\n[data]",
        ),
        slip("a table that is not there", "t.csv", "none.csv"),
    ];
    let said = refusals(&[("t.csv", TABLE)], "store.toml", &slips, "floorwalker train store.toml");
    insta::assert_snapshot!(said);
}

#[test]
fn slips_in_a_table() {
    let slip = |what, from: &str, to: &str| (what, with(TABLE, from, to));
    let slips = [
        ("nothing", String::new()),
        ("a header alone", "x,label\n".to_owned()),
        ("one class", "x,label\n1,a\n2,a\n".to_owned()),
        ("no label anywhere", "x,label\n1,\n2,\n".to_owned()),
        slip("a cell too many", "2,30,b", "2,30,b,c"),
        slip("a cell too few", "2,30,b", "2,30"),
        slip("a quote that is never closed", "2,30,b", "2,\"30,b"),
        slip("two columns of one name", "x,price", "price,price"),
        slip("a column without a name", "x,price", "x,"),
        slip("a number that is not finite", "30", "1e99"),
        ("numbers that can be read in two ways", "x;label\n1.200;a\n3.400;b\n".to_owned()),
        ("dates that can be read in two ways", "x,label\n03/04/2024,a\n05/06/2024,b\n".to_owned()),
        ("a constant and nothing else", "x,label\n1,a\n1,b\n1,a\n1,b\n".to_owned()),
        ("a PDF", "%PDF-1.7\n".to_owned()),
    ];
    let said = refusals(&[], "t.csv", &slips, "floorwalker train t.csv --label label");
    insta::assert_snapshot!(said);
}

#[test]
fn slips_in_a_log() {
    let slip = |what, from: &str, to: &str| (what, format!("{EVENT}\n{}\n", with(EVENT, from, to)));
    let slips = [
        ("nothing", String::new()),
        ("no labels", EVENT.to_owned()),
        slip("JSON that ends too soon", "\"}", "\""),
        slip("a list", EVENT, "[1, 2]"),
        slip("a comma too many", "\"}", "\",}"),
        slip("no shopper", "\"shopper\": \"u1\", ", ""),
        slip("a time that is text", "1798000000000", "\"yesterday\""),
        slip("a time that is no whole number", "1798000000000", "1798000000000.5"),
        slip("a key twice", "\"at\"", "\"at\": 1, \"at\""),
        slip("items that are no list", "\"}", "\", \"items\": 3}"),
    ];
    let store = STORE.replace("table = \"t.csv\"", "log = \"log.jsonl\"");
    let line = "floorwalker train store.toml";
    let said = refusals(&[("store.toml", &store)], "log.jsonl", &slips, line);
    insta::assert_snapshot!(said);
}
