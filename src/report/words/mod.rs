//! Words: the texts of a report that do not come from the data, one file for each language.
//!
//! Invariants
//! - Every language has every key: keys are fields of one struct, so the compiler reports a missing one.
//! - Both languages have the same placeholders, such as `{n}`; a test compares them.
//!
//! Not here: names from data.

mod column;
mod en;
mod finding;
pub(crate) mod kinds;
mod zh;

pub(super) use column::{read_as, used_as};
pub(super) use en::EN;
pub(super) use finding::sentence;
pub(super) use zh::ZH;

macro_rules! words {
    ($($key:ident),* $(,)?) => {
        /// A word, sentence or template for each key.
        #[derive(Debug)]
        pub(super) struct Words {
            $(pub(super) $key: &'static str,)*
        }

        #[cfg(test)]
        impl Words {
            /// Key and text of each.
            pub(super) fn pairs(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key),)*]
            }
        }
    };
}

words! {
    lang, report, contents, colon, comma, as_table, and_more, head, head_word, summary, profile, race,
    losses, heads, features, clusters, fairness, cases, sets, card, predicts, predicts_classes, model, score, size, warning,
    warnings, model_line, model_line_bare, score_line, with_settings, size_line, no_size, no_warning, note, caution,
    serious, too_good, too_informative, missing_tells_has, missing_tells_lacks, after_label, id, constant, all_missing,
    equal, correlated, duplicate_rows, label_typo, imbalance, few_rows, few_rows_one, few_rows_comma, few_rows_more,
    time_unit, seconds, microseconds, nanoseconds, no_better, worse_with_message, worse_without_message,
    left_out, repeated_items, long_titles, other_currencies, unlisted_items, disparity,
    unpacked, encoding, encoding_guessed, sheet, title_lines, blank_rows, nameless_columns, read_as_missing, read_as_value, unlabelled,
    number_form, day_first, month_first, codes, with_unit, ignored, no_feature, one_moment, json, unread_text, names_rows, names_rows_how,
    holds_nothing, holds_numbers, holds_flags, holds_one_name, holds_names, holds_text, holds_times, is_label, is_message, is_field, is_shopper, is_time,
    is_key, is_feature, are_features, unused, more_columns, profile_intro, file_columns, read_as, used_as, column, kind, missing, distinct, spread, histogram,
    counts, kind_number, kind_category, kind_flag, kind_text, kind_target,
    balance, class, rows, share_of_rows, race_intro, candidate, settings, interval, bytes,
    verdict, chosen, others, baseline, race_figure, race_note, frontier,
    frontier_note, bytes_axis, chosen_smallest, chosen_best, chosen_asked, passed_larger, passed_worse,
    passed_over_budget, passed_stopped, passed_baseline, passed_failed, losses_intro, losses_figure, kept,
    step, train_rows, validation_rows, heads_intro, figures, figure, value, better, less, more, per_class,
    precision, recall, f1, truth, predicted, taken_for, worst, confusion, confusion_note, roc, roc_note,
    fpr_axis, tpr_axis, area, area_guess, pr, pr_note, threshold, reliability, reliability_note, said_axis,
    happened_axis, said, happened, cost, cost_axis, cost_best, cost_never_best, cost_note, taken, scores,
    scores_note, share_of_class, probability, true_class, from, to, residual, residual_axis, residuals,
    residuals_note, against, against_note, features_intro, importance, importance_axis, importance_note,
    feature, effect, effect_note, effect_probability, effect_value, scatter, scatter_note, component,
    cluster, cluster_head, noise, centre_1, centre_2, elbow, elbow_note, inertia, silhouette,
    silhouette_note, silhouette_axis, n_clusters, dendrogram, dendrogram_note, merge_height, merge_rows,
    node, node_a, node_b, fairness_intro, fairness_by, no_disparity, rates, rates_note, share, n_rows,
    group, selection, tpr, fpr, gaps, gaps_note, gap_axis, gap, observed, cases_intro, contributions,
    contributions_note, base, rest, score_of, sum, logit_axis, evidence, evidence_intro, evidence_kind,
    evidence_message, evidence_no_message, evidence_events, evidence_alone, evidence_difference, evidence_few, set_size,
    recommend, recommend_intro, recommend_figure, recommend_note, recommend_weights, recommend_weights_note, recommend_bundles,
    recommend_bundles_intro, by_popularity, by_trend, by_markov, by_item_item, by_sequence, by_content, by_factors, by_neighbours, by_blend, method, mrr, hit_rate,
    coverage, novelty, diversity, popularity_bias, signal, weight, baskets,
    shoppers, shoppers_intro, segments, segments_rfm, segments_k_means, segments_dbscan, segments_stability, segment,
    segment_ordinary, segment_at_risk, segment_promising, segment_high_value, segment_like_most, n_shoppers,
    segments_figure, segments_note, risks, risks_intro, risk_abandonment, risk_churn, risk_anomaly, risk_planted,
    risk_other, n_sessions, alert_budget, lift, early, early_note, after_events, after_all, known, n_bought, worth,
    worth_note, weeks, purchases, worth_expected, worth_made, skipped, skipped_no_purchase, skipped_one_outcome,
    skipped_too_short, skipped_no_feature,
    days_since_purchase, spent, mean_price, looks, on_weekends, buys_often, buys_rarely, spends_much, spends_little,
    looks_dear, looks_cheap, looks_a_lot, looks_little, on_workdays,
    scope, scope_intro, scope_wording, scope_note, scope_kept, scope_caught, scope_bound, sets_intro, asked, covered, mean_size,
    single, seed, reproduce, reproduce_note, limits, limit_past, limit_cause, limit_chance,
    limit_groups, limit_no_groups, log_loss, log_loss_axis, auc, accuracy, macro_f1, average_precision, brier,
    calibration_error, rmse, rmse_axis, mae, mae_axis, r2, majority, prior, always_median, always_mean, last_value,             importance_held, importance_learnt,
    fairness_small, no_value, case_hit, case_miss, case_uncertain, case_silent, case_abstained, case_title,
    cases_learnt, clusters_intro, cluster_means, cluster_means_note, mean, cluster_rows, hinge, hinge_axis,
    squared_error, squared_error_axis, more_in_report, of_head, more_groups, reliability_top,
    relevance, relevance_note, entropy, mutual_information, of_known, chi_squared, p_value, cramers_v, information_gain,
}

/// A template with its placeholders, `{name}`, replaced. Inserted values are not searched for placeholders, so braces in data stay.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            rest = after;
            break;
        };
        out.push_str(values.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value));
        rest = after;
    }
    out.push_str(rest);
    out
}
