//! The text on scenarios in `floorwalker simulate --help`.

/// An example of a scenario, and the keys that it does not show.
pub(super) const EXAMPLE: &str = concat!(
    "`floorwalker simulate init` writes a scenario that fits the store of `floorwalker init` and the policy of `floorwalker policy init`.\n\n\
     A smaller one (times in seconds):\n\n",
    include_str!("example.toml"),
    r#"
What else a scenario may say:

  [[surges]]             # rates times 3 from the 20th hour to the 22nd, of kinds = [...] or of all
  from = 20
  to = 22
  factor = 3

  [repeat]               # who comes back: shares of those who left, were misrouted, were served and not helped
  left = 0.4
  misrouted = 0.2
  unresolved = 0.1
  delay = { exponential = { mean = 3600 } }

  In a kind: group = "new" (groups are compared, and it is said who is worse off), arrivals = [12.5, 80] (seconds from the
  start, instead of per_hour), taken_for = [0.9, 0.1] (for which kinds a model takes it: what policies are told).
  Times: 90 (always so long), { fixed = 90 }, { exponential = { mean = 90 } }, { log_normal = { mean = 176, median = 107 } },
  { sample = [30, 90] }, { survival = { seconds = [10, 60], alive = [0.8, 0.3] } }, { each = [31, 12] }.

What is printed: each strategy's figures, then those of each queue, kind and hour, of groups of shoppers, and whether the floor
has more to do than it can. By queue everybody counts who was in it, with the time in it: who is handed on counts in both."#
);
