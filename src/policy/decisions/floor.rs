//! Stale snapshots, and agents.

use super::*;

/// A choice between phones, where nobody waits, and returns, where many do, for somebody who is more likely to need returns.
fn stale_choice(age_ms: i64, now_ms: i64) -> Decision {
    let def = PolicyDef {
        strategy: vec![StrategyDef::new(By::Skills), StrategyDef::new(By::ShortestWait)],
        ..def()
    };
    let queues = vec![state(0.0, 5.0, 0.0), state(50.0, 5.0, 5.0), state(0.0, 5.0, 0.0)];
    let snapshot = Snapshot { as_of_ms: Some(now_ms - age_ms), queues, agents: Vec::new() };
    let heads = heads([0.4, 0.6, 0.0]);
    decide(&World::new().policy(def), &Request { scores: &heads, now_ms, ..Request::default() }, &snapshot)
}

#[test]
fn a_snapshot_counts_less_the_older_it_is() {
    let now = 1_700_000_000_000;
    assert_eq!((stale_choice(0, now).drawn.queue, stale_choice(0, now).freshness), (Some(0), 1.0));
    near(stale_choice(165_000, now).freshness, 0.5);
    let none = stale_choice(300_000, now);
    assert_eq!((none.drawn.queue, none.freshness), (Some(1), 0.0));
    assert!(none.waits.iter().all(|wait| wait.mean.is_nan()));
}

#[test]
fn a_clock_that_jumps_leaves_a_decision() {
    let now = 1_700_000_000_000;
    // With the clock set back by an hour, the snapshot lies in the future and is not trusted; by half a minute, it is.
    assert_eq!(stale_choice(-3_600_000, now).freshness, 0.0);
    assert_eq!(stale_choice(-30_000, now).freshness, 1.0);
    assert_eq!(stale_choice(0, i64::MAX).drawn.queue, Some(0));
}

fn agent(name: &str, queue: u16, holds: f32, room: f32, idle_s: f32) -> AgentState {
    let nan = f32::NAN;
    AgentState {
        name: Symbol::of(name),
        queue,
        holds,
        room,
        idle_s,
        occupancy: nan,
        taken: nan,
        count: nan,
        novice: false,
    }
}

fn with_agents(def: PolicyDef, agents: &[AgentState], request: Request<'_>) -> Decision {
    let heads = heads([1.0, 0.0, 0.0]);
    let snapshot = Snapshot { agents: agents.to_vec(), ..Snapshot::default() };
    decide(&World::new().policy(def), &Request { scores: &heads, ..request }, &snapshot)
}

/// Asserts that the agent called `name` is asked, with propensity 1.
fn check_asked(def: AgentsDef, agents: &[AgentState], name: &str) {
    let decision = with_agents(PolicyDef { agents: def, ..super::def() }, agents, Request::default());
    assert_eq!(decision.drawn.agent, Some(Asked { name: Symbol::of(name), propensity: 1.0 }));
}

#[test]
fn the_agent_with_least_to_do_is_asked_and_of_equals_the_longest_idle() {
    let none = AgentsDef::default();
    check_asked(none, &[agent("a", 0, 1.0, 1.0, 900.0), agent("b", 0, 0.0, 2.0, 5.0)], "b");
    check_asked(none, &[agent("a", 0, 0.0, 1.0, 5.0), agent("b", 0, 0.0, 1.0, 50.0)], "b");
    check_asked(
        none,
        &[agent("a", 0, 3.0, 0.0, 0.0), agent("b", 1, 0.0, 1.0, 0.0), agent("c", 0, 2.0, 1.0, 0.0)],
        "c",
    );
}

#[test]
fn bands_and_fair_shares_put_agents_last_and_never_out() {
    let band = AgentsDef { occupancy: Some([0.5, 0.9]), ..AgentsDef::default() };
    let busy = |name: &str, occupancy| AgentState { occupancy, ..agent(name, 0, 0.0, 1.0, 100.0) };
    check_asked(band, &[busy("a", 0.95), AgentState { idle_s: 1.0, ..busy("b", 0.8) }], "b");
    check_asked(band, &[busy("a", 0.8), AgentState { idle_s: 1.0, ..busy("b", 0.4) }], "b");
    check_asked(band, &[busy("a", 0.95)], "a");
    // Outside the band the least busy, within it the longest idle.
    for [a, b] in [[0.4, 0.3], [0.99, 0.95], [0.8, 0.6]] {
        let name = if a == 0.8 { "a" } else { "b" };
        check_asked(band, &[busy("a", a), AgentState { idle_s: 1.0, ..busy("b", b) }], name);
    }
    let fair = AgentsDef { most: Some(1.5), ..AgentsDef::default() };
    let took = |name: &str, taken| AgentState { taken, ..agent(name, 0, 0.0, 1.0, 100.0) };
    check_asked(fair, &[took("a", 9.0), AgentState { idle_s: 1.0, ..took("b", 1.0) }], "b");
}

