//! Messy tables as people have them, trained by the command: the output says what became of each column, and the model is as good as one
//! from a clean export of the same rows.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const FLOORWALKER: &str = env!("CARGO_BIN_EXE_floorwalker-under-test");

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Runs the command; returns what it prints, or its error if it fails.
fn run(folder: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new(FLOORWALKER).args(args).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn train(text: &str, label: &str, more: &[&str]) -> Result<String, String> {
    let folder = folder(&[("t.csv", text)]);
    run(folder.path(), &[&["train", "t.csv", "--label", label, "--no-report", "-o", "t.fwb"], more].concat())
}

/// The line of a column in the list that says what became of each column.
fn line<'a>(printed: &'a str, column: &str) -> &'a str {
    let is_of = |line: &&str| line.strip_prefix(column).is_some_and(|rest| rest.starts_with("  "));
    let found = printed.lines().find(is_of);
    assert!(found.is_some(), "no line of `{column}` in\n{printed}");
    found.unwrap()
}

fn figure(printed: &str, name: &str) -> f64 {
    let (_, after) = printed.split_once(name).unzip();
    assert!(after.is_some(), "no {name} in\n{printed}");
    after.unwrap().split_whitespace().next().unwrap().parse().unwrap()
}

/// Evenly spread numbers in `[0, 1)` without a random generator: fractional parts of multiples of the golden ratio.
fn spread(row: usize, salt: usize) -> f64 {
    (row as f64 * 0.618_033_988_749_895 + salt as f64 * 0.324_717_957_244_746).fract()
}

#[test]
fn a_german_export_is_worth_a_clean_one() {
    let table = |is_german: bool| {
        let mut text =
            if is_german { "Kundennummer;Umsatz;Rabatt;ja\n" } else { "Kundennummer,Umsatz,Rabatt,ja\n" }
                .to_owned();
        for row in 0..400 {
            let (revenue, discount) = (5000.0 * spread(row, 1), 30.0 * spread(row, 2));
            let label =
                if revenue / 5000.0 + discount / 60.0 + spread(row, 3) / 4.0 > 0.8 { "ja" } else { "nein" };
            let revenue = format!("{revenue:.2}");
            let revenue = match revenue.split_once('.') {
                Some((whole, cents)) if is_german && whole.len() > 3 => {
                    format!("{}.{},{cents}", &whole[..whole.len() - 3], &whole[whole.len() - 3..])
                }
                _ if is_german => revenue.replace('.', ","),
                _ => revenue,
            };
            let discount = format!("{discount:.1}");
            let discount = if is_german { discount.replace('.', ",") } else { discount };
            let between = if is_german { ';' } else { ',' };
            writeln!(text, "{}{between}{revenue}{between}{discount}{between}{label}", 1000 + row).unwrap();
        }
        text
    };
    let german = train(&table(true), "ja", &[]).unwrap();
    let clean = train(&table(false), "ja", &[]).unwrap();
    assert!(line(&german, "Umsatz").contains("is read as") && line(&german, "Umsatz").ends_with("feature"));
    assert!(
        line(&german, "Kundennummer")
            .contains("left out: it identifies rows (400 different values in 400 rows)")
    );
    assert_eq!(figure(&german, "\nauc "), figure(&clean, "\nauc "));
}

