//! The facts are complete, the rules name every queue, and what does not fit is found.

use super::{check, csv, json, markdown, rules, vendor, vendors};
use crate::PolicyFile;

const POLICY: &str = r#"
version = "1"
intents = "intent"
default_queue = "message"

[[queues]]
name = "presale"
skills = [{ skill = "price" }]

[[queues]]
name = "returns"
skills = [{ skill = "returns" }]

[[queues]]
name = "message"
channel = "email"
"#;

/// Targets of all queues in Zendesk.
const TARGETS: &str = r#"
[handover.zendesk.queues]
presale = "Presales team"
returns = { target = "Returns | refunds", value = "q_returns" }
message = "Mail"
"#;

fn file(more: &str) -> PolicyFile {
    PolicyFile::parse(format!("{POLICY}{more}"), false).unwrap()
}

/// The codes of what is wrong with the targets of a vendor, with their lines.
fn found(more: &str, name: &str) -> Vec<(&'static str, String)> {
    let found = check(&file(more), vendor(name).unwrap());
    found.into_iter().map(|finding| (finding.kind.code, finding.place.to_string())).collect()
}

#[test]
fn every_vendor_has_its_facts_and_every_limit_its_source() {
    assert_eq!(vendors().len(), 23);
    for vendor in vendors() {
        let text = std::fs::read_to_string(
            std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(format!("../../pkg-template/handover/{}.json", vendor.name)),
        );
        let facts: serde_json::Value = serde_json::from_str(&text.unwrap()).unwrap();
        for limit in facts["limits"].as_object().unwrap().keys() {
            let source = vendor.sources.get(limit).map_or("", |source| source.trim());
            assert!(source.len() > 10, "{}: {limit} has no source", vendor.name);
        }
        for text in [&vendor.title, &vendor.global, &vendor.signing, &vendor.check, &vendor.rule.r#where] {
            assert!(!text.is_empty(), "{}", vendor.name);
        }
        assert!(
            vendor.rule.condition.contains("{value}") || !vendor.fields.values().any(|said| said == "queue")
        );
    }
}

#[test]
fn the_names_that_are_sent_by_default_are_names_that_the_vendor_takes() {
    for vendor in vendors() {
        let longest = vendor.limits.longest_key.unwrap_or(usize::MAX);
        for name in vendor.fields.keys() {
            assert!(name.len() <= longest, "{}: {name}", vendor.name);
        }
        assert!(vendor.fields.len() <= vendor.limits.most_keys.unwrap_or(usize::MAX), "{}", vendor.name);
    }
}

#[test]
fn a_rule_for_each_queue_has_its_value_and_group() {
    let file = file(TARGETS);
    let zendesk = vendor("zendesk").unwrap();
    let rows = rules(&file.def, zendesk, &zendesk.rule);
    let told: Vec<_> =
        rows.iter().map(|row| (row.queue.as_str(), row.value.clone(), row.target.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("presale", Some("presale".into()), Some("Presales team")),
            ("returns", Some("q_returns".into()), Some("Returns | refunds")),
            ("message", Some("message".into()), Some("Mail")),
        ]
    );
    assert!(rows[1].condition.contains("q_returns") && rows[1].action.contains("Returns | refunds"));
    let text = markdown(zendesk, &zendesk.rule, &rows, "tag", false);
    assert!(text.contains("\"returns\": \"q_returns\"") && text.contains("Returns \\| refunds"), "{text}");
    assert!(!text.contains("fields:"), "the default name of the value needs no mention");
    assert!(markdown(zendesk, &zendesk.rule, &rows, "360", false).contains("fields: { \"360\": \"queue\" }"));
    assert_eq!(csv(&rows).lines().count(), 4);
    assert_eq!(json(zendesk, &zendesk.rule, &rows, "tag")["map"]["returns"], "q_returns");
}

#[test]
fn a_formula_in_a_name_is_a_text_in_a_spreadsheet() {
    let file = file("[handover.zendesk.queues]\npresale = \"=cmd()\"\n");
    let zendesk = vendor("zendesk").unwrap();
    let text = csv(&rules(&file.def, zendesk, &zendesk.rule));
    assert!(text.lines().nth(1).unwrap().ends_with(",'=cmd()"), "{text}");
}

#[test]
fn a_queue_without_a_target_is_found_where_it_stands() {
    assert_eq!(found(TARGETS, "zendesk"), []);
    assert_eq!(
        found("[handover.zendesk.queues]\npresale = \"a\"\nmessage = \"b\"\n", "zendesk"),
        [("handover_no_target", "11:1".to_owned())]
    );
    assert_eq!(found(TARGETS, "intercom").len(), 3);
}

#[test]
fn a_value_that_the_vendor_does_not_take_is_found() {
    let long = format!(
        "[handover.intercom.queues]\npresale = {{ target = \"a\", value = \"{}\" }}\nreturns = \"b\"\nmessage = \"c\"\n",
        "x".repeat(256)
    );
    assert_eq!(found(&long, "intercom"), [("handover_value", "18:1".to_owned())]);
    let same = "[handover.intercom.queues]\npresale = { target = \"a\", value = \"x\" }\nreturns = { target = \"b\", value = \"x\" }\nmessage = \"c\"\n";
    assert_eq!(found(same, "intercom"), [("handover_same", "19:1".to_owned())]);
    let object = "[handover.intercom.queues]\npresale = { target = \"a\", value = { id = 5 } }\nreturns = \"b\"\nmessage = \"c\"\n";
    assert_eq!(found(object, "intercom"), [("handover_value", "18:1".to_owned())]);
}

#[test]
fn a_vendor_that_names_groups_needs_their_ids() {
    let named = "[handover.livechat.queues]\npresale = \"a\"\nreturns = { target = \"b\", value = 5 }\nmessage = { target = \"c\", value = 6 }\n";
    assert_eq!(found(named, "livechat"), [("handover_no_id", "18:1".to_owned())]);
}

#[test]
fn what_chats_call_the_queues_is_in_no_bundle_and_changes_no_version() {
    let (plain, named) = (file(""), file(TARGETS));
    let version = |file: &PolicyFile| crate::version(&file.def, "1", 5).unwrap();
    assert_eq!(version(&plain), version(&named));
    assert_eq!(serde_json::to_value(&plain.def).unwrap().get("handover"), None);
}

#[test]
fn an_id_of_another_form_than_the_vendors_is_found_and_names_need_no_id() {
    let text = "[handover.livechat.queues]\npresale = { target = \"a\", value = \"7\" }\nreturns = { target = \"b\", value = 5 }\nmessage = { target = \"c\", value = 6 }\n";
    assert_eq!(found(text, "livechat"), [("handover_value", "18:1".to_owned())]);
    let named = "[handover.easemob.queues]\npresale = \"售前\"\nreturns = \"b\"\nmessage = \"c\"\n";
    assert_eq!(found(named, "easemob"), []);
    let easemob = vendor("easemob").unwrap();
    assert_eq!(rules(&file(named).def, easemob, &easemob.rule)[0].value, Some("售前".into()));
    // A queue whose group has no id is not exported as one: the page then refuses it.
    let qiyu = vendor("qiyu").unwrap();
    let rows = rules(&file("").def, qiyu, &qiyu.rule);
    assert_eq!(
        (rows[0].value.clone(), json(qiyu, &qiyu.rule, &rows, "fw_queue")["map"].clone()),
        (None, serde_json::json!({}))
    );
}
