//! Rate: the arrival rate of a kind of requests, hour by hour, surges included.
//!
//! | list of `per_hour` | is                                                    |
//! |--------------------|-------------------------------------------------------|
//! | 1 number           | every hour                                            |
//! | 24 numbers         | the hours of a day, from the scenario's midnight on   |
//! | 168 numbers        | the hours of a week, from the scenario's midnight on  |
//!
//! Invariants
//! - A rate changes at whole hours and where a surge begins or ends, and nowhere else.
//!
//! Not here: when the next request comes is drawn in `run`.

const HOUR: f64 = 3_600.0;
/// Lengths that a list of rates may have: a list of another length would repeat at another hour every day.
pub(crate) const LENGTHS: [usize; 3] = [1, 24, 168];

/// Requests per second from `at` on, and the time of the rate's next change, at most `end`. Surges are from, to (seconds), factor.
fn piece(per_hour: &[f64], surges: &[[f64; 3]], at: f64, end: f64) -> (f64, f64) {
    let hour = (at / HOUR) as usize;
    let mut rate = per_hour[hour % per_hour.len()] / HOUR;
    let mut until = ((hour + 1) as f64 * HOUR).min(end);
    for &[from, to, factor] in surges {
        if (from..to).contains(&at) {
            rate *= factor;
        }
        for edge in [from, to] {
            if edge > at {
                until = until.min(edge);
            }
        }
    }
    (rate, until)
}

/// The time at which the rate, integrated from `now` on, reaches `hazard`; none where that is not before `end`.
pub(crate) fn next_arrival(
    per_hour: &[f64],
    surges: &[[f64; 3]],
    now: f64,
    hazard: f64,
    end: f64,
) -> Option<f64> {
    let (mut at, mut left) = (now, hazard);
    while at < end {
        let (rate, until) = piece(per_hour, surges, at, end);
        if rate * (until - at) >= left {
            return Some(at + left / rate);
        }
        left -= rate * (until - at);
        at = until;
    }
    None
}

/// Expected number of requests between two times.
pub(crate) fn expected(per_hour: &[f64], surges: &[[f64; 3]], [from, to]: [f64; 2]) -> f64 {
    let (mut at, mut sum) = (from, 0.0);
    while at < to {
        let (rate, until) = piece(per_hour, surges, at, to);
        sum += rate * (until - at);
        at = until;
    }
    sum
}
