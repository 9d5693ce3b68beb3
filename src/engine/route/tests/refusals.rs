//! Policies and snapshots that are refused.

use super::*;

/// What a changed policy is refused with.
fn check(change: impl Fn(&mut PolicyDef), wanted: &PolicyError) {
    let mut def = def();
    change(&mut def);
    assert_eq!(&def.compile(&World::new().names()).unwrap_err(), wanted);
}

#[test]
fn a_policy_that_names_what_is_not_there_is_refused() {
    let text = str::to_owned;
    check(|def| def.intents = text("mood"), &PolicyError::Head(text("mood")));
    check(|def| def.default_queue = text("none"), &PolicyError::NoQueue(text("none")));
    check(|def| def.overflow = Some(text("none")), &PolicyError::NoQueue(text("none")));
    check(|def| def.queues[1].name = text("phones"), &PolicyError::Queue(text("phones")));
    check(|def| def.queues[1].name = String::new(), &PolicyError::Queue(String::new()));
    check(|def| def.queues[1].parent = Some(text("none")), &PolicyError::NoQueue(text("none")));
    check(|def| def.queues[1].hours = Some(text("none")), &PolicyError::Hours(text("none")));
    check(|def| def.requirements[0].needs.push(need("magic", 1.0)), &PolicyError::Skill(text("magic")));
    check(|def| def.requirements[0].intent = Some(text("chat")), &PolicyError::Intent(text("chat")));
    check(
        |def| def.requirements.push(def.requirements[0].clone()),
        &PolicyError::Intent(text("price_match")),
    );
    check(
        |def| def.strategy = vec![StrategyDef::new(By::Model { head: text("worth") })],
        &PolicyError::Head(text("worth")),
    );
}

#[test]
fn a_number_out_of_range_is_refused_by_name() {
    let range = |name: &str| PolicyError::Range(name.to_owned());
    check(|def| def.threshold = 1.5, &range("threshold"));
    check(|def| def.margin = f32::NAN, &range("margin"));
    check(|def| def.explore.floor = -0.1, &range("explore.floor"));
    check(|def| def.agents.occupancy = Some([0.9, 0.5]), &range("agents.occupancy"));
    check(|def| def.snapshot.stale = 1.0, &range("snapshot.stale"));
    check(|def| def.snapshot.key = Some("short".to_owned()), &range("snapshot.key"));
    check(|def| def.queues[0].skills[0].proficiency = 0.0, &range("compatibility"));
    check(|def| def.queues[0].weight = f32::INFINITY, &range("phones"));
    check(|def| def.queues[0].chats = 5, &range("phones"));
    check(|def| def.requirements[0].needs[0].level = 2.0, &range("price"));
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
    check(parents(&[(0, "phones")]), &PolicyError::Circle("phones".to_owned()));
    check(
        parents(&[(0, "returns"), (1, "general"), (2, "returns")]),
        &PolicyError::Circle("returns".to_owned()),
    );
    let mut def = def();
    parents(&[(0, "general"), (1, "general")])(&mut def);
    assert!(def.compile(&World::new().names()).is_ok());
}

#[test]
fn steps_that_go_back_in_time_are_refused() {
    let step = |at, drop| StepDef { at, drop };
    for steps in
        [[step(30.0, 1), step(10.0, 2)], [step(10.0, 2), step(30.0, 1)], [step(10.0, 1), step(10.0, 2)]]
    {
        let filter = FilterDef { name: "late".to_owned(), steps: steps.to_vec(), ..FilterDef::default() };
        check(|def| def.filters = vec![filter.clone()], &PolicyError::Steps("late".to_owned()));
    }
}

#[test]
fn a_bandit_of_the_wrong_shape_is_refused() {
    let arm = |queue: &str, n: usize| ArmDef {
        queue: queue.to_owned(),
        weights: vec![0.0; n],
        inverse: vec![0.0; n * n],
    };
    let bandit = |input: &str, arms: Vec<ArmDef>| {
        let bandit = BanditDef { inputs: vec![input.to_owned()], arms };
        move |def: &mut PolicyDef| {
            def.strategy = vec![StrategyDef::new(By::Thompson { spread: 1.0, bandit: bandit.clone() })];
        }
    };
    check(bandit("intent", Vec::new()), &PolicyError::Bandit("intent".to_owned()));
    check(bandit("cart_value", vec![arm("phones", 3)]), &PolicyError::Bandit("phones".to_owned()));
    check(
        bandit("cart_value", vec![arm("phones", 2), arm("phones", 2)]),
        &PolicyError::Bandit("phones".to_owned()),
    );
    check(bandit("cart_value", vec![arm("none", 2)]), &PolicyError::NoQueue("none".to_owned()));
}

#[test]
fn a_thousand_queues_are_routed_and_too_many_refused() {
    let many = |n: usize| PolicyDef {
        queues: (0..n).map(|at| queue(&alloc::format!("q{at}"), &[("returns", 1.0)])).collect(),
        ..PolicyDef::plain("intent", "q0")
    };
    let heads = heads([0.0, 1.0, 0.0]);
    let policy = World::new().policy(many(1_000));
    let decision = decide(&policy, &Request { scores: &heads, ..Request::default() }, &Snapshot::default());
    assert_eq!((decision.queue, decision.ranking.len()), (Some(0), 1_000));
    assert_eq!(many(MAX_QUEUES + 1).compile(&World::new().names()).unwrap_err(), PolicyError::Many("queues"));
}

#[test]
fn snapshots_that_cannot_be_are_refused_with_their_code() {
    let now = 1_700_000_000_000;
    let check = |change: &dyn Fn(&mut Snapshot), wanted: Result<(), SnapshotError>| {
        let mut snapshot =
            Snapshot { as_of_ms: Some(now), queues: vec![state(0.0, 1.0, 0.0); 3], agents: Vec::new() };
        change(&mut snapshot);
        assert_eq!(snapshot.check(3, now), wanted);
    };
    check(&|_| {}, Ok(()));
    check(&|snapshot| snapshot.queues[1].waiting = f32::NAN, Ok(()));
    check(&|snapshot| snapshot.as_of_ms = Some(now + AHEAD_MS), Ok(()));
    check(&|snapshot| snapshot.as_of_ms = Some(now + AHEAD_MS + 1), Err(SnapshotError::Future));
    check(&|snapshot| snapshot.queues[1].waiting = -1.0, Err(SnapshotError::Queue(1)));
    check(&|snapshot| snapshot.queues[2].agents = f32::INFINITY, Err(SnapshotError::Queue(2)));
    check(&|snapshot| snapshot.queues[0].rate[1] = f32::NAN, Err(SnapshotError::Queue(0)));
    check(&|snapshot| snapshot.queues.push(state(0.0, 1.0, 0.0)), Err(SnapshotError::Rows));
    let agent = |queue, holds| AgentState {
        name: Symbol::of("a"),
        queue,
        holds,
        room: 1.0,
        idle_s: 0.0,
        occupancy: 0.0,
        taken: 0.0,
        novice: false,
    };
    check(&|snapshot| snapshot.agents.push(agent(3, 0.0)), Err(SnapshotError::Agent(0)));
    check(&|snapshot| snapshot.agents.push(agent(0, -1.0)), Err(SnapshotError::Agent(0)));
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
    assert_eq!(decision.abstention, Some(Abstention::Nobody));
}
