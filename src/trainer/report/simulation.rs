//! The report of a simulation: strategies beside each other, each figure with its interval, and what they differ by.
//!
//! The same page, plots and rules as the report of a training; a file of its own.
//!
//! Not here: the figures (`simulate`), the run (`simulator`).

use super::number::{percent, plain, tick_percent};
use super::page::{Cell, Figure as Drawing, Page, Table, escape};
use super::plot::{Axis, Row, Rows, Series};
use super::words::fill;
use super::{Lang, shell};
use crate::metrics::Interval;
use crate::simulate::{Compared, Figure};

/// What a simulation came to.
#[derive(Clone, Copy, Debug)]
pub struct SimulationData<'a> {
    /// The scenario.
    pub title: &'a str,
    /// The service level is the share answered within so many seconds.
    pub within: f64,
    /// How many runs each figure is the mean of.
    pub runs: u32,
    /// Strategies by name, at least one.
    pub strategies: &'a [(&'a str, &'a Compared)],
}

/// What the report says, in one language.
struct Says {
    report: &'static str,
    intro: &'static str,
    figures: &'static str,
    differences: &'static str,
    differences_note: &'static str,
    strategy: &'static str,
    seconds: &'static str,
    share: &'static str,
    more: &'static str,
    /// In the order of [`Figure::ALL`]: a name, and what it is.
    names: [(&'static str, &'static str); 14],
}

static EN: Says = Says {
    report: "Simulated floor",
    intro: "Each figure is the mean of {runs} runs, with its interval at 95 %. In each run every strategy met the same requests.",
    figures: "What each strategy came to",
    differences: "Against {first}, on the same requests",
    differences_note: "Taken run by run: an interval that does not hold 0 is a difference that these runs show.",
    strategy: "Strategy",
    seconds: "seconds",
    share: "share",
    more: "The figures of {more} strategies are left out of the drawings.",
    names: [
        ("Service level", "answered within {within} s"),
        ("Speed of answer (asa)", "mean seconds until the answered were so"),
        ("Mean wait", "seconds until first answered or gone"),
        ("In queues", "seconds in all queues, those after a transfer included"),
        ("Abandonment", "left unserved"),
        ("Misroutes", "sent to a wrong queue"),
        ("Transfers", "handed on, per request"),
        ("First-contact resolution (fcr)", "first contacts that needed no other"),
        ("Handling time (aht)", "seconds of work for a request that was served"),
        ("Occupancy", "share of their time that agents were busy"),
        ("Spread of occupancy", "standard deviation over agents"),
        ("Gap in waits", "largest difference between groups of shoppers, in seconds"),
        ("Gap in service level", "largest difference between groups of shoppers"),
        ("Gap in abandonment", "largest difference between groups of shoppers"),
    ],
};

static ZH: Says = Says {
    report: "模拟客服现场",
    intro: "每个数字是 {runs} 次运行的均值，附 95 % 置信区间。每次运行中各策略面对完全相同的请求。",
    figures: "各策略的结果",
    differences: "与 {first} 相比（相同的请求）",
    differences_note: "逐次运行相减：区间不含 0 即为这些运行所显示的差异。",
    strategy: "策略",
    seconds: "秒",
    share: "比例",
    more: "另有 {more} 个策略未画入图中。",
    names: [
        ("服务水平", "{within} 秒内应答"),
        ("平均应答速度 (asa)", "已应答者的平均等待秒数"),
        ("平均等待", "到首次应答或离开的秒数"),
        ("排队总时长", "包含转接后的排队，秒"),
        ("放弃率", "未获服务而离开"),
        ("错分率", "被分到错误的队列"),
        ("转接", "每个请求的转接次数"),
        ("首次解决率 (fcr)", "无需再次联系的首次联系"),
        ("处理时长 (aht)", "每个已服务请求的工作秒数"),
        ("占用率", "客服忙碌时间的比例"),
        ("占用率离散度", "各客服之间的标准差"),
        ("等待差距", "顾客群体之间的最大差异，秒"),
        ("服务水平差距", "顾客群体之间的最大差异"),
        ("放弃率差距", "顾客群体之间的最大差异"),
    ],
};

