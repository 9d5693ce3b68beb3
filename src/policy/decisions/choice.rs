//! Which queue is chosen, and why none is.

use super::*;

/// Routes `p` under threshold 0.5 and margin 0.2, and compares choice, abstention, scores and margin.
fn check(
    p: [f32; 3],
    closed: &[usize],
    queue: Option<usize>,
    why: Option<Abstention>,
    scores: [f32; 3],
    margin: f32,
) {
    let mut snapshot = Snapshot::all_open(3);
    for &at in closed {
        snapshot.queues[at].open = Some(false);
    }
    let heads = heads(p);
    let policy = World::new().policy(PolicyDef { threshold: 0.5, margin: 0.2, ..def() });
    let decision = decide(&policy, &Request { scores: &heads, ..Request::default() }, &snapshot);
    assert_eq!((decision.drawn.queue, decision.drawn.abstention), (queue, why), "{p:?}");
    assert_eq!(decision.drawn.goes_to, queue.unwrap_or(2));
    for (got, wanted) in decision.scored.scores.iter().zip(scores).chain([(&decision.scored.margin, margin)])
    {
        near(*got, wanted);
    }
}

#[test]
fn the_queue_whose_skills_fit_the_probable_intents_is_chosen() {
    // phones: 0.8 · 1 + 0.1 · (0.5/0.5 + 0) / 2; returns: 0.1 · 0.8 + 0.1 · (0 + 0.8) / 2
    check([0.8, 0.1, 0.1], &[], Some(0), None, [0.85, 0.12, 0.0], 0.73);
}

#[test]
fn a_weak_best_score_abstains() {
    check([0.2, 0.3, 0.5], &[], None, Some(Abstention::Threshold), [0.45, 0.44, 0.0], 0.01);
}

#[test]
fn a_message_about_nothing_that_a_queue_is_for_abstains_unless_a_filter_asks_for_such() {
    let decided = |filters: Vec<FilterDef>, outside| {
        let mut heads = heads([0.8, 0.1, 0.1]);
        (heads[0].outside, heads[0].is_outside) = (outside, outside >= 0.5);
        let policy = World::new().policy(PolicyDef { filters, ..def() });
        let decision =
            decide(&policy, &Request { scores: &heads, ..Request::default() }, &Snapshot::default());
        (decision.drawn.abstention, decision.drawn.goes_to)
    };
    assert_eq!(decided(vec![], 0.4), (None, 0));
    assert_eq!(decided(vec![], 0.6), (Some(Abstention::OutOfScope), 2));
    let by = |when: &str| vec![filter("strange", when, vec![target(&["returns"])])];
    assert_eq!(decided(by("intent.out_of_scope > 0.5"), 0.6), (None, 1));
    assert_eq!(decided(by("intent = compatibility"), 0.6), (Some(Abstention::OutOfScope), 2));
}

#[test]
fn an_uncertain_intent_abstains_however_many_a_queue_can_help_with() {
    let decision = |certainty| decided(PolicyDef { certainty, ..def() }, [0.4, 0.3, 0.3]);
    assert_eq!(decision(0.4).drawn.abstention, None);
    assert_eq!(decision(0.5).drawn.abstention, Some(Abstention::Unsure));
}

#[test]
fn a_close_second_abstains() {
    check([0.5, 0.5, 0.0], &[], None, Some(Abstention::Margin), [0.5, 0.4, 0.0], 0.1);
}

#[test]
fn a_closed_queue_is_not_chosen_and_ranks_last() {
    check([0.1, 0.9, 0.0], &[1], None, Some(Abstention::Threshold), [0.1, 0.72, 0.0], 0.1);
}

#[test]
fn a_request_goes_somewhere_when_every_queue_is_closed() {
    check([1.0, 0.0, 0.0], &[0, 1, 2], None, Some(Abstention::Closed), [1.0, 0.0, 0.0], 0.0);
}

#[test]
fn a_message_waits_where_the_policy_says_when_every_queue_is_closed() {
    let mut snapshot = Snapshot::all_open(3);
    snapshot.queues.iter_mut().for_each(|queue| queue.open = Some(false));
    let heads = heads([1.0, 0.0, 0.0]);
    let policy = World::new().policy(PolicyDef { closed: Some("returns".to_owned()), ..def() });
    let decision = decide(&policy, &Request { scores: &heads, ..Request::default() }, &snapshot);
    assert_eq!((decision.drawn.queue, decision.drawn.outcome), (Some(1), Outcome::Closed));
    assert_eq!(decision.drawn.propensities, [0.0, 1.0, 0.0]);
}

