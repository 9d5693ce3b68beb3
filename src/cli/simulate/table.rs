//! What `floorwalker simulate` prints.
//!
//! Not here: the figures (`staffing`), the report (`report::simulation`).

use super::super::say;
use anyhow::Result;
use floorwalker_metrics::Interval;
use floorwalker_staffing::compare::{Backlog, Compared, Figure, Group, Overload, Part};

/// Largest number of rows of one table; the JSON has all.
const MOST_ROWS: usize = 40;
/// Width of a row's name, in characters.
const NAME: usize = 22;

/// The strategies' names and their results.
type Named<'a> = [(&'a String, &'a Compared)];

/// Prints everything: figures, differences to the first strategy, results by queue, kind and hour, groups, and overloads.
pub(super) fn all(within: f64, runs: u32, named: &Named<'_>) -> Result<()> {
    figures(within, named, |compared| &compared.figures)?;
    if let Some(((first, _), others)) = named.split_first().filter(|(_, others)| !others.is_empty()) {
        say(format_args!("\ndifference to {first}, on the same requests"))?;
        figures(within, others, |compared| &compared.above_first)?;
    }
    parts("queue", within, named, |compared| &compared.queues)?;
    parts("kind", within, named, |compared| &compared.kinds)?;
    parts("hour", within, named, |compared| &compared.hours)?;
    for (name, compared) in named {
        groups(name, within, &compared.groups)?;
    }
    say(format_args!("\nmeans of {runs} runs, ± half of the 95 % interval"))?;
    overloads(named)
}

/// Prints a table with one row for each figure and one column for each strategy.
fn figures(
    within: f64,
    named: &Named<'_>,
    figures: impl Fn(&Compared) -> &[(Figure, Interval)],
) -> Result<()> {
    heads("", named)?;
    for (row, figure) in Figure::ALL.into_iter().enumerate() {
        let cells = named.iter().map(|(name, compared)| {
            let value = figures(compared).get(row).map(|(figure, value)| cell(*figure, *value));
            format!("{:>1$}", value.unwrap_or_default(), width(name))
        });
        say(format_args!("{:<NAME$}{}", head(figure, within), cells.collect::<String>()))?;
    }
    Ok(())
}

/// Prints a table with one row for each part (queue, kind or hour) and one column for each strategy: the share answered in time, and the
/// mean wait. Parts without requests are left out.
fn parts(what: &str, within: f64, named: &Named<'_>, parts: impl Fn(&Compared) -> &[Part]) -> Result<()> {
    let Some((_, first)) = named.first() else { return Ok(()) };
    let said = |at: &usize| {
        named.iter().any(|(_, compared)| parts(compared).get(*at).is_some_and(|part| part.came > 0.0))
    };
    let rows: Vec<usize> = (0..parts(first).len()).filter(said).collect();
    if rows.len() < 2 {
        return Ok(());
    }
    say(format_args!("\nby {what}: share answered within {within} s, and mean wait"))?;
    heads(what, named)?;
    for at in rows.iter().take(MOST_ROWS) {
        let cells = named.iter().map(|(name, compared)| {
            let part = parts(compared).get(*at);
            let of =
                |figure| part?.figures.iter().find(|(found, _)| *found == figure).map(|(_, value)| value);
            let both = match (of(Figure::ServiceLevel), of(Figure::MeanWait)) {
                (Some(level), Some(wait)) => format!("{:.1} %{:>9.1} s", 100.0 * level.value, wait.value),
                _ => "-".to_owned(),
            };
            format!("{both:>0$}", width(name))
        });
        say(format_args!("{:<NAME$}{}", shortened(&parts(first)[*at].name), cells.collect::<String>()))?;
    }
    match rows.len().checked_sub(MOST_ROWS + 1) {
        Some(more) => say(format_args!("{} more rows are left out here; --json writes all", more + 1)),
        None => Ok(()),
    }
}

