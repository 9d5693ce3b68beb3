//! Training from end to end: the starter works as written, and equal input gives equal bytes.

use floorwalker_bundle::{self as bundle, Bundle};
use floorwalker_data::progress::Progress;
use floorwalker_engine::event::Value;
use floorwalker_engine::head::Seen;
use floorwalker_engine::model::Scratch;
use floorwalker_engine::route::{Decision, Request, Snapshot};
use floorwalker_learn::examples::Examples;
use floorwalker_learn::store::Store;
use floorwalker_learn::train::train;
use floorwalker_tests::{starter, trained};

#[test]
fn the_starter_learns_what_its_log_shows() {
    let folder = tempfile::tempdir().unwrap();
    let trained = trained(floorwalker_cli::STARTER, 1500, folder.path());
    let accuracy: Vec<f64> = trained.measured.iter().map(|head| head.report.accuracy).collect();
    assert!(accuracy[0] > 0.6, "words: {accuracy:?}");
    assert!(accuracy[2] > accuracy[0], "behaviour adds to words: {accuracy:?}");
    let routed = trained.routed.unwrap();
    assert!(routed.right > 4 * routed.wrong, "{routed}");
}

#[test]
fn the_same_store_gives_the_same_bytes_on_one_thread_and_on_three() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = |threads| {
        let pool = floorwalker_learn::train::threads(threads).unwrap();
        pool.install(|| trained(&starter(), 400, folder.path()).bytes)
    };
    assert_eq!(bytes(1), bytes(3));
}

#[test]
fn a_message_in_either_language_reaches_the_queue_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = trained(floorwalker_cli::STARTER, 1500, folder.path()).bytes;
    let (model, _) = bundle::load(&bytes).unwrap();
    let features = vec![Value::Missing; model.program().len()];
    let mut scratch = Scratch::default();
    let mut decision = Decision::default();
    for (message, queue) in
        [("I want to return this and get my money back", "aftersale"), ("我想退货退款", "aftersale")]
    {
        let evaluation = model.evaluate(Seen { features: &features, events: 0, message }, &mut scratch);
        assert!(evaluation.route(Request::default(), &Snapshot::default(), &mut decision));
        assert_eq!(model.policy().unwrap().queues()[decision.scored.ranking[0]], queue, "{message}");
    }
}

#[test]
fn test_rows_change_the_report_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("table.csv");
    let write = |flip: usize| {
        let mut text = "x,label\n".to_owned();
        for row in 0..400_usize {
            let x = row * 37 % 101;
            // The test rows are in a separate file, so this file is split into training and validation only.
            text += &format!("{x},{}\n", if (x > 50) == (row % 7 != flip) { "yes" } else { "no" });
        }
        text
    };
    std::fs::write(&table, write(9)).unwrap();
    let models = [9, 3].map(|flip| {
        std::fs::write(folder.path().join("test.csv"), write(flip)).unwrap();
        let store = folder.path().join("store.toml");
        let text = "name = \"t\"\n[data]\ntable = \"table.csv\"\ntest = \"test.csv\"\n[[heads]]\nname = \"label\"\nlabel = \"label\"\n";
        std::fs::write(&store, text).unwrap();
        train(&Store::read(&store).unwrap(), Progress::silent()).unwrap()
    });
    let [a, b] = [&models[0], &models[1]].map(|trained| {
        bundle::encode(&Bundle { model: trained.bundle.model.clone(), facts: Vec::new() }).unwrap()
    });
    assert_eq!(a, b);
    assert_ne!(models[0].measured[0].report.accuracy, models[1].measured[0].report.accuracy);
}