#[test]
fn the_queue_for_when_nothing_is_open_may_be_open_itself() {
    let mut snapshot = Snapshot::all_open(3);
    snapshot.queues[0].open = Some(false);
    let goes = |def: &PolicyDef, snapshot: &Snapshot| {
        let decision = at_age(def, 0.0, snapshot);
        (decision.drawn.outcome, decision.drawn.goes_to)
    };
    let named = |targets| PolicyDef {
        closed: Some("returns".to_owned()),
        ..filtered(vec![filter("any", "", targets)])
    };
    // None of the queues that the filter names is open: others do not count.
    let phones = named(vec![target(&["phones"])]);
    assert_eq!(goes(&phones, &snapshot), (Outcome::Closed, 1));
    // A queue that a later target names is open.
    let later = TargetDef { at: 60.0, ..target(&["general"]) };
    assert_eq!(goes(&named(vec![target(&["phones"]), later]), &snapshot), (Outcome::Default, 2));
    // A parent that stands in is open.
    let mut stands_in = phones;
    stands_in.queues[0].parent = Some("general".to_owned());
    assert_eq!(goes(&stands_in, &snapshot), (Outcome::Best, 2));
    // Where no queues are named, one that answers later (an e-mail) is not a candidate.
    let mut all = named(Vec::new());
    assert_eq!(at_age(&all, 0.0, &snapshot).eligible.standings[1..], [Standing::Candidate; 2]);
    all.queues[1].channel = Channel::Email;
    assert_eq!(
        at_age(&all, 0.0, &snapshot).eligible.standings[1..],
        [Standing::Elsewhere, Standing::Candidate]
    );
    snapshot.queues[2].open = Some(false);
    assert_eq!(goes(&all, &snapshot), (Outcome::Closed, 1));
}

#[test]
fn whoever_is_asked_when_nobody_fits_need_not_fit() {
    let mut def = filtered(vec![filter("any", "", vec![target(&["phones"])])]);
    def.requirements.push(RequirementDef {
        intent: Some("compatibility".to_owned()),
        when: None,
        needs: vec![NeedDef { required: true, ..need("price", 1.0) }],
    });
    def.overflow = Some("returns".to_owned());
    let decision = at_age(&def, 0.0, &Snapshot::default());
    assert_eq!(decision.eligible.standings, [Standing::Skill; 3]);
    assert_eq!((decision.drawn.outcome, decision.drawn.goes_to), (Outcome::Overflow, 1));
}

fn filtered(filters: Vec<FilterDef>) -> PolicyDef {
    PolicyDef { filters, ..def() }
}

#[test]
fn the_first_filter_that_matches_decides_alone() {
    let def = filtered(vec![
        filter("angry", "angry.yes > 0.5", vec![target(&["general"])]),
        filter("any", "", vec![target(&["returns"])]),
        filter("late", "", vec![target(&["phones"])]),
    ]);
    let decision = decided(def, [1.0, 0.0, 0.0]);
    assert_eq!((decision.eligible.filter, decision.drawn.queue), (Some(1), Some(1)));
    assert_eq!(decision.eligible.standings, [Standing::Elsewhere, Standing::Candidate, Standing::Elsewhere]);
}

#[test]
fn a_request_that_no_filter_is_about_goes_to_the_default_queue() {
    let decision = decided(filtered(vec![filter("angry", "angry.yes > 0.5", Vec::new())]), [1.0, 0.0, 0.0]);
    assert_eq!((decision.drawn.abstention, decision.drawn.goes_to), (Some(Abstention::Unmatched), 2));
}

/// Where a request of this age goes.
fn at_age(def: &PolicyDef, age_s: f32, snapshot: &Snapshot) -> Decision {
    let heads = heads([1.0, 0.0, 0.0]);
    let request = Request { scores: &heads, age_s, ..Request::default() };
    decide(&World::new().policy(def.clone()), &request, snapshot)
}

