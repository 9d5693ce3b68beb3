//! Tests that the report is well-formed, harmless, complete in both languages, bounded and deterministic.

mod example;
mod outline;
mod shoppers;
mod simulation;
mod units;

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::data::*;
use super::words::{EN, ZH};
use super::*;
use example::example;
use floorwalker_learn::train::shopper::Shoppers;
use floorwalker_metrics::{Confusion, Interval, reliability};
use outline::outline;

const BOTH: [Lang; 2] = [Lang::En, Lang::Zh];

/// Reads the page as XML, and checks that tags are balanced, names escaped and ids unique, and that every drawing has a name.
fn check_page(html: &str) {
    let mut reader = Reader::from_str(html);
    let mut ids = BTreeSet::new();
    let (mut open, mut drawings, mut named) = (Vec::new(), 0, 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == "script" => panic!("a script"),
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                let mut is_named = false;
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    let value = attribute.value.to_string();
                    match attribute.key.as_ref() {
                        "id" => assert!(ids.insert(value.clone()), "id {value} twice"),
                        "href" => assert!(value.starts_with('#'), "{value}"),
                        "src" | "style" => panic!("{value}"),
                        key => {
                            assert!(!key.starts_with("on"), "{value}");
                            is_named |= matches!(key, "aria-labelledby" | "aria-label" | "aria-hidden");
                        }
                    }
                }
                drawings += usize::from(name == "svg");
                named += usize::from(name == "svg" && is_named);
                open.push(name);
            }
            Event::End(tag) => assert_eq!(open.pop().unwrap(), tag.name().as_ref()),
            Event::GeneralRef(name) => {
                let name: &str = name.as_ref();
                assert!(["amp", "lt", "gt", "quot", "apos", "#39"].contains(&name), "&{name};");
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert_eq!(drawings, named);
    for word in ["http:", "https:", "//", "src=", "<script", "url(", "@import", "NaN", "inf<"] {
        assert!(!html.contains(word), "{word} in the page");
    }
}

fn nothing() -> ReportData {
    ReportData {
        profile: None,
        races: Vec::new(),
        losses: Vec::new(),
        heads: Vec::new(),
        importance: Vec::new(),
        effects: Vec::new(),
        clusters: Vec::new(),
        fairness: Vec::new(),
        cases: Vec::new(),
        conformal: Vec::new(),
        evidence: Vec::new(),
        scopes: Vec::new(),
        recommendation: None,
        shoppers: Shoppers::default(),
        card: None,
        warnings: Vec::new(),
        ..example()
    }
}

#[test]
fn a_full_report_is_well_formed_and_loads_nothing() {
    for lang in BOTH {
        let page = html(&example(), lang);
        check_page(&page);
        // To look at it: FLOORWALKER_LOOK=/tmp cargo test -p floorwalker-report
        if let Ok(folder) = std::env::var("FLOORWALKER_LOOK") {
            std::fs::write(format!("{folder}/report.{}.html", words(lang).lang), page).unwrap();
        }
    }
}

#[test]
fn a_full_report_reads_so_in_both_languages() {
    for lang in BOTH {
        let outline = outline(&html(&example(), lang));
        insta::assert_snapshot!(format!("report_{}", words(lang).lang), outline);
    }
}

#[test]
fn the_same_data_gives_the_same_bytes() {
    for lang in BOTH {
        assert_eq!(html(&example(), lang), html(&example(), lang));
    }
}

#[test]
fn names_from_data_are_text_and_never_markup() {
    let page = html(&example(), Lang::Zh);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("&lt;b&gt;price &amp; &quot;deal&quot;&lt;/b&gt;"));
    assert!(page.contains("衣服买大了，&lt;想&gt; 换小一码 &amp; 退差价可以吗？"));
    assert!(page.contains("{n} braces in data"));
    assert!(page.contains("退货退款"));
}

#[test]
fn control_characters_and_turned_text_never_reach_the_page() {
    let mut data = nothing();
    data.title = "a\u{0}b\u{1b}[31m\u{202e}c\u{ffff}".to_owned();
    data.summary.as_mut().unwrap().predicts = "x\ny".into();
    let page = html(&data, Lang::En);
    check_page(&page);
    assert!(page.contains("<h1>a b [31m c </h1>"));
    assert_eq!(five_lines(&data, Lang::En)[0], "Predicts: x y");
}

#[test]
fn a_section_without_data_is_left_out() {
    for lang in BOTH {
        let page = html(&nothing(), lang);
        check_page(&page);
        assert_eq!(page.matches("<section").count(), 1);
        assert_eq!(page.matches("<figure").count(), 0);
    }
    assert_eq!(html(&example(), Lang::En).matches("<section").count(), 15);
}

#[test]
fn every_plot_has_a_title_a_description_and_a_table() {
    let page = html(&example(), Lang::En);
    let figures = page.matches("<figure>").count();
    assert!(figures >= 25, "{figures}");
    assert_eq!(page.matches("<title id=").count(), figures);
    assert_eq!(page.matches("<desc id=").count(), figures);
    assert_eq!(page.matches("<summary>As a table</summary>").count(), figures);
    assert_eq!(page.matches("<svg role=\"img\" aria-labelledby").count(), figures);
}

