//! Optional settings of a store: data cleaning, feature selection, joined tables, costs of routes.

use floorwalker_data::progress::Progress;
use floorwalker_engine::feature::FeatureDef;
use floorwalker_engine::head::{CalibrationDef, Link, Seen};
use floorwalker_engine::model::{Model, Scratch};
use floorwalker_learn::store::{Checked, Store};
use floorwalker_learn::train::{Trained, train};
use floorwalker_tests::trained as trained_on_log;
use std::path::Path;

fn store(folder: &Path, text: &str) -> Checked<Store> {
    std::fs::write(folder.join("store.toml"), text).unwrap();
    Store::read(&folder.join("store.toml")).unwrap()
}

fn trained(folder: &Path, text: &str) -> Trained {
    train(&store(folder, text), Progress::silent()).unwrap()
}

fn refused(folder: &Path, text: &str) -> String {
    std::fs::write(folder.join("store.toml"), text).unwrap();
    let error = Store::read(&folder.join("store.toml")).and_then(|store| train(&store, Progress::silent()));
    format!("{:#}", error.unwrap_err())
}

fn names(features: &[FeatureDef]) -> Vec<&str> {
    features.iter().map(|def| def.name.as_str()).collect()
}

/// 400 shoppers who decide on the 10th; those with earlier orders buy. An order on the 12th would leak the label.
fn shop(folder: &Path) {
    let (mut base, mut orders, mut users) =
        ("shopper,asked_at,label\n".to_owned(), "user,at,amount\n".to_owned(), "user,country\n".to_owned());
    for who in 0..400_usize {
        let buys = who % 3 == 0;
        base += &format!("u{who},2026-03-10T12:00:00Z,{}\n", if buys { "yes" } else { "no" });
        users += &format!("u{who},{}\n", ["de", "fr", "cn"][who % 7 % 3]);
        if buys || who % 5 == 1 {
            orders += &format!("u{who},2026-03-0{}T09:00:00Z,{}\n", 1 + who % 8, 10 + who % 50);
        }
        if !buys {
            orders += &format!("u{who},2026-03-12T09:00:00Z,999\n");
        }
    }
    std::fs::write(folder.join("base.csv"), base).unwrap();
    std::fs::write(folder.join("orders.csv"), orders).unwrap();
    std::fs::write(folder.join("users.csv"), users).unwrap();
}

const SHOP: &str = r#"
name = "shop"
[data]
table = "base.csv"
shopper = "shopper"

[[data.sources]]
name = "orders"
file = "orders.csv"
key = "user"
label_key = "shopper"
time = "at"
label_time = "asked_at"
aggregate = { count = true, sum = ["amount"], since = true }

[[data.sources]]
name = "users"
file = "users.csv"
key = "user"
label_key = "shopper"
columns = ["country"]

[[heads]]
name = "buys"
label = "label"
positive = "yes"
model = "trees"
"#;

#[test]
fn further_tables_are_joined_and_never_look_ahead() {
    let folder = tempfile::tempdir().unwrap();
    shop(folder.path());
    let trained = trained(folder.path(), SHOP);
    let features = names(&trained.examples.features);
    assert_eq!(features, ["orders.count", "orders.since_s", "orders.sum_amount", "users.country"]);
    let auc = trained.measured[0].report.auc.unwrap();
    assert!(auc > 0.85 && auc < 0.999, "what was known tells much, what came later would tell all: {auc}");
    let orders = &trained.examples.sources[0];
    assert!(orders.n_ahead > 200, "{orders:?}");
    let most = trained.examples.values.iter().map(|value| value.as_f32()).fold(0.0, f32::max);
    assert!(most > 1000.0, "seconds since an order are there");
    let sums = (0..400).map(|row| trained.examples.row(row)[2].as_f32());
    assert!(sums.fold(0.0, f32::max) < 100.0, "no sum holds the order of the 12th");
}

#[test]
fn a_source_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    shop(folder.path());
    std::fs::remove_file(folder.path().join("orders.csv")).unwrap();
    let error = refused(folder.path(), SHOP);
    assert!(error.contains("[[data.sources]] `orders`") && error.contains("orders.csv"), "{error}");
}

