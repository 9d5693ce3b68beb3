//! Plots: small SVG drawings by `plotters`, in colours that the page's style sheet maps to light mode, dark mode or print.
//!
//! | word  | meaning                                                                                 |
//! |-------|-----------------------------------------------------------------------------------------|
//! | unit  | a tenth of a CSS pixel, because `plotters` only uses integer coordinates                |
//! | ink   | a colour by its role; the style sheet maps the attribute `fill="#0072B2"` to a variable |
//! | series| ink, line pattern and marker together, so that colour is never the only distinction     |
//!
//! Every drawing is 360 px wide, the width of a phone, with 11 px letters: on a phone it is not scaled down, and on a wide screen
//! two fit side by side.
//!
//! Invariants
//! - A value that is not finite is not drawn. The same values give the same bytes.
//! - Titles, legends and notes are HTML, so that they wrap; a drawing contains only axes and marks.
//!
//! Not here: what is drawn (`section`), the page around it (`page`).

mod axis;
mod heat;
mod mark;
mod rows;
mod spark;
mod tree;
mod xy;

pub(super) use axis::Axis;
pub(super) use heat::{MOST as MOST_CLASSES, heat};
pub(super) use mark::Ink;
pub(super) use mark::Series;
pub(super) use rows::{Row, Rows};
pub(super) use spark::spark;
pub(super) use tree::tree;
pub(super) use xy::{Layer, Xy};

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, TextStyle};

use super::escape::clean;
use mark::{dot, style};

/// Number of units in a CSS pixel.
const UNIT: i32 = 10;
/// Width of every drawing, in CSS pixels.
const WIDTH: u32 = 360;
/// Size of letters, in CSS pixels.
const LETTER: f64 = 11.0;
/// `plotters` divides a font's size by this on the way to SVG.
const FONT_SCALE: f64 = 1.24;

type Sheet<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// Draws, and returns an `<svg …>` without role or title, and without attributes that are SVG's defaults. Returns an empty text if
/// `plotters` fails.
fn draw(width: u32, height: u32, by: impl FnOnce(&Sheet<'_>) -> Drawn) -> String {
    let unit = UNIT as u32;
    let mut raw = String::new();
    {
        let sheet = SVGBackend::with_string(&mut raw, (width * unit, height * unit)).into_drawing_area();
        if by(&sheet).and_then(|()| sheet.present()).is_err() {
            return String::new();
        }
    }
    // The opening tag is dropped: it has a size in units, and a namespace that HTML does not need.
    let body = raw.split_once(">\n").map_or("", |(_, body)| body);
    let mut body = body.trim_end().trim_end_matches("</svg>").to_owned();
    for (long, short) in [
        ("\n", ""),
        (" opacity=\"1\"", ""),
        (" font-family=\"sans-serif\"", ""),
        (" stroke=\"none\"", ""),
        (" stroke-width=\"0\"", ""),
        (" \"/>", "\"/>"),
    ] {
        body = body.replace(long, short);
    }
    format!("<svg viewBox=\"0 0 {} {}\">{body}</svg>", width * unit, height * unit)
}

/// The style of text in an ink, with its anchor.
fn letters(ink: Ink, h: HPos, v: VPos) -> TextStyle<'static> {
    let font = ("sans-serif", LETTER * FONT_SCALE * f64::from(UNIT)).into_font();
    TextStyle { font, color: ink.colour(1.0).to_backend_color(), pos: Pos::new(h, v) }
}

fn write(sheet: &Sheet<'_>, text: &str, at: (i32, i32), style: TextStyle<'static>) -> Drawn {
    sheet.draw(&Text::new(clean(text), at, style))
}

/// The sign of a series in a legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The series' line.
    Line,
    /// The series' shape.
    Dot,
    /// An area in the series' ink.
    Area,
}

/// Draws the sign of a series for a legend.
pub(super) fn key(series: Series, key: Key) -> String {
    draw(26, 12, |sheet| match key {
        Key::Line => {
            let line = vec![(0, px(6.0)), (px(26.0), px(6.0))];
            sheet.draw(&PathElement::new(line, style(series.ink(), 1.0, 1.8)))
        }
        Key::Dot => dot(sheet, series, 4.0, 1.0, (px(13.0), px(6.0))),
        Key::Area => {
            let corners = [(px(4.0), px(1.0)), (px(22.0), px(11.0))];
            sheet.draw(&Rectangle::new(corners, style(series.ink(), 0.55, 0.0)))
        }
    })
}

/// Converts CSS pixels to units.
fn px(pixels: f64) -> i32 {
    (pixels * f64::from(UNIT)).round() as i32
}

/// Estimated width of text in CSS pixels: the full letter size for a Chinese, Japanese or Korean character, 0.6 of it for others.
fn text_width(text: &str) -> f64 {
    text.chars().map(|c| if c >= '\u{1100}' { LETTER } else { 0.6 * LETTER }).sum()
}

/// The text, cut to fit into `pixels`, with an ellipsis if it was cut.
fn fitted(text: &str, pixels: f64) -> String {
    if text_width(text) <= pixels {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if text_width(&out) + LETTER > pixels {
            break;
        }
    }
    out.push('…');
    out
}
