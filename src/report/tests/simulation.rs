//! Tests that the report of a simulation has every figure and every part, in both languages.

use super::check_page;
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
    for (lang, says) in [
        (
            Lang::En,
            [
                "Against random, on the same requests",
                "Hour by hour",
                "Queue by queue under random",
                "Kind by kind under",
                "Groups of shoppers under",
                "(no group)",
            ],
        ),
        (
            Lang::Zh,
            ["与 random 相比", "按小时", "random 下的各技能组", "下的各类请求", "下的顾客群体", "（未分组）"],
        ),
    ] {
        let html = report(4, lang);
        check_page(&html);
        assert!(says.iter().all(|says| html.contains(says)), "{lang:?}: {html}");
        assert!(
            html.contains("policy:&lt;new&gt;.toml") && html.contains("presale &lt;&amp;&gt;"),
            "{lang:?}"
        );
        assert!(!html.contains("Overloaded") && !html.contains("超负荷"), "{html}");
    }
}

#[test]
fn a_floor_with_too_much_to_do_is_told_in_both_languages() {
    let english = report(1, Lang::En);
    assert!(english.contains("Overloaded: returns asked for 2.0 agents"), "{english}");
    assert!(english.contains("Under policy:&lt;new&gt;.toml waits were still growing: 2"), "{english}");
    let chinese = report(1, Lang::Zh);
    check_page(&chinese);
    assert!(chinese.contains("超负荷：returns 需要 2.0 名客服的工作量") && chinese.contains("等待仍在变长"));
}
