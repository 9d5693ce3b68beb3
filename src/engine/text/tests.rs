//! Compares the text model with a naive scorer that has no optimizations.
use super::*;
use crate::property::holds;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const GRAMS: GramDef = GramDef { words: 2, glyphs: 3, long: 4, char_min: 1, char_max: 3, bits: 12 };
const MESSAGES: [&str; 6] =
    ["", "where is my card?", "我的卡在哪里", "My 卡 is LOST lost lost", "zzz", "it's"];

/// The buckets of every n-gram of [`MESSAGES`] except the last two.
fn buckets() -> Vec<u32> {
    let mut buckets: Vec<u32> = Vec::new();
    for message in &MESSAGES[..4] {
        Grams::default().read(message, GRAMS, &Variants::default(), |gram| buckets.push(gram.bucket));
    }
    buckets.sort_unstable();
    buckets.dedup();
    buckets
}

/// A model over [`buckets`]; `weight` gives what a row adds to an output, if anything.
fn model(n_outputs: usize, weight: impl Fn(usize, usize) -> Option<i8>) -> TextDef {
    let buckets = buckets();
    let mut def = TextDef {
        grams: GRAMS,
        bias: (0..n_outputs).map(|c| c as f32 * 0.25 - 1.0).collect(),
        scale: 0.125,
        unknown: 7,
        variants: vec![(0x8CA8, 0x8D27)],
        idf: buckets.iter().map(|b| (b % 97 + 1) as u8).collect(),
        buckets,
        starts: vec![0],
        outputs: vec![],
        weights: vec![],
    };
    for row in 0..def.buckets.len() {
        for output in 0..n_outputs {
            if let Some(weight) = weight(row, output) {
                def.outputs.push(output as u16);
                def.weights.push(weight);
            }
        }
        def.starts.push(def.outputs.len() as u32);
    }
    def
}

/// A model with all weights, or with every fourth one.
fn def(n_outputs: usize, sparse: bool) -> TextDef {
    let weight = |row, output| (row * 31 + output * 7) as u8 as i8;
    model(n_outputs, |row, output| (!sparse || (row + output).is_multiple_of(4)).then(|| weight(row, output)))
}

/// Any model over [`buckets`] in which about one cell in `thin` has a weight.
fn models(n_outputs: usize, thin: u8) -> impl Strategy<Value = TextDef> {
    let cells = vec((0..thin, any::<i8>()), n_outputs * buckets().len());
    (cells, vec(-1.0..9.0_f32, n_outputs), any::<u8>()).prop_map(move |(cells, bias, unknown)| {
        let weight = |row, output| {
            let (chance, weight) = cells[row * n_outputs + output];
            (chance == 0).then_some(weight)
        };
        TextDef { bias, unknown, ..model(n_outputs, weight) }
    })
}

/// Messages of known and unknown words and characters, and a few of any kind.
fn messages() -> impl Strategy<Value = String> {
    const PIECES: [&str; 18] = [
        " ",
        "card",
        "CARD",
        "my ",
        "lost ",
        "where is",
        "it's",
        "我",
        "的卡",
        "貨",
        "货",
        "é",
        "e\u{301}",
        "zzz",
        "?",
        "\u{1f}",
        "👍🏽",
        "カ\u{3099}",
    ];
    let piece = prop_oneof![4 => select(&PIECES[..]).prop_map(String::from), 1 => any::<char>().prop_map(String::from)];
    vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

/// The formula computed in `f64`, looking up each bucket by search.
fn naive(def: &TextDef, message: &str) -> Vec<f64> {
    let mut grams = Vec::new();
    Grams::default().read(message, def.grams, &Variants::new(&def.variants), |gram| grams.push(gram));
    let mut logits = vec![0.0; def.bias.len()];
    let mut norm2 = 0.0;
    for gram in grams {
        let Some(row) = def.buckets.iter().position(|&b| b == gram.bucket) else {
            norm2 += f64::from(def.unknown).powi(2);
            continue;
        };
        norm2 += f64::from(def.idf[row]).powi(2);
        for cell in def.starts[row] as usize..def.starts[row + 1] as usize {
            logits[usize::from(def.outputs[cell])] += f64::from(def.weights[cell]);
        }
    }
    let factor = if norm2 > 0.0 { f64::from(def.scale) / norm2.sqrt() } else { 0.0 };
    logits.iter().zip(&def.bias).map(|(sum, &bias)| f64::from(bias) + factor * sum).collect()
}

fn logits(model: &TextModel, message: &str) -> Vec<f32> {
    let mut out = vec![0.0; model.n_outputs()];
    model.logits(message, &mut TextScratch::default(), &mut out).unwrap();
    out
}

fn check<'a>(def: &TextDef, messages: impl IntoIterator<Item = &'a str>) {
    let model = TextModel::new(def.clone()).unwrap();
    let mut scratch = TextScratch::default();
    for message in messages {
        let got = logits(&model, message);
        for (output, (got, expected)) in got.iter().zip(naive(def, message)).enumerate() {
            let near = |x: f64, size: f64| (x - expected).abs() <= 1e-5 * (size + expected.abs() + 1.0);
            assert!(near(f64::from(*got), 0.0), "{message}: {got} is not {expected}");
            let shares = model.explain(message, output, &mut scratch).unwrap();
            let total: f64 = shares.iter().map(|s| f64::from(s.contribution)).sum();
            let size: f64 = shares.iter().map(|s| f64::from(s.contribution.abs())).sum();
            assert!(near(total + f64::from(def.bias[output]), size), "{message}: shares add up to {total}");
        }
    }
}

