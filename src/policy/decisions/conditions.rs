//! The syntax of conditions, and their results.

use super::*;

/// Whether a condition holds for the first queue: then the queue is skipped.
fn holds(text: &str, request: &Request<'_>, queues: &[QueueState]) -> bool {
    let skipped = TargetDef { skip_if: Some(text.parse().unwrap()), ..TargetDef::default() };
    let def = PolicyDef { filters: vec![filter("all", "", vec![skipped])], ..def() };
    let snapshot = Snapshot { queues: queues.to_vec(), ..Snapshot::default() };
    decide(&World::new().policy(def), request, &snapshot).eligible.standings[0] == Standing::Skipped
}

/// Whether the condition holds for a basket of 250 in Chinese, 12 seconds old, with these two queues.
fn check(text: &str, expected: bool) {
    let condition: Condition = text.parse().unwrap();
    let again: Condition = condition.to_string().parse().unwrap();
    assert_eq!(condition, again, "{text}");
    let features = [Value::Number(250.0), Value::category(Symbol::of("zh-CN"))];
    let scores = heads([0.2, 0.7, 0.1]);
    let request = Request { features: &features, scores: &scores, age_s: 12.0, ..Request::default() };
    assert_eq!(holds(text, &request, &[state(3.0, 2.0, 2.0), QueueState::default()]), expected, "{text}");
}

#[test]
fn comparisons_read_features_heads_and_the_floor() {
    for (text, holds) in [
        ("age >= 12", true),
        ("age > 12", false),
        ("cart_value > 249.5", true),
        ("language = zh-CN", true),
        ("language = \"zh-CN\"", true),
        ("language != en", true),
        ("intent = returns", true),
        ("intent != returns", false),
        ("intent.returns <= 0.7", true),
        ("angry.yes < 0.05", false),
        // A head with one output: it counts as the most probable one from 0.5 on.
        ("angry = yes", false),
        ("angry != yes", true),
        ("queue.waiting = 3", true),
        ("queue.load = 1.5", true),
        ("queue.free = 0", true),
        // Three requests before it and its own: four services must end, at two in a hundred seconds.
        ("queue.wait = 200", true),
        ("floor.waiting = 3 and floor.agents = 2", true),
    ] {
        check(text, holds);
    }
}

#[test]
fn true_and_false_are_the_numbers_that_pages_send_for_them() {
    for (text, number, expected) in [
        ("cart_value = true", 1.0, true),
        ("cart_value = true", 0.0, false),
        ("cart_value = false", 0.0, true),
        ("cart_value != true", 0.0, true),
        ("not cart_value = true", 1.0, false),
    ] {
        let features = [Value::Number(number), Value::category(Symbol::of("true"))];
        let request = Request { features: &features, ..Request::default() };
        assert_eq!(holds(text, &request, &[]), expected, "{text} of {number}");
        let of_category = text.replace("cart_value", "language");
        assert_eq!(holds(&of_category, &request, &[]), text == "cart_value = true", "{of_category}");
    }
}

#[test]
fn and_binds_closer_than_or_and_not_closest() {
    for (text, holds) in [
        ("age > 0 or age > 100 and age > 100", true),
        ("(age > 0 or age > 100) and age > 100", false),
        ("not age > 100 and age > 0", true),
        ("not (age > 0 and age > 100)", true),
        ("not not age > 0", true),
        ("not (not (age > 0) or (age > 100))", true),
    ] {
        check(text, holds);
    }
}

#[test]
fn what_is_not_known_compares_with_nothing() {
    for text in [
        "cart_value = 1",
        "cart_value != 1",
        "language != en",
        "intent != returns",
        "angry != yes",
        "floor.load >= 0",
    ] {
        assert!(!holds(text, &Request::default(), &[]), "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_the_place() {
    for (text, says) in [
        ("", "nothing is found where a name is expected"),
        ("age", "`age` is followed by nothing"),
        ("age >", "`age >` is followed by nothing"),
        ("age > 1 age < 2", "`age` is found where `and`, `or` or the end is expected"),
        ("(age > 1", "does not close its bracket"),
        ("age > 1)", "closes a bracket that was not opened"),
        ("language = \"zh", "does not close its quotation mark"),
        ("age ! 1", "has a `!` without `=`"),
    ] {
        let error = text.parse::<Condition>().unwrap_err();
        assert!(error.contains(says), "{text}: {error}");
    }
    let deep = "(".repeat(100) + "age > 1" + &")".repeat(100);
    assert!(deep.parse::<Condition>().unwrap_err().contains("too many brackets"));
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let world = World::new();
    for (text, at) in [
        ("basket > 1", "basket"),
        ("intent = refunds", "refunds"),
        ("intent > 1", "intent"),
        ("intent.refunds > 1", "intent.refunds"),
        ("language < zh", "zh"),
        ("age = old", "old"),
        ("queue.waiting > 1", "queue.waiting"),
        ("floor.wait > 1", "floor.wait"),
    ] {
        let found = text.parse::<Condition>().unwrap().resolve(&world.names(), false).unwrap_err();
        assert_eq!(found, at, "{text}");
    }
    let torn = Condition { terms: vec![Term::And] };
    assert!(torn.resolve(&world.names(), false).is_err());
}
