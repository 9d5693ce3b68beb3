//! Read: parses lines of the log into calls.
//!
//! | column              | meaning                                                                               |
//! |---------------------|---------------------------------------------------------------------------------------|
//! | `type`, `date`      | type of request, day of the month                                                     |
//! | `q_start`           | when the caller asked for an agent; `vru_exit` where nobody had to wait               |
//! | `q_time`            | seconds in queue                                                                      |
//! | `outcome`           | `AGENT` served, `HANG` left; `PHANTOM` is no call                                     |
//! | `ser_time`, `server`| seconds of service and by whom; `NO_SERVER`: by somebody the log does not name        |
//!
//! Dropped and counted are `PHANTOM` lines, lines with a negative `vru_time`, and callers who hung up after 0 seconds in queue, because it
//! is not known whether those ever waited. A time earlier than the time at which the call entered belongs to the next day.
//!
//! Invariants
//! - Calls are sorted by day and time; each time of arrival lies within its day.

use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::path::Path;

/// The types of requests, as the log names them; most frequent first.
pub(crate) const TYPES: [&str; 6] = ["PS", "NW", "NE", "TT", "IN", "PE"];
const DAY: f64 = 86_400.0;
/// The shortest service, in seconds: the log rounds some services down to 0.
const LEAST: f64 = 1.0;

/// A call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    /// Day, from 0.
    pub(crate) day: usize,
    /// The type, as an index into [`TYPES`].
    pub(crate) kind: usize,
    /// Second of the day at which the caller asked for an agent.
    pub(crate) came: f64,
    /// Seconds in queue until the caller was served or left.
    pub(crate) waited: f64,
    /// How the call was served; `None`: the caller left.
    pub(crate) service: Option<Service>,
}

/// How a call was served.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Service {
    /// Duration of the service, in seconds.
    pub(crate) seconds: f64,
    /// The agent, as an index into [`CallLog::servers`]; `None` if the log names nobody.
    pub(crate) server: Option<usize>,
}

/// Numbers of the lines that were dropped, because they are no calls in queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dropped {
    /// Lines with the outcome `PHANTOM`.
    pub(crate) phantom: usize,
    /// Lines with a negative `vru_time`.
    pub(crate) negative: usize,
    /// Callers who hung up after 0 seconds in queue.
    pub(crate) at_once: usize,
}

/// A log of calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallLog {
    /// The calls, sorted by day and time.
    pub(crate) calls: Vec<Call>,
    /// The names of the servers (agents).
    pub(crate) servers: Vec<String>,
    /// The number of days.
    pub(crate) n_days: usize,
    /// How many lines were dropped.
    pub(crate) dropped: Dropped,
}

impl CallLog {
    /// Reads a log.
    ///
    /// # Errors
    ///
    /// The file cannot be read; a column is missing; a field has a wrong value (the error names line and column).
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let text = std::fs::read(path).with_context(|| format!("cannot read {shown}"))?;
        Self::parse(&text, &shown)
    }

    /// Reads the text of a log; `shown` names it in errors.
    ///
    /// # Errors
    ///
    /// Those of [`CallLog::read`], except for reading the file.
    pub(crate) fn parse(text: &[u8], shown: &str) -> Result<Self> {
        let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').trim(csv::Trim::All).from_reader(text);
        let headers = reader.headers().with_context(|| shown.to_owned())?.clone();
        let columns: BTreeMap<&str, usize> =
            headers.iter().enumerate().map(|(at, name)| (name, at)).collect();
        let (mut log, mut days, mut servers) = (Self::default(), BTreeMap::new(), BTreeMap::new());
        for record in reader.records() {
            let record = record.with_context(|| shown.to_owned())?;
            let line = Line { shown, columns: &columns, record: &record };
            let Some((date, name, mut call)) = line.call(&mut log.dropped)? else { continue };
            if let (Some(service), Some(name)) = (&mut call.service, name) {
                let n = servers.len();
                service.server = Some(*servers.entry(name).or_insert(n));
            }
            days.insert(date, 0);
            log.calls.push(Call { day: date, ..call });
        }
        for (at, day) in days.values_mut().enumerate() {
            *day = at;
        }
        log.calls.iter_mut().for_each(|call| call.day = days.get(&call.day).copied().unwrap_or(0));
        log.calls.sort_by(|a, b| a.day.cmp(&b.day).then(a.came.total_cmp(&b.came)));
        log.n_days = days.len();
        log.servers = vec![String::new(); servers.len()];
        for (name, at) in servers {
            if let Some(place) = log.servers.get_mut(at) {
                *place = name;
            }
        }
        ensure!(!log.calls.is_empty(), "{shown}: no calls");
        Ok(log)
    }
}

/// A line of the log, and its position for errors.
struct Line<'a> {
    shown: &'a str,
    columns: &'a BTreeMap<&'a str, usize>,
    record: &'a csv::StringRecord,
}

