//! Locate: line and column of an entry in a policy's text, by its path of keys and indices.
//!
//! Invariants
//! - The text was parsed before, so it is well-formed. If it is not, the answer is the first line; there is no panic.
//!
//! Not here: findings about the entry (`lint`).

use floorwalker_finding::shown;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys and indices of a path, as in `queues[3].aht`.
pub(super) fn steps(path: &str) -> Vec<&str> {
    path.split(['.', '[', ']']).filter(|step| !step.is_empty()).collect()
}

/// Line and column, from 1, of what `path` leads to, or of the nearest entry around it that is written.
pub(super) fn place(text: &str, is_json: bool, path: &[&str]) -> (usize, usize) {
    let at = |path: &[&str]| if is_json { in_json(text, path) } else { in_toml(text, path) };
    // A single strategy may be written without a list. Both paths are tried: the one that leads deeper ends later in the text.
    let is_lone = |at: usize| path[at] == "0" && at > 0 && path[at - 1] == "strategy";
    let without_list: Vec<&str> =
        (0..path.len()).filter(|step| !is_lone(*step)).map(|step| path[step]).collect();
    let at = at(path).max(at(&without_list));
    shown::place(text, at)
}

fn in_toml(text: &str, path: &[&str]) -> usize {
    let Ok(document) = DeTable::parse(text) else { return 0 };
    let mut start = document.span().start;
    let root = DeValue::Table(document.into_inner());
    let mut value = &root;
    for step in path {
        let found = match value {
            DeValue::Table(table) => {
                let entry = table.iter().find(|(key, _)| key.get_ref() == step);
                entry.map(|(key, value)| (key.span().start, value))
            }
            DeValue::Array(array) => {
                let item = step.parse().ok().and_then(|at: usize| array.get(at));
                item.map(|item| (item.span().start, item))
            }
            _ => None,
        };
        let Some((at, next)) = found else { break };
        (start, value) = (at, Spanned::get_ref(next));
    }
    start
}

/// Where a JSON parser is: in an object at a key, or in an array at an index.
enum Inside {
    Object(Option<String>),
    Array(usize),
}

fn in_json(text: &str, path: &[&str]) -> usize {
    let bytes = text.as_bytes();
    let mut inside: Vec<Inside> = Vec::new();
    let (mut best, mut best_depth, mut at) = (0, 0, 0);
    // Whether the keys and indices that lead here agree with the path.
    let agrees = |inside: &[Inside]| {
        inside.len() <= path.len()
            && inside.iter().zip(path).all(|(inside, step)| match inside {
                Inside::Object(key) => key.as_deref() == Some(*step),
                Inside::Array(place) => step.parse() == Ok(*place),
            })
    };
    while let Some(byte) = bytes.get(at) {
        let is_value = !matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',' | b':' | b'}' | b']');
        let is_key = *byte == b'"' && matches!(inside.last(), Some(Inside::Object(None)));
        if is_value && !is_key && inside.len() > best_depth && agrees(&inside) {
            (best, best_depth) = (at, inside.len());
        }
        match byte {
            b'{' => inside.push(Inside::Object(None)),
            b'[' => inside.push(Inside::Array(0)),
            b'}' | b']' => {
                inside.pop();
            }
            b',' => match inside.last_mut() {
                Some(Inside::Object(key)) => *key = None,
                Some(Inside::Array(place)) => *place += 1,
                None => {}
            },
            b'"' => {
                let start = at;
                at += 1;
                while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if bytes.get(at) == Some(&b'\\') { 2 } else { 1 };
                }
                if let Some(Inside::Object(key @ None)) = inside.last_mut() {
                    let written = text.get(start..=at).unwrap_or("");
                    *key = Some(serde_json::from_str(written).unwrap_or_default());
                }
            }
            _ => {}
        }
        at += 1;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, is_json: bool, path: &[&str]) -> usize {
        place(text, is_json, path).0
    }

    #[test]
    fn columns_are_counted_in_characters() {
        let text = "客 = 1\n[[b]]\n\"é\" = [{ x = 1 }, { y = 2 }]\n".replace("客", "a");
        assert_eq!(place(&text, false, &["b", "0", "é", "1", "y"]), (3, 21));
        assert_eq!(place("{\"é\": 1, \"b\": [2, 3]}", true, &["b", "1"]), (1, 19));
    }

    #[test]
    fn toml_is_found_by_tables_keys_and_places() {
        let text = "a = 1\n\n[[b]]\nc = 2\n[[b]]\nc = 3\nd = [\n  { e = 4 },\n  { e = 5 },\n]\n";
        for (path, wanted) in [
            (&["a"][..], 1),
            (&["b", "0", "c"], 4),
            (&["b", "1", "c"], 6),
            (&["b", "1", "d", "1", "e"], 9),
            (&["b", "1", "nothing"], 5),
            (&["nothing"], 1),
        ] {
            assert_eq!(line(text, false, path), wanted, "{path:?}");
        }
    }

    #[test]
    fn json_is_found_by_keys_and_places() {
        let text = "{\n  \"a\": \"}{\\\"\",\n  \"b\": [\n    {\"c\": 1},\n    {\n      \"c\": 2\n    }\n  ],\n  \"c\": 3\n}";
        for (path, wanted) in [
            (&["a"][..], 2),
            (&["b", "0", "c"], 4),
            (&["b", "1"], 5),
            (&["b", "1", "c"], 6),
            (&["c"], 9),
            (&["b", "7"], 3),
        ] {
            assert_eq!(line(text, true, path), wanted, "{path:?}");
        }
    }

    #[test]
    fn a_strategy_is_found_with_a_list_and_without() {
        let path = steps("filters[0].strategy[0].bandit.inputs[1]");
        assert_eq!(path, ["filters", "0", "strategy", "0", "bandit", "inputs", "1"]);
        let bandit = "{ by = \"lin_ucb\",\nbandit = { inputs = [\n\"a\",\n\"b\"] } }";
        for strategy in [bandit.to_owned(), format!("[{bandit}, \"skills\"]")] {
            let toml = format!("[[filters]]\nstrategy = {strategy}\n");
            assert_eq!(line(&toml, false, &path), 5, "{toml}");
            let keys = strategy.replace(" = ", "\": ").replace("{ ", "{ \"").replace("\nb", "\n\"b");
            let json = format!("{{\"filters\": [{{\n\"strategy\": {keys}}}]}}");
            assert_eq!(line(&json, true, &path), 5, "{json}");
        }
    }

    #[test]
    fn text_that_is_neither_is_line_one() {
        assert_eq!([line("= =", false, &["a"]), line("{\"", true, &["a"]), line("", true, &[])], [1; 3]);
    }
}