#[test]
fn the_five_lines_say_what_matters() {
    let wanted = [
        "Predicts: Revenue = yes",
        "Model: Gradient-boosted trees (120 rounds, 8 leaves); chosen: the smallest within one standard error of the best",
        "Held-out score: Log loss 0.2241 [0.2138, 0.2344] on 2,466 rows; the baseline reaches 0.4310",
        "Size in the page: 11.9\u{202F}kB, compressed",
        "Strongest warning: Serious: “PageValues” alone predicts class `yes` with an AUC of 0.8893; check that its value is known before the \
         label is; if not, leave it out with [data] ignore",
    ];
    assert_eq!(five_lines(&example(), Lang::En), wanted);
    assert_eq!(five_lines(&nothing(), Lang::En)[4], "Strongest warning: no warning");
    assert_eq!(five_lines(&nothing(), Lang::Zh)[4], "最严重的警告：无");
}

#[test]
fn a_group_that_is_selected_far_less_is_a_warning_without_being_told() {
    let mut data = nothing();
    data.fairness = example().fairness;
    assert!(
        five_lines(&data, Lang::En)[4].contains("below four fifths"),
        "{:?}",
        five_lines(&data, Lang::En)
    );
}

#[test]
fn both_languages_are_complete_and_fill_the_same_places() {
    let places = |text: &str| -> BTreeSet<String> {
        text.split('{').skip(1).map(|part| part.split('}').next().unwrap().to_owned()).collect()
    };
    let zh = ZH.pairs();
    for ((key, en), (_, zh)) in EN.pairs().into_iter().zip(zh) {
        assert!(!en.is_empty() && !zh.is_empty(), "{key}");
        assert_eq!(places(en), places(zh), "{key}");
        let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        assert!(!en.chars().any(is_chinese), "{key}: {en}");
        // A sentence in the Chinese file must contain Chinese characters.
        assert!(zh.split(' ').count() < 4 || zh.chars().any(is_chinese), "{key}: {zh}");
    }
}

#[test]
fn a_huge_report_is_bounded() {
    let mut data = example();
    let profile = data.profile.as_mut().unwrap();
    profile.columns = vec![profile.columns[1].clone(); 5_000];
    profile.classes = (0..3_000).map(|i| (format!("class {i}"), i)).collect();
    data.warnings = vec![data.warnings[0].clone(); 9_000];
    data.races[0].candidates = vec![data.races[0].candidates[1].clone(); 900];
    data.clusters[0].points = vec![Point { x: 1.0, y: 2.0, cluster: Some(1) }; 300_000];
    data.cases = vec![Case { message: Some("字".repeat(100_000)), ..data.cases[0].clone() }; 400];
    data.heads[4].numbers.as_mut().unwrap().pairs = (0..100_000).map(|i| (f64::from(i), 1.0)).collect();
    let classes = data.heads[0].classes.as_mut().unwrap();
    classes.confusion = Some(Confusion::new(1_000, (0..1_000_000).map(|i| (i / 1_000, i % 1_000))));
    classes.rankings[0].roc = vec![classes.rankings[0].roc[3]; 100_000];
    let page = html(&data, Lang::En);
    check_page(&page);
    assert!(page.len() < 3_000_000, "{}", page.len());
    assert!(page.contains("and 4,800 more"));
    let points = page.matches("<circle").count();
    assert!(points < 2 * 5_000 + 2_000, "{points}");
}

#[test]
fn what_is_not_finite_or_empty_is_a_dash_or_nothing() {
    let mut data = example();
    let nan = Interval { value: f64::NAN, low: f64::NEG_INFINITY, high: f64::INFINITY };
    data.summary.as_mut().unwrap().score = nan;
    data.summary.as_mut().unwrap().baseline = f64::NAN;
    data.losses[0].points = vec![LossPoint { step: 1, train: f64::NAN, valid: Some(f64::INFINITY) }];
    data.races[0].candidates[1].loss = Some(nan);
    data.heads[0].figures[0].value = nan;
    data.heads[0].classes.as_mut().unwrap().calibration[0].bins = reliability(&[], &[], 3);
    data.heads[4].numbers.as_mut().unwrap().pairs = vec![(f64::NAN, 1.0), (f64::MAX, f64::MIN), (3.0, 3.0)];
    data.importance[0].features[0].1 = nan;
    data.effects[0].shape = EffectShape::Numeric(Vec::new());
    data.effects[1].shape = EffectShape::Numeric(vec![(5.0, 0.0)]);
    data.clusters[0].points = vec![Point { x: f64::NAN, y: f64::INFINITY, cluster: None }];
    data.clusters[0].merges = vec![Merge { a: 7, b: 9, height: 1.0, size: 2 }];
    data.cases[0].score = f64::NAN;
    data.fairness[0].groups.clear();
    data.conformal[0].rows[0].measured = nan;
    for lang in BOTH {
        check_page(&html(&data, lang));
    }
}

#[test]
fn contributions_in_the_plot_add_up_to_the_score() {
    let case = &example().cases[1];
    let sum: f64 = case.base + case.contributions.iter().map(|(_, v)| v).sum::<f64>();
    assert!((sum - case.score).abs() < 1e-9);
    // Of 20 contributions 12 are drawn, and 8 are summed.
    assert!(html(&example(), Lang::En).contains("8 more together"));
}

#[test]
fn it_can_be_written_as_json() {
    let json = serde_json::to_value(example()).unwrap();
    assert_eq!(json["summary"]["family"]["kind"]["en"], "Gradient-boosted trees");
    assert_eq!(
        json["races"][0]["candidates"][8]["verdict"]["failed"],
        "the loss is not finite; scale the columns"
    );
    assert_eq!(json["clusters"][0]["points"][0]["cluster"], serde_json::Value::Null);
}
