//! Figures: the results of a run, each as one number.
//!
//! Not here: intervals over runs (the parent).

use floorwalker_simulator::{Tally, Totals};
use serde::Serialize;

/// A measure of a run's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Service level: share of requests first answered within its time limit.
    ServiceLevel,
    /// Average speed of answer: mean wait of the answered requests, in seconds.
    Asa,
    /// Mean seconds until a request was first answered or left.
    MeanWait,
    /// Mean seconds in queues, those after a transfer included.
    Queued,
    /// Share of requests that left unserved.
    Abandonment,
    /// Share of requests sent to a wrong queue.
    Misroutes,
    /// Transfers per request.
    Transfers,
    /// First contact resolution: share of first contacts that needed no further one.
    FirstContact,
    /// Average handle time: mean seconds of work for a request that was served.
    Aht,
    /// Share of their time on duty that agents were busy.
    Occupancy,
    /// Standard deviation of the agents' occupancy.
    OccupancySpread,
}

impl Figure {
    /// All figures, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::ServiceLevel,
        Self::Asa,
        Self::MeanWait,
        Self::Queued,
        Self::Abandonment,
        Self::Misroutes,
        Self::Transfers,
        Self::FirstContact,
        Self::Aht,
        Self::Occupancy,
        Self::OccupancySpread,
    ];

    /// The figures that are reported for each queue, kind and hour.
    pub const OF_PART: [Self; 5] =
        [Self::ServiceLevel, Self::Asa, Self::MeanWait, Self::Abandonment, Self::Misroutes];

    /// The figures by which groups of shoppers are compared.
    pub const OF_GROUP: [Self; 4] = [Self::ServiceLevel, Self::MeanWait, Self::Abandonment, Self::Misroutes];

    /// Its value in a run.
    #[must_use]
    pub fn of(self, totals: &Totals) -> f64 {
        match self {
            Self::Occupancy => totals.mean_occupancy(),
            Self::OccupancySpread => totals.occupancy_spread(),
            _ => self.of_requests(&totals.all()),
        }
    }

    /// Its value for the counted requests; 0 for the figures about agents.
    #[must_use]
    pub fn of_requests(self, tally: &Tally) -> f64 {
        match self {
            Self::ServiceLevel => tally.service_level(),
            Self::Asa => tally.asa(),
            Self::MeanWait => tally.mean_wait(),
            Self::Queued => tally.mean_queued(),
            Self::Abandonment => tally.abandonment(),
            Self::Misroutes => tally.misroute_rate(),
            Self::Transfers => tally.transfer_rate(),
            Self::FirstContact => tally.first_contact_resolution(),
            Self::Aht => tally.aht(),
            Self::Occupancy | Self::OccupancySpread => 0.0,
        }
    }

    /// Whether it is in seconds, and not a share.
    #[must_use]
    pub fn is_seconds(self) -> bool {
        matches!(self, Self::Asa | Self::MeanWait | Self::Queued | Self::Aht)
    }

    /// Whether a higher value is better for shoppers; of the other figures a lower value is.
    #[must_use]
    pub fn is_better_high(self) -> bool {
        matches!(self, Self::ServiceLevel | Self::FirstContact)
    }
}