#[test]
fn targets_open_and_expire_by_the_age_of_the_request() {
    let first = TargetDef { expiry: Some(30.0), ..target(&["returns"]) };
    let second = TargetDef { at: 30.0, ..target(&["phones", "general"]) };
    let def = filtered(vec![filter("steps", "", vec![first, second])]);
    let goes = |age| at_age(&def, age, &Snapshot::default()).drawn.goes_to;
    assert_eq!([goes(0.0), goes(29.9), goes(30.0), goes(1e9)], [1, 1, 0, 0]);
    assert_eq!([goes(f32::NAN), goes(-5.0)], [1, 1]);
}

#[test]
fn a_step_drops_needs_in_their_order() {
    let required = |skill: &str, drop| NeedDef { required: true, drop, ..need(skill, 1.0) };
    let mut def = filtered(vec![FilterDef {
        steps: vec![StepDef { at: 10.0, drop: 1 }, StepDef { at: 20.0, drop: 2 }],
        ..filter("any", "", Vec::new())
    }]);
    // No queue has both at level 1: `phones` lacks the skill `returns`, and `returns` has it at 0.8 only.
    def.requirements.push(RequirementDef {
        intent: Some("compatibility".to_owned()),
        when: None,
        needs: vec![required("compatibility", 2), required("returns", 1)],
    });
    let standings = |age| at_age(&def, age, &Snapshot::default()).eligible.standings;
    assert_eq!(standings(0.0), [Standing::Skill; 3]);
    assert_eq!(standings(10.0), [Standing::Candidate, Standing::Skill, Standing::Skill]);
    assert_eq!(standings(20.0), [Standing::Candidate; 3]);
    // A dropped need excludes no queue, but a queue that has the skill still fits better: half as much as before.
    let fits = |age| at_age(&def, age, &Snapshot::default()).eligible.fits;
    near(fits(0.0)[1], 0.4);
    near(fits(20.0)[0], 0.75);
    near(fits(20.0)[1], 0.7);
    near(fits(20.0)[2], 0.5);
}

#[test]
fn a_skipped_queue_is_passed_over_and_its_parent_stands_in() {
    let skipping =
        TargetDef { skip_if: Some("queue.waiting > 3".parse().unwrap()), ..target(&["phones", "returns"]) };
    let mut def = filtered(vec![filter("any", "", vec![skipping])]);
    let mut snapshot =
        Snapshot { queues: vec![state(4.0, 2.0, 2.0), state(0.0, 2.0, 0.0)], ..Snapshot::default() };
    let decision = at_age(&def, 0.0, &snapshot);
    assert_eq!((decision.drawn.queue, decision.eligible.standings[0]), (Some(1), Standing::Skipped));
    def.queues[0].parent = Some("general".to_owned());
    assert_eq!(at_age(&def, 0.0, &snapshot).eligible.standings[2], Standing::Candidate);
    // Both skipped: overflow, then the default queue.
    (def.queues[0].parent, snapshot.queues[1].waiting) = (None, 4.0);
    let decision = at_age(&def, 0.0, &snapshot);
    assert_eq!((decision.drawn.abstention, decision.drawn.goes_to), (Some(Abstention::Nobody), 2));
    def.filters[0].overflow = Some("returns".to_owned());
    let decision = at_age(&def, 0.0, &snapshot);
    assert_eq!((decision.drawn.outcome, decision.drawn.queue), (Outcome::Overflow, Some(1)));
}

#[test]
fn a_full_queue_takes_nothing_more() {
    let mut def = def();
    def.queues[0].capacity = Some(4);
    let full = |waiting| {
        let snapshot = Snapshot { queues: vec![state(waiting, 1.0, 1.0)], ..Snapshot::default() };
        at_age(&def, 0.0, &snapshot).eligible.standings[0]
    };
    assert_eq!([full(3.0), full(4.0)], [Standing::Candidate, Standing::Full]);
}