fn refused(change: impl Fn(&mut TextDef), expected: TextError) {
    let mut def = def(3, true);
    change(&mut def);
    assert_eq!(TextModel::new(def).unwrap_err(), expected);
}

#[test]
fn one_word_moves_its_own_output_by_its_weight() {
    let grams = GramDef { words: 1, glyphs: 1, long: 1, char_min: 1, char_max: 0, bits: 20 };
    let mut buckets = Vec::new();
    Grams::default().read("card", grams, &Variants::default(), |gram| buckets.push(gram.bucket));
    let (starts, outputs, weights) = (vec![0, 1], vec![1], vec![-6]);
    let def = TextDef {
        grams,
        bias: vec![0.5, 1.0],
        scale: 2.0,
        unknown: 0,
        variants: vec![],
        buckets,
        idf: vec![4],
        starts,
        outputs,
        weights,
    };
    let model = TextModel::new(def).unwrap();
    let check = |message, second: f32| {
        let got = logits(&model, message);
        assert!(got[0] == 0.5 && (got[1] - second).abs() < 1e-6, "{message}: {got:?}, expected {second}");
    };
    check("CARD", 1.0 - 2.0 * 6.0 / 4.0);
    check("card, card; card; Card?", 1.0 - 2.0 * 24.0 / 8.0); // norm: the root of four times 4², which is 8
}

#[test]
fn the_naive_scorer_agrees_and_explanations_add_up() {
    for n_outputs in [1, 3, 15, 16, 17, 40] {
        for thin in [1, 4, 50] {
            holds(20, &(models(n_outputs, thin), vec(messages(), 5)), |(def, messages)| {
                check(&def, MESSAGES);
                check(&def, messages.iter().map(String::as_str));
            });
        }
    }
}

#[test]
fn a_model_too_wide_for_dense_rows_gives_the_same_logits() {
    // Adds rows whose buckets no 12-bit n-gram has, until a dense table would exceed the limit.
    let mut wide = def(3, true);
    wide.grams.bits = 13;
    wide.bias.resize(MAX_OUTPUTS, 0.0);
    let n_more = MAX_DENSE_BYTES / MAX_OUTPUTS;
    wide.buckets.extend((0..n_more as u32).map(|i| (1 << 12) + i));
    wide.idf.extend(vec![1; n_more]);
    wide.starts.extend(vec![wide.outputs.len() as u32; n_more]);
    check_same(&wide, &TextDef { bias: wide.bias[..3].to_vec(), ..wide.clone() });
}

/// Checks that the first outputs of `wide` equal those of `narrow` bit for bit, and have the same explanations.
fn check_same(wide: &TextDef, narrow: &TextDef) {
    let (wide, narrow) = (TextModel::new(wide.clone()).unwrap(), TextModel::new(narrow.clone()).unwrap());
    let mut scratch = TextScratch::default();
    for message in MESSAGES {
        let n = narrow.n_outputs();
        assert_eq!(logits(&wide, message)[..n], logits(&narrow, message), "{message}");
        let explained = wide.explain(message, n - 1, &mut scratch);
        assert_eq!(explained, narrow.explain(message, n - 1, &mut scratch));
    }
}

#[test]
fn a_message_without_known_grams_yields_the_bias() {
    let def = def(3, false);
    let model = TextModel::new(def.clone()).unwrap();
    let mut out = [9.0; 3];
    assert_eq!(model.logits("", &mut TextScratch::default(), &mut out), Ok((0, 0)));
    assert_eq!(out[..], def.bias);
    assert_eq!(logits(&model, "！？ ..."), def.bias);
    assert_eq!(model.explain("!", 0, &mut TextScratch::default()), Ok(vec![]));
}

