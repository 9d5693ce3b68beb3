//! Clusters.

use super::Words;

pub(super) const WORDS: &[Words] = &[
    Words::of("k_means", ["k-means", "k 均值"]),
    Words::of("dbscan", ["DBSCAN", "DBSCAN"]),
    Words::of("agglomerative", ["Agglomerative clustering", "凝聚层次聚类"]),
];
