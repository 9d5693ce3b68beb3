//! Arms: the places of bandits in a policy, and writing what they learnt into its text as its author would have.
//!
//! Invariants
//! - The written text reads back as the policy that was meant, to the bit; else it is an error. In TOML, everything but the arms and
//!   the version stays as it was: comments, order, blank lines. JSON is formatted anew.
//!
//! Not here: learning (`offpolicy::learn`).

use super::PolicyFile;
use crate::{ArmDef, BanditDef, PolicyDef, StrategyDef};
use anyhow::{Context, Result, ensure};
use floorwalker_engine::route::PolicyProgram;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use toml_edit::{DocumentMut, Item, TableLike, Value};

/// Hexadecimal digits of the hash that tells two learnt policies apart.
pub const DIGITS: usize = 6;

/// The place of a bandit in a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BanditPlace {
    /// The index of its filter; none: it belongs to the policy itself.
    pub filter: Option<usize>,
    /// Its index among the strategies there.
    pub strategy: usize,
}

impl fmt::Display for BanditPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.filter {
            None => write!(f, "strategy {}", self.strategy + 1),
            Some(filter) => write!(f, "filter {}, strategy {}", filter + 1, self.strategy + 1),
        }
    }
}

impl BanditPlace {
    /// Its row among the strategies of the policy's program.
    ///
    /// # Errors
    ///
    /// `program` is that of another policy: it has no such strategy.
    pub fn row(self, program: &PolicyProgram) -> Result<usize> {
        let part = match self.filter {
            None => Some(program.settings.strategy),
            Some(filter) => program.filters.get(filter).map(|row| row.strategy),
        };
        let part = part.filter(|part| self.strategy < part.n as usize);
        Ok(
            part.with_context(|| format!("the compiled policy has no {self}; compile the policy again"))?
                .first as usize
                + self.strategy,
        )
    }
}

/// Every bandit of a policy: first those of its filters, then its own, in order.
#[must_use]
pub fn bandits(def: &PolicyDef) -> Vec<(BanditPlace, &BanditDef)> {
    let of_filters =
        def.filters.iter().enumerate().map(|(at, filter)| (Some(at), filter.strategy.as_deref()));
    let all = of_filters.chain([(None, Some(&def.strategy[..]))]);
    all.flat_map(|(filter, list)| {
        let of_list = list.unwrap_or(&[]).iter().enumerate();
        of_list.filter_map(move |(strategy, one)| Some((BanditPlace { filter, strategy }, one.by.bandit()?)))
    })
    .collect()
}

/// The policy with the arms of `learnt` and this version. A bandit that `learnt` does not name is left without arms.
#[must_use]
pub fn with_arms(def: &PolicyDef, version: &str, learnt: &[(BanditPlace, Vec<ArmDef>)]) -> PolicyDef {
    let mut def = PolicyDef { version: version.to_owned(), ..def.clone() };
    let fill = |filter: Option<usize>, list: &mut [StrategyDef]| {
        for (strategy, one) in list.iter_mut().enumerate() {
            if let Some(bandit) = one.by.bandit_mut() {
                let place = BanditPlace { filter, strategy };
                let found = learnt.iter().find(|(of, _)| *of == place);
                bandit.arms = found.map_or(Vec::new(), |(_, arms)| arms.clone());
            }
        }
    };
    for (at, filter) in def.filters.iter_mut().enumerate() {
        fill(Some(at), filter.strategy.as_deref_mut().unwrap_or(&mut []));
    }
    fill(None, &mut def.strategy);
    def
}

