//! Policies drawn at random: no random request refutes a proven one, and every other one has an example that the engine confirms.

use super::super::find_zones;
use super::walk::{Verdict, verdict};
use super::*;
use crate::tests::policies::{World, policies};
use crate::tests::{runner, today};
use crate::{Days, FilterDef, HoursDef, Minute, SpanDef, ZoneDef};
use floorwalker_engine::route::{Decision, Policy};
use proptest::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Number of policies drawn, and number of random requests to each that is proven.
const POLICIES: u32 = 400;
const REQUESTS: usize = 1_500;

/// How many policies and examples there were of each sort, so that a test which saw none of a sort fails.
#[derive(Debug, Default)]
struct Seen {
    proven: usize,
    at_once: usize,
    bound: usize,
    unproven: usize,
    confirmed: usize,
    reasons: BTreeMap<String, usize>,
}

#[test]
fn no_policy_that_is_proven_is_refuted_and_every_other_has_an_example() {
    let world = World::new();
    let known = world.known();
    let seen = RefCell::new(Seen::default());
    let held = runner(POLICIES).run(&(policies(), any::<u64>()), |(mut def, seed)| {
        find_zones(&mut def).unwrap();
        let Ok(program) = def.compile(&known.names) else { return Ok(()) };
        let policy = Policy::new(program).unwrap();
        let proof = prove(&def, Some(&known), today()).unwrap();
        prop_assert!(proof.too_many.is_none(), "{:?}", proof.too_many);
        let mut seen = seen.borrow_mut();
        if proof.is_proven() {
            seen.proven += 1;
            seen.at_once += usize::from(proof.within == Some(0.0));
            seen.bound += usize::from(!proof.bounds.is_empty());
            let refuted = refute(&def, Some(&known), &proof, seed, REQUESTS).unwrap();
            prop_assert!(refuted.is_none(), "within {:?}: {refuted:#?}", proof.within);
            return Ok(());
        }
        seen.unproven += 1;
        prop_assert!(!proof.left.is_empty() || !proof.never_taken.is_empty(), "nothing is shown");
        for left in &proof.left {
            *seen.reasons.entry(format!("{:?}", left.why)).or_default() += 1;
            // Numbers of the floor are no part of a request, so the engine cannot be asked about them here.
            if left.example.is_whole {
                let mut decision = Decision::default();
                let snapshot = left.example.snapshot(policy.queues().len());
                policy.decide(&left.example.request(), &snapshot, &mut decision);
                let found = (verdict(&decision, true), decision.eligible.filter, decision.drawn.goes_to);
                let wanted = (Verdict::Left(left.why), left.filter, left.goes_to);
                prop_assert_eq!(found, wanted, "{}", left.example);
                seen.confirmed += 1;
            }
        }
        Ok(())
    });
    held.unwrap();
    let seen = seen.into_inner();
    println!("{seen:?}");
    assert!(seen.proven >= 60 && seen.at_once >= 20 && seen.bound >= 5, "{seen:?}");
    assert!(seen.proven - seen.at_once >= 10, "{seen:?}");
    assert!(seen.unproven >= 60 && seen.confirmed >= 60 && seen.reasons.len() >= 4, "{seen:?}");
}

/// A proof that claims too much is refuted, or the test above would prove nothing.
#[test]
fn a_claim_that_is_false_is_refuted() {
    let world = World::new();
    let known = world.known();
    let (refuted, tried) = (Cell::new(0), Cell::new(0));
    let drawn = runner(120).run(&(policies(), any::<u64>()), |(mut def, seed)| {
        find_zones(&mut def).unwrap();
        if def.compile(&known.names).is_err() {
            return Ok(());
        }
        let mut proof = prove(&def, Some(&known), today()).unwrap();
        let is_late = proof.within.is_none_or(|within| within > 0.0);
        if !is_late || proof.left.iter().any(|left| !left.example.is_whole) {
            return Ok(());
        }
        tried.set(tried.get() + 1);
        proof.within = Some(0.0);
        let found = refute(&def, Some(&known), &proof, seed, 3_000).unwrap();
        refuted.set(refuted.get() + usize::from(found.is_some()));
        Ok(())
    });
    drawn.unwrap();
    let (refuted, tried) = (refuted.get(), tried.get());
    assert!(tried >= 30 && refuted * 10 >= tried * 8, "{refuted} of {tried}");
}

#[test]
fn what_cannot_be_counted_is_not_called_proven() {
    // Six intents, each compared with eight numbers: more combinations than can be checked.
    let mut def = PolicyDef::plain("intent", "a");
    for (intent, share) in (0..6).flat_map(|intent| (1..9).map(move |share| (intent, share))) {
        let when = Some(format!("intent.i{intent} > 0.0{share}").parse().unwrap());
        def.filters.push(FilterDef { name: format!("{intent} {share}"), when, ..FilterDef::default() });
    }
    let proof = prove(&def, None, today()).unwrap();
    assert_eq!((proof.within, proof.too_many.as_deref()), (None, Some("intent")));
    // Three thousand hours, each with ends of its own.
    let mut def = PolicyDef::plain("intent", "a");
    def.hours = (0..3_000)
        .map(|at| HoursDef {
            name: at.to_string(),
            zone: ZoneDef::default(),
            open: vec![SpanDef {
                days: Days(127),
                from: Minute(at % 1_440),
                to: Minute((at * 7 + 11) % 1_440),
            }],
            holidays: Vec::new(),
            special: Vec::new(),
        })
        .collect();
    def.queues[0].hours = Some("7".to_owned());
    let proof = prove(&def, None, today()).unwrap();
    assert_eq!((proof.within, proof.too_many.as_deref()), (None, Some("hours")));
}
