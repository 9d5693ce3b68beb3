//! Staffing: from a table of demand to a staffing plan, by the command that ships.

use crate::terminal::refusals;
use std::path::Path;
use std::process::{Command, Output};

fn staff(folder: &Path, demand: &str, flags: &[&str]) -> Output {
    std::fs::write(folder.join("demand.csv"), demand).unwrap();
    Command::new(env!("CARGO_BIN_EXE_floorwalker-under-test"))
        .args(["staff", "demand.csv", "-o", "plan.csv"])
        .args(flags)
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn a_plan_has_the_fewest_agents_of_each_period() {
    let folder = tempfile::tempdir().unwrap();
    // Three periods of half an hour: two with 100 requests an hour, first with endless patience, then with limited patience; and an empty
    // one at night.
    let demand = "period,requests,patience\n08:00,50,\n08:30,50,120\n23:00,0,120\n";
    let output = staff(folder.path(), demand, &["--aht", "360", "--minutes", "30"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("13.0 agent hours"), "{said}"); // (14 + 12) / 2
    let plan = std::fs::read_to_string(folder.path().join("plan.csv")).unwrap();
    let mut lines = plan.lines().skip(1);
    assert_eq!(lines.next(), Some("08:00,100,360,,14,0.860566,0.000000,15.672,0.714286"));
    assert!(lines.next().is_some_and(|line| line.starts_with("08:30,100,360,120,12,")), "{plan}");
    assert_eq!(lines.next(), Some("23:00,0,360,120,0,,,,"));
}

#[test]
fn a_demand_that_is_no_plan_yet_is_refused_by_line() {
    let line = "floorwalker staff demand.csv -o plan.csv";
    let slips = [
        ("no aht", "period,requests\na,5\n"),
        ("an empty aht", "requests,aht\n5,\n"),
        ("an aht of 0", "requests,aht\n5,0\n"),
        ("an aht that is no number", "requests,aht\n5,60\n5,soon\n"),
        ("empty requests", "requests,aht\n5,60\n,60\n"),
        ("requests below 0", "requests,aht\n5,60\n-1,60\n"),
        ("requests that can be read in two ways", "requests;aht\n1.200;60\n"),
        ("a misspelt column", "request,aht\n5,60\n"),
        ("nothing", ""),
    ];
    let said = refusals(&[], "demand.csv", &slips, line);
    insta::assert_snapshot!("a_demand_that_is_no_plan_yet", said);
    let slip = [("a promise of all", "requests,aht\n5,60\n")];
    let said = refusals(&[], "demand.csv", &slip, &format!("{line} --level 1"));
    insta::assert_snapshot!("a_promise_that_no_plan_keeps", said);
}

#[test]
fn numbers_are_read_as_people_write_them_and_an_empty_cell_is_not_known() {
    let plan = |demand: &str, flags: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let output = staff(folder.path(), demand, flags);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read_to_string(folder.path().join("plan.csv")).unwrap()
    };
    let plain = plan("period,requests,aht,patience\n08:00,50.5,360,\n09:00,20,300,120\n", &[]);
    assert_eq!(plan("period;requests;aht;patience\n08:00;50,5;360;\n09:00;20;300;120\n", &[]), plain);
    assert_eq!(plan("period,requests,aht,patience\n08:00,\"50,5\",360,\n09:00,20,300,120\n", &[]), plain);
    // Cells that the table leaves empty are taken from the flags; without a patience in either, nobody leaves.
    assert_eq!(
        plan("period,requests,aht,patience\n08:00,50.5,,\n09:00,20,300,120\n", &["--aht", "360"]),
        plain
    );
}
