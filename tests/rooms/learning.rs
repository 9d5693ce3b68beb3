//! Bandits trained by the command that ships, on logs with a known truth, and evaluated on logs that they have not seen.

use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Runs the command in `folder`; returns its exit code, its standard output and its standard error.
fn floorwalker(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_floorwalker-under-test"))
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let [said, complaint] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    (output.status.code().unwrap(), said, complaint)
}

const QUEUES: [&str; 3] = ["phones", "returns", "general"];
const INPUTS: [&str; 3] = ["cart", "vip", "intent.returns"];
/// The expected reward of each queue is linear: a weight for each input, then an intercept.
const TRUTH: [[f64; 4]; 3] = [[0.8, 0.0, 0.0, 0.1], [-0.4, 0.6, 0.5, 0.6], [0.0, 0.0, 0.0, 0.5]];
/// The largest distance of a reward from its queue's expected reward.
const NOISE: f64 = 0.3;

/// A policy with this strategy, and with its version in line 2.
fn policy(strategy: &str) -> String {
    let queues: String = QUEUES.map(|name| format!("[[queues]]\nname = \"{name}\"\n")).concat();
    format!(
        "# Who helps whom.\nversion = \"1\"   # counts up\nintents = \"intent\"\ndefault_queue = \"general\"\n\n# By what was learnt.\nstrategy = {strategy}\n\n{queues}"
    )
}

/// A bandit over [`INPUTS`].
fn bandit(by: &str) -> String {
    policy(&format!("{{ by = {by}, bandit = {{ inputs = {INPUTS:?} }} }}"))
}

/// Pseudo-random numbers from 0 to 1: Lehmer's generator.
struct Chance(u64);

impl Chance {
    fn share(&mut self) -> f64 {
        self.0 = self.0 * 48_271 % 0x7fff_ffff;
        self.0 as f64 / f64::from(0x7fff_ffff)
    }
}

/// The values of [`INPUTS`] for a random request; the cart is missing in one of ten.
fn known(chance: &mut Chance) -> [Option<f64>; 3] {
    let [cart, vip, returns] = [chance.share() * 2.0, chance.share(), chance.share()];
    // Numbers that `f32` represents exactly: the page knows no others.
    let in_f32 = |number: f64| f64::from(number as f32);
    let cart = Some(in_f32(cart)).filter(|_| chance.share() > 0.1);
    [cart, Some(f64::from(u8::from(vip < 0.3))), Some(in_f32(returns))]
}

fn brings(queue: usize, known: &[Option<f64>; 3]) -> f64 {
    let by_input: f64 = known.iter().zip(TRUTH[queue]).map(|(x, theta)| x.unwrap_or(0.0) * theta).sum();
    by_input + TRUTH[queue][3]
}

/// A log of a policy that sends requests to random queues: lines with a `request`, or only with a `context`.
fn log(n: usize, seed: u64, has_request: bool) -> String {
    let mut chance = Chance(seed);
    let line = |at: usize| {
        let known = known(&mut chance);
        let queue = (chance.share() * 3.0) as usize;
        let [cart, vip, returns] = known;
        let p = [0.0, 0.0, returns.unwrap()];
        let mut line = json!({
            "context": {
                "cart": cart, "vip": vip, "note": "not in the bundle",
                "intent.compatibility": p[0], "intent.price": p[1], "intent.returns": p[2],
            },
            "action": QUEUES[queue],
            "propensity": 1.0 / 3.0,
            "reward": brings(queue, &known) + NOISE * (2.0 * chance.share() - 1.0),
            "policy_version": "0",
        });
        if has_request {
            line["request"] = json!({
                "now": 1.8e12, "seed": [at, seed], "heads": { "intent": p }, "features": { "cart": cart, "vip": vip },
            });
            line["context"] = json!({ "cart": cart, "vip": vip, "intent.returns": p[2] });
        }
        format!("{line}\n")
    };
    (0..n).map(line).collect()
}

