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
    rules: "The rules",
    table: ["queue", "value that the page sends", "condition", "action"],
    missing: "no target: add it to the policy",
    page: "In the page",
    check: "How to see that it works",
    source: "Source",
};

const ZH: Words = Words {
    title: "队列对应表：",
    first: "首次设置",
    rules: "规则",
    table: ["队列", "页面发送的值", "条件", "动作"],
    missing: "未指定目标，请在策略中补充",
    page: "页面代码",
    check: "如何确认已生效",
    source: "来源",
};

/// What the page passes as `map`: for each queue, what it sends. A queue whose group has no id is left out, so that the page refuses it.
fn map(rows: &[Row]) -> Value {
    let known = rows.iter().filter_map(|row| Some((row.queue.clone(), row.value.clone()?)));
    Value::Object(known.collect::<Map<_, _>>())
}

/// The vendor's name in JavaScript and the options of `handOver`.
fn call(vendor: &Vendor, rows: &[Row], key: &str) -> String {
    let map = serde_json::to_string_pretty(&map(rows)).unwrap_or_default();
    let fields = if key == vendor.key() {
        String::new()
    } else {
        // All that is sent by default, with the queue under its own key.
        let others = vendor.fields.iter().filter(|(_, said)| *said != "queue");
        let others: String = others
            .map(|(name, said)| format!(", {}: {}", Value::from(name.as_str()), Value::from(said.as_str())))
            .collect();
        format!(", fields: {{ {}: \"queue\"{others} }}", Value::from(key))
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
    let _ = writeln!(out, "\n## {}\n\n{}\n\n| {} |", words.rules, rule.r#where, words.table.join(" | "));
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
            cell(&row.value.as_ref().map_or_else(|| "?".to_owned(), shown)),
            cell(&row.condition)
        );
    }
    let _ = writeln!(out, "\n## {}\n\n```js\n{}\n```", words.page, call(vendor, rows, key));
    let _ = writeln!(out, "\n## {}\n\n{}", words.check, rule.check.as_ref().unwrap_or(&vendor.check));
    if !rule.source.is_empty() {
        let _ = writeln!(out, "\n{}: {}", words.source, rule.source);
    }
    out
}