impl Line<'_> {
    /// Parses the line into date, server's name and call, without the call's day and server; `None` if the line is dropped.
    fn call(&self, dropped: &mut Dropped) -> Result<Option<(usize, Option<String>, Call)>> {
        let outcome = self.text("outcome")?;
        if outcome == "PHANTOM" {
            dropped.phantom += 1;
            return Ok(None);
        }
        if self.number("vru_time")? < 0.0 {
            dropped.negative += 1;
            return Ok(None);
        }
        let waited = self.number("q_time")?;
        let kind = self.text("type")?;
        let kind = TYPES
            .iter()
            .position(|known| *known == kind)
            .with_context(|| self.says("type", "no known type"))?;
        let entered = self.time("vru_entry")?;
        let asked = if waited > 0.0 { self.time("q_start")? } else { self.time("vru_exit")? };
        // A call that spans midnight stays on the day on which it entered.
        let came = if asked < entered { DAY - 1.0 } else { asked };
        let date = self.number("date")? as usize;
        let (service, name) = match outcome {
            "AGENT" => {
                let name = Some(self.text("server")?).filter(|name| *name != "NO_SERVER").map(str::to_owned);
                let seconds = self.number("ser_time")?.max(LEAST);
                (Some(Service { seconds, server: None }), name)
            }
            "HANG" if waited == 0.0 => {
                dropped.at_once += 1;
                return Ok(None);
            }
            "HANG" => (None, None),
            _ => bail!("{}", self.says("outcome", "none of AGENT, HANG, PHANTOM")),
        };
        Ok(Some((date, name, Call { day: 0, kind, came, waited, service })))
    }

    fn says(&self, column: &str, what: &str) -> String {
        let line = self.record.position().map_or(0, csv::Position::line);
        let text = self.columns.get(column).and_then(|at| self.record.get(*at)).unwrap_or_default();
        format!("{}:{line}: `{column}` is `{text}`, {what}", self.shown)
    }

    fn text(&self, column: &str) -> Result<&str> {
        let at = self.columns.get(column).with_context(|| format!("{}: no column `{column}`", self.shown))?;
        self.record.get(*at).with_context(|| self.says(column, "a line that ends before it"))
    }

    fn number(&self, column: &str) -> Result<f64> {
        let number: Option<f64> = self.text(column)?.parse().ok().filter(|number: &f64| number.is_finite());
        number.with_context(|| self.says(column, "no number"))
    }

    /// Parses `h:mm:ss` into seconds from midnight.
    fn time(&self, column: &str) -> Result<f64> {
        let mut parts = self.text(column)?.split(':').map(|part| part.parse::<u32>().ok());
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Some(h)), Some(Some(m)), Some(Some(s)), None) if h < 24 && m < 60 && s < 60 => {
                Ok(f64::from(h * 3_600 + m * 60 + s))
            }
            _ => bail!("{}", self.says(column, "no time of day")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\tq_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver\n";

    fn line(of: &str) -> String {
        format!("AA0101\t1\t0\t0\t{}\n", of.replace(' ', "\t"))
    }

    fn parse(lines: &[&str]) -> Result<CallLog> {
        let text: String = lines.iter().map(|of| line(of)).collect();
        CallLog::parse(format!("{HEAD}{text}").as_bytes(), "log")
    }

    #[test]
    fn a_log_is_read_and_what_is_no_call_is_counted() {
        let log = parse(&[
            "NW 990202 9:00:00 9:00:05 5 9:00:05 9:00:35 30 AGENT 9:00:35 9:01:35 60 TOVA",
            "PS 990201 8:00:00 8:00:09 9 0:00:00 0:00:00 0 AGENT 8:00:08 8:00:08 0 NO_SERVER",
            "PS 990201 8:01:00 8:01:09 9 8:01:09 8:01:14 5 HANG 0:00:00 0:00:00 0 NO_SERVER",
            "PS 990201 8:02:00 8:02:09 9 0:00:00 0:00:00 0 HANG 0:00:00 0:00:00 0 NO_SERVER",
            "PS 990201 8:03:00 8:03:09 9 0:00:00 0:00:00 0 PHANTOM 0:00:00 0:00:00 0 NO_SERVER",
            "PS 990201 8:04:00 8:03:09 -51 0:00:00 0:00:00 0 AGENT 8:03:09 8:04:00 51 TOVA",
        ])
        .unwrap();
        assert_eq!(log.dropped, Dropped { phantom: 1, negative: 1, at_once: 1 });
        assert_eq!((log.n_days, &log.servers[..]), (2, &["TOVA".to_owned()][..]));
        let served = |seconds, server| Some(Service { seconds, server });
        let call = |day, kind, came, waited, service| Call { day, kind, came, waited, service };
        assert_eq!(
            log.calls,
            [
                call(0, 0, 28_809.0, 0.0, served(1.0, None)),
                call(0, 0, 28_869.0, 5.0, None),
                call(1, 1, 32_405.0, 30.0, served(60.0, Some(0))),
            ]
        );
    }

    #[test]
    fn a_line_that_makes_no_sense_is_named() {
        let refused = |of: &str| format!("{:#}", parse(&[of]).unwrap_err());
        let says = refused("XX 990201 8:00:00 8:00:09 9 0:00:00 0:00:00 0 AGENT 8:00:08 8:00:18 10 TOVA");
        assert_eq!(says, "log:2: `type` is `XX`, no known type");
        let says = refused("PS 990201 8:00:00 8:60:09 9 0:00:00 0:00:00 0 AGENT 8:00:08 8:00:18 10 TOVA");
        assert_eq!(says, "log:2: `vru_exit` is `8:60:09`, no time of day");
    }
}
