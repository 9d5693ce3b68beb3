//! Queues that are closed, without agents, or close before they answer; and the queues that are asked instead.

use super::*;

/// 2026-11-30, a Monday, at 00:00 UTC.
const MONDAY: i64 = 1_796_083_200_000;
const MINUTE: i64 = 60_000;

fn at(hour: i64, minute: i64) -> i64 {
    MONDAY + (60 * hour + minute) * MINUTE
}

/// The decision on a request for `phones` at a time.
fn decided_at(def: &PolicyDef, now_ms: i64, queues: &[QueueState]) -> Decision {
    let heads = heads([1.0, 0.0, 0.0]);
    let request = Request { scores: &heads, now_ms, ..Request::default() };
    decide(
        &World::new().policy(def.clone()),
        &request,
        &Snapshot { queues: queues.to_vec(), ..Snapshot::default() },
    )
}

fn open(open: bool) -> QueueState {
    QueueState { open: Some(open), ..QueueState::default() }
}

/// Phones alone may help; what it cannot take goes to returns.
fn overflowing() -> PolicyDef {
    let filters = vec![filter("any", "", vec![target(&["phones"])])];
    PolicyDef { filters, overflow: Some("returns".to_owned()), ..def() }
}

#[test]
fn overflow_takes_what_closed_queues_do_not() {
    let goes = |def: &PolicyDef, queues: [bool; 3]| {
        let decision = decided_at(def, 0, &queues.map(open));
        (decision.drawn.outcome, decision.drawn.goes_to, decision.drawn.abstention)
    };
    assert_eq!(goes(&overflowing(), [true, true, true]), (Outcome::Best, 0, None));
    assert_eq!(goes(&overflowing(), [false, true, true]), (Outcome::Overflow, 1, None));
    // The overflow is closed, too: nothing is open.
    let closed = Some(Abstention::Closed);
    assert_eq!(goes(&overflowing(), [false, false, true]), (Outcome::Default, 2, closed));
    let by_message = PolicyDef { closed: Some("general".to_owned()), ..overflowing() };
    assert_eq!(goes(&by_message, [false, true, true]), (Outcome::Overflow, 1, None));
    assert_eq!(goes(&by_message, [false, false, true]), (Outcome::Closed, 2, None));
    // One queue for both: the outcome says that nothing is open, and not that others are busy.
    let both = PolicyDef { closed: Some("returns".to_owned()), ..overflowing() };
    assert_eq!(goes(&both, [false, true, true]), (Outcome::Closed, 1, None));
    // A filter's own comes before the policy's.
    let mut own = overflowing();
    own.filters[0].overflow = Some("general".to_owned());
    assert_eq!(goes(&own, [false, true, true]), (Outcome::Overflow, 2, None));
    // Without filters every queue is asked before the overflow is.
    let plain = PolicyDef { filters: Vec::new(), ..overflowing() };
    assert_eq!(goes(&plain, [false, true, true]).0, Outcome::Best);
    // A request that no filter is about has no filter's queues, and no overflow.
    let mut unmatched = overflowing();
    unmatched.filters[0].when = Some("angry.yes > 0.5".parse().unwrap());
    assert_eq!(goes(&unmatched, [false, true, true]), (Outcome::Default, 2, Some(Abstention::Unmatched)));
}

#[test]
fn a_chat_that_nobody_serves_takes_nothing_whatever_is_looked_at() {
    let queues = [state(0.0, 0.0, 0.0), state(0.0, 1.0, 0.0), state(0.0, 1.0, 0.0)];
    for by in [By::Skills, By::Rules, By::Random, By::RoundRobin, By::ShortestWait, By::LeastLoaded] {
        let def = PolicyDef { strategy: vec![StrategyDef::new(by.clone())], ..def() };
        let decision = decided_at(&def, 0, &queues);
        assert_eq!(
            (decision.eligible.standings[0], decision.drawn.propensities[0]),
            (Standing::Unstaffed, 0.0),
            "{by:?}"
        );
        assert!(decision.drawn.queue.is_some_and(|queue| queue != 0), "{by:?}");
        assert_eq!(decision.scored.ranking[2], 0, "{by:?}");
    }
    // Its parent stands in, or the overflow. Where no queue has agents, nothing counts as open.
    let mut parent = overflowing();
    parent.queues[0].parent = Some("general".to_owned());
    assert_eq!(decided_at(&parent, 0, &queues).drawn.queue, Some(2));
    assert_eq!(decided_at(&overflowing(), 0, &queues).drawn.outcome, Outcome::Overflow);
    let nobody = decided_at(&overflowing(), 0, &[state(0.0, 0.0, 0.0); 3]);
    assert_eq!((nobody.drawn.abstention, nobody.drawn.goes_to), (Some(Abstention::Closed), 2));
    // An e-mail waits until an agent comes. An unknown number of agents excludes no queue.
    let mut email = def();
    email.queues[0].channel = Channel::Email;
    assert_eq!(decided_at(&email, 0, &queues).drawn.queue, Some(0));
    assert_eq!(decided_at(&def(), 0, &[QueueState::default()]).drawn.queue, Some(0));
    // A snapshot that is too old says nothing about present agents.
    let heads = heads([1.0, 0.0, 0.0]);
    let old = Snapshot { as_of_ms: Some(0), queues: queues.to_vec(), agents: Vec::new() };
    let request = Request { scores: &heads, now_ms: 300_000, ..Request::default() };
    assert_eq!(decide(&World::new().policy(def()), &request, &old).drawn.queue, Some(0));
}

