//! Property tests: how many cases, from a fixed seed, so that every run has the same ones. The tests of `bundle` include this file.
//!
//! Not here: how inputs are drawn (beside each test).

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Asserts that `test` does not panic for any of `cases` inputs. Panics with the smallest input found for which it does.
#[track_caller]
pub(crate) fn holds<S: Strategy>(cases: u32, inputs: &S, test: impl Fn(S::Value)) {
    let config =
        Config { cases, rng_seed: RngSeed::Fixed(42), failure_persistence: None, ..Config::default() };
    let found = TestRunner::new(config).run(inputs, |input| {
        test(input);
        Ok(())
    });
    if let Err(error) = found {
        panic!("{error}");
    }
}
