//! Heat map of a confusion matrix: each cell is shaded by its share of the row, with the count in it where there is room.
//!
//! Not here: matrices of more than [`MOST`] classes; their most frequent errors are a table (`section`).

use plotters::element::Rectangle;
use plotters::style::text_anchor::{HPos, VPos};

use super::{Ink, WIDTH, draw, fitted, letters, px, style, write};
use crate::number;
use floorwalker_metrics::Confusion;

/// Largest number of classes that are drawn.
pub(crate) const MOST: usize = 20;
/// Largest number of classes for which cells contain numbers.
const NUMBERED: usize = 8;
/// Opacity of a cell with the whole row in it; above the opacity [`DARK`] letters have the colour of the paper.
const DARKEST: f64 = 0.9;
const DARK: f64 = 0.55;

/// True class by row, predicted class by column. Columns are numbered, rows numbered and named.
pub(crate) fn heat(classes: &[String], confusion: &Confusion, truth: &str, predicted: &str) -> String {
    let k = confusion.n_classes;
    let left = if k > NUMBERED { 96.0 } else { 84.0 };
    let cell = ((f64::from(WIDTH) - left - 4.0) / k as f64).min(if k < 4 { 80.0 } else { 56.0 });
    let top = 38.0;
    let height = (top + cell * k as f64 + 4.0).ceil() as u32;
    draw(WIDTH, height, |sheet| {
        let corner = letters(Ink::Text, HPos::Left, VPos::Top);
        write(sheet, &format!("↓ {truth}"), (0, px(20.0)), corner.clone())?;
        write(sheet, &format!("{predicted} →"), (px(left), px(2.0)), corner)?;
        for t in 0..k {
            let middle = top + cell * (t as f64 + 0.5);
            let number = (t + 1).to_string();
            let column = (px(left + cell * (t as f64 + 0.5)), px(top - 4.0));
            write(sheet, &number, column, letters(Ink::Soft, HPos::Center, VPos::Bottom))?;
            let name = classes.get(t).map_or("", String::as_str);
            let name = fitted(&format!("{number} {name}"), left - 6.0);
            write(sheet, &name, (0, px(middle)), letters(Ink::Text, HPos::Left, VPos::Center))?;
            let whole: u64 = (0..k).map(|p| confusion.count(t, p)).sum();
            for p in 0..k {
                let n = confusion.count(t, p);
                let share = if whole == 0 { 0.0 } else { n as f64 / whole as f64 };
                let (x, y) = (left + cell * p as f64, top + cell * t as f64);
                let corners = [(px(x + 0.5), px(y + 0.5)), (px(x + cell - 0.5), px(y + cell - 0.5))];
                // Empty cells have a visible ground, too, so that the whole matrix is seen.
                sheet.draw(&Rectangle::new(corners, style(Ink::Grid, 0.35, 0.0)))?;
                sheet.draw(&Rectangle::new(corners, style(Ink::Blue, DARKEST * share, 0.0)))?;
                if k <= NUMBERED {
                    let ink = if DARKEST * share > DARK { Ink::Paper } else { Ink::Text };
                    let centre = (px(x + cell / 2.0), px(y + cell / 2.0));
                    write(sheet, &number::tick(n as f64), centre, letters(ink, HPos::Center, VPos::Center))?;
                }
            }
        }
        Ok(())
    })
}
