//! Each kind of finding, from files: a store whose data has one fault gives the finding of that fault.

use super::packed::{gzip, workbook};
use super::spread;
use crate::collect::collect;
use crate::section;
use floorwalker_data::progress::Progress;
use floorwalker_finding::{Finding, Kind, Lang, Place};
use floorwalker_learn::examples::Role;
use floorwalker_learn::store::Store;
use floorwalker_learn::train::train;
use floorwalker_ranking::{CataloguePlan, Shop};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The files of a store that is read from `store.toml`.
struct Files(Vec<(&'static str, Vec<u8>)>);

impl Files {
    /// A store of one table and a head for `label`, with `more` in its `[data]` and `rest` after the head.
    fn table(table: impl Into<Vec<u8>>, more: &str, rest: &str) -> Self {
        let store = format!(
            "name = \"s\"\n[data]\ntable = \"table.csv\"\n{more}\n[[heads]]\nname = \"buys\"\nlabel = \"label\"\nmodel = \"logistic\"\n{rest}"
        );
        Self(vec![("store.toml", store.into()), ("table.csv", table.into())])
    }

    fn with(mut self, name: &'static str, text: String) -> Self {
        self.0.push((name, text.into()));
        self
    }

    /// The findings of a training on the files: the warnings of its report, then what is to know of how the files were read.
    fn findings(&self) -> Vec<Finding> {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in &self.0 {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let store = Store::read(&folder.path().join("store.toml")).unwrap();
        let trained = train(&store, Progress::silent()).unwrap();
        let mut all = section::findings(&collect(&store, &trained, 1_000).unwrap());
        for note in trained.examples.notes {
            let place = note.place.to_string().replace(&format!("{}/", folder.path().display()), "");
            all.push(Finding { place: Place::Named(place), ..note });
        }
        for column in trained.examples.columns {
            all.extend(column.how);
            if let Role::LeftOut(why) = column.role {
                all.push(why);
            }
        }
        all
    }
}

/// Whether a row's label is yes: three in four rows where `x` is above a half.
fn is_yes(row: usize) -> bool {
    (spread(row) > 0.5) != row.is_multiple_of(4)
}

/// 600 rows of an honest number `x`, the cells that `planted` gives, and the label.
fn rows(planted: impl Fn(usize) -> String) -> String {
    let mut table = "x,planted,label\n".to_owned();
    for row in 0..600 {
        let label = if is_yes(row) { "bought" } else { "left" };
        writeln!(table, "{:.4},{},{label}", spread(row), planted(row)).unwrap();
    }
    table
}

/// A store with the planted column.
fn planted(cell: impl Fn(usize) -> String) -> Files {
    Files::table(rows(cell), "", "")
}

/// A store whose label is what `label` says, else the honest one.
fn labelled(label: impl Fn(usize) -> Option<&'static str>) -> Files {
    let mut table = "x,label\n".to_owned();
    for row in 0..900 {
        let honest = if is_yes(row) { "bought" } else { "left" };
        writeln!(table, "{:.4},{}", spread(row), label(row).unwrap_or(honest)).unwrap();
    }
    Files::table(table, "", "")
}

/// A store whose users were written after the moment of the decision.
fn written_late() -> Files {
    let (mut table, mut users) = ("user,at,label\n".to_owned(), "user,score,updated_at\n".to_owned());
    for row in 0..600 {
        let label = if is_yes(row) { "bought" } else { "left" };
        writeln!(table, "u{row},2026-03-10T10:00:00Z,{label}").unwrap();
        writeln!(users, "u{row},{:.4},2026-03-11T10:00:00Z", spread(row)).unwrap();
    }
    let source = "[[data.sources]]\nname = \"users\"\nfile = \"users.csv\"\nkey = \"user\"\nlabel_key = \"user\"\nlabel_time = \"at\"\n\
                  columns = [\"score\"]\n";
    Files::table(table, source, "").with("users.csv", users)
}

/// A log whose times are in seconds.
fn in_seconds() -> Files {
    let mut log = String::new();
    for row in 0..300 {
        let label = if is_yes(row) { "yes" } else { "no" };
        let at = 1_767_225_600 + row;
        writeln!(log, "{{\"shopper\":\"s{row}\",\"at\":{at},\"event\":\"view_item\",\"context\":{{\"x\":{}}},\"labels\":{{\"label\":\"{label}\"}}}}", spread(row))
            .unwrap();
    }
    let store = "name = \"s\"\n[data]\nlog = \"log.jsonl\"\n[[features]]\nname = \"x\"\nop = \"context_number\"\n\
                 [[heads]]\nname = \"buys\"\nlabel = \"label\"\nmodel = \"logistic\"\n";
    Files(vec![("store.toml", store.into()), ("log.jsonl", log.into())])
}

/// A fusion that learnt to trust messages, and is measured where they mislead.
fn misled() -> Files {
    let table = |n: usize, misleads: bool| {
        let mut table = "message,x,label\n".to_owned();
        for row in 0..n {
            let is_yes = spread(row) > 0.5;
            let says_yes = is_yes != misleads;
            let x = if misleads || row % 4 != 0 { spread(row) } else { 1.0 - spread(row) };
            let message = if says_yes { "please send my order" } else { "give the money back" };
            let label = if is_yes { "order" } else { "refund" };
            writeln!(table, "{message} {},{x:.4},{label}", row % 5).unwrap();
        }
        table
    };
    let store = "name = \"s\"\n[data]\ntable = \"table.csv\"\ntest = \"test.csv\"\nkinds = { message = \"text\" }\n\
                 [[heads]]\nname = \"words\"\nlabel = \"label\"\nmodel = \"text\"\ntext = { max_bytes = 3000 }\n\
                 [[heads]]\nname = \"columns\"\nlabel = \"label\"\nmodel = \"logistic\"\ninputs = [\"x\"]\n\
                 [[heads]]\nname = \"both\"\nlabel = \"label\"\nmodel = \"fusion\"\ninputs = [\"head:words\", \"head:columns\"]\n";
    Files(vec![
        ("store.toml", store.into()),
        ("table.csv", table(1_200, false).into()),
        ("test.csv", table(2_400, true).into()),
    ])
}

/// Each kind of finding with a store that has its fault, and the place that the finding names.
fn faults() -> Vec<(&'static str, &'static str, Files)> {
    let yes = |row: usize| usize::from(is_yes(row));
    let groups = "[report]\ngroups = [\"planted\"]\n";
    vec![
        ("too_good", "planted", planted(|row| format!("{}.5", 9 * yes(row) + row % 8))),
        ("too_informative", "planted", planted(|row| ["lost", "sent"][yes(row)].to_owned())),
        (
            "missing_tells",
            "planted",
            planted(|row| if is_yes(row) { format!("{}.25", row % 9) } else { String::new() }),
        ),
        ("after_label", "users.updated_at", written_late()),
        ("id", "planted", planted(|row| format!("{}", row * 17 % 10_007))),
        ("constant", "planted", planted(|_| "3".to_owned())),
        (
            "all_missing",
            "planted",
            Files::table(rows(|_| String::new()), "kinds = { planted = \"number\" }", ""),
        ),
        ("equal", "planted", planted(|row| format!("{:.4}", spread(row)))),
        ("correlated", "planted", planted(|row| format!("{:.4}", 3.0 - 2.0 * spread(row)))),
        (
            "duplicate_rows",
            "rows",
            Files::table(
                (0..600).fold("x,label\n".to_owned(), |table, row| {
                    let row = row / 2;
                    table + &format!("{:.4},{}\n", spread(row), ["left", "bought"][yes(row)])
                }),
                "",
                "",
            ),
        ),
        ("label_typo", "label", labelled(|row| (row == 7).then_some("bouhgt"))),
        ("imbalance", "label", labelled(|row| (row % 180 == 7).then_some("fraud"))),
        ("few_rows", "label", labelled(|row| (row % 180 == 7).then_some("fraud"))),
        ("time_unit", "at", in_seconds()),
        (
            "no_better_than_baseline",
            "buys",
            labelled(|row| Some(if spread(row * 11 + 5) > 0.5 { "bought" } else { "left" })),
        ),
        ("worse_than_expert", "both", misled()),
        (
            "disparity",
            "buys",
            Files::table(rows(|row| if spread(row) > 0.5 { "old" } else { "new" }.to_owned()), "", groups),
        ),
        (
            "left_out",
            "groups",
            Files::table(rows(|row| format!("{}", row % 7)), "", "[report]\ngroups = [\"age\"]\n"),
        ),
    ]
}

/// Each kind of finding about how a file is read, likewise, with its sentence.
fn readings() -> Vec<(&'static str, &'static str, Files, &'static str)> {
    let plain = || rows(|row| format!("{}.5", row % 7));
    let named = |row: usize| ["Köln", "München", "Düsseldorf"][row % 3].to_owned();
    let table = |table: Vec<u8>| Files::table(table, "", "");
    let feature = "[[features]]\nname = \"x\"\nop = \"context_number\"\n";
    vec![
        ("unpacked", "table.csv", table(gzip(plain().as_bytes())), "decompressed by gzip"),
        (
            "encoding",
            "table.csv",
            table(format!("\u{FEFF}{}", rows(named)).encode_utf16().flat_map(u16::to_le_bytes).collect()),
            "read as UTF-16LE",
        ),
        (
            "encoding_guessed",
            "table.csv",
            table(rows(named).chars().map(|c| u8::try_from(c).unwrap()).collect()),
            "not UTF-8: read as windows-1252, in which its first word with a non-ASCII letter is “Köln”; if that is wrong, save the file as UTF-8",
        ),
        ("sheet", "table.csv", table(workbook("May", &plain())), "read from the Excel sheet “May”"),
        (
            "title_lines",
            "table.csv",
            table(format!("Sales of May\n{}", plain()).into()),
            "the header is on line 2; the lines before it (“Sales of May” …) were left out",
        ),
        ("blank_rows", "table.csv", table((plain() + ",,\n").into()), "1 blank rows were left out"),
        (
            "nameless_columns",
            "table.csv",
            table(plain().replace('\n', ",\n").into()),
            "1 columns without name and values were left out",
        ),
        (
            "read_as_missing",
            "table.csv",
            planted(|row| if row % 5 == 0 { "?".to_owned() } else { format!("{}.5", row % 7) }),
            "read as missing, with the number of rows: planted “?” (120); change it with --missing",
        ),
        (
            "read_as_value",
            "table.csv",
            planted(|row| ["NA", "EU", "AF"][row % 3].to_owned()),
            "read as a value, though it often means missing: planted “NA” (200); change it with --missing",
        ),
        (
            "unlabelled",
            "label",
            labelled(|row| (row % 9 == 0).then_some("")),
            "100 of 900 rows (11.1 %) have no `label`; they were used neither for training nor for measuring",
        ),
        ("number_form", "planted", planted(|row| format!("${}.50", row % 7)), "`$0.50` is read as 0.5"),
        ("date_order", "planted", planted(|row| format!("{:02}.03.2026", 1 + row % 31)), "day before month"),
        ("date_order", "planted", planted(|row| format!("03/{:02}/2026", 1 + row % 31)), "month before day"),
        (
            "codes",
            "planted",
            planted(|row| format!("{:05}", row % 7)),
            "whole numbers, read as names: as 32-bit numbers, some would become equal or lose a leading 0",
        ),
        (
            "with_unit",
            "planted",
            planted(|row| format!("{}.5 kg", row % 7)),
            "`0.5 kg` is read as a name; if it is a quantity, write the numbers without `kg`",
        ),
        ("ignored", "planted", Files::table(plain(), "ignore = [\"planted\"]", ""), "as requested"),
        ("no_feature", "planted", Files::table(plain(), "", feature), "it is no feature of the store"),
        (
            "one_moment",
            "planted",
            planted(|_| "2026-03-10T10:00:00Z".to_owned()),
            "all of its times are the same",
        ),
        (
            "json",
            "planted",
            planted(|row| format!("\"{{\"\"n\"\": {}}}\"", row % 7)),
            "it holds JSON; put the values that matter into separate columns",
        ),
        (
            "unread_text",
            "planted",
            planted(|row| format!("this is sentence {row}")),
            "no head reads it; name it as the message with --message ([data] message or fields in a store)",
        ),
        (
            "names_rows",
            "planted",
            planted(|row| row.to_string()),
            "it identifies rows (600 different values in 600 rows); if it is a quantity, keep it with --kind planted=number ([data] kinds in a store)",
        ),
        (
            "names_rows",
            "planted",
            planted(|row| format!("{row} kg")),
            "it identifies rows (600 different values in 600 rows): `0 kg` is read as a name; if it is a quantity, write the numbers without `kg`",
        ),
    ]
}

#[test]
fn each_kind_of_finding_is_reached_from_a_file() {
    let mut reached = BTreeSet::new();
    let faults = faults().into_iter().map(|(kind, place, files)| (kind, place, files, None));
    let readings = readings().into_iter().map(|(kind, place, files, says)| (kind, place, files, Some(says)));
    for (kind, place, files, says) in faults.chain(readings) {
        let findings = files.findings();
        let found = findings.iter().find(|finding| finding.kind.name() == kind);
        let found = found.unwrap_or_else(|| panic!("{kind}: {findings:?}"));
        assert_eq!(found.place.to_string(), place, "{found:?}");
        for lang in [Lang::En, Lang::Zh] {
            let line = crate::finding_line(found, lang);
            // Every placeholder is filled; only the suggested setting has braces of its own.
            assert!(!line.contains('{') || kind == "label_typo", "{line}");
            assert!(line.contains(place) || kind == "duplicate_rows" || says.is_some(), "{line}");
        }
        let line = crate::finding_line(found, Lang::En);
        assert_eq!(line, says.unwrap_or(&line));
        assert_ne!(line, crate::finding_line(found, Lang::Zh));
        reached.insert(kind);
    }
    reached.extend(kinds_of_a_catalogue());
    assert_eq!(reached, Kind::NAMES.into_iter().collect());
}

/// The kinds of findings that a catalogue and a log beside it lead to; each has a line in both languages.
fn kinds_of_a_catalogue() -> Vec<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("items.csv");
    let title = "a ".repeat(150);
    let rows = format!("p1,{title},5,EUR\np2,b,6,EUR\np2,c,7,EUR\np3,d,8,USD\n");
    std::fs::write(&file, format!("item_id,item_name,price,currency\n{rows}")).unwrap();
    let log = folder.path().join("log.jsonl");
    let line = r#"{"shopper":"u1","at":1700000000000,"event":"purchase","items":[{"item_id":"p9"}]}"#;
    std::fs::write(&log, line).unwrap();
    let plan = CataloguePlan { file, ignore: Vec::new() };
    let (shop, notes) = Shop::read(&log, Some(&plan), 1_800).unwrap();
    assert_eq!(shop.details[1].title.as_deref(), Some("c"));
    assert_eq!((shop.details[0].price, shop.details[2].price), (Some(5.0), None));
    let wanted = [
        (
            "repeated_items",
            "1 rows of the catalogue have an id of an earlier row, such as `p2`; of rows with one id the last one holds",
        ),
        ("long_titles", "1 titles of the catalogue were cut after 200 characters"),
        ("other_currencies", "1 prices are not in EUR, the currency of most; they count as not known"),
        (
            "unlisted_items",
            "1 items were bought and are not in the catalogue, such as `p9`; they are recommended with what the log says of them",
        ),
    ];
    let lines: Vec<String> = notes.iter().map(|note| crate::finding_line(note, Lang::En)).collect();
    assert_eq!(lines, wanted.map(|(_, line)| line));
    assert!(notes.iter().all(|note| !crate::finding_line(note, Lang::Zh).contains("catalogue")));
    wanted.map(|(kind, _)| kind).to_vec()
}