/// Most strategies in a drawing.
const MOST: usize = 12;

/// The report as one HTML file: it loads nothing and runs nothing.
#[must_use]
pub fn simulation(data: &SimulationData<'_>, lang: Lang) -> String {
    let says = match lang {
        Lang::En => &EN,
        Lang::Zh => &ZH,
    };
    shell(data.title, says.report, lang, |page| {
        page.text("p", &fill(says.intro, &[("runs", &data.runs.to_string())]));
        if let Some(more) = data.strategies.len().checked_sub(MOST + 1) {
            page.text("p", &fill(says.more, &[("more", &(more + 1).to_string())]));
        }
        page.raw("<main>\n");
        section(page, says.figures, "", |page| {
            drawings(page, data, says, data.strategies, |it| &it.figures);
        });
        if let Some(((first, _), others)) =
            data.strategies.split_first().filter(|(_, others)| !others.is_empty())
        {
            let title = fill(says.differences, &[("first", first)]);
            section(page, &title, says.differences_note, |page| {
                drawings(page, data, says, others, |it| &it.above_first);
            });
        }
        page.raw("</main>\n");
    })
}

fn section(page: &mut Page<'_>, title: &str, note: &str, fill: impl FnOnce(&mut Page<'_>)) {
    page.raw(&format!("<section>\n<h2>{}</h2>\n", escape(title)));
    if !note.is_empty() {
        page.text("p", note);
    }
    page.raw("<div class=\"figures\">\n");
    fill(page);
    page.raw("</div>\n</section>\n");
}

/// One drawing a figure. Those that are nothing under every strategy (groups that are none, say) are left out.
fn drawings<'a>(
    page: &mut Page<'_>,
    data: &SimulationData<'_>,
    says: &Says,
    strategies: &[(&str, &'a Compared)],
    figures: impl Fn(&'a Compared) -> &'a [(Figure, Interval)],
) {
    for (at, figure) in Figure::ALL.into_iter().enumerate() {
        let found: Vec<(&str, Interval)> = strategies
            .iter()
            .filter_map(|(name, compared)| figures(compared).get(at).map(|(_, value)| (*name, *value)))
            .collect();
        if found.iter().all(|(_, value)| value.low == 0.0 && value.high == 0.0) {
            continue;
        }
        let show = |value: f64| {
            if figure.is_seconds() { plain((value * 10.0).round() / 10.0) } else { percent(value) }
        };
        let (title, note) = says.names[at];
        let ends = found.iter().take(MOST).flat_map(|(_, value)| [value.low, value.high]);
        let axis = Axis::around(if figure.is_seconds() { says.seconds } else { says.share }, ends, true);
        let drawn = found.iter().take(MOST).map(|(name, value)| Row {
            name: (*name).to_owned(),
            note: show(value.value),
            marks: vec![(Series(0), *value)],
        });
        let table = found.iter().map(|(name, value)| {
            let span = format!("{} [{}, {}]", show(value.value), show(value.low), show(value.high));
            vec![Cell::Words((*name).to_owned()), Cell::Number(span)]
        });
        page.figure(&Drawing {
            title: title.to_owned(),
            note: fill(note, &[("within", &plain(data.within))]),
            svg: Rows {
                axis: if figure.is_seconds() { axis } else { axis.written(tick_percent) },
                rows: drawn.collect(),
                rules: vec![0.0],
                as_bars: false,
            }
            .svg(),
            legend: Vec::new(),
            table: Table {
                head: vec![says.strategy.to_owned(), title.to_owned()],
                rows: table.collect(),
                stacks: false,
            },
        });
    }
}
