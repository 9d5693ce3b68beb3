//! Policies and snapshots that are refused.

use super::*;

/// Asserts where a changed policy is refused, and with which words.
fn check(change: impl Fn(&mut PolicyDef), at: &str, says: &str) {
    let mut def = def();
    change(&mut def);
    let error = def.compile(&World::new().names()).unwrap_err();
    let text = error.to_string();
    assert_eq!(error.at(), at, "{text}");
    assert!(text.starts_with(&format!("policy: {at}")) && text.contains(says), "{text}");
}

#[test]
fn a_policy_that_names_what_is_not_there_is_refused_with_what_is() {
    let text = str::to_owned;
    let heads = "there is no head `mood`; name one of `intent`, `angry`, `value`";
    check(|def| def.intents = text("mood"), "intents", heads);
    let queues = "there is no queue `none`; name one of `phones`, `returns`, `general`";
    check(|def| def.default_queue = text("none"), "default_queue", queues);
    check(|def| def.overflow = Some(text("none")), "overflow", queues);
    check(|def| def.closed = Some(text("none")), "closed", queues);
    check(|def| def.queues[1].parent = Some(text("none")), "queues[1].parent", queues);
    check(|def| def.queues[1].hours = Some(text("none")), "queues[1].hours", "no hours `none`; declare one");
    check(
        |def| def.requirements[0].needs.push(need("magic", 1.0)),
        "requirements[0].needs[2].skill",
        "no queue has skill `magic`",
    );
    check(
        |def| def.requirements[0].intent = Some(text("chat")),
        "requirements[0].intent",
        "there is no intent `chat`; name one of `compatibility`, `returns`, `price_match`",
    );
    check(
        |def| def.strategy = vec![StrategyDef::new(By::Model { head: text("worth") })],
        "strategy[0].head",
        "there is no head `worth`",
    );
    let language = LanguageDef { from: text("lang"), required: true, drop: 0 };
    check(
        |def| def.language = Some(language.clone()),
        "language.from",
        "there is no head or feature `lang`; name one of `intent`, `angry`, `value`, `cart_value`, `language`",
    );
}

#[test]
fn names_and_conditions_in_filters_are_refused_where_they_stand() {
    let text = str::to_owned;
    let with = |change: &dyn Fn(&mut FilterDef), at: &str, says: &str| {
        let mut second = FilterDef {
            targets: vec![
                TargetDef::default(),
                TargetDef { queues: vec![text("phones")], ..Default::default() },
            ],
            ..FilterDef::default()
        };
        change(&mut second);
        check(|def| def.filters = vec![FilterDef::default(), second.clone()], at, says);
    };
    with(&|filter| filter.overflow = Some(text("none")), "filters[1].overflow", "no queue `none`");
    with(
        &|filter| filter.targets[1].queues.push(text("none")),
        "filters[1].targets[1].queues[1]",
        "no queue `none`",
    );
    with(
        &|filter| filter.when = Some("returns = 1".parse().unwrap()),
        "filters[1].when",
        "a condition is not valid at `returns`",
    );
    with(
        &|filter| filter.targets[0].skip_if = Some("basket = 1".parse().unwrap()),
        "filters[1].targets[0].skip_if",
        "`basket`",
    );
    with(
        &|filter| filter.targets[1].expiry = Some(0.0),
        "filters[1].targets[1].expiry",
        "is 0; write an age",
    );
    with(
        &|filter| filter.strategy = Some(vec![StrategyDef { by: By::Random, weight: -1.0 }]),
        "filters[1].strategy[0].weight",
        "is -1; write a number above 0",
    );
}