#[test]
fn language_is_a_need_like_others() {
    let world = World::new();
    let mut def = def();
    def.queues[0].languages = vec!["en".to_owned()];
    def.queues[1].languages = vec!["zh".to_owned()];
    let standings = |required, drop, age_s| {
        let language = LanguageDef { from: "language".to_owned(), required, drop };
        let steps = vec![StepDef { at: 30.0, drop: 1 }];
        let filters = vec![FilterDef { steps, ..filter("any", "", Vec::new()) }];
        let policy = world.policy(PolicyDef { language: Some(language), filters, ..def.clone() });
        let heads = heads([1.0, 0.0, 0.0]);
        let features = [Value::Missing, Value::category(Symbol::of("zh"))];
        let request = Request { scores: &heads, features: &features, age_s, ..Request::default() };
        let decision = decide(&policy, &request, &Snapshot::default());
        (decision.eligible.standings[0], decision.eligible.fits[0])
    };
    assert_eq!(standings(true, 1, 0.0), (Standing::Language, 0.5));
    assert_eq!(standings(true, 1, 30.0), (Standing::Candidate, 0.75));
    assert_eq!(standings(false, 0, 30.0), (Standing::Candidate, 0.5));
}

#[test]
fn a_condition_can_require_a_skill_whatever_the_intent() {
    let mut def = def();
    def.queues[1].skills.push(skill("calm", 0.9));
    def.requirements.push(RequirementDef {
        intent: None,
        when: Some("angry.yes > 0.05".parse().unwrap()),
        needs: vec![NeedDef { required: true, ..need("calm", 0.9) }],
    });
    let decision = decided(def, [1.0, 0.0, 0.0]);
    assert_eq!(decision.eligible.standings, [Standing::Skill, Standing::Candidate, Standing::Skill]);
    // The fit is half from the intent, half from the condition.
    assert_eq!(decision.eligible.fits, [0.5, 0.5, 0.0]);
}

#[test]
fn the_bot_is_asked_first_and_for_a_while() {
    let bot = BotDef {
        queue: "general".to_owned(),
        until: 20.0,
        unless: Some("cart_value > 100".parse().unwrap()),
    };
    let def = PolicyDef { bot: Some(bot), ..def() };
    assert_eq!(at_age(&def, 0.0, &Snapshot::default()).drawn.outcome, Outcome::Bot);
    assert_eq!(at_age(&def, 20.0, &Snapshot::default()).drawn.queue, Some(0));
    let heads = heads([1.0, 0.0, 0.0]);
    let request = Request { scores: &heads, features: &[Value::Number(200.0)], ..Request::default() };
    assert_eq!(decide(&World::new().policy(def), &request, &Snapshot::default()).drawn.queue, Some(0));
}

#[test]
fn the_intent_set_is_the_smallest_that_holds_its_mass() {
    assert_eq!(decided(def(), [0.3, 0.1, 0.6]).intent_set, [2, 0]);
    assert_eq!(decided(PolicyDef { set_mass: 2.0, ..def() }, [0.3, 0.1, 0.6]).intent_set.len(), 3);
    assert_eq!(decided(PolicyDef { set_mass: -1.0, ..def() }, [0.3, 0.1, 0.6]).intent_set, [2]);
}

#[test]
fn the_least_change_is_one_that_switches_the_queues() {
    let p = [0.6, 0.4, 0.0];
    let before = decided(def(), p);
    let (from, to, by) = before.change.intent.unwrap();
    assert_eq!((from, to), (0, 1));
    // phones leads by 0.6 − 0.32; a unit moved from compatibility to returns costs it 1.8.
    near(by, 0.28 / 1.8);
    let after = decided(def(), [p[0] - by - 1e-4, p[1] + by + 1e-4, p[2]]);
    assert_eq!((before.drawn.queue, after.drawn.queue), (Some(0), Some(1)));
}

#[test]
fn the_least_number_that_would_have_to_wait_switches_the_queues() {
    let strategy = vec![StrategyDef::new(By::ShortestWait)];
    let def = PolicyDef { strategy, ..def() };
    let waiting = |first: f32| {
        let queues = vec![state(first, 2.0, 2.0), state(4.0, 2.0, 2.0), state(90.0, 1.0, 1.0)];
        at_age(&def, 0.0, &Snapshot { queues, ..Snapshot::default() })
    };
    let decision = waiting(0.0);
    assert_eq!((decision.drawn.queue, decision.change.waiting), (Some(0), Some(5)));
    assert_eq!([waiting(4.0).drawn.queue, waiting(5.0).drawn.queue], [Some(0), Some(1)]);
}
