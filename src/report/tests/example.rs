//! An example with every section, names that need escaping, and figures that a real store could have.
//!
//! Not here: what is asserted (`tests`).

use crate::Text;
use crate::data::*;
use floorwalker_finding::{Finding, Kind};
use floorwalker_learn::evaluate::evidence::{self, ByEvidence};
use floorwalker_learn::examples::{ColumnUse, Content, Role};
use floorwalker_learn::train::ScopeFound;
use floorwalker_metrics::*;

/// Numbers in `[0, 1)` without a random generator: the fractional parts of multiples of the golden ratio are evenly spread.
fn spread(i: usize) -> f64 {
    (i as f64 * 0.618_033_988_749_895).fract()
}

/// Approximately normal numbers: sums of four evenly spread ones, less 2.
fn bell(i: usize) -> f64 {
    (0..4).map(|j| spread(i * 7 + j * 1013 + (i / 97) * j)).sum::<f64>() - 2.0
}

pub(super) fn around(value: f64, half: f64) -> Interval {
    Interval { value, low: value - half, high: value + half }
}

/// `(positive, p)` of a good model on `n` rows, of which three in twenty are positive.
pub(super) fn scored(n: usize) -> (Vec<bool>, Vec<f32>) {
    let row = |i: usize| {
        let positive = i % 20 < 3;
        let logit = 2.2 * bell(i) - 2.4 + if positive { 3.3 } else { 0.0 };
        (positive, (1.0 / (1.0 + libm::exp(-logit))) as f32)
    };
    (0..n).map(row).unzip()
}

fn column(name: &str, kind: ColumnKind, missing: f64, distinct: u64, spread: Spread) -> Column {
    Column { name: name.to_owned(), kind, missing, distinct, spread }
}

fn profile() -> Profile {
    let numbers = |scale: f64| {
        let values: Vec<f64> = (0..2000).map(|i| scale * (bell(i) + 1.0).powi(2)).collect();
        Spread::Numbers { min: 0.0, median: scale, max: 6.25 * scale, histogram: histogram(&values, 16) }
    };
    let named = |names: &[(&str, u64)]| {
        Spread::Categories(names.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect())
    };
    let months = [("May", 3364), ("Nov", 2998), ("Mar", 1907), ("Dec", 1727), ("Oct", 549), ("Sep", 448)];
    Profile {
        rows: 12_330,
        columns: vec![
            column("PageValues", ColumnKind::Number, 0.0, 2704, numbers(57.9)),
            column("ProductRelated_Duration", ColumnKind::Number, 0.021, 9551, numbers(598.94)),
            column("BounceRates", ColumnKind::Number, 0.0, 1872, numbers(0.003_112)),
            column("Month", ColumnKind::Category, 0.0, 10, named(&months)),
            column(
                "访客类型",
                ColumnKind::Category,
                0.004,
                3,
                named(&[("回访", 10_551), ("新客", 1694), ("其他", 85)]),
            ),
            column("Weekend", ColumnKind::Flag, 0.0, 2, named(&[("false", 9462), ("true", 2868)])),
            column("<script>alert(1)</script>", ColumnKind::Text, 1.0, 0, Spread::None),
            column("Revenue", ColumnKind::Target, 0.0, 2, named(&[("no", 10_422), ("yes", 1908)])),
        ],
        file: vec![ColumnUse {
            name: "session_id".to_owned(),
            content: Content::Numbers,
            how: None,
            role: Role::LeftOut(Finding::new(
                "session_id",
                Kind::NamesRows { n_distinct: 12_330, n_rows: 12_330, how: None },
            )),
        }],
        classes: vec![("no".to_owned(), 10_422), ("yes".to_owned(), 1908)],
        relevance: Vec::new(),
    }
}