#[test]
fn what_is_declared_twice_is_refused_where_it_stands_again() {
    let text = str::to_owned;
    let again = "queue `phones` is listed twice";
    check(|def| def.queues[2].name = text("phones"), "queues[2].name", again);
    check(|def| def.queues[1].name = String::new(), "queues[1].name", "this queue has no name");
    check(
        |def| def.requirements.push(def.requirements[0].clone()),
        "requirements[1].intent",
        "requirement for intent `price_match` is listed twice",
    );
    check(
        |def| def.requirements[0].intent = None,
        "requirements[0]",
        "a requirement has an intent or a condition",
    );
}

#[test]
fn a_number_out_of_range_is_refused_with_its_key_and_its_range() {
    check(|def| def.threshold = 1.5, "threshold", "is 1.5; write a number from 0 to 1");
    check(|def| def.margin = f32::NAN, "margin", "is NaN");
    check(|def| def.ttl = 0, "ttl", "is 0; write whole seconds above 0");
    check(|def| def.explore.floor = -0.1, "explore.floor", "is -0.1");
    check(|def| def.agents.occupancy = Some([0.9, 0.5]), "agents.occupancy", "is [0.9, 0.5]; write two");
    check(|def| def.agents.occupancy = Some([f32::NAN, 0.5]), "agents.occupancy", "NaN");
    check(|def| def.agents.most = Some(f32::NAN), "agents.most", "is NaN; write a number of 1 or more");
    check(|def| def.snapshot.stale = 1.0, "snapshot.stale", "is 1; write more than `fresh`");
    check(|def| def.snapshot.key = Some("short".to_owned()), "snapshot.key", "is 5 characters");
    check(
        |def| def.queues[0].skills[1].proficiency = 0.0,
        "queues[0].skills[1].proficiency",
        "is 0; write a number above 0 and up to 1",
    );
    check(|def| def.queues[0].weight = f32::INFINITY, "queues[0].weight", "is inf");
    check(|def| def.queues[1].aht = Some(0.0), "queues[1].aht", "is 0; write a number above 0");
    check(|def| def.queues[2].chats = 9, "queues[2].chats", "is 9; write 1, 2, 3 or 4");
    check(
        |def| def.requirements[0].needs[0].level = 2.0,
        "requirements[0].needs[0].level",
        "is 2; write a number above 0 and up to 1",
    );
    check(|def| def.strategy.clear(), "strategy", "is an empty list; write at least one strategy");
    check(|def| def.strategy[0].weight = 0.0, "strategy[0].weight", "is 0; write a number above 0");
    // Products and sums of these stay finite.
    let large = "is 2000000000; write a number above 0 and up to 1000000000";
    check(|def| def.queues[1].weight = 2e9, "queues[1].weight", large);
    check(|def| def.queues[1].delay_cost = 2e9, "queues[1].delay_cost", large);
    check(|def| def.strategy[0].weight = 2e9, "strategy[0].weight", large);
}

#[test]
fn parents_in_a_circle_are_refused() {
    let parents = |pairs: &'static [(usize, &str)]| {
        move |def: &mut PolicyDef| {
            for &(at, parent) in pairs {
                def.queues[at].parent = Some(parent.to_owned());
            }
        }
    };
    check(parents(&[(0, "phones")]), "queues[0].parent", "the parents of queue `phones` form a circle");
    check(parents(&[(0, "returns"), (1, "general"), (2, "returns")]), "queues[1].parent", "`returns`");
    let mut def = def();
    parents(&[(0, "general"), (1, "general")])(&mut def);
    assert!(def.compile(&World::new().names()).is_ok());
}

#[test]
fn steps_that_go_back_in_time_or_take_back_a_drop_are_refused_for_what_they_do() {
    let step = |at, drop| StepDef { at, drop };
    for (steps, at, says) in [
        (
            [step(30.0, 1), step(10.0, 2)],
            "filters[0].steps[1].at",
            "is 10 after 30 in the step before it; sort the steps by age",
        ),
        (
            [step(10.0, 1), step(10.0, 2)],
            "filters[0].steps[1].at",
            "is 10 after 10 in the step before it; sort the steps by age",
        ),
        (
            [step(30.0, 2), step(90.0, 1)],
            "filters[0].steps[1].drop",
            "is 1 after 2 in the step before it; a step cannot undo an earlier one: write as much or more",
        ),
    ] {
        let filter = FilterDef { name: "late".to_owned(), steps: steps.to_vec(), ..FilterDef::default() };
        check(|def| def.filters = vec![filter.clone()], at, says);
    }
}