#[test]
fn every_column_ends_somewhere_and_a_date_is_learnt_from() {
    let mut text = "Ticket ID,Created at,Totals,Notes,Always,Group\n".to_owned();
    for row in 0..300 {
        let hour = (24.0 * spread(row, 1)) as usize;
        let group = if (8..18).contains(&hour) { "day" } else { "night" };
        let day = 1 + row % 28;
        let (noon, half) = if hour < 12 { ("AM", hour) } else { ("PM", hour - 12) };
        let half = if half == 0 { 12 } else { half };
        writeln!(text, "{},2/{day}/26 {half}:30 {noon},\"{{\"\"hits\"\": {row}}}\",,x,{group}", 5000 + row)
            .unwrap();
    }
    let printed = train(&text, "Group", &[]).unwrap();
    assert!(line(&printed, "Ticket ID").contains("it identifies rows"));
    assert!(
        line(&printed, "Created at")
            .ends_with("features Created at.days, Created at.weekday, Created at.hour")
    );
    assert!(line(&printed, "Totals").contains("left out: it holds JSON"));
    assert!(line(&printed, "Notes").ends_with("feature") && line(&printed, "Always").ends_with("feature"));
    assert!(line(&printed, "Group").ends_with("the label"));
    assert!(figure(&printed, "accuracy") > 0.95, "{printed}");
}

#[test]
fn two_columns_of_text_are_both_read_and_said() {
    let subjects = [
        "a question about my last order please",
        "hello dear team of the shop today",
        "one more thing that I want to know",
    ];
    let bodies = [
        ("return", "the coat does not fit so I send it back"),
        ("presale", "which size of the coat should I take now"),
        ("delivery", "where is the parcel that you sent me"),
    ];
    let mut text = "subject,description,via,group\n".to_owned();
    for row in 0..240 {
        let (group, body) = bodies[row % 3];
        writeln!(
            text,
            "{} {row},{body} {},{},{group}",
            subjects[(row / 3) % 3],
            row * 7,
            ["chat", "mail"][row % 2]
        )
        .unwrap();
    }
    let printed = train(&text, "group", &[]).unwrap();
    assert!(line(&printed, "subject").ends_with("a field of the message"));
    assert!(line(&printed, "description").ends_with("a field of the message"));
    assert!(figure(&printed, "accuracy") > 0.95, "{printed}");
}

#[test]
fn what_is_missing_and_rows_without_a_label_stand_in_the_closing_lines() {
    let mut text = "continent,spent,rating\n".to_owned();
    for row in 0..300 {
        let continent = ["NA", "EU", "AF"][row % 3];
        let rating = match row % 10 {
            0 => "?",
            1 => "",
            _ if row % 3 == 0 => "good",
            _ => "bad",
        };
        let spent = if row % 20 == 0 { "n.a.".to_owned() } else { format!("{:.1}", 100.0 * spread(row, 1)) };
        writeln!(text, "{continent},{spent},{rating}").unwrap();
    }
    let printed = train(&text, "rating", &[]).unwrap();
    assert!(
        printed.contains("read as missing, with the number of rows: rating “?” (30); spent “n.a.” (15)"),
        "{printed}"
    );
    assert!(
        printed.contains("read as a value, though it often means missing: continent “NA” (100)"),
        "{printed}"
    );
    assert!(printed.contains("60 of 300 rows (20.0 %) have no `rating`"), "{printed}");
    assert!(figure(&printed, "accuracy") > 0.95, "{printed}");
    // The analyst may override it by flags.
    let printed = train(&text, "rating", &["--missing", "rating=", "--missing", "continent=NA"]).unwrap();
    assert!(printed.contains("30 of 300 rows") && !printed.contains("“?”"), "{printed}");
}

