//! Cost: an upper bound on the memory and work of a model, computed from its definitions before anything of that size is allocated or
//! run.
//!
//! | part      | bytes in addition to the definitions                  | work of a decision                                        |
//! |-----------|-------------------------------------------------------|-----------------------------------------------------------|
//! | feature   | the samples and tallies of its window, twice          | constant, or proportional to its samples and tallies      |
//! | head      | columns, scores, and its body laid out for scoring    | columns, inputs, outputs, and its body's loops            |
//! | policy    | queues × (skills + intents), and the state per queue  | filters × terms, targets × queues × parents, queues × needs, strategies × queues × draws |
//!
//! A unit of work takes the page's module at most a nanosecond on the machine that the bench names. The cost is that of the worst case
//! over all events, messages, snapshots and requests.
//!
//! Invariants
//! - Computing a cost takes `O(definitions)`: lists that overlap are counted by their lengths, not walked.
//! - Sums are `f32`, each rounded to 24 bits; a sum that is not finite exceeds every limit.
//!
//! Not here: the limits (`bundle`), the costs of the parts of a model (`model`, `feature`, `head`, `route`).

/// The memory and work of a model, or of a part of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Memory in addition to the definitions, in bytes, with the type sizes of the page's module.
    pub bytes: f32,
    /// Work of one decision, in units: reading features, scoring every head, routing.
    pub decide: f32,
    /// Work of explaining one output of every head, in units, once the heads are scored. A head of experts explains all its experts.
    pub explain: f32,
}
