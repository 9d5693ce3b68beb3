//! Clusters: a scatter plot of the rows, the choice of the number of clusters, and the dendrogram.

use super::{MAX_EACH, MAX_POINTS, heads, number, side_by_side, thinned, words};
use crate::data::{ClusterColumn, Clusters, Point, ReportData};
use crate::number::{DASH, count, percent, plain};
use crate::page::{Figure, Page, Table};
use crate::plot::{Axis, Key, Layer, Series, Xy, tree};
use crate::words::{Words, fill};

/// Largest number of clusters that are named in the drawing; the series already repeat after `N_SERIES`.
const MAX_NAMED: u32 = 20;
/// Number of series for clusters, and the series of noise.
const N_SERIES: u32 = 5;
const NOISE: Series = Series(5);

/// The section of clusterings.
pub(super) fn section(page: &mut Page<'_>, data: &ReportData) {
    for of in data.clusters.iter().take(MAX_EACH) {
        let w = page.words;
        let of_columns = [
            ("columns", count(of.columns.len() as u64)),
            ("n", count(of.points.len() as u64)),
            ("rows", count(of.rows)),
        ];
        page.text(
            "p",
            &fill(w.clusters_intro, &of_columns.each_ref().map(|(key, value)| (*key, value.as_str()))),
        );
        if !of.columns.is_empty() {
            page.text("h4", w.cluster_means);
            page.text("p", w.cluster_means_note);
            page.table(w.cluster_means, &means(of, w));
        }
        side_by_side(page, |page| {
            if !of.points.is_empty() {
                page.figure(&scatter(of, w));
            }
            if !of.elbow.is_empty() {
                page.figure(&by_k(&of.elbow, of.chosen, [w.elbow, w.elbow_note, w.inertia], w));
            }
            if !of.silhouette.is_empty() {
                page.figure(&by_k(
                    &of.silhouette,
                    of.chosen,
                    [w.silhouette, w.silhouette_note, w.silhouette_axis],
                    w,
                ));
            }
            if let Some((drawing, sizes)) = tree(&of.merges, w.merge_height, w.merge_rows) {
                page.figure(&dendrogram(of, &drawing, &sizes, w));
            }
        });
    }
}

/// The mean of each column, over all rows and in each cluster.
fn means(of: &Clusters, w: &Words) -> Table {
    let name = |at: usize| {
        let n = of.points.iter().filter(|point| point.cluster == Some(at as u32 + 1)).count();
        fill(w.cluster_rows, &[("n", &(at + 1).to_string()), ("rows", &count(n as u64))])
    };
    let n = of.columns.first().map_or(0, |column| column.means.len());
    let row = |column: &ClusterColumn| {
        let figures = std::iter::once(&column.mean).chain(&column.means).map(|mean| number(plain(*mean)));
        std::iter::once(words(&column.name)).chain(figures).collect()
    };
    Table {
        head: [w.column.to_owned(), w.mean.to_owned()].into_iter().chain((0..n).map(name)).collect(),
        rows: of.columns.iter().map(row).collect(),
        stacks: true,
    }
}

fn series(cluster: Option<u32>) -> Series {
    cluster.map_or(NOISE, |c| Series((c % N_SERIES) as usize))
}

fn scatter(of: &Clusters, w: &Words) -> Figure {
    let points = thinned(&of.points, MAX_POINTS);
    let mut clusters: Vec<Option<u32>> = of.points.iter().map(|p| p.cluster).collect();
    clusters.sort_unstable();
    clusters.dedup();
    let mut layers = Vec::new();
    let mut legend: Vec<(Series, Key, String)> = Vec::new();
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    for &cluster in &clusters {
        let mine = || of.points.iter().filter(|p| p.cluster == cluster);
        let n = mine().count() as f64;
        let centre = (mine().map(|p| p.x).sum::<f64>() / n, mine().map(|p| p.y).sum::<f64>() / n);
        let drawn = points.iter().filter(|p| p.cluster == cluster).map(|p| (p.x, p.y)).collect();
        layers.push(Layer::Points(series(cluster), 2.2, 0.6, drawn));
        let name = cluster.map_or_else(|| w.noise.to_owned(), |c| fill(w.cluster, &[("n", &c.to_string())]));
        rows.push(vec![
            words(&name),
            number(count(n as u64)),
            number(plain(centre.0)),
            number(plain(centre.1)),
        ]);
        if let Some(c) = cluster.filter(|c| *c < MAX_NAMED) {
            notes.push(Layer::Name(centre, c.to_string()));
        }
        if legend.len() < 2 * N_SERIES as usize {
            legend.push((series(cluster), Key::Dot, name));
        }
    }
    layers.extend(notes);
    let axis = |at: usize, values: fn(&Point) -> f64| {
        let share = of.explained.map(|e| percent(if at == 1 { e.0 } else { e.1 }));
        let share = share.unwrap_or_else(|| DASH.to_owned());
        let name = fill(w.component, &[("n", &at.to_string()), ("share", &share)]);
        Axis::around(&name, points.iter().map(values), false)
    };
    Figure {
        title: w.scatter.to_owned(),
        note: fill(w.scatter_note, &[("n", &count(points.len() as u64)), ("all", &count(of.rows))]),
        svg: Xy { x: axis(1, |p| p.x), y: axis(2, |p| p.y), height: 330, layers }.svg(),
        legend,
        table: Table { head: heads(&[w.cluster_head, w.rows, w.centre_1, w.centre_2]), rows, stacks: false },
    }
}

fn by_k(values: &[(usize, f64)], chosen: Option<usize>, [title, note, name]: [&str; 3], w: &Words) -> Figure {
    let points: Vec<(f64, f64)> = thinned(values, 100).iter().map(|(k, v)| (*k as f64, *v)).collect();
    let mut x = Axis::around(w.n_clusters, points.iter().map(|p| p.0), false);
    x.ticks.retain(|t| t.fract() == 0.0);
    let y = Axis::around(name, points.iter().map(|p| p.1), false);
    let mut layers = Vec::new();
    if let Some(k) = chosen.map(|k| k as f64) {
        layers.push(Layer::Rule((k, y.range.0), (k, y.range.1)));
    }
    layers.push(Layer::Line(Series(0), points.clone()));
    layers.push(Layer::Points(Series(0), 3.0, 1.0, points));
    let rows = values.iter().map(|(k, v)| vec![number(count(*k as u64)), number(plain(*v))]);
    Figure {
        title: title.to_owned(),
        note: note.to_owned(),
        svg: Xy { x, y, height: 220, layers }.svg(),
        legend: Vec::new(),
        table: Table { head: heads(&[w.n_clusters, name]), rows: rows.collect(), stacks: false },
    }
}

fn dendrogram(of: &Clusters, drawing: &Xy, sizes: &[usize], w: &Words) -> Figure {
    let n = of.merges.len() + 1;
    let rows = of.merges.iter().enumerate().rev().map(|(i, m)| {
        let whole = |v: usize| number(count(v as u64));
        vec![whole(n + i), whole(m.a), whole(m.b), number(plain(m.height)), whole(m.size)]
    });
    Figure {
        title: w.dendrogram.to_owned(),
        note: fill(w.dendrogram_note, &[("leaves", &count(sizes.len() as u64)), ("n", &count(n as u64))]),
        svg: drawing.svg(),
        legend: Vec::new(),
        table: Table {
            head: heads(&[w.node, w.node_a, w.node_b, w.merge_height, w.rows]),
            rows: rows.collect(),
            stacks: false,
        },
    }
}
