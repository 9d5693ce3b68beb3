//! Logic of conditions: which can never hold, and which can only hold where another does.
//!
//! A condition becomes alternatives of comparisons that hold together. What compares numbers of one name is an interval, what
//! compares categories a set of names; a negated comparison holds as well where nothing is known, and is kept as it is.
//!
//! Invariants
//! - Sound and not complete: what is said here is so; of conditions with more than [`MOST`] alternatives nothing is said.
//!
//! Not here: what a condition says of a request (`engine::route`).

use floorwalker_engine::route::{Condition, Operand, Relation, Term};

/// Most alternatives that are looked at.
const MOST: usize = 256;

/// A comparison, or its negation.
#[derive(Clone, Debug, PartialEq)]
struct Fact {
    what: String,
    relation: Relation,
    to: Operand,
    negated: bool,
}

type Alternatives = Vec<Vec<Fact>>;

/// Whether `condition` can hold.
pub(super) fn can_hold(condition: &Condition) -> bool {
    alternatives(condition).is_none_or(|all| all.iter().any(|facts| is_possible(facts)))
}

/// Whether `other` holds wherever `condition` does.
pub(super) fn implies(condition: &Condition, other: &Condition) -> bool {
    let (Some(ours), Some(theirs)) = (alternatives(condition), alternatives(other)) else { return false };
    let possible = ours.iter().filter(|facts| is_possible(facts));
    possible.clone().all(|facts| theirs.iter().any(|wanted| wanted.iter().all(|fact| follows(facts, fact))))
}

fn alternatives(condition: &Condition) -> Option<Alternatives> {
    // Of each part what makes it hold, and what makes it not.
    let mut stack: Vec<(Alternatives, Alternatives)> = Vec::new();
    for term in &condition.terms {
        let next = match term {
            Term::Compare { what, relation, to } => {
                let fact = |negated| {
                    vec![vec![Fact { what: what.clone(), relation: *relation, to: to.clone(), negated }]]
                };
                (fact(false), fact(true))
            }
            Term::Not => {
                let (holds, fails) = stack.pop()?;
                (fails, holds)
            }
            Term::And | Term::Or => {
                let (b, a) = (stack.pop()?, stack.pop()?);
                if *term == Term::And {
                    (both(&a.0, &b.0)?, either(a.1, b.1)?)
                } else {
                    (either(a.0, b.0)?, both(&a.1, &b.1)?)
                }
            }
        };
        stack.push(next);
    }
    stack.pop().map(|(holds, _)| holds)
}

fn both(a: &Alternatives, b: &Alternatives) -> Option<Alternatives> {
    if a.len() * b.len() > MOST {
        return None;
    }
    Some(a.iter().flat_map(|a| b.iter().map(move |b| [&a[..], &b[..]].concat())).collect())
}

fn either(mut a: Alternatives, b: Alternatives) -> Option<Alternatives> {
    a.extend(b);
    (a.len() <= MOST).then_some(a)
}

/// Whether facts can hold together.
fn is_possible(facts: &[Fact]) -> bool {
    facts.iter().enumerate().all(|(at, fact)| {
        let rest = &facts[at + 1..];
        match fact.negated {
            // Something known must be left of what is compared.
            false => {
                Numbers::of(facts, &fact.what).is_none_or(|numbers| numbers.is_possible())
                    && rest.iter().all(|other| !excludes(fact, other))
            }
            true => rest.iter().all(|other| !excludes(other, fact)),
        }
    })
}

/// Whether two facts about the same name cannot both hold.
fn excludes(a: &Fact, b: &Fact) -> bool {
    if a.what != b.what || a.negated {
        return false;
    }
    if b.negated {
        return follows(std::slice::from_ref(a), &Fact { negated: false, ..b.clone() });
    }
    match (&a.to, &b.to, a.relation, b.relation) {
        (Operand::Text(x), Operand::Text(y), Relation::Equal, Relation::Equal) => x != y,
        (Operand::Text(x), Operand::Text(y), Relation::Equal, Relation::Unequal)
        | (Operand::Text(x), Operand::Text(y), Relation::Unequal, Relation::Equal) => x == y,
        _ => false,
    }
}

/// Whether `wanted` holds wherever all of `facts` do.
fn follows(facts: &[Fact], wanted: &Fact) -> bool {
    if facts.contains(wanted) {
        return true;
    }
    if wanted.negated {
        // Known to be elsewhere.
        return facts
            .iter()
            .any(|fact| !fact.negated && excludes(fact, &Fact { negated: false, ..wanted.clone() }))
            || Numbers::of(facts, &wanted.what).is_some_and(|mut numbers| {
                numbers.take(wanted);
                !numbers.is_possible()
            });
    }
    match &wanted.to {
        Operand::Number(_) => {
            Numbers::of(facts, &wanted.what).is_some_and(|numbers| numbers.lie_within(wanted))
        }
        Operand::Text(name) => {
            facts.iter().filter(|fact| !fact.negated && fact.what == wanted.what).any(|fact| {
                // Known to be another name.
                matches!(&fact.to, Operand::Text(other) if fact.relation == Relation::Equal
                && (other == name) == (wanted.relation == Relation::Equal)
                // What is true may be a number, and a number is no other name.
                && is_flag(other) <= is_flag(name))
            })
        }
    }
}

