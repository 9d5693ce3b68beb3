//! Rows: a drawing with a row for each of several things: its name, and below it its values on a shared axis.
//!
//! The name is above the marks, not left of them, so that long names have room on a phone.
//!
//! Not here: what is compared (`section`).

use plotters::element::{PathElement, Rectangle};
use plotters::style::text_anchor::{HPos, VPos};

use super::mark::dot;
use super::{Axis, Drawn, Ink, Series, Sheet, WIDTH, draw, fitted, letters, px, style, text_width, write};
use floorwalker_metrics::Interval;

/// Space in CSS pixels: left and right of the axis, height of a row, height of a name, height of the axis's numbers and name.
const SIDE: f64 = 18.0;
const ROW: f64 = 34.0;
const NAME: f64 = 16.0;
const AXIS: f64 = 36.0;

/// The drawing.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    /// The axis that all rows share.
    pub(crate) axis: Axis,
    /// The rows, from top to bottom.
    pub(crate) rows: Vec<Row>,
    /// Vertical dashed lines to compare with.
    pub(crate) rules: Vec<f64>,
    /// Whether values are drawn as bars from low to high, instead of as dots.
    pub(crate) as_bars: bool,
}

/// One row of the drawing.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The name, above the marks.
    pub(crate) name: String,
    /// A note at the right end of the name's line.
    pub(crate) note: String,
    /// The values with their intervals; for a bar, its start and end.
    pub(crate) marks: Vec<(Series, Interval)>,
}

impl Rows {
    /// The drawing as `<svg>`.
    pub(crate) fn svg(&self) -> String {
        let deepest = self.rows.iter().map(|row| row.marks.len()).max().unwrap_or(1).max(1);
        let row_height = ROW + 9.0 * (deepest - 1) as f64;
        let foot = 4.0 + row_height * self.rows.len() as f64;
        draw(WIDTH, (foot + AXIS).ceil() as u32, |sheet| {
            self.ground(sheet, foot)?;
            for (at, row) in self.rows.iter().enumerate() {
                self.row(sheet, row, 4.0 + row_height * at as f64)?;
            }
            Ok(())
        })
    }

    /// Horizontal position of a value, in CSS pixels from the left.
    fn at(&self, value: f64) -> f64 {
        let (low, high) = self.axis.range;
        SIDE + (value.clamp(low, high) - low) / (high - low) * (f64::from(WIDTH) - 2.0 * SIDE)
    }

    fn ground(&self, sheet: &Sheet<'_>, foot: f64) -> Drawn {
        let vertical = |value: f64, ink, pixels| {
            let x = px(self.at(value));
            sheet.draw(&PathElement::new(vec![(x, 0), (x, px(foot))], style(ink, 1.0, pixels)))
        };
        for &tick in &self.axis.ticks {
            vertical(tick, Ink::Grid, 0.8)?;
            let below = (px(self.at(tick)), px(foot + 5.0));
            write(sheet, &(self.axis.format)(tick), below, letters(Ink::Soft, HPos::Center, VPos::Top))?;
        }
        for &rule in self.rules.iter().filter(|r| r.is_finite()) {
            vertical(rule, Ink::Soft, 1.0)?;
        }
        let middle = (px(f64::from(WIDTH) / 2.0), px(foot + AXIS - 2.0));
        write(sheet, &self.axis.name, middle, letters(Ink::Text, HPos::Center, VPos::Bottom))
    }

    fn row(&self, sheet: &Sheet<'_>, row: &Row, top: f64) -> Drawn {
        let right = f64::from(WIDTH) - SIDE;
        let room = right - SIDE - text_width(&row.note) - 10.0;
        // The texts get a background of paper, so that the grid lines do not cross them.
        let name = fitted(&row.name, room);
        self.paper(sheet, SIDE, SIDE + text_width(&name), top)?;
        write(sheet, &name, (px(SIDE), px(top + 3.0)), letters(Ink::Text, HPos::Left, VPos::Top))?;
        if !row.note.is_empty() {
            self.paper(sheet, right - text_width(&row.note), right, top)?;
            write(sheet, &row.note, (px(right), px(top + 3.0)), letters(Ink::Soft, HPos::Right, VPos::Top))?;
        }
        let marks = row.marks.iter().filter(|(_, v)| (v.value + v.low + v.high).is_finite());
        for (at, (series, value)) in marks.enumerate() {
            let y = top + NAME + 5.0 + 9.0 * at as f64;
            if self.as_bars {
                self.bar(sheet, *series, value, y)?;
            } else {
                self.dot(sheet, *series, value, y)?;
            }
        }
        Ok(())
    }

    fn paper(&self, sheet: &Sheet<'_>, from: f64, to: f64, top: f64) -> Drawn {
        let corners = [(px(from - 2.0), px(top + 1.0)), (px(to + 2.0), px(top + NAME))];
        sheet.draw(&Rectangle::new(corners, style(Ink::Paper, 1.0, 0.0)))
    }

    fn dot(&self, sheet: &Sheet<'_>, series: Series, value: &Interval, y: f64) -> Drawn {
        let (ink, x, y) = (series.ink(), px(self.at(value.value)), px(y));
        if value.low < value.high {
            let ends = vec![(px(self.at(value.low)), y), (px(self.at(value.high)), y)];
            sheet.draw(&PathElement::new(ends, style(ink, 1.0, 1.6)))?;
        }
        dot(sheet, series, 4.0, 1.0, (x, y))
    }

    fn bar(&self, sheet: &Sheet<'_>, series: Series, value: &Interval, y: f64) -> Drawn {
        let (from, to) =
            (px(self.at(value.low)), px(self.at(value.high)).max(px(self.at(value.low)) + px(1.0)));
        let corners = [(from, px(y - 4.5)), (to, px(y + 4.5))];
        sheet.draw(&Rectangle::new(corners, style(series.ink(), 1.0, 0.0)))
    }
}