/// A folder with a policy, and a bundle whose features are the cart's value and whether the shopper is a regular customer (`vip`).
fn shop(policy: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..300)
        .map(|row: usize| {
            let intent = ["compatibility", "price", "returns"][row % 3];
            format!("{}.5,{}.25,{intent}\n", row % 7, row % 2)
        })
        .collect();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("requests.csv", &format!("cart,vip,intent\n{rows}"));
    write("policy.toml", policy);
    write(
        "store.toml",
        "name = \"shop\"\n[data]\ntable = \"requests.csv\"\n[[heads]]\nname = \"intent\"\nlabel = \"intent\"\nmodel = \"logistic\"\n",
    );
    let args = ["train", "store.toml", "--out", "shop.fwb", "--no-report", "--quiet"];
    let (code, _, complaint) = floorwalker(folder.path(), &args);
    assert_eq!(code, 0, "{complaint}");
    folder
}

/// Learns from `log` with the flags `more`; returns the exit code, the standard output and the standard error.
fn learn(folder: &Path, log: &str, more: &[&str]) -> (i32, String, String) {
    std::fs::write(folder.join("log.jsonl"), log).unwrap();
    let args = ["policy", "learn", "log.jsonl", "--policy", "policy.toml", "--bundle", "shop.fwb"];
    let out: &[&str] = if more.contains(&"--out") { &[] } else { &["--out", "learnt.toml", "--force"] };
    floorwalker(folder, &[&args, out, more].concat())
}

#[track_caller]
fn learnt(folder: &Path, log: &str) -> (String, String) {
    let (code, said, complaint) = learn(folder, log, &[]);
    assert_eq!(code, 0, "{complaint}");
    (std::fs::read_to_string(folder.join("learnt.toml")).unwrap(), said)
}

/// The learnt weights by `[queue][input]`, in the order of the names.
fn weights(policy: &str) -> Vec<Vec<f64>> {
    let policy: toml::Table = policy.parse().unwrap();
    let arms = policy["strategy"]["bandit"]["arms"].as_array().unwrap();
    let of = |queue: &str| arms.iter().find(|arm| arm["queue"].as_str() == Some(queue)).unwrap();
    let numbers = |queue: &str| -> Vec<f64> {
        of(queue)["weights"].as_array().unwrap().iter().map(|weight| weight.as_float().unwrap()).collect()
    };
    QUEUES.map(numbers).to_vec()
}

/// Evaluates the learnt policy on `later.jsonl` by an estimator; returns the estimate and the standard output.
#[track_caller]
fn evaluated(folder: &Path, estimator: &str) -> (Value, String) {
    let args = ["policy", "evaluate", "later.jsonl", "--policy", "learnt.toml", "--bundle", "shop.fwb"];
    let flags = ["--estimators", estimator, "--resamples", "500", "--json", "out.json"];
    let (code, said, complaint) = floorwalker(folder, &[&args[..], &flags].concat());
    assert_eq!(code, 0, "{complaint}");
    let found: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("out.json")).unwrap()).unwrap();
    (found["estimates"][0].clone(), said)
}

/// Learns from one log and evaluates on another: the learnt policy must be worth more than random routing.
#[track_caller]
fn check_better(by: &str) -> f64 {
    let folder = shop(&bandit(by));
    learnt(folder.path(), &log(1_500, 7, true));
    std::fs::write(folder.path().join("later.jsonl"), log(1_500, 8, true)).unwrap();
    let (dr, said) = evaluated(folder.path(), "dr");
    assert!(dr["above_running"]["low"].as_f64().unwrap() > 0.0, "{by}: {said}");
    dr["value"]["value"].as_f64().unwrap()
}

#[test]
fn what_a_bandit_learns_is_worth_more_than_chance() {
    let value = check_better("\"epsilon_greedy\", epsilon = 0.1");
    // The best queue, except for one request in ten, which goes to a random queue.
    let mut chance = Chance(99);
    let worth = |_| {
        let known = known(&mut chance);
        let brings = [0, 1, 2].map(|queue| brings(queue, &known));
        0.9 * brings.into_iter().fold(f64::MIN, f64::max) + 0.1 * brings.iter().sum::<f64>() / 3.0
    };
    let truth = (0..100_000).map(worth).sum::<f64>() / 1e5;
    assert!((value - truth).abs() < 0.05, "{value} is not {truth}");
    check_better("\"lin_ucb\", alpha = 0.1");
    check_better("\"thompson\", spread = 0.2");
}