/// Whether `text` may also mean a number.
fn is_flag(text: &str) -> bool {
    matches!(text, "true" | "false")
}

/// The numbers that a name may stand for: an interval with its ends, and points left out.
#[derive(Clone, Debug)]
struct Numbers {
    low: (f32, bool),
    high: (f32, bool),
    without: Vec<f32>,
}

impl Numbers {
    /// What the facts about `what` leave; `None` where none of them compares it with a number.
    fn of(facts: &[Fact], what: &str) -> Option<Self> {
        let mut numbers =
            Self { low: (f32::NEG_INFINITY, true), high: (f32::INFINITY, true), without: Vec::new() };
        let known =
            |fact: &&Fact| !fact.negated && fact.what == what && matches!(fact.to, Operand::Number(_));
        let known: Vec<&Fact> = facts.iter().filter(known).collect();
        known.iter().for_each(|fact| numbers.take(fact));
        (!known.is_empty()).then_some(numbers)
    }

    /// Narrows them to those of which `fact`, taken as it stands, holds.
    fn take(&mut self, fact: &Fact) {
        let Operand::Number(number) = fact.to else { return };
        let (up, down) = match fact.relation {
            Relation::Equal => (Some((number, true)), Some((number, true))),
            Relation::Above => (Some((number, false)), None),
            Relation::AtLeast => (Some((number, true)), None),
            Relation::Below => (None, Some((number, false))),
            Relation::AtMost => (None, Some((number, true))),
            Relation::Unequal => {
                self.without.push(number);
                (None, None)
            }
        };
        if let Some((low, closed)) =
            up.filter(|(low, closed)| *low > self.low.0 || (*low == self.low.0 && !closed))
        {
            self.low = (low, closed);
        }
        if let Some((high, closed)) =
            down.filter(|(high, closed)| *high < self.high.0 || (*high == self.high.0 && !closed))
        {
            self.high = (high, closed);
        }
    }

    fn is_possible(&self) -> bool {
        let ((low, low_closed), (high, high_closed)) = (self.low, self.high);
        low < high || (low == high && low_closed && high_closed && !self.without.contains(&low))
    }

    /// Whether every one of them makes `fact` hold.
    fn lie_within(&self, fact: &Fact) -> bool {
        let Operand::Number(number) = fact.to else { return false };
        let ((low, low_closed), (high, high_closed)) = (self.low, self.high);
        match fact.relation {
            Relation::Equal => low == number && high == number,
            Relation::Unequal => {
                self.without.contains(&number)
                    || number < low
                    || number > high
                    || (number == low && !low_closed)
                    || (number == high && !high_closed)
            }
            Relation::Above => low > number || (low == number && !low_closed),
            Relation::AtLeast => low >= number,
            Relation::Below => high < number || (high == number && !high_closed),
            Relation::AtMost => high <= number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(text: &str) -> Condition {
        text.parse().unwrap()
    }

    #[test]
    fn what_contradicts_itself_cannot_hold() {
        for (text, can) in [
            ("age > 10 and age < 5", false),
            ("age > 10 and age < 20", true),
            ("age >= 10 and age <= 10 and age != 10", false),
            ("intent = a and intent = b", false),
            ("intent = a and intent != a", false),
            ("intent = a and not intent = b", true),
            ("intent = a and not intent = a", false),
            ("(age > 10 and age < 5) or intent = a", true),
            ("not (age > 10 or age <= 10)", true),
        ] {
            assert_eq!(can_hold(&condition(text)), can, "{text}");
        }
    }

    #[test]
    fn a_narrower_condition_implies_a_wider_one() {
        for (text, other, wanted) in [
            ("age > 10", "age > 5", true),
            ("age > 5", "age > 10", false),
            ("age > 10 and intent = a", "intent = a", true),
            ("intent = a", "intent = a or intent = b", true),
            ("intent = a or intent = b", "intent = a", false),
            ("intent = a", "intent != b", true),
            ("intent = a", "not intent = b", true),
            ("not intent = b", "intent != b", false),
            ("age >= 30 and age <= 60", "age > 20 and age < 90", true),
            ("age < 20", "not age > 30", true),
            ("vip = true", "vip != false", true),
            ("vip = true", "vip != gold", false),
            ("vip = gold", "vip != true", true),
        ] {
            assert_eq!(implies(&condition(text), &condition(other)), wanted, "{text} => {other}");
        }
    }

    #[test]
    fn of_too_many_alternatives_nothing_is_said() {
        let text: Vec<String> = (0..9).map(|n| format!("(a{n} = 1 or b{n} = 1)")).collect();
        let many = condition(&text.join(" and "));
        assert!(can_hold(&many) && !implies(&many, &many));
    }
}