#[test]
fn novices_get_their_share() {
    let def = PolicyDef { agents: AgentsDef { learning: 0.2, ..AgentsDef::default() }, ..def() };
    let novice = AgentState { novice: true, ..agent("n", 0, 0.0, 1.0, 1.0) };
    let agents = [agent("a", 0, 0.0, 1.0, 9.0), novice];
    let learnt = (0..10_000_u32).filter(|n| {
        let asked = with_agents(def.clone(), &agents, Request { seed: [*n, 0], ..Request::default() })
            .drawn
            .agent
            .unwrap();
        let is_novice = asked.name == Symbol::of("n");
        assert_eq!(asked.propensity, if is_novice { 0.2 } else { 0.8 });
        is_novice
    });
    // Three standard deviations of 10,000 draws at 0.2 are 120.
    assert!((1_880..2_120).contains(&learnt.count()));
}

#[test]
fn a_shopper_comes_back_to_their_agent_for_a_time() {
    let preferred = PreferredDef { lifetime: 3_600.0, hold: 30.0 };
    let def = PolicyDef { preferred: Some(preferred), ..def() };
    let at = |room, since, age_s, present: bool| {
        let agents = [agent("eva", 1, 1.0, room, 0.0), agent("max", 0, 0.0, 1.0, 9.0)];
        let request = Request { preferred: Some((Symbol::of("eva"), since)), age_s, ..Request::default() };
        with_agents(def.clone(), &agents[usize::from(!present)..], request)
    };
    let kept = at(1.0, 60.0, 0.0, true);
    assert_eq!(
        (kept.drawn.outcome, kept.drawn.queue, kept.drawn.agent.unwrap().name),
        (Outcome::Preferred, Some(1), Symbol::of("eva"))
    );
    assert_eq!(at(0.0, 60.0, 29.0, true).drawn.outcome, Outcome::Preferred);
    // Busy beyond the hold, too long ago, or gone.
    for decision in [at(0.0, 60.0, 30.0, true), at(1.0, 3_601.0, 0.0, true), at(1.0, 60.0, 0.0, false)] {
        assert_eq!(
            (decision.drawn.outcome, decision.drawn.agent.unwrap().name),
            (Outcome::Best, Symbol::of("max"))
        );
    }
}

#[test]
fn agents_add_up_to_the_queue_that_is_not_told() {
    let agents = [agent("a", 0, 1.0, 0.0, 0.0), agent("b", 0, 0.0, 1.0, 40.0)];
    let mut def = def();
    def.queues[0].aht = Some(100.0);
    def.filters = vec![FilterDef {
        name: "full".to_owned(),
        when: Some("floor.agents = 2 and floor.free = 1".parse().unwrap()),
        ..FilterDef::default()
    }];
    assert_eq!(with_agents(def, &agents, Request::default()).eligible.filter, Some(0));
}

#[test]
fn an_agent_of_whom_no_room_is_known_has_what_their_queue_leaves() {
    let nan = f32::NAN;
    // Two chats each, by the policy: an agent who holds two has no room, one about whom nothing is known has room for both.
    let mut chats = def();
    chats.queues[0].chats = 2;
    let asked = |def: &PolicyDef, agents: &[AgentState]| {
        with_agents(def.clone(), agents, Request::default()).drawn.agent.map(|asked| asked.name)
    };
    let [full, half, unknown] = [
        agent("full", 0, 2.0, nan, 0.0),
        agent("half", 0, 1.0, nan, 0.0),
        agent("unknown", 0, nan, nan, nan),
    ];
    assert_eq!(asked(&chats, &[full]), None);
    assert_eq!(asked(&chats, &[full, half]), Some(Symbol::of("half")));
    assert_eq!(asked(&chats, &[full, half, unknown]), Some(Symbol::of("unknown")));
    // One chat each by default: an agent who holds one is full.
    assert_eq!(asked(&def(), &[half]), None);
    // A row that stands for several agents cannot be asked.
    assert_eq!(asked(&chats, &[AgentState { count: 3.0, ..unknown }]), None);
}

#[test]
fn a_preferred_agent_of_whom_no_room_is_known_is_asked_while_they_hold_less_than_they_may() {
    let preferred = Some(PreferredDef { lifetime: 3_600.0, hold: 0.0 });
    let of = |holds| {
        let request = Request { preferred: Some((Symbol::of("eva"), 60.0)), ..Request::default() };
        with_agents(PolicyDef { preferred, ..def() }, &[agent("eva", 1, holds, f32::NAN, 0.0)], request)
            .drawn
            .outcome
    };
    assert_eq!([of(f32::NAN), of(0.0), of(1.0)], [Outcome::Preferred, Outcome::Preferred, Outcome::Best]);
}

#[test]
fn chats_of_a_policy_count_where_no_rate_is_known() {
    // Two agents of two chats who hold three: one is free, and nobody waits.
    let mut def = def();
    def.queues[0].chats = 2;
    let free = QueueState { rate: [0.0; LEVELS], ..state(0.0, 2.0, 3.0) };
    let of = |state| {
        let heads = heads([1.0, 0.0, 0.0]);
        let snapshot = Snapshot { queues: vec![state], ..Snapshot::default() };
        decide(
            &World::new().policy(def.clone()),
            &Request { scores: &heads, ..Request::default() },
            &snapshot,
        )
        .waits[0]
    };
    assert_eq!(of(free).mean, 0.0);
    assert!(of(QueueState { in_service: 4.0, ..free }).mean.is_nan());
}