/// The version of a policy that learnt from `lines` lines of a log: the version `before`, `+`, the lines, `.`, and [`DIGITS`] digits of a
/// hash of the policy, so that logs tell policies that differ apart. If `before` already ends in such a suffix, it is replaced.
///
/// # Errors
///
/// `def` cannot be serialized. A policy that was read always can.
pub fn version(def: &PolicyDef, before: &str, lines: usize) -> Result<String> {
    let is_ours = |added: &str| {
        added.split_once('.').is_some_and(|(lines, digits)| {
            lines.parse::<u64>().is_ok()
                && digits.len() == DIGITS
                && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    let base = before.rsplit_once('+').filter(|(_, added)| is_ours(added)).map_or(before, |(base, _)| base);
    // What chats call the queues decides nothing.
    let def = PolicyDef { version: String::new(), handover: BTreeMap::new(), ..def.clone() };
    let hash = Sha256::digest(serde_json::to_vec(&def)?);
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{base}+{lines}.{}", &digits[..DIGITS]))
}

impl PolicyFile {
    /// The file's text with the arms and the version of `def`, which must differ from the file in these alone.
    ///
    /// # Errors
    ///
    /// A `def` that differs in more, or whose numbers are not finite; a bandit that is not found in the text.
    pub fn rewritten(&self, def: &PolicyDef) -> Result<String> {
        let text = if self.is_json { self.in_json(def) } else { self.in_toml(def) }?;
        let written = Self::parse(text, self.is_json)?;
        ensure!(
            written.def == *def,
            "the learnt bandits cannot be written into this file without loss; write its bandits as in `floorwalker policy schema`"
        );
        Ok(written.text)
    }

    fn in_toml(&self, def: &PolicyDef) -> Result<String> {
        let mut document: DocumentMut = self.text.parse()?;
        let store: Vec<_> = self.is_in_store.then_some(("policy", 0)).into_iter().collect();
        set(table(&mut document, &store)?, "version", Value::from(def.version.as_str()));
        for (place, bandit) in bandits(def) {
            let filter = place.filter.map(|at| ("filters", at));
            let own = filter.into_iter().chain([("strategy", place.strategy), ("bandit", 0)]);
            let path: Vec<_> = store.iter().copied().chain(own).collect();
            set(table(&mut document, &path)?, "arms", in_rows(&bandit.arms).parse()?);
        }
        Ok(document.to_string())
    }

    fn in_json(&self, def: &PolicyDef) -> Result<String> {
        let mut root: Json = serde_json::from_str(&self.text)?;
        let object = root.as_object_mut().with_context(|| missing("version"))?;
        object.insert("version".to_owned(), json!(def.version));
        for (place, bandit) in bandits(def) {
            let list = place.filter.map_or(String::new(), |at| format!("/filters/{at}"));
            // A single strategy may be written without a list.
            let paths = ["".to_owned(), format!("/{}", place.strategy)]
                .map(|at| format!("{list}/strategy{at}/bandit"));
            let path = paths.iter().find(|path| root.pointer(path).is_some());
            let found = path.and_then(|path| root.pointer_mut(path));
            let number = |&number: &f32| json!(shortest(number));
            let arm = |arm: &ArmDef| {
                let [weights, inverse] =
                    [&arm.weights, &arm.inverse].map(|list| list.iter().map(number).collect::<Vec<_>>());
                json!({ "queue": arm.queue, "weights": weights, "inverse": inverse })
            };
            let found = found.and_then(Json::as_object_mut).with_context(|| missing("bandit"))?;
            found.insert("arms".to_owned(), bandit.arms.iter().map(arm).collect());
        }
        Ok(format!("{}\n", serde_json::to_string_pretty(&root)?))
    }
}

fn missing(key: &str) -> String {
    format!("`{key}` cannot be replaced in this file; write it as in `floorwalker policy schema`")
}

/// The table that a path of keys and indices leads to.
fn table<'a>(document: &'a mut DocumentMut, path: &[(&str, usize)]) -> Result<&'a mut dyn TableLike> {
    path.iter().try_fold(document.as_table_mut() as _, |table, (key, at)| within(table, key, *at))
}

/// The table at `key`, or at an index of the list there. A table without a list has index 0.
fn within<'a>(table: &'a mut dyn TableLike, key: &str, at: usize) -> Result<&'a mut dyn TableLike> {
    let found: Option<&mut dyn TableLike> = match table.get_mut(key) {
        Some(Item::ArrayOfTables(list)) => list.get_mut(at).map(|table| table as _),
        Some(Item::Value(Value::Array(list))) => {
            list.get_mut(at).and_then(Value::as_inline_table_mut).map(|table| table as _)
        }
        Some(item) if at == 0 => item.as_table_like_mut(),
        _ => None,
    };
    found.with_context(|| missing(key))
}

