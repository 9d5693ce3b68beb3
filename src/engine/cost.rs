//! Cost: what a model asks of a page at most, from the numbers that it declares, before anything of that size is made or run.
//!
//! | part      | bytes beside the definitions                          | work of a decision                                        |
//! |-----------|-------------------------------------------------------|-----------------------------------------------------------|
//! | feature   | the samples and tallies of its window, twice          | one, or every sample and tally                            |
//! | head      | columns, scores, and its body laid out for scoring    | columns, inputs, outputs, and its body's loops            |
//! | policy    | queues × (skills + intents), and what it says of each | filters × terms, targets × queues × parents, queues × needs, strategies × queues × draws |
//!
//! A unit of work is what the page's module does in a nanosecond on the machine that the bench names, or less. What is counted is the worst that
//! any events, message, snapshot and request can bring about.
//!
//! Invariants
//! - Working a cost out takes `O(definitions)`: lists that overlap are counted by their lengths, not walked.
//! - Sums are `f32`, each rounded to 24 bits; a sum that is not finite is above every limit.
//!
//! Not here: the limits (`bundle`), what a model and its parts ask for (`model`, `feature`, `head`, `route`).

/// What a model, or a part of it, asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Memory beside the definitions, in bytes of the page's module.
    pub bytes: f32,
    /// Work of one decision: reading features, scoring every head, routing. In units.
    pub decide: f32,
    /// Work of explaining one output of every head, after they were scored: a head of experts explains them all. In units.
    pub explain: f32,
}
