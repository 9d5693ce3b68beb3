//! Check: queues that have no target in the chat, and values that the chat does not take.
//!
//! Not here: names of vendors and queues, which are checked for every vendor (`lint`).

use super::{GroupIs, Vendor, shown};
use crate::targets::HandoverDef;
use crate::{Fault, Finding, PolicyFile};
use floorwalker_finding::Severity;
use serde_json::Value;
use std::collections::BTreeMap;

/// What is wrong with the targets of `vendor`, in the order of the policy's queues. Each finding is an error: a request of that queue would go
/// where the chat sends everything else.
#[must_use]
pub fn check(file: &PolicyFile, vendor: &Vendor) -> Vec<Finding> {
    let plain = HandoverDef::default();
    let known = file.def.handover.get(&vendor.name).unwrap_or(&plain);
    let section = format!("handover.{}", vendor.name);
    let mut found = Vec::new();
    let mut add = |code: &'static str, path: &str, what: String, fix: String| {
        let place = file.place(path).into();
        found.push(Finding { severity: Severity::Serious, place, kind: Fault { code, what, fix } });
    };
    let mut sent: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    for (at, queue) in file.def.queues.iter().enumerate() {
        let name = queue.name.as_str();
        let Some(target) = known.queues.get(name) else {
            let table = if file.is_in_store { "policy.handover" } else { "handover" };
            let fix = format!(
                "add `{name} = {}` under [{table}.{}.queues]",
                if vendor.names_groups() && vendor.group_is != GroupIs::Name {
                    "{ target = \"a group\", value = its id }"
                } else {
                    "\"the group's name\""
                },
                vendor.name
            );
            let what = format!("queue `{name}` has no target in {}", vendor.title);
            add("handover_no_target", &format!("queues[{at}].name"), what, fix);
            continue;
        };
        let path = format!("{section}.queues.{name}");
        if vendor.names_groups() && vendor.group_is != GroupIs::Name && target.value().is_none() {
            let what = format!("queue `{name}`: {} names groups by an id, and none is given", vendor.title);
            add(
                "handover_no_id",
                &path,
                what,
                format!("write {{ target = \"{}\", value = its id }}", target.target()),
            );
            continue;
        }
        let value = super::value(vendor, name, Some(target)).unwrap_or_else(|| name.into());
        if let Some((what, fix)) = fault(vendor, &value) {
            add("handover_value", &path, format!("queue `{name}`: {what}"), fix);
        }
        if let Some((other, group)) = sent.insert(shown(&value), (name, target.target()))
            && group != target.target()
        {
            let what = format!(
                "queues `{other}` and `{name}` send the same value, `{}`, and have different targets, `{group}` and `{}`",
                shown(&value),
                target.target()
            );
            add("handover_same", &path, what, "give one of them another `value`".to_owned());
        }
    }
    found
}

/// What is wrong with a value, and what to do.
fn fault(vendor: &Vendor, value: &Value) -> Option<(String, String)> {
    let text = shown(value);
    let title = &vendor.title;
    let limits = &vendor.limits;
    if vendor.group_is == GroupIs::Number && !value.is_u64() {
        return Some((
            format!("{title} names a group by its number, and {text} is none"),
            "write `value = 5`".to_owned(),
        ));
    }
    if vendor.names_groups() {
        return None; // the id of a group: its form is known by the vendor's file of the package
    }
    if value.is_object() || value.is_array() || value.is_null() {
        return Some((format!("{title} takes one value, and {text} is none"), "write a text".to_owned()));
    }
    let n = text.chars().map(char::len_utf16).sum::<usize>();
    if text.is_empty() {
        return Some(("the value is empty".to_owned(), "write what the page is to send".to_owned()));
    }
    limits.longest_value.filter(|most| n > *most).map(|most| {
        (
            format!("the value has {n} characters, and {title} takes at most {most}"),
            "give a shorter `value`".to_owned(),
        )
    })
}
