//! Hours as curves; queues, kinds and groups of shoppers as tables; overloads and growing waits as sentences.

use super::super::number::{percent, plain, tick_percent};
use super::super::page::{Cell, Figure as Drawing, Page, Table};
use super::super::plot::{Axis, Key, Layer, Series, Xy};
use super::super::words::fill;
use super::words::Says;
use super::{SimulationData, section, shown};
use floorwalker_staffing::compare::{Backlog, Compared, Figure, Group, Overload, Part};

/// Largest number of strategies in a drawing of curves; more could not be distinguished.
const MOST_CURVES: usize = 6;
/// Height of a drawing of curves, in CSS pixels.
const HEIGHT: u32 = 220;
/// The figures that are drawn hour by hour.
const BY_HOUR: [Figure; 3] = [Figure::ServiceLevel, Figure::MeanWait, Figure::Abandonment];

/// Adds sentences on overloads and on growing waits.
pub(super) fn warnings(page: &mut Page<'_>, data: &SimulationData<'_>, says: &Says) {
    let list = |names: &[String]| names.join(says.comma);
    let number = |value: f64| format!("{value:.1}");
    for Overload { queues, teams, work, room, load } in
        data.strategies.first().map_or(&[][..], |(_, first)| &first.overloads)
    {
        let told = [
            ("queues", &list(queues)[..]),
            ("teams", &list(teams)),
            ("work", &number(*work)),
            ("room", &number(*room)),
            ("load", &format!("{load:.2}")),
        ];
        page.text("p", &fill(says.overload, &told));
    }
    for (strategy, compared) in data.strategies {
        let Backlog { halfway, at_end, unserved, is_growing } = &compared.backlog;
        if *is_growing {
            let told = [
                ("strategy", *strategy),
                ("share", &percent(unserved.value)),
                ("end", &format!("{:.0}", at_end.value)),
                ("half", &format!("{:.0}", halfway.value)),
            ];
            page.text("p", &fill(says.growing, &told));
        }
    }
}

/// Adds curves over the hours of the day, one for each strategy.
pub(super) fn hours(page: &mut Page<'_>, data: &SimulationData<'_>, says: &Says) {
    let drawn = &data.strategies[..data.strategies.len().min(MOST_CURVES)];
    if drawn.iter().all(|(_, compared)| curve(compared, Figure::ServiceLevel).len() < 2) {
        return;
    }
    section(page, says.hours, says.hours_note, |page| {
        for figure in BY_HOUR {
            let curves: Vec<_> = drawn.iter().map(|(_, compared)| curve(compared, figure)).collect();
            let values = || curves.iter().flatten().map(|(_, value)| *value);
            if values().all(|value| value == 0.0) {
                continue;
            }
            let y = Axis::around(if figure.is_seconds() { says.seconds } else { says.share }, values(), true);
            let layers = curves.iter().enumerate().map(|(at, curve)| Layer::Line(Series(at), curve.clone()));
            let (title, note) = says.figure(figure);
            let legend =
                drawn.iter().enumerate().map(|(at, (name, _))| (Series(at), Key::Line, (*name).to_owned()));
            page.figure(&Drawing {
                title: title.to_owned(),
                note: fill(note, &[("within", &plain(data.within))]),
                svg: Xy {
                    x: Axis {
                        name: says.hour_of_day.to_owned(),
                        range: (0.0, 24.0),
                        ticks: vec![0.0, 6.0, 12.0, 18.0, 24.0],
                        ..Axis::around("", [0.0, 24.0], true)
                    },
                    y: if figure.is_seconds() { y } else { y.written(tick_percent) },
                    height: HEIGHT,
                    layers: layers.collect(),
                }
                .svg(),
                legend: legend.collect(),
                table: by_hour(drawn, figure, says),
            });
        }
    });
}

/// The points of a curve: one in the middle of each hour for which the figure is known.
fn curve(compared: &Compared, figure: Figure) -> Vec<(f64, f64)> {
    let hours = compared.hours.iter().enumerate();
    hours.filter_map(|(hour, part)| Some((hour as f64 + 0.5, value(part, figure)?.value))).collect()
}

fn value(part: &Part, figure: Figure) -> Option<floorwalker_metrics::Interval> {
    part.figures.iter().find(|(found, _)| *found == figure).map(|(_, value)| *value)
}

