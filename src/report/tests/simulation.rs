//! Tests that the report of a simulation has every figure and every part, in both languages.

use super::check_page;
use super::outline::outline;
use crate::{Lang, SimulationData, simulation};
use floorwalker_simulator::{Scenario, Strategy};
use floorwalker_staffing::compare::compare;
use std::sync::Arc;

/// A scenario with two queues and two groups, and with `agents` agents for returns.
fn floor(agents: u32) -> Arc<Scenario> {
    let text = format!(
        r#"
hours = 48
queues = ["presale <&>", "returns"]
[[kinds]]
name = "size"
group = "new"
queue = "presale <&>"
per_hour = 30
work = {{ exponential = 120 }}
[[kinds]]
name = "return"
queue = "returns"
per_hour = 30
work = {{ exponential = 240 }}
[[teams]]
name = "presale"
agents = 3
queues = ["presale <&>"]
[[teams]]
name = "returns"
agents = {agents}
queues = ["returns"]
"#
    );
    Arc::new(Scenario::new(toml::from_str(&text).unwrap()).unwrap())
}

fn report(agents: u32, lang: Lang) -> String {
    let compared = compare(&floor(agents), &[Strategy::Random, Strategy::Right], 3, 1, || ());
    let strategies = [("random", &compared[0]), ("policy:<new>.toml", &compared[1])];
    let data = SimulationData { title: "Friday & Saturday", within: 20.0, runs: 3, strategies: &strategies };
    simulation(&data, lang)
}

#[test]
fn a_simulation_is_told_on_a_page_of_its_own() {
    for (lang, no_group) in [(Lang::En, "(no group)"), (Lang::Zh, "（未分组）")] {
        let html = report(4, lang);
        check_page(&html);
        assert!(html.contains(no_group) && html.contains("presale &lt;&amp;&gt;"), "{html}");
        let outline = outline(&html);
        insta::assert_snapshot!(format!("simulation_{}", crate::words(lang).lang), outline);
    }
}

#[test]
fn a_floor_with_too_much_to_do_is_told_in_both_languages() {
    for lang in [Lang::En, Lang::Zh] {
        let html = report(1, lang);
        check_page(&html);
        let outline = outline(&html);
        insta::assert_snapshot!(format!("overloaded_{}", crate::words(lang).lang), outline);
    }
}