fn race() -> Race {
    let candidate = |family, settings: (&str, &str), loss: f64, auc, bytes, verdict| Candidate {
        family,
        settings: Text { en: settings.0.to_owned(), zh: settings.1.to_owned() },
        loss: Some(around(loss, 0.006)),
        auc,
        accuracy: Some(0.8454 + (0.431 - loss) / 3.6),
        bytes: Some(bytes),
        verdict,
    };
    let mut failed = candidate(
        Family::Kind(Text::new("Multilayer perceptron", "多层感知机")),
        ("one layer of 16", "一层 16 个单元"),
        0.0,
        None,
        0,
        Verdict::Stopped,
    );
    (failed.loss, failed.bytes, failed.accuracy) = (None, None, None);
    failed.verdict = Verdict::Failed("the loss is not finite; scale the columns".to_owned());
    Race {
        head: "purchase".to_owned(),
        measure: Measure::LogLoss,
        candidates: vec![
            candidate(Family::Prior, ("", ""), 0.431, Some(0.5), 180, Verdict::Baseline),
            candidate(
                Family::Kind(Text::new("Logistic regression", "逻辑回归")),
                ("penalty 3", "惩罚 3"),
                0.2871,
                Some(0.8935),
                1_240,
                Verdict::Worse,
            ),
            candidate(
                Family::Kind(Text::new("Naive Bayes", "朴素贝叶斯")),
                ("", ""),
                0.391,
                Some(0.8467),
                1_610,
                Verdict::Worse,
            ),
            candidate(
                Family::Kind(Text::new("Decision tree", "决策树")),
                ("depth 6", "深度 6"),
                0.2542,
                Some(0.9102),
                1_900,
                Verdict::Worse,
            ),
            candidate(
                Family::Kind(Text::new("Random forest", "随机森林")),
                ("200 trees, depth 12", "200 棵树，深度 12"),
                0.2301,
                Some(0.9287),
                412_000,
                Verdict::OverBudget,
            ),
            candidate(
                Family::Kind(Text::new("Gradient-boosted trees", "梯度提升树")),
                ("120 rounds, 8 leaves", "120 轮，8 叶"),
                0.2236,
                Some(0.9335),
                11_900,
                Verdict::Smallest,
            ),
            candidate(
                Family::Kind(Text::new("Gradient-boosted trees", "梯度提升树")),
                ("400 rounds, 16 leaves", "400 轮，16 叶"),
                0.2219,
                Some(0.9341),
                58_300,
                Verdict::Larger,
            ),
            candidate(
                Family::Kind(Text::new("Kernel support vector machine", "核支持向量机")),
                ("RBF, 800 vectors", "RBF，800 个向量"),
                0.2688,
                Some(0.9011),
                96_000,
                Verdict::Worse,
            ),
            failed,
        ],
    }
}

fn classes() -> ClassesMeasured {
    let (positive, p) = scored(2466);
    let taken = |p: &f32| *p >= 0.25;
    let confusion =
        Confusion::new(2, positive.iter().zip(&p).map(|(y, p)| (usize::from(*y), usize::from(taken(p)))));
    let names = ["no", "yes"];
    let score = |(class, name): (usize, &&str)| {
        let s = confusion.class(class);
        ClassScore {
            class: (*name).to_owned(),
            precision: s.precision,
            recall: s.recall,
            f1: s.f1,
            rows: s.support,
        }
    };
    let of = |wanted: bool| -> Vec<f64> {
        positive.iter().zip(&p).filter(|(y, _)| **y == wanted).map(|(_, p)| f64::from(*p)).collect()
    };
    let spreads = names.iter().zip([false, true]).filter_map(|(name, wanted)| {
        Some(ScoreSpread { class: (*name).to_owned(), histogram: histogram_in(&of(wanted), 0.0, 1.0, 20)? })
    });
    let costs = Costs { true_negative: 0.0, false_positive: 1.0, false_negative: 4.0, true_positive: 0.0 };
    ClassesMeasured {
        classes: names.map(str::to_owned).to_vec(),
        per_class: names.iter().enumerate().map(score).collect(),
        confusion: Some(confusion.clone()),
        rankings: vec![Ranking {
            class: "yes".to_owned(),
            roc: roc_points(&positive, &p),
            auc: auc_interval(&positive, &p, Resampling { resamples: 100, seed: 1 }),
            pr: pr_points(&positive, &p),
            average_precision: average_precision(&positive, &p),
            prevalence: 0.15,
        }],
        calibration: vec![Calibration {
            class: Some("yes".to_owned()),
            bins: reliability(&positive, &p, 10),
        }],
        cost: cost_curve(&positive, &p, costs).ok(),
        threshold: Some(0.25),
        spreads: spreads.collect(),
    }
}