fn by_hour(drawn: &[(&str, &Compared)], figure: Figure, says: &Says) -> Table {
    let hours = drawn.first().map_or(&[][..], |(_, first)| &first.hours);
    let row = |(at, hour): (usize, &Part)| {
        let cells: Vec<Option<_>> = drawn
            .iter()
            .map(|(_, compared)| compared.hours.get(at).and_then(|part| value(part, figure)))
            .collect();
        cells.iter().any(Option::is_some).then(|| {
            let cells = cells
                .into_iter()
                .map(|cell| Cell::Number(cell.map_or(String::new(), |v| shown(figure, v.value))));
            std::iter::once(Cell::Words(hour.name.clone())).chain(cells).collect()
        })
    };
    let names = drawn.iter().map(|(name, _)| (*name).to_owned());
    Table {
        head: std::iter::once(says.hour.to_owned()).chain(names).collect(),
        rows: hours.iter().enumerate().filter_map(row).collect(),
        stacks: false,
    }
}

/// Adds tables of queues, kinds and groups, for each strategy.
pub(super) fn tables(page: &mut Page<'_>, data: &SimulationData<'_>, says: &Says) {
    for (strategy, compared) in data.strategies {
        let of = |title: &str| fill(title, &[("strategy", strategy)]);
        if compared.queues.len() > 1 {
            let title = of(says.queues);
            section(page, &title, says.queues_note, |page| {
                page.table(&title, &figures(says.queue, &compared.queues, says));
            });
        }
        if compared.kinds.len() > 1 {
            let title = of(says.kinds);
            section(page, &title, "", |page| page.table(&title, &figures(says.kind, &compared.kinds, says)));
        }
        if !compared.groups.is_empty() {
            let title = of(says.groups);
            section(page, &title, says.groups_note, |page| groups(page, &title, &compared.groups, says));
        }
    }
}

fn figures(what: &str, parts: &[Part], says: &Says) -> Table {
    let names = Figure::OF_PART.into_iter().map(|figure| says.figure(figure).0.to_owned());
    let row = |part: &Part| {
        let cell =
            |figure: Figure| Cell::Number(value(part, figure).map_or(String::new(), |v| span(figure, v)));
        let came = Cell::Number(format!("{:.1}", part.came));
        [Cell::Words(part.name.clone()), came].into_iter().chain(Figure::OF_PART.map(cell)).collect()
    };
    Table {
        head: [what.to_owned(), says.came.to_owned()].into_iter().chain(names).collect(),
        rows: parts.iter().map(row).collect(),
        stacks: true,
    }
}

fn groups(page: &mut Page<'_>, title: &str, groups: &[Group], says: &Says) {
    let name =
        |group: &Group| if group.name.is_empty() { says.no_group.to_owned() } else { group.name.clone() };
    let worse = groups.iter().filter(|group| !group.worse_off.is_empty()).map(|group| {
        let by: Vec<&str> = group.worse_off.iter().map(|figure| says.figure(*figure).0).collect();
        fill(says.worse_off_one, &[("group", &name(group)), ("figures", &by.join(says.comma))])
    });
    let worse: Vec<String> = worse.collect();
    if worse.is_empty() {
        page.text("p", says.nobody_worse);
    } else {
        page.text("p", &fill(says.worse_off, &[("groups", &worse.join(says.comma))]));
    }
    let row = |group: &Group| {
        let found = |figure| group.above_others.iter().find(|(found, _)| *found == figure);
        let cell = |figure| Cell::Number(found(figure).map_or(String::new(), |(_, by)| span(figure, *by)));
        let came = Cell::Number(format!("{:.1}", group.came));
        [Cell::Words(name(group)), came].into_iter().chain(Figure::OF_GROUP.map(cell)).collect()
    };
    let names = Figure::OF_GROUP.into_iter().map(|figure| says.figure(figure).0.to_owned());
    let table = Table {
        head: [says.group.to_owned(), says.came.to_owned()].into_iter().chain(names).collect(),
        rows: groups.iter().map(row).collect(),
        stacks: true,
    };
    page.table(title, &table);
}

fn span(figure: Figure, of: floorwalker_metrics::Interval) -> String {
    format!("{} [{}, {}]", shown(figure, of.value), shown(figure, of.low), shown(figure, of.high))
}
