//! Sparklines: histograms of the size of a word, for a table's cell.
//!
//! # Source
//!
//! Tufte, *Beautiful Evidence* (2006), "Sparklines".
//!
//! Not here: axes; the cells beside it show the smallest and the largest value.

use plotters::element::Rectangle;

use super::{Ink, draw, px, style};

/// Size in CSS pixels.
const WIDTH: u32 = 84;
const HEIGHT: u32 = 20;

/// Draws bars with heights proportional to their counts. Returns an empty text if all counts are 0.
pub(crate) fn spark(counts: &[u64]) -> String {
    let most = counts.iter().copied().max().unwrap_or_default();
    if most == 0 {
        return String::new();
    }
    let step = f64::from(WIDTH) / counts.len() as f64;
    draw(WIDTH, HEIGHT, |sheet| {
        for (at, &n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            // The smallest height keeps a bin with a single row visible beside one with a million.
            let high = (n as f64 / most as f64 * f64::from(HEIGHT)).max(0.7);
            let x = step * at as f64;
            let corners = [
                (px(x), px(f64::from(HEIGHT) - high)),
                (px(x + (step - 0.8).max(0.5 * step)), px(f64::from(HEIGHT))),
            ];
            sheet.draw(&Rectangle::new(corners, style(Ink::Blue, 1.0, 0.0)))?;
        }
        Ok(())
    })
}
