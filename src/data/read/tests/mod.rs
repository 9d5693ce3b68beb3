//! Tests of the readers with small files.

mod workbook;
mod written;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::time::Unit;
use super::{Kind, Log, Overrides, ParamValue, ReadAs, Table, Values};

fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn asked(kinds: &[(&str, ReadAs)]) -> Overrides {
    kinds.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect::<super::Kinds>().into()
}

fn read(name: &str, text: &str) -> Table {
    let (_folder, path) = file(name, text.as_bytes());
    Table::read(&path, &Overrides::default()).unwrap()
}

/// The error message without the path of the folder.
fn shown(path: &Path, error: &anyhow::Error) -> String {
    format!("{error:#}").replace(&format!("{}/", path.parent().unwrap().display()), "")
}

/// Reads a table, or a log if the name starts with `log`, and expects an error that starts with `starts`.
fn check(name: &str, bytes: &[u8], starts: &str) {
    let (_folder, path) = file(name, bytes);
    let error = if name.starts_with("log") {
        Log::read(&path).unwrap_err()
    } else {
        Table::read(&path, &Overrides::default()).unwrap_err()
    };
    let message = shown(&path, &error);
    assert!(message.starts_with(starts), "{message}");
}

fn category(codes: &[u32], names: &[&str]) -> Values {
    Values::Category { codes: codes.to_vec(), names: names.iter().map(ToString::to_string).collect() }
}

#[test]
fn kinds_are_inferred_and_the_missing_is_missing() {
    let table = read("a.csv", "n,b,c\n1.5,TRUE,red\nNA,false,blue\n-3e2,,red\n");
    let Values::Number(n) = &table.columns[0].values else { panic!() };
    assert_eq!(n[0], 1.5);
    assert!(n[1].is_nan());
    assert_eq!(n[2], -300.0);
    assert_eq!(table.columns[1].kind(), Kind::Boolean);
    assert_eq!(table.columns[1].n_missing(), 1);
    assert_eq!(table.columns[2].values, category(&[1, 0, 1], &["blue", "red"]));
    assert_eq!(table.line_of_row, [2, 3, 4]);
}

#[test]
fn mark_crlf_semicolons_and_quoted_line_ends_change_nothing() {
    let table = read("a.csv", "\u{FEFF}name;note\r\nx;\"one\r\ntwo; \"\"three\"\"\"\r\n\r\ny;z\r\n");
    assert_eq!(table.columns[1].name, "note");
    assert_eq!(table.columns[1].values, category(&[0, 1], &["one\r\ntwo; \"three\"", "z"]));
    assert_eq!(table.line_of_row, [2, 5]);
}

#[test]
fn sentences_in_english_and_chinese_are_text_and_labels_are_not() {
    let table = read(
        "a.csv",
        "en,zh,label\nwhere is my order,我的订单到哪里了,status\ncan I return it,这个可以退货吗,return\nnot here yet,还没有收到货,status\n",
    );
    let kinds: Vec<Kind> = table.columns.iter().map(super::Column::kind).collect();
    assert_eq!(kinds, [Kind::Text, Kind::Text, Kind::Category]);
}

#[test]
fn an_override_beats_inference() {
    let (_folder, path) = file("a.csv", b"code,when\n1,2024-02-29\n2,1970-01-01 00:01\n");
    let overrides = asked(&[("code", ReadAs::Category), ("when", ReadAs::Time)]);
    let table = Table::read(&path, &overrides).unwrap();
    assert_eq!(table.columns[0].values, category(&[0, 1], &["1", "2"]));
    assert_eq!(table.columns[1].values, Values::Time(vec![Some(1_709_164_800_000), Some(60_000)])); // date -d
}

#[test]
fn json_lines_give_the_union_of_their_keys() {
    let table = read("a.jsonl", "{\"a\":1,\"b\":\"x\"}\n\n{\"c\":true,\"a\":null}\n");
    assert_eq!(table.n_rows, 2);
    assert_eq!(table.line_of_row, [1, 3]);
    assert_eq!(table.columns.iter().map(super::Column::n_missing).collect::<Vec<_>>(), [1, 1, 1]);
}

#[test]
fn a_misspelt_column_is_answered_with_the_nearest_name() {
    let error = read("a.csv", "need_demand,x\n1,2\n").column("need_demnd").unwrap_err().to_string();
    assert!(error.ends_with("there is no column `need_demnd`; did you mean `need_demand`?"), "{error}");
}

