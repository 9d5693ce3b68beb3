//! Sound policies of many shapes: none gives a finding, and for each it is proven from which age on requests have a queue.

use super::{BASE, examined};
use crate::finding_line;

/// What is changed in the sound policy.
const CHANGES: &[&[(&str, &str)]] = &[
    &[],
    // Without hours.
    &[
        ("hours = \"shop\"\naht = 300", "aht = 300"),
        ("hours = \"shop\"\n\n[[queues]]\nname = \"message\"", "\n[[queues]]\nname = \"message\""),
        (
            "[[hours]]\nname = \"shop\"\nzone = \"Europe/Berlin\"\nopen = [{ days = \"mon-fri\", from = \"09:00\", to = \"18:00\" }]\nholidays = [\"2026-12-25\"]\n",
            "",
        ),
    ],
    // Half days.
    &[(
        "holidays = [\"2026-12-25\"]",
        "holidays = [\"2026-12-25\"]\nspecial = [{ date = \"2026-12-24\", from = \"09:00\", to = \"13:00\" }, { date = \
         \"2026-12-31\", from = \"09:00\", to = \"11:00\" }, { date = \"2026-12-31\", from = \"12:00\", to = \"13:00\" }]",
    )],
    // A Sunday that is open, a holiday on a Sunday, a past holiday among others.
    &[(
        "holidays = [\"2026-12-25\"]",
        "holidays = [\"2026-10-03\", \"2026-12-25\", \"2026-12-27\"]\nspecial = [{ date = \"2026-12-20\", from = \"12:00\", to = \"18:00\" }]",
    )],
    // Split days, a long Thursday, and Saturday.
    &[(
        "open = [{ days = \"mon-fri\", from = \"09:00\", to = \"18:00\" }]",
        "open = [{ days = \"mon-wed, fri\", from = \"09:00\", to = \"12:00\" }, { days = \"mon-wed, fri\", from = \"13:00\", \
         to = \"18:00\" }, { days = \"thu\", from = \"09:00\", to = \"22:00\" }, { days = \"sat\", from = \"10:00\", to = \
         \"14:00\" }]",
    )],
    // Around the clock, and nights past midnight.
    &[(
        "open = [{ days = \"mon-fri\", from = \"09:00\", to = \"18:00\" }]",
        "open = [{ days = \"mon-sun\", from = \"00:00\", to = \"24:00\" }]",
    )],
    &[(
        "open = [{ days = \"mon-fri\", from = \"09:00\", to = \"18:00\" }]",
        "open = [{ days = \"fri, sat\", from = \"18:00\", to = \"02:00\" }]",
    )],
    // Day and night desks.
    &[
        (
            "hours = \"shop\"\n\n[[queues]]\nname = \"message\"",
            "hours = \"night\"\n\n[[queues]]\nname = \"message\"",
        ),
        (
            "[[requirements]]",
            "[[hours]]\nname = \"night\"\nzone = \"Europe/Berlin\"\nopen = [{ days = \"mon-fri\", from = \"18:00\", to = \"09:00\" }]\n\n[[requirements]]",
        ),
        (
            "targets = [{ queues = [\"phones\"] }]\nsteps = [{ at = 20, drop = 1 }]",
            "targets = [{ queues = [\"phones\"] }]\nsteps = [{ at = 20, drop = 1 }]\noverflow = \"message\"",
        ),
        (
            "targets = [{ queues = [\"phones\", \"returns\"] }]",
            "targets = [{ queues = [\"phones\", \"returns\"] }]\nsteps = [{ at = 20, drop = 1 }]\noverflow = \"message\"",
        ),
    ],
    // Zones far away, and one whose clocks deviate from their rule.
    &[("zone = \"Europe/Berlin\"", "zone = \"Australia/Sydney\"")],
    &[("zone = \"Europe/Berlin\"", "zone = \"Africa/Casablanca\"")],
    &[("zone = \"Europe/Berlin\"", "")],
    // A bot first.
    &[
        (
            "within = 60",
            "within = 60\nbot = { queue = \"robot\", until = 30, unless = \"intent.returns > 0.8\" }",
        ),
        ("channel = \"email\"", "channel = \"email\"\n[[queues]]\nname = \"robot\"\nchannel = \"bot\""),
    ],
    // A language that is required, and dropped.
    &[
        (
            "strategy = [\"skills\"]",
            "strategy = [\"skills\"]\nlanguage = { from = \"lang\", required = true, drop = 1 }",
        ),
        ("aht = 300", "languages = [\"en\", \"zh\"]"),
        (
            "targets = [{ queues = [\"phones\", \"returns\"] }]",
            "targets = [{ queues = [\"phones\", \"returns\"] }]\nsteps = [{ at = 20, drop = 1 }]",
        ),
    ],
    // Bounds that turn away requests that are not certain.
    &[(
        "strategy = [\"skills\"]",
        "strategy = [\"skills\"]\ncertainty = 0.4\nthreshold = 0.3\nmargin = 0.02",
    )],
    // Exploration, and a bandit.
    &[(
        "strategy = [\"skills\"]",
        "strategy = [{ by = \"thompson\", spread = 1, bandit = { inputs = [\"cart_value\"] } }]\nexplore = { floor = 0.02, holdout = 0.05 }",
    )],
    &[("strategy = [\"skills\"]", "strategy = [\"skills\", { by = \"shortest_wait\", weight = 0.5 }]")],
    &[("strategy = [\"skills\"]", "strategy = \"round_robin\""), ("aht = 300", "weight = 2.0")],
    // Targets one after another, and a queue that is passed over while it has no agents.
    &[(
        "targets = [{ queues = [\"phones\", \"returns\"] }]",
        "targets = [{ queues = [\"returns\"], skip_if = \"queue.agents = 0\", expiry = 40 }, { queues = [\"phones\", \"returns\"], at = 10 }]\nsteps = [{ at = 10, drop = 1 }]",
    )],
    // A parent, capacity, the same agent again.
    &[
        ("aht = 300", "parent = \"returns\"\ncapacity = 20"),
        ("within = 60", "within = 60\npreferred = { lifetime = 172800, hold = 30 }"),
    ],
    // Conditions of every sort.
    &[(
        "when = \"cart_value > 500\"",
        "when = \"(cart_value > 500 or vip = true) and not page = help and floor.waiting < 30 and age < 300\"",
    )],
    &[("when = \"cart_value > 500\"", "when = \"intent.returns > 0.4 and intent.price > 0.4\"")],
    // An overflow that is always open.
    &[("closed = \"message\"", "closed = \"message\"\noverflow = \"message\"")],
    // A requirement of some requests, which a step drops.
    &[
        (
            "[[requirements]]",
            "[[requirements]]\nwhen = \"vip = true\"\nneeds = [{ skill = \"compatibility\", required = true, drop = 1 }]\n\n[[requirements]]",
        ),
        (
            "targets = [{ queues = [\"phones\", \"returns\"] }]",
            "targets = [{ queues = [\"phones\", \"returns\"] }]\nsteps = [{ at = 20, drop = 1 }]",
        ),
    ],
];

#[test]
fn a_sound_policy_gives_no_finding_and_is_proven() {
    let changed = CHANGES.iter().map(|changes| {
        changes.iter().fold(BASE.to_owned(), |text, (from, to)| {
            assert_eq!(text.matches(from).count(), 1, "{from}");
            text.replace(from, to)
        })
    });
    let mut texts: Vec<String> = changed.collect();
    texts.push(include_str!("../../example.toml").to_owned());
    assert!(texts.len() >= 20, "{}", texts.len());
    let mut wrong = Vec::new();
    for text in &texts {
        let examined = examined(text, None);
        let proof = examined.proof.as_ref();
        if !examined.findings.is_empty() || !proof.is_some_and(crate::Proof::is_proven) {
            let found: Vec<String> = examined.findings.iter().map(finding_line).collect();
            wrong.push(format!("{text}\n{}", found.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), texts.len(), wrong.join("\n=======\n"));
}