/// What the page of the guide about a vendor says: the code, the rule, how to check, what the vendor takes and where that is documented.
#[must_use]
pub fn page(vendor: &Vendor) -> String {
    let Vendor { name, title, rule, .. } = vendor;
    let mut out = format!(
        "<!-- Written from pkg-template/handover/{name}.json by UPDATE_GUIDES=1 cargo test -p floorwalker-tests. -->\n\n# {title}\n\nHands a \
         decision over to {title}. `askButton`, `input`, `report` and `openChat` are yours.\n\n## Copy\n\n```js\nimport {{ arm, handOver }} from \
         \"floorwalker/handover\";\nimport {{ {name} }} from \"floorwalker/handover/{name}\";\n\narm({name}, {{ fw }}); // when the page loads\n"
    );
    let is_mapped = vendor.example.as_object().is_some_and(|map| !map.is_empty());
    if is_mapped {
        let _ = writeln!(
            out,
            "const map = {}; // what the chat calls each queue: list all of yours",
            in_js(&vendor.example)
        );
    }
    let options = if is_mapped { format!("{{ to: {name}, map }}") } else { format!("{{ to: {name} }}") };
    let _ = writeln!(
        out,
        "askButton.onclick = async () => {{\n  const decision = fw.route({{ message: input.value }});\n  try {{\n    const handed = await \
         handOver(decision, {options});\n    for (const {{ code, message }} of handed.warnings) report(code, message);\n  }} catch \
         {{\n    openChat(decision.goesTo); // the chat is blocked, or refused: another way to ask\n  }}\n}};\n```\n"
    );
    let sent = vendor.fields.iter().map(|(key, said)| format!("`{key}`: the {said}")).collect::<Vec<_>>();
    if !sent.is_empty() {
        let _ = writeln!(out, "Sent unless `fields` says otherwise: {}.\n", sent.join(", "));
    }
    for note in &vendor.notes {
        let _ = writeln!(out, "{note}\n");
    }
    let head = if vendor.names_groups() { "The groups" } else { "The rule on its side" };
    let _ = writeln!(
        out,
        "## {head}\n\nWhere: {}\n\nWhen: {}\n\nThen: {}\n",
        rule.r#where, rule.condition, rule.action
    );
    for (at, step) in rule.steps.iter().enumerate() {
        let _ = writeln!(out, "{}. {}", at + 1, step.replace("{key}", vendor.key()));
    }
    let _ = writeln!(
        out,
        "\n`npx floorwalker-trainer policy export store.toml --for {name}` writes the table of your queues, `… policy check store.toml --for {name}` \
         finds queues without a target.\n\n## Check\n\n{}\n\n`handed.verified` is {}.\n",
        vendor.check,
        match vendor.limits.reads_back {
            Some(true) =>
                "`true` once the values were read back or confirmed; `\"cannot\"` while the widget is loading",
            _ => "`\"cannot\"`: the page cannot read the values back",
        }
    );
    let _ = writeln!(out, "## Signed\n\n{}\n", vendor.signing);
    let _ = writeln!(out, "## What it takes\n\n| | | source |\n|---|---|---|");
    for (key, says, value) in takes(vendor) {
        let source = vendor.sources.get(key).map_or(String::new(), |source| cell(source));
        let value =
            value.unwrap_or_else(|| "unknown: no document tells it, and it is not checked".to_owned());
        let _ = writeln!(out, "| {says} | {} | {source} |", cell(&value));
    }
    if !rule.source.is_empty() {
        let _ = writeln!(out, "\nThe rule: {}.", rule.source);
    }
    out
}

/// What a vendor takes: the key of each limit, what it says, and its value.
fn takes(vendor: &Vendor) -> [(&'static str, &'static str, Option<String>); 14] {
    let limits = &vendor.limits;
    let yes = |flag: Option<bool>| flag.map(|flag| if flag { "yes" } else { "no" }.to_owned());
    let code = |text: &Option<String>| text.as_ref().map(|text| format!("`{text}`"));
    let number = |number: Option<usize>, unit: &str| number.map(|number| format!("{number} {unit}"));
    let worded = |text: &Option<String>| text.as_ref().map(|text| text.replace('_', " "));
    [
        ("when", "values may be given", worded(&limits.when)),
        (
            "until",
            "values may change during a conversation",
            limits.until.as_ref().map(|until| if until == "always" { "yes" } else { "no" }.to_owned()),
        ),
        ("types", "types of values", limits.types.as_ref().map(|types| types.join(", "))),
        ("longestValue", "longest text", number(limits.longest_value, "characters")),
        ("longestKey", "longest name", number(limits.longest_key, "characters")),
        ("mostKeys", "most values", number(limits.most_keys, "values")),
        ("totalBytes", "all names and values", number(limits.total_bytes, "bytes")),
        ("key", "names", code(&limits.key)),
        ("refuses", "texts that the chat refuses", code(&limits.refuses)),
        ("group", "the page can name a group", yes(limits.group)),
        ("sticks", "values hold for later conversations", yes(limits.sticks)),
        ("forgets", "values are lost when the page loads anew", yes(limits.forgets)),
        ("readsBack", "values can be read back", yes(limits.reads_back)),
        ("opens", "the page can open the chat", yes(limits.opens)),
    ]
}

/// A value as people write it in JavaScript: on one line, names without quotes.
fn in_js(value: &Value) -> String {
    match value {
        Value::Object(entries) => {
            let inside: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}: {}", in_js(value))).collect();
            format!("{{ {} }}", inside.join(", "))
        }
        other => other.to_string(),
    }
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
            &row.value.as_ref().map_or_else(String::new, shown),
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