/// 300 rows of `x`, which predicts the label and is an outlier in every tenth row, and a column without information.
fn odd(folder: &Path) {
    let mut table = "x,idle,label\n".to_owned();
    for row in 0..300_usize {
        let x = if row % 10 == 0 { 1e6 } else { (row * 37 % 101) as f64 };
        let label = if row * 37 % 101 > 50 { "yes" } else { "no" };
        table += &format!("{x},{},{label}\n", row * 13 % 7);
    }
    std::fs::write(folder.join("table.csv"), table).unwrap();
}

#[test]
fn cleaning_touches_the_rows_that_are_learnt_from_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    odd(folder.path());
    let text = "name = \"t\"\n[data]\ntable = \"table.csv\"\n[prepare.limits]\nx = { max = 1000.0, action = \"drop\" }\n\
                [[heads]]\nname = \"label\"\nlabel = \"label\"\nmodel = \"tree\"\n";
    let trained = trained(folder.path(), text);
    let is_absurd = |row: &usize| row.is_multiple_of(10);
    let split = &trained.split;
    assert!(!split.train.iter().chain(&split.validation).any(is_absurd));
    assert!(split.test.iter().any(is_absurd), "test rows are as they come");
    assert_eq!(trained.cleaning.len(), 1);
    assert_eq!(trained.cleaning[0].n_rows + split.test.iter().filter(|row| is_absurd(row)).count(), 30);
    assert!(trained.measured[0].report.n_rows > 50);
    let unknown = text.replace("x = {", "z = {");
    assert!(refused(folder.path(), &unknown).contains("there is no feature `z`; name one of x, idle"));
}

#[test]
fn selection_keeps_what_tells_of_the_label() {
    let folder = tempfile::tempdir().unwrap();
    odd(folder.path());
    let text = "name = \"t\"\n[data]\ntable = \"table.csv\"\n[[heads]]\nname = \"label\"\nlabel = \"label\"\n\
                model = \"tree\"\nselect = { by = \"mutual_information\", top = 1 }\n";
    let trained = trained(folder.path(), text);
    assert_eq!(trained.bundle.model.heads[0].inputs.len(), 1);
    assert!(trained.measured[0].report.auc.unwrap() > 0.85);
    for by in ["chi_squared", "entropy", "information_gain", "permutation"] {
        let trained = self::trained(folder.path(), &text.replace("mutual_information", by));
        let inputs = &trained.bundle.model.heads[0].inputs;
        assert_eq!(inputs.len(), 1, "{by}");
        // `idle` has fewer values than `x`, and none of them predicts the label.
        assert!(inputs[0] == floorwalker_engine::head::InputDef::Feature(0), "{by}: {inputs:?}");
    }
    let none = text.replace("top = 1", "above = 99.0");
    assert!(format!("{:#}", refused(folder.path(), &none)).contains("select"));
}

#[test]
fn a_number_that_is_none_is_shown_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "x,price\n".to_owned();
    for row in 0..50 {
        table += &format!("{row},{}\n", if row == 7 { "cheap".to_owned() } else { row.to_string() });
    }
    std::fs::write(folder.path().join("table.csv"), table).unwrap();
    let text = "name = \"t\"\n[data]\ntable = \"table.csv\"\n[[heads]]\nname = \"price\"\nlabel = \"price\"\nmodel = \"ridge\"\n";
    let error = refused(folder.path(), text);
    assert!(error.contains("table.csv:9:3: column `price`: `cheap` is not a number"), "{error}");
    let classes = text.replace("model = \"ridge\"", "model = \"bayes\"\npredicts = \"number\"");
    assert!(refused(folder.path(), &classes).contains("which model = \"bayes\" cannot"));
}