fn intents(head: &str, k: usize) -> HeadMeasured {
    let names = [
        "退货退款",
        "物流进度",
        "尺码建议",
        "<b>price & \"deal\"</b>",
        "gift",
        "发票",
        "compare",
        "coupon",
        "stock",
        "商品保养",
        "repair",
        "other",
    ];
    let classes: Vec<String> =
        (0..k).map(|i| names.get(i).map_or_else(|| format!("intent {i}"), |n| (*n).to_owned())).collect();
    let pairs = (0..6000).map(|i| {
        let truth = i % k;
        (truth, if spread(i) < 0.8 { truth } else { (truth + 1 + (spread(i + 9) * 3.0) as usize) % k })
    });
    let confusion = Confusion::new(k, pairs);
    HeadMeasured {
        head: head.to_owned(),
        rows: 6000,
        figures: vec![Measured {
            measure: Measure::Accuracy,
            value: around(0.8, 0.01),
            baseline: Some(1.0 / k as f64),
        }],
        numbers: None,
        classes: Some(ClassesMeasured {
            per_class: classes
                .iter()
                .enumerate()
                .map(|(at, class)| {
                    let s = confusion.class(at);
                    ClassScore {
                        class: class.clone(),
                        precision: s.precision,
                        recall: s.recall,
                        f1: s.f1,
                        rows: s.support,
                    }
                })
                .collect(),
            classes,
            confusion: Some(confusion),
            rankings: Vec::new(),
            calibration: Vec::new(),
            cost: None,
            threshold: None,
            spreads: Vec::new(),
        }),
    }
}

fn heads() -> Vec<HeadMeasured> {
    let measured =
        |measure, value, half, baseline| Measured { measure, value: around(value, half), baseline };
    let pairs = (0..900).map(|i| {
        let truth = 40.0 + 260.0 * spread(i);
        (truth, 0.9 * truth + 14.0 + 24.0 * bell(i + 5))
    });
    vec![
        HeadMeasured {
            head: "purchase".to_owned(),
            rows: 2466,
            figures: vec![
                measured(Measure::LogLoss, 0.2241, 0.0103, Some(0.4310)),
                measured(Measure::Auc, 0.9334, 0.0061, Some(0.5)),
                measured(Measure::Accuracy, 0.9032, 0.0117, Some(0.8454)),
                measured(Measure::Brier, 0.0689, 0.0, Some(0.1307)),
            ],
            classes: Some(classes()),
            numbers: None,
        },
        intents("intent", 12),
        intents("topic", 4),
        intents("queue", 27),
        HeadMeasured {
            head: "basket".to_owned(),
            rows: 900,
            figures: vec![
                measured(Measure::Rmse, 15.2, 0.7, Some(75.1)),
                measured(Measure::R2, 0.959, 0.004, Some(0.0)),
            ],
            classes: None,
            numbers: Some(NumbersMeasured { unit: "元".to_owned(), pairs: pairs.collect() }),
        },
    ]
}

fn effects() -> Vec<Effect> {
    let numeric = |feature: &str, f: fn(f64) -> f64, to: f64| Effect {
        head: "purchase".to_owned(),
        output: "yes".to_owned(),
        rows: 2000,
        is_probability: true,
        feature: feature.to_owned(),
        shape: EffectShape::Numeric((0..40).map(|i| f64::from(i) / 39.0).map(|t| (t * to, f(t))).collect()),
    };
    let months = [("Nov", 0.21), ("Oct", 0.17), ("Sep", 0.16), ("Dec", 0.13), ("May", 0.12), ("Feb", 0.04)];
    vec![
        numeric("PageValues", |t| 0.08 + 0.5 * (1.0 - libm::exp(-9.0 * t)), 361.76),
        numeric("ExitRates", |t| 0.22 - 0.14 * t, 0.2),
        Effect {
            shape: EffectShape::Categorical(months.iter().map(|(m, p)| ((*m).to_owned(), *p)).collect()),
            ..numeric("Month", |_| 0.0, 1.0)
        },
    ]
}

fn clusters() -> Clusters {
    let point = |i: usize| {
        let c = (i % 4) as u32 + 1;
        let centre = [(-3.0, 0.5), (2.0, 2.5), (1.5, -2.5), (5.0, 0.0)][i % 4];
        let cluster = (!i.is_multiple_of(41)).then_some(c);
        Point { x: centre.0 + 1.1 * bell(i), y: centre.1 + 0.9 * bell(i + 3001), cluster }
    };
    let n = 60;
    // Leaves are merged in pairs, then one pair after the other into a chain.
    let mut merges: Vec<Merge> =
        (0..n / 2).map(|i| Merge { a: 2 * i, b: 2 * i + 1, height: 0.3 + spread(i), size: 2 }).collect();
    let mut top = n;
    for i in 1..n / 2 {
        let merge = Merge { a: top, b: n + i, height: 1.6 + 0.2 * i as f64, size: 2 * (i + 1) };
        top = n + merges.len();
        merges.push(merge);
    }
    Clusters {
        rows: 12_330,
        columns: vec![ClusterColumn {
            name: "<b>pages</b>".to_owned(),
            mean: 31.7,
            means: vec![12.0, 88.5, 3.25, f64::NAN],
        }],
        points: (0..1600).map(point).collect(),
        explained: Some((0.41, 0.23)),
        elbow: (1..=10).map(|k| (k, 9000.0 / k as f64 + 400.0)).collect(),
        silhouette: (2..=10).map(|k| (k, 0.55 - 0.03 * (k as f64 - 4.0).powi(2) / 2.0)).collect(),
        chosen: Some(4),
        merges,
    }
}