/// Sets `key` to `value`: an old value is replaced and the comments around it stay; a new one is added at the end.
fn set(table: &mut dyn TableLike, key: &str, mut value: Value) {
    let old = table.get_mut(key).and_then(Item::as_value_mut);
    if let Some(old) = old {
        *value.decor_mut() = old.decor().clone();
        *old = value;
        return;
    }
    // In an inline table, the blank before the closing brace belongs to the last value: a new last value takes it over.
    let is_in_braces = table.iter().all(|(_, item)| item.is_value());
    let last = table.iter_mut().last().filter(|_| is_in_braces).and_then(|(_, item)| match item {
        Item::Value(value) => Some(value),
        _ => None,
    });
    if let Some(last) = last
        && last.decor().suffix().and_then(|suffix| suffix.as_str()) == Some(" ")
    {
        last.decor_mut().set_suffix("");
        *value.decor_mut() = toml_edit::Decor::new(" ", " ");
    }
    table.remove(key);
    table.insert(key, Item::Value(value));
}

/// Arms as a list in TOML: one line for each arm, and one for each row of its `inverse`.
fn in_rows(arms: &[ArmDef]) -> String {
    let row = |numbers: &[f32]| -> String {
        numbers.iter().map(|&number| format!("{:?}", shortest(number))).collect::<Vec<_>>().join(", ")
    };
    let mut text = "[\n".to_owned();
    for ArmDef { queue, weights, inverse } in arms {
        let queue = Value::from(queue.as_str());
        let _ = writeln!(text, "  {{ queue = {queue}, weights = [{}], inverse = [", row(weights));
        for line in inverse.chunks(weights.len().max(1)) {
            let _ = writeln!(text, "    {},", row(line));
        }
        text.push_str("  ] },\n");
    }
    text.push(']');
    text
}