#[test]
fn a_row_with_too_many_fields_is_shown_where_they_begin() {
    check(
        "a.csv",
        b"a,b\r\n1,2\r\n\"x,\r\n\",y,z\r\n",
        "a.csv:4:5: this row has 3 fields, and the header has 2",
    );
}

#[test]
fn a_row_with_too_few_fields_is_shown_at_its_end() {
    check("a.csv", b"a,b\n1,2\n3\n", "a.csv:3:2: this row has 1 fields, and the header has 2");
}

#[test]
fn a_slip_among_numbers_is_shown() {
    let rows: String =
        (0..200).map(|i| if i == 150 { "x,12a\n".to_owned() } else { format!("x,{i}\n") }).collect();
    check(
        "a.csv",
        format!("a,b\n{rows}").as_bytes(),
        "a.csv:152:3: column `b`: `12a` is among 199 numbers; correct it",
    );
}

#[test]
fn infinity_is_refused() {
    check("a.csv", b"a\n1\ninf\n1e39\n2\n", "a.csv:3:1: column `a`: `inf` is not a finite 32-bit number");
}

#[test]
fn bytes_that_are_not_utf8_are_refused_with_their_place() {
    check("a.csv", "名,b\n1,é".as_bytes().split_last().unwrap().1, "a.csv:2:3: byte 0xC3 is not UTF-8");
    check("a.csv", b"\xFF\xFEa", "a.csv:1:1: the file begins as UTF-16LE and is damaged");
    check("a.csv", b"a\n\n1\0\n\0", "a.csv:3:2: byte 0x00");
}

#[test]
fn files_with_nothing_in_them_are_refused() {
    check("a.csv", b"\n \n", "a.csv:1:1: the file is empty");
    check("a.csv", b"a,b\n", "a.csv:2:1: the file has a header and no rows");
    check("log.jsonl", b"\n", "log.jsonl:1:1: the log holds no event");
}

#[test]
fn doubtful_headers_are_refused() {
    check("a.csv", b"a,b,a\n1,2,3\n", "a.csv:1:5: two columns are called `a`");
    check("a.csv", b"a,,c\n1,2,3\n", "a.csv:1:3: column 2 has no name");
}

#[test]
fn nested_json_and_broken_json_are_refused() {
    check("a.jsonl", b"{\"a\":1}\n{\"a\":[1]}\n", "a.jsonl:2:6: a list, and a table has single values");
    check("a.jsonl", b"{\"a\":1\n", "a.jsonl:1:6: EOF");
    check("a.jsonl", b"{\"a\":1,\"a\":2}\n", "a.jsonl:1:10: key `a` is in this line twice");
}

#[test]
fn an_event_keeps_everything_that_its_line_says() {
    let line = concat!(
        r#"{"shopper":7,"at":1700000000000,"event":"message","#,
        r#""items":[{"item_id":"p1","item_brand":"Acme","price":"4.5","index":2}],"value":9,"#,
        r#""sale":true,"coupon":null,"message":"hi","context":{"page":"cart"},"labels":{"intent":"other"}}"#
    );
    let (_folder, path) = file("log.jsonl", line.as_bytes());
    let log = Log::read(&path).unwrap();
    let event = &log.events[0];
    assert_eq!((event.line, event.shopper.as_str(), event.at_ms), (1, "7", Some(1_700_000_000_000)));
    assert_eq!(event.items[0].price, Some(4.5));
    assert_eq!(event.items[0].params, [("index".to_owned(), ParamValue::Number(2.0))]);
    let params =
        [("value".to_owned(), ParamValue::Number(9.0)), ("sale".to_owned(), ParamValue::Number(1.0))];
    assert_eq!(event.params, params);
    assert_eq!(event.context, [("page".to_owned(), ParamValue::Text("cart".to_owned()))]);
    assert_eq!(event.labels["intent"], "other");
}

#[test]
fn a_bad_event_is_shown_with_its_place() {
    check(
        "log.jsonl",
        b"{\"shopper\":\"u\",\"event\":\"x\"}\n{\"shopper\":\"u\"}\n",
        "log.jsonl:2:15: `event` is missing",
    );
    check(
        "log.jsonl",
        b"{\"shopper\":\"u\",\"event\":\"x\",\"at\":\"noon\"}",
        "log.jsonl:1:39: `at` is the text `noon`",
    );
    check(
        "log.jsonl",
        b"{\"shopper\":\"u\",\"event\":\"x\",\"z\":{}}",
        "log.jsonl:1:33: an object, and a single value is expected",
    );
    check("log.jsonl", b"[1]", "log.jsonl:1:1: invalid type: sequence, expected one event on each line");
}