#[test]
fn a_bandit_of_the_wrong_shape_is_refused() {
    let arm = |queue: &str, n: usize| ArmDef {
        queue: queue.to_owned(),
        weights: vec![0.0; n],
        inverse: vec![0.0; n * n],
    };
    let bandit = |input: &str, spread: f32, arms: Vec<ArmDef>| {
        let bandit = BanditDef { inputs: vec![input.to_owned()], arms };
        move |def: &mut PolicyDef| {
            def.strategy = vec![StrategyDef::new(By::Thompson { spread, bandit: bandit.clone() })];
        }
    };
    check(
        bandit("intent", 1.0, Vec::new()),
        "strategy[0].bandit.inputs[0]",
        "there is no feature or probability `intent`; name one of `cart_value`, `language`, `intent.compatibility`",
    );
    let large = "is 2000000000; write a number from 0 to 1000000000";
    check(bandit("cart_value", 2e9, Vec::new()), "strategy[0].spread", large);
    check(
        bandit("cart_value", -1.0, Vec::new()),
        "strategy[0].spread",
        "is -1; write a number from 0 to 1000000000",
    );
    check(
        bandit("cart_value", 1.0, vec![arm("phones", 3)]),
        "strategy[0].bandit.arms[0]",
        "write 2 finite `weights` and 4 finite numbers in `inverse`",
    );
    check(
        bandit("cart_value", 1.0, vec![arm("phones", 2), arm("phones", 2)]),
        "strategy[0].bandit.arms[1].queue",
        "arm of queue `phones` is listed twice",
    );
    check(bandit("cart_value", 1.0, vec![arm("none", 2)]), "strategy[0].bandit.arms[0].queue", "`none`");
}

#[test]
fn a_thousand_queues_are_routed_and_too_many_refused() {
    let many = |n: usize| PolicyDef {
        queues: (0..n).map(|at| queue(&format!("q{at}"), &[("returns", 1.0)])).collect(),
        ..PolicyDef::plain("intent", "q0")
    };
    let heads = heads([0.0, 1.0, 0.0]);
    let policy = World::new().policy(many(1_000));
    let decision = decide(&policy, &Request { scores: &heads, ..Request::default() }, &Snapshot::default());
    assert_eq!((decision.drawn.queue, decision.scored.ranking.len()), (Some(0), 1_000));
    let error = many(MAX_QUEUES + 1).compile(&World::new().names()).unwrap_err();
    assert!(matches!(error, PolicyError::Many { most: MAX_QUEUES, .. }), "{error}");
}