#[test]
fn dear_misroutes_make_a_policy_hold_back() {
    let folder = tempfile::tempdir().unwrap();
    let threshold = |costs: &str| {
        let text = floorwalker_cli::STARTER.replace("threshold", "# threshold") + costs;
        trained_on_log(&text, 600, folder.path()).bundle.model.policy.unwrap().settings.threshold
    };
    let cheap = threshold("\n[costs]\nmisroute = 1.0\nwait = 5.0\n");
    let dear = threshold("\n[costs]\nmisroute = 40.0\nwait = 1.0\ntransfer = 5.0\n");
    assert!(cheap < dear, "{cheap} and {dear}");
    let folder = tempfile::tempdir().unwrap();
    odd(folder.path());
    let without = "name = \"t\"\n[data]\ntable = \"table.csv\"\n[costs]\nmisroute = 1.0\nwait = 1.0\n[[heads]]\nname = \"label\"\nlabel = \"label\"\n";
    assert!(refused(folder.path(), without).contains("[costs] needs a [policy]"));
}

#[test]
fn a_hidden_layer_is_a_profile_that_clusters_can_read() {
    let folder = tempfile::tempdir().unwrap();
    odd(folder.path());
    let text = "name = \"t\"\n[data]\ntable = \"table.csv\"\n[[heads]]\nname = \"label\"\nlabel = \"label\"\nmodel = \"mlp\"\n\
                mlp = { hidden = [8, 5] }\n[[heads]]\nname = \"profile\"\nmodel = \"hidden\"\ninputs = [\"head:label\"]\n\
                [[heads]]\nname = \"kinds\"\nmodel = \"k_means\"\ninputs = [\"head:profile\"]\nclusters = { k = 2 }\n";
    let trained = trained(folder.path(), text);
    let heads = &trained.bundle.model.heads;
    assert_eq!(heads[1].outputs, ["unit 1", "unit 2", "unit 3", "unit 4", "unit 5"]);
    assert_eq!((heads[2].inputs.len(), heads[2].outputs.len()), (5, 2));
    let (model, _) = floorwalker_bundle::load(&trained.bytes).unwrap();
    let mut scratch = Scratch::default();
    for row in 0..40 {
        let seen = Seen { features: trained.examples.row(row), ..Seen::default() };
        let evaluation = model.evaluate(seen, &mut scratch);
        let profile = &evaluation.scores[1].probabilities;
        assert!(profile.iter().all(|unit| *unit >= 0.0), "a rectified layer: {profile:?}");
    }
    assert!(refused(folder.path(), &text.replace("head:label", "head:nobody")).contains("head:nobody"));
    assert!(
        refused(
            folder.path(),
            &text.replace("model = \"mlp\"\nmlp = { hidden = [8, 5] }", "model = \"tree\"")
        )
        .contains("is not a perceptron")
    );
}

#[test]
fn a_setting_that_a_kind_does_not_have_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    odd(folder.path());
    let store = |head: &str| {
        format!(
            "name = \"t\"\n[data]\ntable = \"table.csv\"\n[[heads]]\nname = \"h\"\nlabel = \"label\"\n{head}\n"
        )
    };
    for (head, says) in [
        ("model = \"bayes\"\ntrees = { rounds = 5 }", "head `h`: model = \"bayes\" has no setting `trees`"),
        ("model = \"linear_svm\"\nsvm = { kernel = \"rbf\" }", "svm: unknown field `kernel`"),
        ("mlp = { hidden = [4] }", "model = \"auto\" has no setting `mlp`"),
        ("forest = { trees = 7 }", "forest: unknown field `trees`"),
        ("model = \"dbscan\"\nclusters = { k = 3 }", "clusters: unknown field `k`"),
        ("model = \"tree\"\nnone = \"other\"", "has no setting `none`"),
        ("model = \"tree\"\nlabels = \"label\"", "has no setting `labels`"),
        ("model = \"logistic\"\nalpha = 0", "alpha is 0; give a number above 0"),
        ("model = \"oracle\"", "there is no model = \"oracle\"; write one of auto, logistic"),
    ] {
        let error = refused(folder.path(), &store(head));
        assert!(error.contains(says) && error.contains("line 4"), "{head}: {error}");
    }
}

/// Shoppers who ordered need `care`, those who only looked need `sales`; one row in nine is the other way round.
fn two_needs(folder: &Path) {
    let mut rows = "views,orders,need\n".to_owned();
    for who in 0..360_usize {
        let (orders, odd) = (who % 4, who % 9 == 0);
        rows +=
            &format!("{},{orders},{}\n", who * 7 % 20, if (orders > 1) == odd { "sales" } else { "care" });
    }
    std::fs::write(folder.join("needs.csv"), rows).unwrap();
}

