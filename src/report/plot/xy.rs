//! A drawing with two axes and layers of marks.
//!
//! Not here: what the layers mean (`section`).

use plotters::backend::SVGBackend;
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::element::{PathElement, Rectangle};
use plotters::style::TRANSPARENT;
use plotters::style::text_anchor::{HPos, VPos};

use super::mark::dot;
use super::{Axis, Drawn, Ink, Series, Sheet, WIDTH, draw, letters, px, style, text_width, write};

/// Space around the plot in CSS pixels: left for the numbers of the y axis, above for its name, right, and below for the x axis.
const LEFT: f64 = 44.0;
const TOP: f64 = 22.0;
const RIGHT: f64 = 18.0;
const BOTTOM: f64 = 36.0;

/// The drawing.
#[derive(Clone, Debug)]
pub(crate) struct Xy {
    /// The x axis, below the plot.
    pub(crate) x: Axis,
    /// The y axis, left of the plot; its name is above the plot.
    pub(crate) y: Axis,
    /// Height in CSS pixels, axes and names included.
    pub(crate) height: u32,
    /// The layers; the first is drawn first, below the others.
    pub(crate) layers: Vec<Layer>,
}

/// Marks of one kind.
#[derive(Clone, Debug)]
pub(crate) enum Layer {
    /// A line through points.
    Line(Series, Vec<(f64, f64)>),
    /// A shape at each point, with a radius in CSS pixels and an opacity.
    Points(Series, f64, f64, Vec<(f64, f64)>),
    /// Vertical intervals: x, low, high.
    Whiskers(Series, Vec<(f64, f64, f64)>),
    /// Bars from zero: left x, right x, y.
    Bars(Series, Vec<(f64, f64, f64)>),
    /// Separate thin lines.
    Segments(Vec<[(f64, f64); 2]>),
    /// A thin dashed line to compare with.
    Rule((f64, f64), (f64, f64)),
    /// A text at a point: right of it, or left of it in the right half of the plot.
    Note((f64, f64), String),
    /// A text with a background of paper, centred on a point.
    Name((f64, f64), String),
}

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Plane>;
type Plane = Cartesian2d<Axis, Axis>;

impl Xy {
    /// The drawing as `<svg>`.
    pub(crate) fn svg(&self) -> String {
        draw(WIDTH, self.height, |sheet| {
            let chart = self.axes(sheet)?;
            for layer in &self.layers {
                self.layer(sheet, &chart, layer)?;
            }
            Ok(())
        })
    }

    fn axes<'a, 'b>(
        &self,
        sheet: &Sheet<'b>,
    ) -> Result<Chart<'a, 'b>, plotters::drawing::DrawingAreaErrorKind<std::io::Error>> {
        let mut chart = ChartBuilder::on(sheet)
            .margin_top(px(TOP))
            .margin_right(px(RIGHT))
            .margin_bottom(px(BOTTOM - 18.0))
            .x_label_area_size(px(18.0))
            .y_label_area_size(px(LEFT))
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(style(Ink::Grid, 1.0, 0.8))
            .axis_style(style(Ink::Soft, 1.0, 0.8))
            .set_all_tick_mark_size(px(4.0))
            .label_style(letters(Ink::Soft, HPos::Center, VPos::Center))
            .draw()?;
        let height = f64::from(self.height);
        write(sheet, &self.y.name, (0, px(2.0)), letters(Ink::Text, HPos::Left, VPos::Top))?;
        let middle = (LEFT + f64::from(WIDTH) - RIGHT) / 2.0;
        write(
            sheet,
            &self.x.name,
            (px(middle), px(height - 2.0)),
            letters(Ink::Text, HPos::Center, VPos::Bottom),
        )?;
        Ok(chart)
    }

    fn layer(&self, sheet: &Sheet<'_>, chart: &Chart<'_, '_>, layer: &Layer) -> Drawn {
        let area = chart.plotting_area();
        match layer {
            Layer::Line(series, points) => {
                let points: Vec<_> = points.iter().copied().filter(finite).collect();
                area.draw(&PathElement::new(points, style(series.ink(), 1.0, 1.6)))
            }
            Layer::Points(series, radius, alpha, points) => {
                let points = points.iter().filter(|p| finite(p));
                points
                    .into_iter()
                    .try_for_each(|at| dot(sheet, *series, *radius, *alpha, chart.backend_coord(at)))
            }
            Layer::Whiskers(series, spans) => {
                let spans = spans.iter().filter(|(x, low, high)| (x + low + high).is_finite());
                spans.into_iter().try_for_each(|&(x, low, high)| {
                    area.draw(&PathElement::new(vec![(x, low), (x, high)], style(series.ink(), 1.0, 1.2)))
                })
            }
            Layer::Bars(series, bars) => {
                let bars = bars.iter().filter(|(from, to, y)| (from + to + y).is_finite() && *y != 0.0);
                bars.into_iter().try_for_each(|&(from, to, y)| {
                    area.draw(&Rectangle::new([(from, 0.0), (to, y)], style(series.ink(), 0.55, 0.0)))
                })
            }
            Layer::Segments(segments) => segments
                .iter()
                .filter(|[a, b]| finite(a) && finite(b))
                .try_for_each(|s| area.draw(&PathElement::new(s.to_vec(), style(Ink::Blue, 1.0, 1.0)))),
            Layer::Rule(from, to) if finite(from) && finite(to) => {
                area.draw(&PathElement::new(vec![*from, *to], style(Ink::Soft, 1.0, 1.0)))
            }
            Layer::Note(at, text) if finite(at) => {
                let is_right = at.0 > (self.x.range.0 + self.x.range.1) / 2.0;
                let (h, dx) = if is_right { (HPos::Right, -6.0) } else { (HPos::Left, 6.0) };
                let (x, y) = chart.backend_coord(at);
                write(sheet, text, (x + px(dx), y - px(9.0)), letters(Ink::Text, h, VPos::Center))
            }
            Layer::Name(at, text) if finite(at) => {
                let (x, y) = chart.backend_coord(at);
                let (wide, high) = (px(text_width(text) / 2.0 + 4.0), px(8.0));
                let ground = Rectangle::new(
                    [(x - wide, y - high), (x + wide, y + high)],
                    style(Ink::Paper, 0.85, 0.0),
                );
                sheet.draw(&ground)?;
                write(sheet, text, (x, y), letters(Ink::Text, HPos::Center, VPos::Center))
            }
            Layer::Rule(..) | Layer::Note(..) | Layer::Name(..) => Ok(()),
        }
    }
}

fn finite((x, y): &(f64, f64)) -> bool {
    x.is_finite() && y.is_finite()
}