fn fairness() -> Fairness {
    let names = ["回访", "新客", "<i>other</i>"].map(str::to_owned);
    let (positive, p) = scored(2400);
    let group: Vec<u32> =
        (0..2400).map(|i| if i % 20 < 15 { 0 } else { u32::from(i % 20 == 19) + 1 }).collect();
    let rows = Grouped { group: &group, names: &names, positive: &positive, p: &p, threshold: 0.25 };
    Fairness {
        head: "purchase".to_owned(),
        attribute: "访客类型".to_owned(),
        positive: "yes".to_owned(),
        threshold: 0.25,
        small: 2,
        groups: group_rates(&rows),
    }
}

fn cases() -> Vec<Case> {
    let named = |pairs: &[(&str, f64)]| pairs.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect::<Vec<_>>();
    let contributions = named(&[
        ("PageValues", 1.92),
        ("Month", 0.41),
        ("ExitRates", -0.66),
        ("ProductRelated_Duration (seconds on product pages)", 0.22),
        ("访客类型", -0.18),
    ]);
    let base = -1.70;
    let score = base + contributions.iter().map(|(_, v)| v).sum::<f64>();
    vec![
        Case {
            head: "purchase".to_owned(),
            kind: CaseKind::Hit,
            line: 1_204,
            learnt: true,
            features: [
                ("PageValues", "41.2"),
                ("Month", "Nov"),
                ("ExitRates", "0.031"),
                ("访客类型", "回访"),
            ]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .to_vec(),
            probabilities: named(&[("no", 0.497), ("yes", 0.503)]),
            truth: Some("yes".to_owned()),
            output: "yes".to_owned(),
            base,
            contributions,
            score,
            message: None,
        },
        Case {
            head: "intent".to_owned(),
            kind: CaseKind::Silent,
            line: 7,
            message: Some("衣服买大了，<想> 换小一码 & 退差价可以吗？".to_owned()),
            probabilities: named(&[("退货退款", 0.71), ("尺码建议", 0.22), ("发票", 0.04)]),
            output: "退货退款".to_owned(),
            base: -0.4,
            contributions: (0..20)
                .map(|i| (format!("“{}”", ["退", "换小", "大了", "差价"][i % 4]), 0.6 - 0.05 * i as f64))
                .collect(),
            score: -0.4 + (0..20).map(|i| 0.6 - 0.05 * f64::from(i)).sum::<f64>(),
            ..Case::default()
        },
    ]
}