#[test]
fn snapshots_that_cannot_be_are_refused_with_their_code() {
    let now = 1_700_000_000_000;
    let queue = |change: &dyn Fn(&mut QueueState)| {
        let mut row = state(0.0, 1.0, 0.0);
        change(&mut row);
        Incoming::default().queue(1, row, 3)
    };
    assert_eq!(queue(&|_| {}), Ok(()));
    assert_eq!(queue(&|row| row.waiting = f32::NAN), Ok(()));
    assert_eq!(queue(&|row| row.waiting = -1.0), Err(SnapshotError::Number(0)));
    assert_eq!(queue(&|row| row.agents = f32::INFINITY), Err(SnapshotError::Number(1)));
    assert_eq!(queue(&|row| row.rate[1] = f32::NAN), Err(SnapshotError::Number(6)));
    let unknown =
        Incoming::default().queue(usize::MAX, QueueState { waiting: -1.0, ..state(0.0, 1.0, 0.0) }, 3);
    assert_eq!(
        unknown,
        Err(SnapshotError::Number(0)),
        "a queue that the policy does not have is checked too"
    );
    let agent = |queue, holds, occupancy| AgentState {
        name: Symbol::of("a"),
        queue,
        holds,
        room: 1.0,
        idle_s: 0.0,
        occupancy,
        taken: 0.0,
        count: f32::NAN,
        novice: false,
    };
    assert_eq!(Incoming::default().agent(agent(0, -1.0, 0.5), 3), Err(SnapshotError::Number(0)));
    assert_eq!(Incoming::default().agent(agent(0, 1.0, 1.5), 3), Err(SnapshotError::Number(3)));

    let mut incoming = Incoming::default();
    for at in 0..MAX_ROWS {
        assert_eq!(incoming.queue(at % 5, state(at as f32, 1.0, 0.0), 3), Ok(()));
        assert_eq!(incoming.agent(agent((at % 5) as u16, 0.0, 0.5), 3), Ok(()));
    }
    let snapshot = incoming.finish(Some(now + AHEAD_MS), now).unwrap();
    assert_eq!(
        (snapshot.queues.len(), snapshot.agents.len()),
        (3, MAX_ROWS / 5 * 3),
        "what the policy does not have is left out"
    );
    assert_eq!(snapshot.queues[2].waiting, (MAX_ROWS - 3) as f32, "the last row of a queue holds");
    assert_eq!(incoming.finish(Some(now + AHEAD_MS + 1), now), Err(SnapshotError::Future));
    for at in 0..=MAX_ROWS {
        let wanted = if at < MAX_ROWS { Ok(()) } else { Err(SnapshotError::Rows) };
        assert_eq!(incoming.queue(0, state(0.0, 1.0, 0.0), 3), wanted);
    }
    assert_eq!(incoming.finish(None, now), Ok(Snapshot::default()), "after an error nothing is kept");
    assert_eq!(SnapshotError::Future.code(), "snapshot_future");
}

#[test]
fn a_program_that_refers_to_what_it_does_not_have_is_refused() {
    let program = def().compile(&World::new().names()).unwrap();
    let check = |change: &dyn Fn(&mut PolicyProgram)| {
        let mut program = program.clone();
        change(&mut program);
        assert_eq!(Policy::new(program).unwrap_err(), ProgramError);
    };
    let beyond = Part { first: u32::MAX, n: u32::MAX };
    check(&|program| program.settings.default_queue = Place(3));
    check(&|program| program.settings.default_queue = Place::NONE);
    check(&|program| program.settings.strategy = beyond);
    check(&|program| program.rows[0].parent = Place(3));
    check(&|program| program.rows.truncate(2));
    check(&|program| program.intents[0] = beyond);
    check(&|program| program.skills[0].queue = Place(3));
    check(&|program| program.extra.push((beyond, Part::default())));
    check(&|program| program.filter_names.push(String::new()));
    assert!(Policy::new(program.clone()).is_ok());
}

#[test]
fn a_program_with_a_circle_of_parents_still_decides() {
    let mut filtered = def();
    filtered.filters = vec![FilterDef {
        targets: vec![TargetDef { queues: vec!["phones".to_owned()], ..TargetDef::default() }],
        ..FilterDef::default()
    }];
    let mut program = filtered.compile(&World::new().names()).unwrap();
    program.rows.iter_mut().for_each(|row| row.capacity = 0.0);
    (program.rows[0].parent, program.rows[1].parent) = (Place(1), Place(0));
    let heads = heads([1.0, 0.0, 0.0]);
    let snapshot = Snapshot { queues: vec![state(1.0, 1.0, 1.0); 3], ..Snapshot::default() };
    let decision =
        decide(&Policy::new(program).unwrap(), &Request { scores: &heads, ..Request::default() }, &snapshot);
    assert_eq!(decision.drawn.abstention, Some(Abstention::Nobody));
}