#[test]
fn seconds_and_milliseconds_in_one_column_are_refused() {
    let read = |text: &str| {
        let (_folder, path) = file("a.csv", text.as_bytes());
        let kinds = asked(&[("t", ReadAs::Time)]);
        Table::read(&path, &kinds).map_err(|error| shown(&path, &error))
    };
    let table = read("t\n1704153600\n2024-01-02\n0\n").unwrap();
    let midnight = Some(1_704_153_600_000); // date -u -d @1704153600
    assert_eq!(table.columns[0].values, Values::Time(vec![midnight, midnight, Some(0)]));
    let error = read("t\n1704153600\n2024-01-02\n1704153600000\n").unwrap_err();
    assert!(error.starts_with("a.csv:4:1: column `t`: `1704153600000` is in milliseconds"), "{error}");
}

#[test]
fn columns_that_are_not_asked_for_stay_text_whatever_is_in_them() {
    let (_folder, path) = file("a.csv", b"a,b\n1,inf\n2,3\n");
    let names = ["a".to_owned()].into();
    let table = Table::read_columns(&path, &Overrides::default(), &names).unwrap();
    assert_eq!(table.columns[0].values, Values::Number(vec![1.0, 2.0]));
    assert_eq!(table.columns[1].kind(), Kind::Text);
    let names = ["c".to_owned()].into();
    let error = Table::read_columns(&path, &Overrides::default(), &names).unwrap_err();
    assert!(shown(&path, &error).starts_with("a.csv: there is no column `c`; add it"), "{error}");
}

#[test]
fn a_quote_that_is_never_closed_is_shown_where_it_opens() {
    check("a.csv", b"a,b\n1,\"x\n2,y\n", "a.csv:2:3: this quote is never closed");
    check("a.csv", b"a,b\n1,\"x\"\"", "a.csv:2:3: this quote is never closed");
    let table = read("a.csv", "a,b\n5\" pipe,\"x \"\"y\"\"\"");
    assert_eq!(table.columns[0].values, category(&[0], &["5\" pipe"]));
    assert_eq!(table.columns[1].values, category(&[0], &["x \"y\""]));
}

#[test]
fn a_log_may_count_time_in_any_unit_but_in_one() {
    let read = |times: &[&str]| {
        let lines: String =
            times.iter().map(|at| format!("{{\"shopper\":\"u\",\"event\":\"x\",\"at\":{at}}}\n")).collect();
        let (_folder, path) = file("log.jsonl", lines.as_bytes());
        Log::read(&path).map_err(|error| shown(&path, &error))
    };
    let ms = |log: &Log| log.events.iter().map(|event| event.at_ms).collect::<Vec<_>>();
    let expected = vec![Some(1_709_164_800_000), Some(1_709_164_801_000)];
    for (times, unit) in [
        (["1709164800", "1709164801"], Some(Unit::Seconds)),
        (["1709164800000", "1709164801000"], None),
        (["1709164800000000", "\"1709164801000000\""], Some(Unit::Microseconds)),
        (["1709164800000000000", "1709164801000000000"], Some(Unit::Nanoseconds)),
        (["\"2024-02-29T00:00:00Z\"", "\"2024-02-29 08:00:01+08:00\""], None),
    ] {
        let log = read(&times).unwrap();
        assert_eq!((ms(&log), log.unit), (expected.clone(), unit), "{times:?}");
        assert_eq!(log.note().is_some(), unit.is_some());
    }
    // Small numbers are taken for milliseconds in a log whose times do not count from 1970.
    assert_eq!(ms(&read(&["0", "5000", "null"]).unwrap()), [Some(0), Some(5000), None]);
    let error = read(&["1709164800000", "1709164801"]).unwrap_err();
    assert_eq!(
        error,
        "log.jsonl:2:1: `at` is in seconds, and on line 1 it is in milliseconds; write all times in one unit"
    );
    for at in ["1.5", "\"soon\"", "1e300"] {
        let error = read(&[at]).unwrap_err();
        assert!(error.contains("`at` is") && error.contains("write whole milliseconds"), "{error}");
    }
}
