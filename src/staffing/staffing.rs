//! Staffing: the fewest agents that meet the service targets, period by period.
//!
//! Each period is treated as stationary (as if it lasted for ever): a good approximation where a period is much longer than a call, as
//! an hour is. Requests that still wait at its end are not carried over into the next.

use super::erlang::{Demand, QueueError, Service, range};

/// Service targets, promised to shoppers and agents.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Promise {
    /// Least share of requests answered in time, 0 or more and below 1.
    pub service_level: f64,
    /// Time limit of the service level, in seconds, 0 or more.
    pub within: f64,
    /// Largest share of requests that leave unserved, above 0 and up to 1.
    pub abandonment: f64,
    /// Largest share of their time that agents are busy, above 0 and up to 1.
    pub occupancy: f64,
}

impl Default for Promise {
    /// 80 % within 20 seconds, the usual target of contact centres; abandonment and occupancy are not bounded.
    fn default() -> Self {
        Self { service_level: 0.8, within: 20.0, abandonment: 1.0, occupancy: 1.0 }
    }
}

/// A period and its demand.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// Its name.
    pub name: String,
    /// Its demand.
    pub demand: Demand,
}

/// The agents of a period, and the service that they achieve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Staffed {
    /// Agents who have to be present; breaks and absence come on top.
    pub agents: u32,
    /// The service that shoppers and agents get.
    pub service: Service,
}

/// The fewest agents that keep `promise`: at least one, or none where no request comes.
///
/// More agents never serve worse, so a binary search finds the number. A queue too long to be computed ([`QueueError::TooLong`]) counts
/// as a broken promise. Cost: that of a few dozen calls of [`Demand::service`].
///
/// # Errors
///
/// [`QueueError`]: a number out of range, or a load that needs more than 100,000 agents.
///
/// # Examples
///
/// ```
/// use floorwalker_staffing::{Demand, Promise, staff};
///
/// // 100 requests per hour of 5 minutes each keep 8.3 agents busy; 80 % within 20 seconds needs 12 (Erlang C).
/// let demand = Demand { per_hour: 100.0, aht: 300.0, patience: None };
/// let staffed = staff(demand, Promise::default()).unwrap();
/// assert_eq!(staffed.agents, 12);
/// assert!(staffed.service.service_level >= 0.8);
/// ```
pub fn staff(demand: Demand, promise: Promise) -> Result<Staffed, QueueError> {
    promise.check()?;
    let of = |agents: u32| demand.service(agents, promise.within).map(|service| Staffed { agents, service });
    if demand.per_hour == 0.0 {
        return of(0);
    }
    // `few` agents are too few; whether `enough` agents are enough is not known yet.
    let (mut few, mut enough) = (0, (demand.load() as u32).saturating_add(1));
    let is_kept = |agents: u32| match of(agents) {
        Ok(staffed) => Ok(promise.is_kept(&staffed.service)),
        Err(QueueError::TooLong) => Ok(false),
        Err(error) => Err(error),
    };
    while !is_kept(enough)? {
        few = enough;
        enough = enough.saturating_mul(2);
    }
    while enough - few > 1 {
        let middle = u32::midpoint(few, enough);
        if is_kept(middle)? {
            enough = middle;
        } else {
            few = middle;
        }
    }
    of(enough)
}

impl Promise {
    fn is_kept(&self, service: &Service) -> bool {
        service.service_level >= self.service_level
            && service.abandonment <= self.abandonment
            && service.occupancy <= self.occupancy
    }

    fn check(&self) -> Result<(), QueueError> {
        let (level, within) = (self.service_level, self.within);
        range((0.0..1.0).contains(&level), "the service level", level, "0 or more and below 1")?;
        range(within.is_finite() && within >= 0.0, "the time to answer within", within, "0 or more")?;
        let share = |name, found| range(found > 0.0 && found <= 1.0, name, found, "above 0 and at most 1");
        share("the largest abandonment", self.abandonment)?;
        share("the largest occupancy", self.occupancy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(erlangs: f64) -> Demand {
        Demand { per_hour: erlangs * 10.0, aht: 360.0, patience: None }
    }

    #[test]
    fn one_pool_needs_fewer_than_six_silos() {
        let agents = |erlangs| staff(demand(erlangs), Promise::default()).unwrap().agents;
        assert_eq!((6 * agents(5.0), agents(30.0)), (48, 36));
    }

    #[track_caller]
    fn check_fewest(demand: Demand, promise: Promise) {
        let found = staff(demand, promise).unwrap();
        assert!(promise.is_kept(&found.service), "{found:?}");
        let fewer = demand.service(found.agents - 1, promise.within).unwrap();
        assert!(!promise.is_kept(&fewer), "{} agents do, too: {fewer:?}", found.agents - 1);
    }

    #[test]
    fn one_agent_fewer_breaks_the_promise() {
        let usual = Promise::default();
        for erlangs in [0.01, 0.7, 3.0, 42.0, 900.0] {
            check_fewest(demand(erlangs), usual);
            let impatient = Demand { patience: Some(90.0), ..demand(erlangs) };
            check_fewest(impatient, usual);
            check_fewest(impatient, Promise { abandonment: 0.02, ..usual });
            check_fewest(impatient, Promise { service_level: 0.0, abandonment: 0.3, ..usual });
            check_fewest(impatient, Promise { occupancy: 0.6, ..usual });
        }
    }

    #[test]
    fn the_most_patient_shoppers_need_as_many_as_those_who_never_leave() {
        let patient = Demand { patience: Some(1e9), ..demand(10.0) };
        assert_eq!(patient.service(5, 20.0), Err(QueueError::TooLong));
        let agents = |demand| staff(demand, Promise::default()).unwrap().agents;
        assert_eq!(agents(patient), agents(demand(10.0)));
    }

    #[test]
    fn nobody_is_needed_where_nothing_comes() {
        let found = staff(demand(0.0), Promise::default()).unwrap();
        assert_eq!((found.agents, found.service.mean_wait), (0, 0.0));
    }

    #[test]
    fn a_promise_that_cannot_be_kept_is_refused() {
        let refused = |promise| staff(demand(3.0), promise).unwrap_err().to_string();
        let usual = Promise::default();
        assert_eq!(
            refused(Promise { service_level: 1.0, ..usual }),
            "the service level is 1, must be 0 or more and below 1"
        );
        assert!(refused(Promise { occupancy: 0.0, ..usual }).starts_with("the largest occupancy is 0"));
        assert!(
            refused(Promise { abandonment: f64::NAN, ..usual }).starts_with("the largest abandonment is NaN")
        );
        let heavy = staff(demand(1e6), usual).unwrap_err().to_string();
        assert!(heavy.starts_with("the number of agents is"), "{heavy}");
    }
}
