//! Parses conditions, with a stack of operators that wait for their right side, so that brackets need no recursion.
//!
//! Not here: the grammar in words (`text`), what names mean (`names`).

use crate::names::{Condition, Operand, Term};
use floorwalker_engine::route::Relation;

/// Largest number of brackets and operators that may be open.
const MAX_OPEN: usize = 32;

#[derive(Clone, Debug, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    Quoted(&'a str),
    Relation(Relation),
    Open,
    Close,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pending {
    Or,
    And,
    Not,
    Bracket,
}

/// The condition that `text` writes.
pub(super) fn condition(text: &str) -> Result<Condition, String> {
    let tokens = tokens(text)?;
    let mut rest = tokens.iter();
    let mut terms = Vec::new();
    let mut pending: Vec<Pending> = Vec::new();
    loop {
        // An operand: `not`s and brackets, then a comparison.
        match rest.next() {
            Some(Token::Open) => pending.push(Pending::Bracket),
            Some(Token::Word("not")) => pending.push(Pending::Not),
            Some(Token::Word(what)) => {
                let relation = match rest.next() {
                    Some(Token::Relation(relation)) => *relation,
                    found => {
                        return Err(format!(
                            "`{what}` is followed by {}, and a comparison is expected; write {what} = x or another one",
                            shown(found)
                        ));
                    }
                };
                let to = match rest.next() {
                    Some(Token::Quoted(text)) => Operand::Text((*text).into()),
                    Some(Token::Word(word)) => match word.parse::<f32>() {
                        Ok(number) if number.is_finite() => Operand::Number(number),
                        _ => Operand::Text((*word).into()),
                    },
                    found => {
                        return Err(format!(
                            "`{what} {relation}` is followed by {}; write a number or a word",
                            shown(found)
                        ));
                    }
                };
                terms.push(Term::Compare { what: (*what).into(), relation, to });
                // What ends with the comparison, and what follows.
                loop {
                    while pending.last() == Some(&Pending::Not) {
                        pending.pop();
                        terms.push(Term::Not);
                    }
                    match rest.next() {
                        Some(Token::Word("and")) => {
                            close(&mut pending, &mut terms, Pending::And);
                            pending.push(Pending::And);
                            break;
                        }
                        Some(Token::Word("or")) => {
                            close(&mut pending, &mut terms, Pending::Or);
                            pending.push(Pending::Or);
                            break;
                        }
                        Some(Token::Close) => {
                            close(&mut pending, &mut terms, Pending::Or);
                            if pending.pop() != Some(Pending::Bracket) {
                                return Err(format!("`{text}` closes a bracket that was not opened"));
                            }
                        }
                        None => {
                            close(&mut pending, &mut terms, Pending::Or);
                            return match pending.pop() {
                                None => Ok(Condition { terms }),
                                Some(_) => Err(format!("`{text}` does not close its bracket")),
                            };
                        }
                        found => {
                            return Err(format!(
                                "{} is found where `and`, `or` or the end is expected",
                                shown(found)
                            ));
                        }
                    }
                }
            }
            found => {
                return Err(format!(
                    "{} is found where a name is expected; write a comparison such as age > 30",
                    shown(found)
                ));
            }
        }
        if pending.len() > MAX_OPEN {
            return Err(format!(
                "`{text}` has too many brackets inside one another; split it into several filters"
            ));
        }
    }
}

/// Closes the pending operators that bind at least as tightly as `next`.
fn close(pending: &mut Vec<Pending>, terms: &mut Vec<Term>, next: Pending) {
    while let Some(last) = pending.last().copied() {
        match last {
            Pending::And => terms.push(Term::And),
            Pending::Or if next == Pending::Or => terms.push(Term::Or),
            _ => break,
        }
        pending.pop();
    }
    // `not (…)` ends with its bracket, which the caller takes away.
}

fn shown(token: Option<&Token<'_>>) -> String {
    match token {
        None => "nothing".into(),
        Some(Token::Word(word)) => format!("`{word}`"),
        Some(Token::Quoted(text)) => format!("\"{text}\""),
        Some(Token::Relation(relation)) => format!("`{relation}`"),
        Some(Token::Open) => "`(`".into(),
        Some(Token::Close) => "`)`".into(),
    }
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '"' => {
                let end = rest.get(1..).and_then(|rest| rest.find('"'));
                let end = end.ok_or_else(|| format!("`{text}` does not close its quotation mark"))?;
                (Token::Quoted(rest.get(1..=end).unwrap_or("")), end + 2)
            }
            '=' | '!' | '<' | '>' => {
                let (relation, length) = [
                    ("!=", Relation::Unequal),
                    ("<=", Relation::AtMost),
                    (">=", Relation::AtLeast),
                    ("==", Relation::Equal),
                    ("=", Relation::Equal),
                    ("<", Relation::Below),
                    (">", Relation::Above),
                ]
                .iter()
                .find(|(sign, _)| rest.starts_with(sign))
                .map(|(sign, relation)| (*relation, sign.len()))
                .ok_or_else(|| format!("`{text}` has a `!` without `=`; write != or not"))?;
                (Token::Relation(relation), length)
            }
            _ => {
                let is_end = |c: char| c.is_whitespace() || "()\"=!<>".contains(c);
                let end = rest.find(is_end).unwrap_or(rest.len());
                (Token::Word(rest.get(..end).unwrap_or("")), end)
            }
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or("").trim_start();
    }
    Ok(tokens)
}
