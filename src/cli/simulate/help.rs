//! The text on scenarios in `floorwalker simulate --help`.

/// An example of a scenario, and the keys that it does not show.
pub(super) const EXAMPLE: &str = concat!(
    "`floorwalker simulate init` writes a scenario that fits the store of `floorwalker init` and the policy of `floorwalker policy init`.\n\n\
     A smaller one (times in seconds):\n\n",
    include_str!("example.toml"),
    r#"
Other keys of a scenario:

  [[surges]]             # three times the rates, hours 20 to 22, for kinds = [...] or all
  from = 20
  to = 22
  factor = 3

  [repeat]               # who come back: shares of those who left, were misrouted, not helped
  left = 0.4
  misrouted = 0.2
  unresolved = 0.1
  delay = { exponential = { mean = 3600 } }

  In a kind: group = "new" (groups are compared, and a group that is worse off is named), arrivals = [12.5, 80] (seconds from the
  start, instead of per_hour), taken_for = [0.9, 0.1] (the probability of each kind that a model predicts for it; policies see it).
  A time is 90 (always 90 seconds), { fixed = 90 }, { exponential = { mean = 90 } }, { log_normal = { mean = 176, median = 107 } },
  { sample = [30, 90] }, { survival = { seconds = [10, 60], alive = [0.8, 0.3] } }, { each = [31, 12] }.

The command prints the figures of each strategy, then those of each queue, kind, hour and group of shoppers, and whether the contact
centre is overloaded. A request that is transferred counts in both queues, in each with its time there."#
);