#[test]
fn four_times_the_lines_come_nearer_the_truth() {
    let folder = shop(&bandit("\"lin_ucb\""));
    let logs = [7, 8, 9, 77].map(|seed| log(2_400, seed, true));
    let weights = |whole: &String, n: usize| {
        let lines: String = whole.split_inclusive('\n').take(n).collect();
        weights(&learnt(folder.path(), &lines).0)
    };
    let off = |found: &[Vec<f64>]| -> Vec<f64> {
        found
            .iter()
            .flatten()
            .zip(TRUTH.iter().flatten())
            .map(|(found, truth)| (found - truth).abs())
            .collect()
    };
    // A single log may be lucky; the root mean square error over all logs halves with four times as many lines.
    let far = |n: usize| {
        let squares: Vec<f64> =
            logs.iter().flat_map(|log| off(&weights(log, n))).map(|off| off * off).collect();
        (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
    };
    let [few, some, many] = [150, 600, 2_400].map(far);
    assert!(some < 0.7 * few && many < 0.7 * some && many < 0.02, "{few} {some} {many}");
    let worst = logs.iter().flat_map(|log| off(&weights(log, 2_400))).fold(0.0, f64::max);
    assert!(worst < 0.06, "{worst}");
}

#[test]
fn what_was_learnt_is_written_where_its_author_would_and_decides() {
    let folder = shop(&bandit("\"epsilon_greedy\", epsilon = 0"));
    let (text, said) = learnt(folder.path(), &log(1_200, 3, true));
    let version = text.lines().nth(1).unwrap();
    assert!(version.starts_with("version = \"1+1200.") && version.ends_with("\"   # counts up"), "{version}");
    assert!(
        text.starts_with("# Who helps whom.\n") && text.contains("\n\n# By what was learnt.\nstrategy = {")
    );
    assert!(said.starts_with("strategy 1: by cart, vip, intent.returns\nqueue "), "{said}");
    assert!(said.contains("wrote learnt.toml with policy 1+1200."), "{said}");
    let (_, again) = learnt(folder.path(), &log(1_200, 3, true));
    assert_eq!(again, said);
    let (code, found, _) =
        floorwalker(folder.path(), &["policy", "check", "learnt.toml", "--bundle", "shop.fwb"]);
    assert_eq!(code, 0, "{found}");

    let later = log(1_500, 4, true);
    std::fs::write(folder.path().join("later.jsonl"), &later).unwrap();
    let args = [
        "policy",
        "promote",
        "later.jsonl",
        "--policy",
        "learnt.toml",
        "--bundle",
        "shop.fwb",
        "--resamples",
        "300",
        "--out",
        "next.fwb",
    ];
    let (code, said, complaint) = floorwalker(folder.path(), &args);
    assert_eq!(code, 0, "{said}{complaint}");
    let (code, decided, _) = floorwalker(folder.path(), &["route", "next.fwb", "later.jsonl"]);
    assert_eq!(code, 0);
    let weights = weights(&text);
    for (line, decision) in later.lines().zip(decided.lines()) {
        let [line, decision]: [Value; 2] = [line, decision].map(|text| serde_json::from_str(text).unwrap());
        let x = INPUTS.map(|input| line["context"][input].as_f64().unwrap_or(0.0));
        let scores: Vec<f64> = weights
            .iter()
            .map(|weights| x.iter().chain(&[1.0]).zip(weights).map(|(x, weight)| x * weight).sum())
            .collect();
        for ranked in decision["ranking"].as_array().unwrap() {
            let queue = QUEUES.iter().position(|queue| ranked["queue"] == *queue).unwrap();
            assert!((ranked["score"].as_f64().unwrap() - scores[queue]).abs() < 1e-5, "{line} {ranked}");
        }
        let best = (0..3).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap();
        let lead = (0..3).filter(|queue| *queue != best).map(|queue| scores[best] - scores[queue]);
        if lead.fold(f64::MAX, f64::min) > 1e-5 {
            assert_eq!(decision["goes_to"], QUEUES[best]);
        }
    }
}

#[test]
fn a_context_tells_what_a_request_does() {
    let folder = shop(&bandit("\"epsilon_greedy\""));
    let [of_requests, of_contexts] = [true, false].map(|is| learnt(folder.path(), &log(300, 6, is)).0);
    assert_eq!(of_requests, of_contexts);
    // The evaluation, too, does not mistake a line without a `request` for one without any known values.
    let [of_requests, of_contexts] = [true, false].map(|is| {
        std::fs::write(folder.path().join("later.jsonl"), log(300, 8, is)).unwrap();
        evaluated(folder.path(), "snips").0
    });
    assert_eq!(of_requests, of_contexts);
}

#[test]
fn a_filters_bandit_learns_from_every_line() {
    let of_filter = format!(
        "\n[[filters]]\nname = \"regulars\"\nwhen = \"vip = 1\"\nstrategy = [\"skills\", {{ by = \"thompson\", bandit = {{ inputs = {INPUTS:?} }} }}]\n"
    );
    let folder = shop(&format!("{}{of_filter}", bandit("\"lin_ucb\"")));
    let (text, said) = learnt(folder.path(), &log(300, 6, true));
    let policy: toml::Table = text.parse().unwrap();
    let own = &policy["filters"][0]["strategy"][1]["bandit"]["arms"];
    assert_eq!(own, &policy["strategy"]["bandit"]["arms"]);
    assert!(
        said.starts_with("filter `regulars`, strategy 2: by cart")
            && said.contains("\n\nstrategy 1: by cart"),
        "{said}"
    );
}

/// Learns by `policy` from 30 lines, in the second of which `from` is replaced by `to`; expects this error, and that nothing is written.
#[track_caller]
fn check_refused(policy: &str, (from, to): (&str, &str), more: &[&str], says: &str) {
    let folder = shop(policy);
    let out = folder.path().join("learnt.toml");
    std::fs::write(&out, "as it was").unwrap();
    let mut lines: Vec<String> = log(30, 6, true).lines().map(str::to_owned).collect();
    assert!(lines[1].contains(from));
    lines[1] = lines[1].replace(from, to);
    let (code, _, complaint) = learn(folder.path(), &lines.join("\n"), more);
    assert!(code == 1 && complaint.contains(says), "{code} {complaint}");
    assert_eq!(std::fs::read_to_string(out).unwrap(), "as it was");
    assert!(!folder.path().join("learnt.json").exists());
}

#[test]
fn what_cannot_teach_is_refused_and_nothing_written() {
    let good = bandit("\"lin_ucb\"");
    let by = |inputs: &str| policy(&format!("{{ by = \"lin_ucb\", bandit = {{ inputs = [{inputs}] }} }}"));
    let same = ("", "");
    check_refused(&policy("\"skills\""), same, &[], "policy.toml: the policy has no bandit to train");
    check_refused(
        &by("\"basket\""),
        same,
        &[],
        "policy.toml for shop.fwb: policy: strategy[0].bandit.inputs[0]: there is no feature or probability `basket`",
    );
    let none = by("\"cart\", \"intent.price\"");
    check_refused(
        &none,
        same,
        &[],
        "log.jsonl: strategy 1: input `intent.price` is missing or 0 in every line",
    );
    let action = ("\"action\":\"", "\"action\":\"x");
    check_refused(&good, action, &[], "log.jsonl:2: `action` is `x");
    check_refused(&good, ("\"propensity\"", "\"chance\""), &[], "log.jsonl:2:");
    check_refused(
        &good,
        ("\"propensity\":0.3", "\"propensity\":9.3"),
        &[],
        "log.jsonl:2: `propensity` is 9.3",
    );
    check_refused(
        &good,
        ("\"vip\":", "\"regular\":"),
        &[],
        "log.jsonl:2: the bundle has no feature `regular`",
    );
    check_refused(
        &good,
        ("[0.0,0.0,", "[0.0,0.0,1e39,"),
        &[],
        "log.jsonl:2: head `intent` has 3 outputs, and 4 probabilities are given",
    );
    check_refused(&good, same, &["--ridge", "0"], "the ridge is 0, must be above 0");
    check_refused(&good, same, &["--version", "1"], "--version `1` is empty, or is already the version of");
    check_refused(&good, same, &["--version", "0"], "--version `0` is empty, or is already the version of");
    check_refused(&good, same, &["--out", "learnt.json"], "name a file that ends in .toml");
}
