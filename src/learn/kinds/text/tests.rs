//! Tests of the text fit, on small artificial shops in two languages.
use super::*;
use floorwalker_engine::text::{TextModel, TextScratch};

const CLASSES: [[&str; 4]; 3] = [
    ["where is my parcel", "parcel not delivered yet", "快递到哪了", "我的快递还没到"],
    ["I want my money back", "refund please", "我要退款", "怎么申请退款"],
    ["do you have this in blue", "which colours are there", "有蓝色的吗", "还有什么颜色"],
];

fn shop() -> (Vec<String>, Vec<usize>) {
    let messages = |(class, texts): (usize, &[&'static str; 4])| {
        texts.map(|text| ["", "hello ", "please "].map(|greeting| (format!("{greeting}{text}"), class)))
    };
    CLASSES.iter().enumerate().flat_map(messages).flatten().unzip()
}

fn fitted(settings: &TextSettings) -> TextFit {
    let (messages, labels) = shop();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    fit(Lesson::labelled(&messages, &labels), 3, settings).unwrap()
}

fn check(settings: &TextSettings, message: &str, expected: usize) {
    let model = TextModel::new(fitted(settings).def).unwrap();
    let mut out = [0.0; 3];
    model.logits(message, &mut TextScratch::default(), &mut out).unwrap();
    let best = (0..3).max_by(|&a, &b| out[a].total_cmp(&out[b]));
    assert_eq!(best, Some(expected), "{message}: {out:?}");
}

#[test]
fn english_and_chinese_share_one_model() {
    check(&TextSettings::default(), "My PARCEL is late", 0);
    check(&TextSettings::default(), "想退款", 1);
    check(&TextSettings::default(), "其他颜色", 2);
}

#[test]
fn a_tight_budget_is_kept_and_still_tells_the_classes_apart() {
    let free = fitted(&TextSettings::default()).n_bytes;
    let tight = TextSettings { max_bytes: free / 3, ..TextSettings::default() };
    assert!(fitted(&tight).n_bytes <= free / 3);
    check(&tight, "where is my parcel", 0);
    check(&tight, "我要退款", 1);
}

#[test]
fn a_message_is_known_by_any_of_its_words() {
    // Both words of `green apple` are in every message of the class, so either word alone has to be enough.
    let both =
        ["green apple", "so green apple", "green apple again", "red pear", "so red pear", "red pear again"];
    let labels = [0, 0, 0, 1, 1, 1];
    let model =
        TextModel::new(fit(Lesson::labelled(&both, &labels), 2, &TextSettings::default()).unwrap().def)
            .unwrap();
    let mut out = [0.0; 2];
    for (message, label) in [("green", 0), ("apple", 0), ("red", 1), ("pear", 1)] {
        model.logits(message, &mut TextScratch::default(), &mut out).unwrap();
        assert!(out[label] - out[1 - label] > 0.5, "{message}: {out:?}");
    }
}

#[test]
fn a_message_that_repeats_one_word_does_not_shout_down_the_others() {
    let (messages, mut labels) = shop();
    let mut messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let long = "refund ".repeat(2_000);
    messages.push(&long);
    labels.push(1);
    let def = fit(Lesson::labelled(&messages, &labels), 3, &TextSettings::default()).unwrap().def;
    let model = TextModel::new(def).unwrap();
    let mut out = [0.0; 3];
    for (message, label) in [("where is my parcel", 0), ("refund please", 1), ("which colours are there", 2)]
    {
        model.logits(message, &mut TextScratch::default(), &mut out).unwrap();
        let best = (0..3).max_by(|&a, &b| out[a].total_cmp(&out[b]));
        assert_eq!(best, Some(label), "{message}: {out:?}");
    }
}

#[test]
fn a_stronger_penalty_is_less_sure() {
    let spread = |inverse_l2| {
        let model =
            TextModel::new(fitted(&TextSettings { inverse_l2, ..TextSettings::default() }).def).unwrap();
        let mut out = [0.0; 3];
        model.logits("refund please", &mut TextScratch::default(), &mut out).unwrap();
        out[1] - out[0].max(out[2])
    };
    let spreads = INVERSE_L2.map(spread);
    assert!(spreads.is_sorted_by(|a, b| a > b) && spreads[2] > 0.0, "{spreads:?}");
    assert!(spread(1e-6).abs() < spreads[2], "a penalty that leaves nothing is still a model");
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let with = |n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(|| fitted(&TextSettings { max_bytes: 700, ..TextSettings::default() }).def)
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn the_engine_gives_the_probabilities_that_were_fitted() {
    let fit = fitted(&TextSettings::default());
    let model = TextModel::new(fit.def).unwrap();
    let (messages, labels) = shop();
    let mut out = [0.0; 3];
    let mut loss = 0.0;
    for (message, label) in messages.iter().zip(labels) {
        model.logits(message, &mut TextScratch::default(), &mut out).unwrap();
        loss +=
            f64::from(out.iter().map(|z| (z - out[label]).exp()).sum::<f32>().ln()) / messages.len() as f64;
    }
    assert!(loss < fit.loss && loss > 0.0, "{loss}, with penalty {}", fit.loss);
}

#[test]
fn a_class_without_messages_is_never_the_answer() {
    let (messages, labels) = shop();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let fit = fit(Lesson::labelled(&messages, &labels), 4, &TextSettings::default()).unwrap();
    let model = TextModel::new(fit.def).unwrap();
    let mut out = [0.0; 4];
    for message in ["", "parcel", "退款", "unheard of"] {
        model.logits(message, &mut TextScratch::default(), &mut out).unwrap();
        assert!(
            out.iter().all(|z| z.is_finite()) && out[3] < out[..3].iter().copied().fold(f32::MIN, f32::max)
        );
    }
}

#[test]
fn examples_that_do_not_match_are_refused() {
    let refused = |messages: &[&str], labels: &[usize], n_classes, settings: &TextSettings| {
        fit(Lesson::labelled(messages, labels), n_classes, settings).unwrap_err().to_string()
    };
    let settings = TextSettings::default();
    assert_eq!(
        refused(&[], &[], 2, &settings),
        "text: there are no messages to train on; name the column of messages"
    );
    assert_eq!(refused(&["a"], &[0, 1], 2, &settings), "text: 1 messages but 2 labels");
    assert_eq!(refused(&["a", "b"], &[0, 2], 2, &settings), "text: message 1 has class 2, but there are 2");
    let idle = TextSettings { passes: 0, ..settings };
    assert_eq!(refused(&["a", "b"], &[0, 1], 2, &idle), "text: passes is 0, must be at least 1");
    let tiny = TextSettings { max_bytes: 10, ..settings };
    assert_eq!(
        refused(&["a", "b"], &[0, 1], 2, &tiny),
        "text: max_bytes is 10, but 2 classes need at least 27; raise it"
    );
}