/// Report data with every section.
pub(super) fn example() -> ReportData {
    let losses = (1..=160).map(|i| {
        let t = f64::from(i);
        LossPoint {
            step: i as usize,
            train: 0.17 + 0.26 * libm::exp(-t / 25.0),
            valid: Some(0.222 + 0.21 * libm::exp(-t / 22.0) + 0.000_1 * (t - 120.0).max(0.0)),
        }
    });
    let importance = [
        ("PageValues", 0.1631, 0.008),
        ("Month", 0.0214, 0.003),
        ("ExitRates", 0.0152, 0.003),
        ("ProductRelated_Duration", 0.0093, 0.002),
        ("访客类型", 0.0031, 0.0015),
        ("a column with a name so long that it cannot stand beside its figure on a phone", 0.0004, 0.0009),
    ];
    ReportData {
        title: "online shoppers 网店 <script>alert('x')</script>".to_owned(),
        summary: Some(Summary {
            predicts: "Revenue = yes".into(),
            n_classes: 2,
            family: Family::Kind(Text::new("Gradient-boosted trees", "梯度提升树")),
            settings: Text { en: "120 rounds, 8 leaves".to_owned(), zh: "120 轮，8 叶".to_owned() },
            verdict: Verdict::Smallest,
            measure: Measure::LogLoss,
            score: around(0.2241, 0.0103),
            baseline: 0.431,
            rows: 2466,
            bytes: Some(11_900),
        }),
        warnings: vec![
            Finding::new("rows", Kind::DuplicateRows { n_repeated: 125, n_rows: 12_330, line: 86 }),
            Finding::new("session_id", Kind::Id { n_distinct: 12_330, n_rows: 12_330 }),
            Finding::new("PageValues", Kind::TooGood { class: "yes".to_owned(), auc: 0.8893 }),
            Finding::new("<script>alert(1)</script>", Kind::Constant),
            Finding::new("{n} braces", Kind::LeftOut { error: "{n} braces in data".to_owned() }),
        ],
        profile: Some(profile()),
        races: vec![race()],
        losses: vec![LossCurve {
            head: "purchase".to_owned(),
            measure: Measure::LogLoss,
            points: losses.collect(),
            kept: Some(120),
        }],
        heads: heads(),
        importance: vec![Importance {
            head: "purchase".to_owned(),
            measure: Measure::LogLoss,
            rows: 2_000,
            learnt: false,
            features: importance.iter().map(|(n, v, half)| ((*n).to_owned(), around(*v, *half))).collect(),
        }],
        effects: effects(),
        clusters: vec![clusters()],
        fairness: vec![fairness()],
        cases: cases(),
        conformal: vec![ConformalSets {
            head: "intent".to_owned(),
            rows: [(0.8, 0.806, 1.04), (0.9, 0.903, 1.31), (0.95, 0.948, 1.87)]
                .map(|(asked, measured, mean_size)| ConformalRow {
                    asked,
                    measured: around(measured, 0.009),
                    mean_size,
                    single: Some(2.0 - mean_size),
                })
                .to_vec(),
        }],
        evidence: vec![ByEvidence {
            head: "intent".to_owned(),
            experts: vec!["words".to_owned(), "actions".to_owned()],
            asked: 0.9,
            kinds: [(false, 0, 2_400), (true, 4, 3_000), (true, 9, 12)]
                .map(|(message, events, rows)| evidence::Kind {
                    message,
                    events,
                    rows,
                    accuracy: 0.81,
                    calibration_error: 0.02,
                    coverage: 0.9,
                    set_size: 1.4,
                    experts: vec![0.78, 0.31],
                    difference: Some((0.03, 0.02, 0.04)),
                })
                .to_vec(),
        }],
        scopes: vec![(
            "words".to_owned(),
            ScopeFound {
                auroc: 0.94,
                signs: "reject".to_owned(),
                judged: (0..40).map(|at| (at as f32 / 40.0, at % 3 == 0)).collect(),
                threshold: 0.7,
                by_wording: true,
            },
        )],
        recommendation: Some(Recommendation {
            steps: 931,
            sessions: 302,
            methods: [
                "popularity",
                "trend",
                "markov",
                "item_item",
                "sequence",
                "content",
                "factors",
                "neighbours",
                "blend",
            ]
            .into_iter()
            .zip([0.002, 0.003, 0.21, 0.27, 0.25, 0.1, 0.18, 0.24, 0.37])
            .map(|(name, mrr)| RankedMethod {
                name: name.to_owned(),
                mrr: around(mrr, 0.03),
                hit_rate: around(2.0 * mrr, 0.04),
                coverage: 0.26,
                novelty: 13.5,
                diversity: 0.8,
                popularity: 1.06,
            })
            .collect(),
            weights: vec![
                ("next".to_owned(), 0.42),
                ("popular".to_owned(), -0.58),
                ("current".to_owned(), -4.2),
            ],
            bundles: vec![(vec!["a <phone>".to_owned(), "手机壳".to_owned()], 40)],
            baskets: 400,
        }),
        shoppers: super::shoppers::shoppers(),
        card: Some(Card {
            facts: [("purchase.auc", "0.9334"), ("purchase.held_out", "test, 2466 rows")]
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .to_vec(),
            data: vec![(
                "online_shoppers.csv".to_owned(),
                "b27edd8ebc8c6f1f2d4d1cf4f4a5a1b90c5a7b2e2f0d6e7a55aa3f0c9b1d2e3f".to_owned(),
            )],
            seed: Some(42),
            versions: vec![
                ("floorwalker".to_owned(), "0.1.0".to_owned()),
                ("rustc".to_owned(), "1.95.0".to_owned()),
            ],
            command: Some(
                "floorwalker train store.toml --data online_shoppers.csv --seed 42 --out shop.fwb".to_owned(),
            ),
            compares_groups: false,
        }),
    }
}
