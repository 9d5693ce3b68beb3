//! The texts of the report of a simulation, in both languages.

use super::super::Lang;
use floorwalker_staffing::compare::Figure;

/// The texts of the report in one language.
pub(super) struct Says {
    pub(super) report: &'static str,
    pub(super) intro: &'static str,
    pub(super) figures: &'static str,
    pub(super) differences: &'static str,
    pub(super) differences_note: &'static str,
    pub(super) strategy: &'static str,
    pub(super) seconds: &'static str,
    pub(super) share: &'static str,
    pub(super) more: &'static str,
    pub(super) overload: &'static str,
    pub(super) growing: &'static str,
    pub(super) hours: &'static str,
    pub(super) hours_note: &'static str,
    pub(super) hour: &'static str,
    pub(super) hour_of_day: &'static str,
    pub(super) queues: &'static str,
    pub(super) queues_note: &'static str,
    pub(super) queue: &'static str,
    pub(super) kinds: &'static str,
    pub(super) kind: &'static str,
    pub(super) came: &'static str,
    pub(super) groups: &'static str,
    pub(super) groups_note: &'static str,
    pub(super) group: &'static str,
    pub(super) no_group: &'static str,
    pub(super) worse_off: &'static str,
    pub(super) nobody_worse: &'static str,
    /// A group and the figures in which it is worse off.
    pub(super) worse_off_one: &'static str,
    /// Separator between two items of a list.
    pub(super) comma: &'static str,
    /// Name and explanation of each figure, in the order of [`Figure::ALL`].
    names: [(&'static str, &'static str); Figure::ALL.len()],
}

impl Says {
    pub(super) fn of(lang: Lang) -> &'static Self {
        match lang {
            Lang::En => &EN,
            Lang::Zh => &ZH,
        }
    }

    /// Name and explanation of a figure.
    pub(super) fn figure(&self, figure: Figure) -> (&'static str, &'static str) {
        let at = Figure::ALL.iter().position(|known| *known == figure);
        at.and_then(|at| self.names.get(at)).copied().unwrap_or_default()
    }
}

static EN: Says = Says {
    report: "Simulated contact centre",
    intro: "Each figure is the mean of {runs} runs, with its 95 % confidence interval. In each run, every strategy had the same requests.",
    figures: "Figures of each strategy",
    differences: "Difference to {first}, on the same requests",
    differences_note: "Differences are computed run by run. If an interval does not contain 0, these runs show a difference.",
    strategy: "Strategy",
    seconds: "seconds",
    share: "share",
    more: "The drawings leave out {more} strategies.",
    overload: "Overloaded: {queues} needed the work of {work} agents, and {teams} can do that of {room} (load {load}). Waiting \
        lines grow until shoppers leave or the day ends.",
    growing: "Under {strategy}, the waiting lines were still growing: {share} of the requests ({end}) waited when the last hour \
        ended, and {half} in the middle of the simulated time. The figures depend on how long is simulated.",
    hours: "Hour by hour",
    hours_note: "By the hour of the day in which requests arrived.",
    hour: "Hour",
    hour_of_day: "hour of the day",
    queues: "Queue by queue under {strategy}",
    queues_note: "A request counts in every queue that it was in, with its time there: a transferred request counts in both.",
    queue: "Queue",
    kinds: "Kind by kind under {strategy}",
    kind: "Kind",
    came: "Requests per run",
    groups: "Groups of shoppers under {strategy}",
    groups_note: "The figure of each group minus that of all others together, run by run.",
    group: "Group",
    no_group: "(no group)",
    worse_off: "Worse off, by more than twice the half-width of the interval: {groups}.",
    nobody_worse: "These runs show no group that is clearly worse off than the others.",
    worse_off_one: "{group} ({figures})",
    comma: ", ",
    names: [
        ("Service level", "answered within {within} s"),
        ("Speed of answer (asa)", "mean seconds until an answer, of the answered requests"),
        ("Mean wait", "seconds until the first answer, or until the shopper leaves"),
        ("In queues", "seconds in all queues, including those after a transfer"),
        ("Abandonment", "share of requests whose shopper leaves without an answer"),
        ("Misroutes", "share of requests sent to a wrong queue"),
        ("Transfers", "transfers per request"),
        ("First-contact resolution (fcr)", "share of first contacts that needed no second one"),
        ("Handling time (aht)", "seconds of work for a request that was served"),
        ("Occupancy", "share of their time that agents were busy"),
        ("Spread of occupancy", "standard deviation over agents"),
    ],
};

static ZH: Says = Says {
    report: "客服中心模拟",
    intro: "每个数字都是 {runs} 次模拟的均值，附 95% 置信区间。每次模拟中，各分流方式面对完全相同的请求。",
    figures: "各分流方式的结果",
    differences: "与 {first} 相比（相同的请求）",
    differences_note: "按每次模拟逐一相减：区间不含 0，即为这些模拟所显示的差异。",
    strategy: "分流方式",
    seconds: "秒",
    share: "比例",
    more: "另有 {more} 种分流方式未画入图中。",
    overload: "超负荷：{queues} 需要 {work} 名客服的工作量，而 {teams} 只能承担 {room} 名（负荷 {load}）。队伍会一直变长，直到顾客离开或一天结束。",
    growing: "采用 {strategy} 时，等待仍在变长：最后一小时结束时有 {share} 的请求（{end} 个）在排队，而到一半时是 {half} 个。因此，各项数字取决于模拟多长时间。",
    hours: "按小时",
    hours_note: "按请求到达时的钟点统计。",
    hour: "钟点",
    hour_of_day: "一天中的钟点",
    queues: "{strategy} 下的各技能组",
    queues_note: "凡进入过某技能组的请求，都按在其中的时间计入该技能组；被转接的请求在两个技能组中都计入。",
    queue: "技能组",
    kinds: "{strategy} 下的各类请求",
    kind: "类别",
    came: "每次模拟的请求数",
    groups: "{strategy} 下的顾客群体",
    groups_note: "每个群体的数字比其他所有群体合计高出多少，按每次模拟逐一相减。",
    group: "群体",
    no_group: "（未分组）",
    worse_off: "处于劣势的群体（差异超过区间半宽的两倍）：{groups}。",
    nobody_worse: "就这些模拟所见，没有哪个群体明显不如其他群体。",
    worse_off_one: "{group}（{figures}）",
    comma: "、",
    names: [
        ("服务水平", "{within} 秒内应答"),
        ("平均应答速度（asa）", "已应答请求的平均等待秒数"),
        ("平均等待", "到首次应答或离开为止的秒数"),
        ("排队总时长", "在各技能组排队的秒数，含转接后的排队"),
        ("放弃率", "未获接待而离开"),
        ("错误分流率", "被分到错误的技能组"),
        ("转接", "每个请求的转接次数"),
        ("首次联系解决率（fcr）", "无需再次联系的首次联系"),
        ("处理时长（aht）", "每个已接待请求所用的工作秒数"),
        ("占用率", "客服忙碌的时间占比"),
        ("占用率离散度", "各客服之间的标准差"),
    ],
};