#[test]
fn a_column_is_left_out_kept_or_read_as_the_flags_say_and_held_out_files_alike() {
    let mut text = "id,Preis,when,label\n".to_owned();
    for row in 0..200 {
        let high = row % 2 == 0;
        let price = if high { "1.200" } else { "3.400" };
        writeln!(text, "{},{price},03/04/2024,{}", 9000 + row, if high { "yes" } else { "no" }).unwrap();
    }
    let text = text.replace(',', ";");
    let question = train(&text, "label", &[]).unwrap_err();
    assert!(question.contains("--kind Preis=decimal_point or --kind Preis=decimal_comma"), "{question}");
    let flags = ["--kind", "Preis=decimal_comma", "--ignore", "when", "--kind", "id=number"];
    let printed = train(&text, "label", &flags).unwrap();
    assert!(line(&printed, "Preis").contains("`1.200` is read as 1200"));
    assert!(line(&printed, "when").ends_with("left out: as requested"));
    assert!(line(&printed, "id").ends_with("feature"));
    let both = train(&text, "label", &["--ignore", "id", "--kind", "id=number"]).unwrap_err();
    assert!(both.contains("is named by both --ignore and --kind"), "{both}");
    let folder = folder(&[("t.csv", &text)]);
    run(
        folder.path(),
        &[&["train", "t.csv", "--label", "label", "--no-report", "-o", "t.fwb"], &flags[..]].concat(),
    )
    .unwrap();
    let again =
        run(folder.path(), &[&["evaluate", "t.fwb", "t.csv", "--label", "label"], &flags[..]].concat())
            .unwrap();
    assert_eq!(figure(&again, "accuracy"), 1.0);
}

#[test]
fn a_model_of_dates_is_measured_on_another_file() {
    let mut text = "at;label\n".to_owned();
    for row in 0..200 {
        let hour = row % 24;
        writeln!(text, "{:02}.02.2024 {hour:02}:15;{}", 1 + row % 28, if hour < 12 { "am" } else { "pm" })
            .unwrap();
    }
    let folder =
        folder(&[("t.csv", &text), ("other.csv", "at,label\n2024-03-01 09:00,am\n2024-03-01 21:00,pm\n")]);
    run(folder.path(), &["train", "t.csv", "--label", "label", "--no-report", "-o", "t.fwb", "--quiet"])
        .unwrap();
    let printed = run(folder.path(), &["evaluate", "t.fwb", "other.csv", "--label", "label"]).unwrap();
    assert_eq!(figure(&printed, "accuracy"), 1.0, "{printed}");
}

#[test]
fn more_columns_than_a_page_reads_are_refused_at_once() {
    let names: Vec<String> = (0..5000).map(|column| format!("c{column}")).collect();
    let mut text = format!("{},label\n", names.join(","));
    for row in 0..60 {
        let cells: Vec<String> = (0..5000).map(|column| ((row * column) % 7).to_string()).collect();
        writeln!(text, "{},{}", cells.join(","), if row % 2 == 0 { "a" } else { "b" }).unwrap();
    }
    let error = train(&text, "label", &[]).unwrap_err();
    assert!(error.contains("5000 columns would become features, and a bundle has at most 4096"), "{error}");
}

#[test]
fn rare_classes_train() {
    let mut text = "x,y,label\n".to_owned();
    for row in 0..200 {
        let class = match row {
            7 => "once".to_owned(),
            20 | 90 => "twice".to_owned(),
            _ => format!("c{}", row % 2),
        };
        writeln!(text, "{},{:.3},{class}", row % 2, spread(row, 1)).unwrap();
    }
    let printed = train(&text, "label", &[]).unwrap();
    assert!(printed.contains("once"), "{printed}");
}

#[test]
fn a_demand_is_read_as_it_is_written() {
    let folder = folder(&[
        ("demand.csv", "period;requests;aht\n9:00;1.260,5;240,5\n10:00;80,0;240,5\n"),
        ("doubt.csv", "period;requests\n9:00;1.260\n"),
    ]);
    run(folder.path(), &["staff", "demand.csv", "-o", "plan.csv"]).unwrap();
    let plan = std::fs::read_to_string(folder.path().join("plan.csv")).unwrap();
    assert!(plan.contains("9:00,1260.5,240.5"), "{plan}");
    let question = run(folder.path(), &["staff", "doubt.csv", "--aht", "240"]).unwrap_err();
    assert!(question.contains("`1.260` may be 1.26 or 1260"), "{question}");
    run(folder.path(), &["staff", "doubt.csv", "--aht", "240", "--kind", "requests=decimal_comma"]).unwrap();
}
