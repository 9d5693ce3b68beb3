//! What is written reads back as the same: conditions, dates, policies.

use super::conditions::{any_facts, trees};
use super::policies::policies;
use super::{days_of, find_zones, runner};
use crate::{Condition, Date, Days, Minute, PolicyDef};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

#[test]
fn a_condition_reads_as_it_is_meant_and_reads_back_as_it_is_written() {
    let held = runner(4_000).run(&trees(any_facts()), |tree| {
        let (text, condition) = (tree.text(), tree.condition());
        prop_assert_eq!(text.parse::<Condition>(), Ok(condition.clone()), "{}", text);
        let written = condition.to_string();
        prop_assert_eq!(written.parse::<Condition>(), Ok(condition.clone()), "{}", written);
        let json = serde_json::to_string(&condition).unwrap();
        prop_assert_eq!(serde_json::from_str::<Condition>(&json).unwrap(), condition, "{}", json);
        Ok(())
    });
    held.unwrap();
}

#[test]
fn a_long_row_is_written_with_no_more_brackets_than_are_read() {
    let written = |n: usize, word: &str| {
        let row: Vec<String> = (0..n).map(|at| format!("page = p{at}")).collect();
        let condition: Condition = row.join(word).parse().unwrap();
        let text = condition.to_string();
        assert_eq!(text.parse(), Ok(condition), "{text}");
        text
    };
    assert_eq!(written(3, " or "), "((page = \"p0\" or page = \"p1\") or page = \"p2\")");
    assert_eq!(written(32, " and ").matches('(').count(), 31);
    assert_eq!(written(33, " and ").matches('(').count(), 0);
    let mixed: Condition = format!("not (a = 1 or b = 2) and {}", written(40, " or ")).parse().unwrap();
    assert_eq!(mixed.to_string().parse(), Ok(mixed));
}

fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value, "{text}");
}

#[test]
fn every_day_date_and_minute_reads_back() {
    (1..128).for_each(|days| check(&Days(days)));
    (0..=1_440).for_each(|minute| check(&Minute(minute)));
    let last = i32::try_from(days_of(3_000, 1, 1)).unwrap();
    (0..last).step_by(5).for_each(|date| check(&Date(date)));
}

#[test]
fn a_policy_reads_back_from_toml_and_from_json() {
    let held = runner(300).run(&policies(), |mut def| {
        find_zones(&mut def).unwrap();
        let toml = toml::to_string(&def).unwrap();
        let json = serde_json::to_string(&def).unwrap();
        let both: [PolicyDef; 2] = [toml::from_str(&toml).unwrap(), serde_json::from_str(&json).unwrap()];
        for mut read in both {
            find_zones(&mut read).unwrap();
            prop_assert_eq!(&read, &def);
        }
        Ok(())
    });
    held.unwrap();
}
