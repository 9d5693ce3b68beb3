//! Guide: the rules of a chat as Markdown for people, CSV for a table, JSON for programs.
//!
//! Not here: what the rules are (`handover`).

use super::{Row, Rule, Vendor, shown};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// The words of a guide in one language.
struct Words {
    title: &'static str,
    first: &'static str,
    rules: &'static str,
    table: [&'static str; 4],
    missing: &'static str,
    page: &'static str,
    check: &'static str,
    source: &'static str,
}

const EN: Words = Words {
    title: "Queues in",
    first: "Once",
    rules: "The rules, in",
    table: ["queue", "value that the page sends", "condition", "action"],
    missing: "no target: add it to the policy",
    page: "In the page",
    check: "How to see that it works",
    source: "Source",
};

const ZH: Words = Words {
    title: "技能组对应表：",
    first: "先做一次",
    rules: "规则，位置：",
    table: ["技能组", "页面发送的值", "条件", "动作"],
    missing: "未指定目标，请在策略中补充",
    page: "页面代码",
    check: "如何确认已生效",
    source: "来源",
};

/// What the page passes as `map`: for each queue, what it sends.
fn map(rows: &[Row]) -> Value {
    Value::Object(rows.iter().map(|row| (row.queue.clone(), row.value.clone())).collect::<Map<_, _>>())
}

/// The vendor's name in JavaScript and the options of `handOver`.
fn call(vendor: &Vendor, rows: &[Row], key: &str) -> String {
    let map = serde_json::to_string_pretty(&map(rows)).unwrap_or_default();
    let fields = if key == vendor.key() {
        String::new()
    } else {
        format!(", fields: {{ {}: \"queue\" }}", Value::from(key))
    };
    format!("const map = {map};\nawait handOver(decision, {{ to: \"{}\", map{fields} }});", vendor.name)
}

/// The rules as Markdown: what to do once, the table, the lines for the page. `key` is the name of the value that carries the queue.
#[must_use]
pub fn markdown(vendor: &Vendor, rule: &Rule, rows: &[Row], key: &str, is_chinese: bool) -> String {
    let words = if is_chinese { &ZH } else { &EN };
    let mut out = format!("# {} {}\n\n## {}\n\n", words.title, vendor.title, words.first);
    for (at, step) in rule.steps.iter().enumerate() {
        let _ = writeln!(out, "{}. {}", at + 1, step.replace("{key}", key));
    }
    let _ = writeln!(out, "\n## {} {}\n\n| {} |", words.rules, rule.r#where, words.table.join(" | "));
    let _ = writeln!(out, "|---|---|---|---|");
    for row in rows {
        let action = match row.target {
            Some(_) => cell(&row.action),
            None => format!("**{}**", words.missing),
        };
        let _ = writeln!(
            out,
            "| {} | `{}` | {} | {action} |",
            cell(&row.queue),
            cell(&shown(&row.value)),
            cell(&row.condition)
        );
    }
    let _ = writeln!(out, "\n## {}\n\n```js\n{}\n```", words.page, call(vendor, rows, key));
    let _ = writeln!(out, "\n## {}\n\n{}", words.check, vendor.check);
    if !rule.source.is_empty() {
        let _ = writeln!(out, "\n{}: {}", words.source, rule.source);
    }
    out
}

/// A text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\r', '\n'], " ")
}

/// The rules as a table with a header line, for spreadsheets.
#[must_use]
pub fn csv(rows: &[Row]) -> String {
    let mut out = String::from("queue,value,condition,action,target\n");
    for row in rows {
        let cells = [
            &row.queue,
            &shown(&row.value),
            &row.condition,
            &row.action,
            row.target.as_deref().unwrap_or_default(),
        ]
        .map(|text: &str| quoted(text));
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out
}

/// A cell of CSV. A text that a spreadsheet would run as a formula is marked as text.
fn quoted(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The rules, the steps and the page's `map` as JSON.
#[must_use]
pub fn json(vendor: &Vendor, rule: &Rule, rows: &[Row], key: &str) -> Value {
    json!({
        "vendor": vendor.name, "key": key, "map": map(rows), "where": rule.r#where,
        "steps": rule.steps.iter().map(|step| step.replace("{key}", key)).collect::<Vec<_>>(),
        "rules": rows, "source": rule.source,
    })
}
