//! Number formats, axes and drawings, compared with values worked out by hand.

use crate::data::Merge;
use crate::number::*;
use crate::plot::{Axis, Ink, Series, tree};
use crate::words::fill;

fn check(got: &str, wanted: &str) {
    assert_eq!(got, wanted);
}

#[test]
fn numbers_have_few_digits() {
    check(&plain(0.1 + 0.2), "0.3");
    check(&plain(9.869_604_401), "9.87");
    check(&plain(0.003_112), "0.003112");
    check(&plain(12_330.0), "12,330");
    check(&plain(-1234.5), "\u{2212}1,235");
    check(&plain(1.2e-7), "1.2e-7");
    check(&plain(-0.5), "\u{2212}0.5");
    check(&plain(f64::NAN), "–");
    check(&figure(0.933_412_3), "0.9334");
    check(&figure(12_345.6), "12,346");
    check(&percent(0.1547), "15.5\u{202F}%");
    check(&bytes(999), "999\u{202F}B");
    check(&bytes(11_900), "11.9\u{202F}kB");
    check(&bytes(1_250_000), "1.25\u{202F}MB");
    check(&count(1_234_567), "1,234,567");
    check(&tick(1_500_000.0), "1.5M");
    check(&tick(0.1 + 0.2), "0.3");
    check(&tick_percent(0.3), "30%");
    check(&tick_log_bytes(4.0), "10\u{202F}kB");
}

#[test]
fn placeholders_are_filled_once() {
    check(&fill("{a} and {b}", &[("a", "{b}"), ("b", "x")]), "{b} and x");
    check(&fill("open { end", &[]), "open  end");
}

#[test]
fn an_axis_holds_its_values_and_has_round_numbers() {
    let axis = Axis::around("x", [0.0, 10.0], true);
    assert_eq!(axis.range, (0.0, 10.4));
    assert_eq!(axis.ticks, [0.0, 2.5, 5.0, 7.5, 10.0]);
    let alone = Axis::around("x", [3.0], false);
    assert_eq!(alone.range, (1.5, 4.5));
    assert_eq!(Axis::around("x", [f64::NAN], false).range, (0.0 - 0.04, 1.0 + 0.04));
    let bytes = Axis::logarithms("b", [2.0, 6.0]);
    assert_eq!(bytes.ticks, [2.0, 3.0, 4.0, 5.0, 6.0]);
}

#[test]
fn a_dendrogram_lays_its_leaves_left_to_right() {
    // Rows 0 and 1 are merged first, then 3 and 4, then row 2 with the first pair, then all.
    let merge = |a, b, height, size| Merge { a, b, height, size };
    let merges = [merge(0, 1, 1.0, 2), merge(3, 4, 1.5, 2), merge(5, 2, 2.0, 3), merge(7, 6, 4.0, 5)];
    let (_, sizes) = tree(&merges, "height", "rows").unwrap();
    assert_eq!(sizes, [1, 1, 1, 1, 1]);
    assert!(tree(&[merge(8, 9, 1.0, 2)], "height", "rows").is_none());
    assert!(tree(&[], "height", "rows").is_none());
    // Merges in which a node is its own child are not a tree.
    assert!(tree(&[merge(2, 2, 1.0, 2)], "height", "rows").is_none());
}

#[test]
fn many_leaves_are_drawn_as_groups() {
    let n = 500;
    let chain: Vec<Merge> = (0..n - 1)
        .map(|i| Merge { a: if i == 0 { 0 } else { n + i - 1 }, b: i + 1, height: i as f64, size: i + 2 })
        .collect();
    let (_, sizes) = tree(&chain, "height", "rows").unwrap();
    assert_eq!(sizes.len(), 30);
    assert_eq!(sizes.iter().sum::<usize>(), n);
    assert_eq!(sizes[0], n - 29);
}

#[test]
fn the_style_sheet_knows_every_ink() {
    let css = include_str!("../style.css");
    let series = (0..6).map(|at| Series(at).ink());
    for ink in [Ink::Text, Ink::Soft, Ink::Grid, Ink::Paper].into_iter().chain(series) {
        assert!(css.contains(&format!("[fill=\"{}\"]", ink.hex())), "{}", ink.hex());
        assert!(css.contains(&format!("[stroke=\"{}\"]", ink.hex())), "{}", ink.hex());
    }
}