#[test]
fn a_row_sees_neither_its_own_event_nor_a_later_one() {
    let folder = tempfile::tempdir().unwrap();
    let line = |at: i64, event: &str, labels: &str| {
        format!("{{\"shopper\":\"u\",\"at\":{at},\"event\":\"{event}\"{labels}}}\n")
    };
    let labels = ",\"message\":\"hi\",\"labels\":{\"intent\":\"a\"}";
    let log = [line(1, "view_item", ""), line(2, "message", labels), line(3, "view_item", "")].concat();
    std::fs::write(folder.path().join("log.jsonl"), log).unwrap();
    let store = "name = \"t\"\n[data]\nlog = \"log.jsonl\"\n[[features]]\nname = \"all\"\nop = \"count\"\n[[heads]]\nname = \"intent\"\nlabel = \"intent\"\n";
    std::fs::write(folder.path().join("store.toml"), store).unwrap();
    let store = Store::read(&folder.path().join("store.toml")).unwrap();
    let examples = Examples::read(&store, store.data.log.as_ref().unwrap(), Progress::silent()).unwrap();
    assert_eq!(examples.values.iter().map(|value| value.as_f32()).collect::<Vec<_>>(), [1.0]);
}

#[test]
fn every_way_of_encoding_learns_the_same_rule() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "size,colour,label\n".to_owned();
    for row in 0..600_usize {
        let (size, colour) = (row * 37 % 101, ["red", "green", "blue"][row % 3]);
        let shown = if row % 11 == 0 { String::new() } else { size.to_string() };
        table += &format!("{shown},{colour},{}\n", if size > 50 || colour == "red" { "yes" } else { "no" });
    }
    std::fs::write(folder.path().join("table.csv"), table).unwrap();
    for encode in [
        "{}",
        "{ numbers = \"min_max\" }",
        "{ categories = { hash = 64 } }",
        "{ missing = \"impute\", clip = 0.0 }",
    ] {
        let text = format!(
            "name = \"t\"\n[data]\ntable = \"table.csv\"\n[[heads]]\nname = \"label\"\nlabel = \"label\"\nmodel = \"logistic\"\nencode = {encode}\n"
        );
        let store = folder.path().join("store.toml");
        std::fs::write(&store, text).unwrap();
        let trained = train(&Store::read(&store).unwrap(), Progress::silent()).unwrap();
        let auc = trained.measured[0].report.auc.unwrap();
        assert!(auc > 0.9, "{encode}: {auc}");
    }
}

#[test]
fn a_table_with_two_texts_learns_from_which_of_them_a_word_stands_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "subject,description,group\n".to_owned();
    for row in 0..240_usize {
        let (a, b) = if row % 2 == 0 { ("refund", "delivery") } else { ("delivery", "refund") };
        let (more, less) = (["my", "the", "a"][row % 3], ["please", "today", "again", "now"][row / 2 % 4]);
        table += &format!(
            "{more} {a} {row},{b} {less} {}\u{20}please,{}\n",
            row / 2,
            if row % 2 == 0 { "back" } else { "sent" }
        );
    }
    std::fs::write(folder.path().join("table.csv"), table).unwrap();
    let store = folder.path().join("store.toml");
    let text =
        "name = \"t\"\n[data]\ntable = \"table.csv\"\n[[heads]]\nname = \"group\"\nlabel = \"group\"\n";
    std::fs::write(&store, text).unwrap();
    let store = Store::read(&store).unwrap();
    let examples = Examples::read(&store, store.data.table.as_ref().unwrap(), Progress::silent()).unwrap();
    assert_eq!(examples.fields, ["subject", "description"]);
    assert_eq!(examples.messages[1], "the delivery 1\u{1f}refund please 0 please");
    let trained = train(&store, Progress::silent()).unwrap();
    assert!(trained.measured[0].report.accuracy > 0.95, "{}", trained.measured[0].report.accuracy);
}

#[test]
fn classes_of_one_wording_each_train_and_have_no_bound_of_wordings() {
    let folder = tempfile::tempdir().unwrap();
    let buttons = ["I want to return it", "Where is my order", "Which size fits", "Talk to a person"];
    let rows: String =
        (0..10).flat_map(|_| buttons).enumerate().map(|(at, text)| format!("{text},b{}\n", at % 4)).collect();
    let table = folder.path().join("buttons.csv");
    std::fs::write(&table, format!("text,label\n{rows}")).unwrap();
    let trained = train(&Store::for_table(table, "label").check().unwrap(), Progress::silent()).unwrap();
    assert!(trained.choices[0].scope.as_ref().is_none_or(|scope| !scope.by_wording));
}