/// Compares each group of shoppers with all others, under one strategy.
fn groups(strategy: &str, within: f64, groups: &[Group]) -> Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    say(format_args!(
        "\ngroups of shoppers under {strategy}: the difference of each to all others together"
    ))?;
    let heads: String =
        Figure::OF_GROUP.iter().map(|figure| format!("{:>20}", head(*figure, within))).collect();
    say(format_args!("{:<NAME$}{heads}", "group"))?;
    for group in groups {
        let cells = Figure::OF_GROUP.iter().map(|figure| {
            let found = group.above_others.iter().find(|(found, _)| found == figure);
            let told = found.map_or("-".to_owned(), |(figure, by)| signed(*figure, *by));
            format!("{told:>20}")
        });
        say(format_args!("{:<NAME$}{}", named(group), cells.collect::<String>()))?;
    }
    let worse = groups.iter().filter(|group| !group.worse_off.is_empty());
    let worse: Vec<String> = worse
        .map(|group| {
            let by = group.worse_off.iter().map(|figure| head(*figure, within));
            format!("{} ({})", named(group), by.collect::<Vec<_>>().join(", "))
        })
        .collect();
    match worse.is_empty() {
        true => say("these runs show no group that is clearly worse off than the others"),
        false => say(format_args!("worse off: {}", worse.join("; "))),
    }
}

/// Prints which queues ask for more work than their teams can do under any strategy, and under which strategies waits were still growing.
fn overloads(named: &Named<'_>) -> Result<()> {
    let Some((_, first)) = named.first() else { return Ok(()) };
    for Overload { queues, teams, work, room, load } in &first.overloads {
        say(format_args!(
            "\noverloaded: {} {} the work of {work:.1} agents, and {} can do that of {room:.1} (load {load:.2}); waiting lines \
            grow until shoppers leave or the day ends",
            listed(queues),
            if queues.len() == 1 { "needs" } else { "need" },
            listed(teams)
        ))?;
    }
    for (name, compared) in named {
        let Backlog { halfway, at_end, unserved, is_growing } = &compared.backlog;
        if *is_growing {
            say(format_args!(
                "\nunder {name} the waiting lines were still growing: {:.1} % of the requests ({:.0}) waited when the last hour \
                ended, and {:.0} in the middle of the simulated time; the figures depend on how long is simulated",
                100.0 * unserved.value,
                at_end.value,
                halfway.value
            ))?;
        }
    }
    Ok(())
}

fn heads(first: &str, named: &Named<'_>) -> Result<()> {
    let heads: String = named.iter().map(|(name, _)| format!("{name:>0$}", width(name))).collect();
    say(format_args!("{first:<NAME$}{heads}"))
}

fn width(name: &str) -> usize {
    name.chars().count().max(18) + 2
}

fn named(group: &Group) -> String {
    if group.name.is_empty() { "(no group)".to_owned() } else { shortened(&group.name) }
}

fn shortened(name: &str) -> String {
    if name.chars().count() < NAME {
        return name.to_owned();
    }
    format!("{}…", name.chars().take(NAME - 2).collect::<String>())
}

/// At most three of the names, and how many more there are.
fn listed(names: &[String]) -> String {
    const MOST: usize = 3;
    let told: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(MOST);
    if more == 0 { told.join(", ") } else { format!("{} and {more} more", told.join(", ")) }
}

fn head(figure: Figure, within: f64) -> String {
    match figure {
        Figure::ServiceLevel => return format!("in {within} s"),
        Figure::Asa => "asa",
        Figure::MeanWait => "mean wait",
        Figure::Queued => "in queues",
        Figure::Abandonment => "leave",
        Figure::Misroutes => "misrouted",
        Figure::Transfers => "transfers",
        Figure::FirstContact => "first contact",
        Figure::Aht => "aht",
        Figure::Occupancy => "busy",
        Figure::OccupancySpread => "spread",
    }
    .to_owned()
}

fn cell(figure: Figure, interval: Interval) -> String {
    let (value, half, unit) = rounded(figure, interval);
    format!("{value:.1} ± {half:.1}{unit}")
}

/// A cell for a difference: as [`cell`], with a plus sign when the difference is above 0.
fn signed(figure: Figure, interval: Interval) -> String {
    let (value, half, unit) = rounded(figure, interval);
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{value:.1} ± {half:.1}{unit}")
}

fn rounded(figure: Figure, interval: Interval) -> (f64, f64, &'static str) {
    let (scale, unit) = if figure.is_seconds() { (1.0, " s") } else { (100.0, " %") };
    let half = scale * (interval.high - interval.low) / 2.0;
    // Adding 0 turns a rounded −0 into 0.
    ((scale * interval.value * 10.0).round() / 10.0 + 0.0, half, unit)
}