/// The first queue has these hours every day, in UTC.
fn with_hours(spans: &[(u16, u16)]) -> PolicyDef {
    let span =
        |&(from, to): &(u16, u16)| SpanDef { days: Days(127), from: Minute(60 * from), to: Minute(60 * to) };
    let hours = HoursDef {
        name: "shop".to_owned(),
        zone: ZoneDef::default(),
        open: spans.iter().map(span).collect(),
        holidays: Vec::new(),
        special: Vec::new(),
    };
    let mut def = PolicyDef { hours: vec![hours], ..def() };
    def.queues[0].hours = Some("shop".to_owned());
    def
}

#[test]
fn a_queue_that_closes_before_it_answers_takes_nothing() {
    let shop = with_hours(&[(9, 20)]);
    // One agent ends a request in 100 seconds: half an hour is 18 services, those of the 17 that wait and of the one in service.
    let half_an_hour = state(17.0, 1.0, 1.0);
    let standing = |def: &PolicyDef, now_ms, state| decided_at(def, now_ms, &[state]).eligible.standings[0];
    assert_eq!(standing(&shop, at(19, 59), half_an_hour), Standing::Closing);
    assert_eq!(standing(&shop, at(19, 31), half_an_hour), Standing::Closing);
    assert_eq!(standing(&shop, at(19, 29), half_an_hour), Standing::Candidate);
    assert_eq!(standing(&shop, at(20, 0), half_an_hour), Standing::Closed);
    // A free agent answers before the queue closes. An unknown wait excludes no queue.
    assert_eq!(standing(&shop, at(19, 59), state(0.0, 1.0, 0.0)), Standing::Candidate);
    assert_eq!(standing(&shop, at(19, 59), open(true)), Standing::Candidate);
    // A snapshot that says `open` does not move the closing time; outside the hours, the closing time is not known.
    let said = QueueState { open: Some(true), ..half_an_hour };
    assert_eq!(standing(&shop, at(19, 59), said), Standing::Closing);
    assert_eq!(standing(&shop, at(21, 0), said), Standing::Candidate);
    // An hour and three quarters that end after the break at noon.
    let long = QueueState { waiting: 62.0, ..half_an_hour };
    let noon = with_hours(&[(9, 12), (13, 20)]);
    assert_eq!(standing(&noon, at(11, 30), long), Standing::Closing);
    assert_eq!(standing(&noon, at(9, 0), long), Standing::Candidate);
    // Hours that go on at midnight do not end there.
    assert_eq!(standing(&with_hours(&[(0, 24)]), at(23, 50), half_an_hour), Standing::Candidate);
    // An e-mail is answered some day.
    let mut email = shop.clone();
    email.queues[0].channel = Channel::Email;
    assert_eq!(standing(&email, at(19, 59), half_an_hour), Standing::Candidate);
    // The request goes to another queue: the second and the third fit equally little, and the second is declared first.
    let decision = decided_at(&shop, at(19, 59), &[half_an_hour]);
    assert_eq!((decision.drawn.queue, decision.scored.ranking[2]), (Some(1), 0));
}

#[test]
fn a_longer_wait_is_looked_at_although_a_shorter_one_was_fine() {
    let mut def = with_hours(&[(9, 20)]);
    def.queues.iter_mut().for_each(|queue| queue.hours = Some("shop".to_owned()));
    let waiting = |n| state(n, 1.0, 1.0);
    let standings = |queues: [f32; 3]| decided_at(&def, at(19, 45), &queues.map(waiting)).eligible.standings;
    // 200, 1000 and 600 seconds of 900.
    let [candidate, closing] = [Standing::Candidate, Standing::Closing];
    assert_eq!(standings([1.0, 9.0, 5.0]), [candidate, closing, candidate]);
    assert_eq!(standings([9.0, 1.0, 8.5]), [closing, candidate, closing]);
}
#[test]
fn a_queue_nobody_serves_is_told_apart_from_one_of_which_nothing_is_known() {
    let snapshot = Snapshot { queues: vec![state(0.0, 0.0, 0.0)], ..Snapshot::default() };
    let heads = heads([1.0, 0.0, 0.0]);
    let decision =
        decide(&World::new().policy(def()), &Request { scores: &heads, ..Request::default() }, &snapshot);
    assert_eq!(decision.waits[0], Wait { low: f32::INFINITY, mean: f32::INFINITY, high: f32::INFINITY });
    assert!(decision.waits[1].mean.is_nan());
}