#[test]
fn the_order_of_words_does_not_change_a_bit_when_only_words_are_read() {
    let mut def = def(16, false);
    def.grams = GramDef { words: 1, glyphs: 1, long: 1, char_min: 1, char_max: 0, ..GRAMS };
    let model = TextModel::new(def).unwrap();
    assert_eq!(logits(&model, "where is my card 我 的 卡"), logits(&model, "卡 card my 的 is where 我"));
}

#[test]
fn a_scratch_used_before_changes_nothing() {
    let model = TextModel::new(def(16, true)).unwrap();
    let (mut scratch, mut out) = (TextScratch::default(), [0.0; 16]);
    for message in MESSAGES.iter().chain(MESSAGES.iter().rev()) {
        model.logits(message, &mut scratch, &mut out).unwrap();
        assert_eq!(out[..], logits(&model, message));
    }
}

#[test]
fn a_hundred_thousand_characters_cost_as_much_as_the_limit() {
    let model = TextModel::new(def(16, false)).unwrap();
    let long = "my lost card 我的卡 ".repeat(6_000);
    let end = long.char_indices().nth(MAX_CHARS).map(|(at, _)| at).unwrap();
    assert_eq!(logits(&model, &long), logits(&model, &long[..end]));
    assert!(logits(&model, &long).iter().all(|z| z.is_finite()));
}

#[test]
fn a_slice_of_another_length_is_refused_and_untouched() {
    let model = TextModel::new(def(3, true)).unwrap();
    let mut out = [7.0; 2];
    let error = model.logits("card", &mut TextScratch::default(), &mut out);
    assert_eq!(error, Err(TextError::OutLength { expected: 3, actual: 2 }));
    assert_eq!(out, [7.0; 2]);
    assert_eq!(model.explain("card", 3, &mut TextScratch::default()), Err(TextError::OutputIndex(3)));
}

#[test]
fn a_definition_that_is_not_a_model_is_refused() {
    refused(|d| d.grams.bits = 0, TextError::Grams);
    refused(|d| d.grams.bits = 25, TextError::Grams);
    refused(|d| d.grams.char_max = 9, TextError::Grams);
    refused(|d| d.bias.clear(), TextError::OutputCount(0));
    refused(|d| d.bias[1] = f32::NAN, TextError::Value("bias or scale"));
    refused(|d| d.scale = f32::INFINITY, TextError::Value("bias or scale"));
    refused(|d| d.idf[2] = 0, TextError::Value("idf of 0"));
    refused(|d| d.variants = vec![(0x61, 0x62)], TextError::Value("variants"));
    refused(|d| d.buckets[4] = d.buckets[3], TextError::Bucket { row: 4 });
    refused(
        |d| *d.buckets.last_mut().unwrap() = 1 << 12,
        TextError::Bucket { row: def(3, true).buckets.len() - 1 },
    );
    refused(|d| d.starts[1] = u32::MAX, TextError::Row { row: 0 });
    refused(|d| *d.outputs.last_mut().unwrap() = 3, TextError::Row { row: last_row() });
    let (rows, cells) = (def(3, true).buckets.len(), def(3, true).outputs.len());
    let length = |what, expected, actual| TextError::Length { what, expected, actual };
    refused(|d| d.idf.push(1), length("idf", rows, rows + 1));
    refused(|d| d.starts.clear(), length("starts", rows + 1, 0));
    refused(|d| d.weights.push(1), length("weights", cells, cells + 1));
    refused(|d| d.starts[rows] -= 1, length("cells", cells, cells - 1));
    refused(|d| d.starts[0] = 1, length("cells before the first row", 0, 1));
}

/// The row that holds the last cell of the three-output model.
fn last_row() -> usize {
    let def = def(3, true);
    def.starts.windows(2).rposition(|w| w[0] < w[1]).unwrap()
}

#[test]
fn what_is_wiped_holds_nothing_of_the_message() {
    let model = TextModel::new(def(3, false)).unwrap();
    let (mut scratch, mut fresh) = (TextScratch::default(), TextScratch::default());
    let (mut out, mut expected) = ([0.0; 3], [0.0; 3]);
    model.logits("My 卡 is LOST lost lost", &mut scratch, &mut out).unwrap();
    let told = |scratch: &TextScratch| alloc::format!("{scratch:?}");
    let hashes =
        |text: &str| text.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() > 6).count();
    assert!(hashes(&told(&scratch)) > 20);
    scratch.wipe();
    // Only the seed of the hashes is left, which is the same for every message.
    assert!(hashes(&told(&scratch)) <= 1, "{}", told(&scratch));
    model.logits("where is my card?", &mut scratch, &mut out).unwrap();
    model.logits("where is my card?", &mut fresh, &mut expected).unwrap();
    assert_eq!(out, expected);
}
