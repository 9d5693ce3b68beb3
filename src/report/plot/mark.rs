//! Marks: inks, line patterns and shapes that can be distinguished without colour.
//!
//! | series | ink (Okabe & Ito) | line        | shape    |
//! |--------|-------------------|-------------|----------|
//! | 0      | blue              | solid       | disc     |
//! | 1      | vermilion         | long dashes | triangle |
//! | 2      | green             | dots        | square   |
//! | 3      | purple            | dash dot    | cross    |
//! | 4      | amber             | short dashes| diamond  |
//! | 5      | sky               | sparse dots | ring     |
//!
//! The line pattern is in the style sheet, by ink. Series from 6 on repeat these.
//!
//! # Source
//!
//! Okabe & Ito, *Color Universal Design* (2008): eight colours that are distinguishable with every common colour blindness.
//!
//! Not here: legends (`page`).

use plotters::element::{Circle, Cross, Polygon, Rectangle};
use plotters::style::{Color, RGBAColor, ShapeStyle};

use super::{Drawn, Sheet, px};

/// A colour by its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Letters.
    Text,
    /// Axes and notes.
    Soft,
    /// Grid.
    Grid,
    /// Background.
    Paper,
    /// Series 0, and marks without a series.
    Blue,
    /// Series 1.
    Vermilion,
    /// Series 2.
    Green,
    /// Series 3.
    Purple,
    /// Series 4.
    Amber,
    /// Series 5.
    Sky,
}

impl Ink {
    /// The colour on a light background; `style.css` maps it to others for dark mode and print.
    pub(crate) const fn rgb(self) -> (u8, u8, u8) {
        match self {
            Self::Text => (0x1A, 0x1A, 0x1A),
            Self::Soft => (0x59, 0x59, 0x59),
            Self::Grid => (0xDD, 0xDD, 0xDD),
            Self::Paper => (0xFF, 0xFF, 0xFF),
            Self::Blue => (0x00, 0x72, 0xB2),
            Self::Vermilion => (0xD5, 0x5E, 0x00),
            Self::Green => (0x00, 0x9E, 0x73),
            Self::Purple => (0xCC, 0x79, 0xA7),
            Self::Amber => (0xE6, 0x9F, 0x00),
            Self::Sky => (0x56, 0xB4, 0xE9),
        }
    }

    /// The colour as it is written in SVG; the style sheet must have a rule for each.
    #[cfg(test)]
    pub(crate) fn hex(self) -> String {
        let (r, g, b) = self.rgb();
        format!("#{r:02X}{g:02X}{b:02X}")
    }

    pub(super) fn colour(self, alpha: f64) -> RGBAColor {
        let (r, g, b) = self.rgb();
        RGBAColor(r, g, b, alpha)
    }
}

/// The index of a data series in a plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Series(pub(crate) usize);

/// The shape that marks a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Disc,
    Triangle,
    Square,
    Cross,
    Diamond,
    Ring,
}

impl Series {
    /// The ink of the series.
    pub(crate) fn ink(self) -> Ink {
        [Ink::Blue, Ink::Vermilion, Ink::Green, Ink::Purple, Ink::Amber, Ink::Sky][self.0 % 6]
    }

    /// The shape of the series' points.
    fn shape(self) -> Shape {
        [Shape::Disc, Shape::Triangle, Shape::Square, Shape::Cross, Shape::Diamond, Shape::Ring][self.0 % 6]
    }
}

/// The style of a line that is `pixels` wide, or of a filled area if `pixels` is 0.
pub(super) fn style(ink: Ink, alpha: f64, pixels: f64) -> ShapeStyle {
    ShapeStyle { color: ink.colour(alpha), filled: pixels == 0.0, stroke_width: px(pixels) as u32 }
}

/// Draws the shape of a series at a place in units, with a radius in CSS pixels.
pub(super) fn dot(sheet: &Sheet<'_>, series: Series, radius: f64, alpha: f64, (x, y): (i32, i32)) -> Drawn {
    let (fill, line) = (style(series.ink(), alpha, 0.0), style(series.ink(), alpha, 1.4));
    let r = px(radius);
    let polygon = |corners: [(i32, i32); 4]| sheet.draw(&Polygon::new(corners, fill.color.filled()));
    match series.shape() {
        Shape::Disc => sheet.draw(&Circle::new((x, y), r, fill)),
        Shape::Ring => sheet.draw(&Circle::new((x, y), r, line)),
        Shape::Cross => sheet.draw(&Cross::new((x, y), r, line)),
        Shape::Square => {
            let r = px(radius * 0.9);
            sheet.draw(&Rectangle::new([(x - r, y - r), (x + r, y + r)], fill))
        }
        Shape::Triangle => {
            let (up, down) = (px(radius * 1.2), px(radius * 0.8));
            polygon([(x, y - up), (x + up, y + down), (x - up, y + down), (x, y - up)])
        }
        Shape::Diamond => {
            let r = px(radius * 1.25);
            polygon([(x, y - r), (x + r, y), (x, y + r), (x - r, y)])
        }
    }
}