/// The number with the fewest digits that reads back as this one; 0 has no sign.
fn shortest(number: f32) -> f64 {
    let few: Option<f64> = number.to_string().parse().ok();
    few.filter(|few| *few as f32 == number).unwrap_or(f64::from(number)) + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Names;
    use floorwalker_engine::event::Value as Feature;
    use floorwalker_engine::route::{Policy, Request};

    const QUEUES: &str = "[[queues]]\nname = \"a\"   # the first\n[[queues]]\nname = 'b \"2\"'\n";

    fn arm(queue: &str, by: f32) -> ArmDef {
        let weights = [0.1, -2.0].map(|weight| weight * by).to_vec();
        ArmDef { queue: queue.to_owned(), weights, inverse: vec![0.5 * by, 1e-10, 1e-10, 1e20] }
    }

    /// The policy of `file` with arms in every bandit: one in the first, two in the others.
    fn taught(file: &PolicyFile) -> PolicyDef {
        let arms = |at: usize| [arm("a", 1.0 + at as f32), arm("b \"2\"", 3.0)][..=at.min(1)].to_vec();
        let learnt: Vec<_> =
            bandits(&file.def).iter().enumerate().map(|(at, (place, _))| (*place, arms(at))).collect();
        assert!(!learnt.is_empty());
        with_arms(&file.def, "2", &learnt)
    }

    #[test]
    fn arms_stand_where_their_author_would_have_put_them() {
        let text = format!(
            "# Ours.\nintents = \"intent\"\nversion = \"1\"  # counts up\ndefault_queue = \"a\"\n\n# By what was learnt.\n\
             strategy = {{ by = \"lin_ucb\", bandit = {{ inputs = [\"cart\"] }} }}  # so far\n\n{QUEUES}"
        );
        let file = PolicyFile::parse(text.clone(), false).unwrap();
        let wanted = text.replace("\"1\"", "\"2\"").replace(
            "[\"cart\"] }",
            "[\"cart\"], arms = [\n  { queue = \"a\", weights = [0.1, -2.0], inverse = [\n    0.5, 1e-10,\n    1e-10, 1e20,\n  ] },\n] }",
        );
        assert_eq!(file.rewritten(&taught(&file)).unwrap(), wanted);
    }

    /// Writes arms into a policy, and asserts that its comments stay, that the arms read back, and that writing them again changes nothing.
    #[track_caller]
    fn check(text: &str, is_json: bool) {
        let file = PolicyFile::parse(text.to_owned(), is_json).unwrap();
        let def = taught(&file);
        let written = file.rewritten(&def).unwrap();
        for comment in text.lines().filter_map(|line| line.split_once('#')).map(|(_, comment)| comment) {
            assert!(written.contains(comment), "{written}\nhas no {comment}");
        }
        let read = PolicyFile::parse(written.clone(), is_json).unwrap();
        assert_eq!((&read.def, read.def.version.as_str(), read.is_in_store), (&def, "2", file.is_in_store));
        assert_eq!(read.rewritten(&def).unwrap(), written);
    }

    #[test]
    fn however_a_strategy_is_written_its_arms_get_there() {
        let by = "by = \"thompson\"";
        let old = "arms = [{ queue = \"a\", weights = [1, 2], inverse = [1, 0, 0, 1] }]";
        for strategy in [
            format!("strategy = [\"skills\", {{ {by}, bandit = {{ inputs = [\"cart\"], {old} }} }}] # x"),
            format!(
                "strategy = [\n  \"skills\", # one\n  {{ {by}, bandit = {{ {old}, inputs = [\"cart\"] }} }}, # two\n]"
            ),
            format!("[strategy] # x\n{by} # y\nbandit.inputs = [\"cart\"] # z"),
            format!("[strategy]\n{by}\n[strategy.bandit] # x\ninputs = [\"cart\"] # y"),
            format!(
                "[strategy]\n{by}\n[strategy.bandit]\ninputs = [\"cart\"]\n[[strategy.bandit.arms]]\nqueue = \"a\"\nweights = [1, 2]\ninverse = [1, 0, 0, 1]\n"
            ),
            format!(
                "[[strategy]]\nby = \"skills\" # x\n[[strategy]]\n{by}\nbandit = {{ inputs = [\"cart\"] }}"
            ),
        ] {
            let filter = format!("[[filters]] # f\nname = \"f\"\n[[filters]]\nname = \"g\"\n{strategy}\n")
                .replace("[strategy", "[filters.strategy");
            let head = "intents = \"intent\" # i\ndefault_queue = \"a\"\n";
            check(&format!("{head}{strategy}\n{QUEUES}{filter}"), false);
            if !strategy.starts_with('[') {
                let store = format!("name = \"shop\" # s\n[policy]\n{head}{strategy}\n{QUEUES}");
                check(&store.replace("[[queues", "[[policy.queues"), false);
            }
        }
    }

    #[test]
    fn json_is_written_as_json() {
        let bandit = r#"{"by": "epsilon_greedy", "epsilon": 0.2, "bandit": {"inputs": ["cart"]}}"#;
        let rest =
            r#""intents": "intent", "default_queue": "a", "queues": [{"name": "a"}, {"name": "b \"2\""}]"#;
        check(&format!(r#"{{"strategy": {bandit}, {rest}}}"#), true);
        let filters = format!(r#""filters": [{{"name": "f", "strategy": {bandit}}}]"#);
        check(&format!(r#"{{"version": "1", "strategy": ["skills", {bandit}], {filters}, {rest}}}"#), true);
    }

    #[test]
    fn what_would_not_read_back_is_refused() {
        let text = format!(
            "intents = \"intent\"\ndefault_queue = \"a\"\nstrategy = {{ by = \"lin_ucb\", bandit = {{ inputs = [] }} }}\n{QUEUES}"
        );
        let file = PolicyFile::parse(text, false).unwrap();
        let mut def = taught(&file);
        def.threshold = 0.5;
        assert!(file.rewritten(&def).unwrap_err().to_string().contains("without loss"));
        // A bandit as a list of its values is read as well, though nobody writes it so.
        let bandit = r#"{"by": "lin_ucb", "bandit": [["cart"], []]}"#;
        let text = format!(
            r#"{{"intents": "intent", "default_queue": "a", "queues": [{{"name": "a"}}], "strategy": {bandit}}}"#
        );
        let file = PolicyFile::parse(text, true).unwrap();
        let error = file.rewritten(&with_arms(&file.def, "2", &[])).unwrap_err().to_string();
        assert!(error.contains("`bandit` cannot be replaced in this file"), "{error}");
    }

    #[test]
    fn a_bandit_reads_its_own_inputs_and_0_where_they_are_missing() {
        let strategy = |input: &str| {
            format!(
                "strategy = [\"skills\", {{ by = \"lin_ucb\", bandit = {{ inputs = [\"intent.x\", \"{input}\"] }} }}]\n"
            )
        };
        let text = format!(
            "intents = \"intent\"\ndefault_queue = \"a\"\n{}{QUEUES}[[filters]]\nname = \"none\"\n[[filters]]\nname = \"f\"\n{}",
            strategy("vip"),
            strategy("cart")
        );
        let def = PolicyFile::parse(text, false).unwrap().def;
        let outputs = ["x".to_owned()];
        let names = Names { heads: vec![("intent", &outputs)], features: vec!["cart", "vip"] };
        let policy = Policy::new(def.compile(&names).unwrap()).unwrap();
        let places: Vec<BanditPlace> = bandits(&def).into_iter().map(|(place, _)| place).collect();
        let shown: Vec<String> = places.iter().map(BanditPlace::to_string).collect();
        assert_eq!(shown, ["filter 2, strategy 2", "strategy 2"]);
        let read = |features: &[Feature]| -> Vec<Vec<f32>> {
            let request = Request { features, ..Request::default() };
            let row = |place: &BanditPlace| place.row(policy.program()).unwrap();
            places.iter().map(|place| policy.bandit_inputs(row(place), &request)).collect()
        };
        assert_eq!(read(&[Feature::number(7.0), Feature::number(8.0)]), [[0.0, 7.0, 1.0], [0.0, 8.0, 1.0]]);
        assert_eq!(read(&[Feature::Missing]), [[0.0, 0.0, 1.0]; 2]);
        assert!(policy.bandit_inputs(0, &Request::default()).is_empty());
        let none = BanditPlace { filter: Some(0), strategy: 0 };
        assert!(none.row(policy.program()).unwrap_err().to_string().contains("no filter 1, strategy 1"));
    }

    #[test]
    fn numbers_have_the_fewest_digits_that_read_back() {
        for (number, wanted) in [
            (0.1, "0.1"),
            (-0.0, "0.0"),
            (1.0, "1.0"),
            (1.0 / 3.0, "0.33333334"),
            (1e-10, "1e-10"),
            (16_777_216.0, "16777216.0"),
        ] {
            assert_eq!(format!("{:?}", shortest(number)), wanted);
        }
        for bits in (0..u32::MAX).step_by(65_521) {
            let number = f32::from_bits(bits);
            if number.is_finite() {
                assert_eq!(format!("{:?}", shortest(number)).parse::<f64>().unwrap() as f32, number);
            }
        }
    }

    #[test]
    fn a_version_tells_what_was_learnt_and_keeps_the_authors_part() {
        let def = PolicyDef::plain("intent", "a");
        let name = version(&def, "7", 1_800).unwrap();
        assert!(name.starts_with("7+1800.") && name.len() == 7 + DIGITS, "{name}");
        assert_eq!(
            version(&PolicyDef { version: "x".to_owned(), ..def.clone() }, &name, 1_800).unwrap(),
            name
        );
        assert!(version(&def, "2026+beta", 5).unwrap().starts_with("2026+beta+5."));
        assert_ne!(version(&PolicyDef { threshold: 0.5, ..def }, "7", 1_800).unwrap(), name);
    }
}