#[test]
fn a_policy_over_two_intents_knows_both() {
    let folder = tempfile::tempdir().unwrap();
    two_needs(folder.path());
    let kinds = ["logistic", "trees", "forest", "tree", "mlp", "svm", "linear_svm", "neighbours", "bayes"];
    for kind in kinds {
        let alone = format!(
            "name = \"t\"\nseed = 1\n[data]\ntable = \"needs.csv\"\n[[heads]]\nname = \"need\"\nlabel = \"need\"\nmodel = \"{kind}\"\n"
        );
        let asked = alone.clone()
            + "[policy]\nintents = \"need\"\ndefault_queue = \"sales\"\nqueues = [{ name = \"sales\", skills = [{ skill = \"sales\" }] }, \
               { name = \"care\", skills = [{ skill = \"care\" }] }]\n";
        let (alone, asked) = (trained(folder.path(), &alone), trained(folder.path(), &asked));
        let routed = asked.routed.unwrap();
        assert!(routed.right > 4 * (routed.wrong + routed.abstained), "{kind}: {routed}");

        // Given the same calibration, the head with one output and the head with two give the same probabilities.
        let plain = |trained: &Trained| {
            let mut def = trained.bundle.model.clone();
            def.policy = None;
            let head = &mut def.heads[0];
            let calibration = &asked.bundle.model.heads[0].calibration;
            let intercept = match &head.outputs[..] {
                [_] => vec![calibration.intercept[1] * 2.0],
                _ => calibration.intercept.clone(),
            };
            head.calibration = CalibrationDef { intercept, ..calibration.clone() };
            Model::new(def).unwrap()
        };
        let (one, two) = (plain(&alone), plain(&asked));
        let head = &asked.bundle.model.heads[0];
        assert_eq!(
            (&head.outputs[..], head.link),
            (&["care".to_owned(), "sales".to_owned()][..], Link::Softmax)
        );
        for row in 0..40 {
            let score = |model: &Model, examples: &floorwalker_learn::examples::Examples| {
                let seen = Seen { features: examples.row(row), ..Seen::default() };
                model.evaluate(seen, &mut Scratch::default()).scores[0].clone()
            };
            let (one, two) = (score(&one, &alone.examples), score(&two, &asked.examples));
            let (logits, p) = (&two.logits, &two.probabilities);
            assert!((one.probabilities[0] - p[1]).abs() < 1e-5, "{kind}: {one:?} and {two:?}");
            assert!((logits[0] + logits[1]).abs() < 1e-6, "{kind}: {two:?}");
        }
    }
}

#[test]
fn bots_chance_and_queues_that_a_filter_keeps_apart_are_no_misroutes() {
    let folder = tempfile::tempdir().unwrap();
    two_needs(folder.path());
    let routed = |more: &str, queues: &str| {
        let text = format!(
            "name = \"t\"\nseed = 1\n[data]\ntable = \"needs.csv\"\n[[heads]]\nname = \"need\"\nlabel = \"need\"\nmodel = \"logistic\"\n\
             [policy]\nintents = \"need\"\ndefault_queue = \"sales\"\n{more}queues = [{{ name = \"sales\", skills = [{{ skill = \"sales\", proficiency = 0.8 }}] }}, \
             {{ name = \"care\", skills = [{{ skill = \"care\" }}] }}{queues}]\n"
        );
        trained(folder.path(), &text).routed.unwrap()
    };
    let plain = routed("", "");
    assert!(plain.wrong > 0, "{plain}");
    let more = "explore = { floor = 0.1, holdout = 0.5 }\nbot = { queue = \"bot\", until = 60 }\n\
                filters = [{ name = \"all\", targets = [{ queues = [\"sales\", \"care\"] }] }]\n";
    let queues = ", { name = \"bot\", channel = \"bot\" }, { name = \"vip\", skills = [{ skill = \"sales\" }, { skill = \"care\" }] }";
    assert_eq!(routed(more, queues), plain);
}
