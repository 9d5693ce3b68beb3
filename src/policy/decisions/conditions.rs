//! The syntax of conditions, and their results.

use super::*;
use crate::tests::conditions::{Fact, RELATIONS, trees};
use crate::tests::runner;
use proptest::array::uniform3;
use proptest::option::weighted as maybe;
use proptest::prelude::*;
use proptest::sample::select;

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

/// What is known of a request.
#[derive(Clone, Debug)]
struct Told {
    cart_value: Option<f32>,
    language: Option<&'static str>,
    /// Of each intent; they need not sum to 1.
    intents: Option<[f32; 3]>,
    age: f32,
    /// In the first of two queues.
    waiting: Option<f32>,
}

/// A value by its name, as facts compare it.
enum Known {
    Nothing,
    Number(f32),
    Word(&'static str),
}

const INTENTS: [&str; 3] = ["compatibility", "returns", "price_match"];

impl Told {
    fn value(&self, name: &str) -> Known {
        let number = |number: Option<f32>| number.map_or(Known::Nothing, Known::Number);
        let probability = |at: usize| self.intents.map(|p| p[at]);
        match name {
            "age" => Known::Number(self.age),
            "cart_value" => number(self.cart_value),
            "language" => self.language.map_or(Known::Nothing, Known::Word),
            "intent.returns" => number(probability(1)),
            "floor.waiting" | "queue.waiting" => number(self.waiting),
            // The most probable intent; of several, the first.
            "intent" => self.intents.map_or(Known::Nothing, |p| {
                let most = p.iter().copied().fold(0.0, f32::max);
                Known::Word(INTENTS[p.iter().position(|p| *p == most).unwrap()])
            }),
            // The only output of a head.
            "angry" if self.intents.is_some() => Known::Word("no"),
            _ => Known::Nothing,
        }
    }

    /// Whether a fact is true of the request; of what is not known, none is.
    fn is_true(&self, fact: &Fact) -> bool {
        let is = |is_it: bool| is_it == (fact.relation == Relation::Equal);
        match (self.value(&fact.what), &fact.to) {
            (Known::Number(found), Operand::Number(number)) => match fact.relation {
                Relation::Equal => found == *number,
                Relation::Unequal => found != *number,
                Relation::Below => found < *number,
                Relation::AtMost => found <= *number,
                Relation::Above => found > *number,
                Relation::AtLeast => found >= *number,
            },
            (Known::Word(found), Operand::Text(text)) => is(found == text),
            // A page's booleans are numbers.
            (Known::Number(found), Operand::Text(text)) => match text.as_str() {
                "true" => is(found == 1.0),
                "false" => is(found == 0.0),
                _ => false,
            },
            (Known::Nothing, _) | (Known::Word(_), Operand::Number(_)) => false,
        }
    }
}

/// Facts that the model knows, about numbers and words that requests have.
fn facts() -> impl Strategy<Value = Fact> {
    let number = select(&[0.0, 0.25, 0.5, 1.0, 3.0, 12.0, 250.0][..]).prop_map(Operand::Number);
    let words =
        |words: &[&'static str]| select(words.to_vec()).prop_map(|word| Operand::Text(word.to_owned()));
    let numbers =
        select(&["age", "cart_value", "language", "intent.returns", "floor.waiting", "queue.waiting"][..]);
    let by_number = (numbers, select(&RELATIONS[..]), number);
    let is = || select(&RELATIONS[..2]);
    let by_word = prop_oneof![
        (select(&["cart_value", "language"][..]), is(), words(&["en", "zh-CN", "true", "false"])),
        (Just("intent"), is(), words(&INTENTS)),
        (Just("angry"), is(), words(&["yes"])),
    ];
    (prop_oneof![by_number, by_word], any::<bool>()).prop_map(|((what, relation, to), is_short)| Fact {
        what: what.to_owned(),
        relation,
        to,
        is_short,
    })
}

fn requests() -> impl Strategy<Value = Told> {
    let number = || select(&[0.0, 0.25, 0.5, 0.75, 1.0, 3.0, 11.5, 12.0, 250.0][..]);
    let words = select(&["en", "zh-CN", "true", "false", "other"][..]);
    let intents = uniform3(select(&[0.0, 0.25, 0.5, 0.75, 1.0][..]));
    (maybe(0.8, number()), maybe(0.8, words), maybe(0.8, intents), number(), maybe(0.8, number())).prop_map(
        |(cart_value, language, intents, age, waiting)| Told { cart_value, language, intents, age, waiting },
    )
}

#[test]
fn a_condition_holds_where_its_facts_say_so() {
    let held = runner(3_000).run(&(trees(facts()), requests()), |(tree, told)| {
        let features = [
            told.cart_value.map_or(Value::Missing, Value::Number),
            told.language.map_or(Value::Missing, |word| Value::category(Symbol::of(word))),
        ];
        let scores = told.intents.map_or(Vec::new(), heads);
        let request = Request { features: &features, scores: &scores, age_s: told.age, ..Request::default() };
        let queues = told.waiting.map(|waiting| [state(waiting, 2.0, 2.0), QueueState::default()]);
        let queues = queues.as_ref().map_or(&[][..], |queues| queues);
        let wanted = tree.holds(&|fact| told.is_true(fact));
        prop_assert_eq!(holds(&tree.text(), &request, queues), wanted, "{}", tree.text());
        Ok(())
    });
    held.unwrap();
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
fn a_condition_of_many_parts_reads_back_from_its_own_text() {
    let many = |word: &str| (0..60).map(|at| format!("age > {at}")).collect::<Vec<_>>().join(word);
    let (all, any) = (many(" and "), many(" or "));
    for text in [
        &all,
        &any,
        &many(" or age < 3 and "),
        &format!("not ({all}) or not age < 1 and ({any}) and not ({any} or {all})"),
        &format!("age < 1 and (age < 2 and {all}) or (age < 3 or {any})"),
        &("(age < 1 or ".repeat(15) + "age < 2" + &")".repeat(15)),
    ] {
        let condition: Condition = text.parse().unwrap();
        let shown = condition.to_string();
        assert_eq!(shown.parse().as_ref(), Ok(&condition), "{shown}");
    }
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
