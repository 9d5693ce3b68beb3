//! Figures over runs: an interval calculated by hand, signed differences between groups, overloaded floors.

use super::*;

#[test]
fn an_interval_of_four_values_is_right_by_hand() {
    // Mean 3, variance 20 / 3, standard error sqrt(5 / 3), t = 3.182.
    let found = mean([0.0, 2.0, 4.0, 6.0].into_iter());
    let half = 3.182 * (5.0_f64 / 3.0).sqrt();
    assert!((found.value - 3.0).abs() < 1e-12 && (found.high - 3.0 - half).abs() < 1e-12, "{found:?}");
}

/// A scenario of 200 hours with one queue, `a`, and these further lines.
fn scenario(more: &str) -> Arc<Scenario> {
    let text = format!("hours = 200\nwarm_up = 5\nqueues = [\"a\"]\n{more}");
    Arc::new(Scenario::new(toml::from_str(&text).unwrap()).unwrap())
}

/// Two groups of requests that differ only in their patience; `agents` serve both.
fn groups_of(agents: u32, patience: [f64; 2]) -> Arc<Scenario> {
    let kind = |(name, patience): (&str, f64)| {
        format!(
            "[[kinds]]\nname = \"{name}\"\ngroup = \"{name}\"\nqueue = \"a\"\nper_hour = 30\nwork = {{ exponential = 200 }}\npatience = {{ exponential = {patience} }}\n"
        )
    };
    let kinds: String = ["new", "regular"].into_iter().zip(patience).map(kind).collect();
    scenario(&format!("{kinds}[[teams]]\nname = \"t\"\nagents = {agents}\nqueues = [\"a\"]\n"))
}

fn of(scenario: &Arc<Scenario>, runs: u32, seed: u64) -> Compared {
    compare(scenario, &[Strategy::Right], runs, seed, || ()).remove(0)
}

fn figure(figures: &[(Figure, Interval)], wanted: Figure) -> Interval {
    figures.iter().find(|(figure, _)| *figure == wanted).unwrap().1
}

#[test]
fn groups_that_are_alike_differ_by_nothing_in_about_19_of_20_simulations() {
    let alike = groups_of(4, [120.0, 120.0]);
    let (mut held, mut above, mut worse) = (0, 0, 0);
    for seed in 0..100 {
        let [new, regular] = &of(&alike, 8, seed).groups[..] else { panic!("two groups") };
        let by = figure(&new.above_others, Figure::MeanWait);
        // Of two groups, one is above the other by as much as the other is below it.
        assert!((by.value + figure(&regular.above_others, Figure::MeanWait).value).abs() < 1e-9);
        held += usize::from(by.low <= 0.0 && by.high >= 0.0);
        above += usize::from(by.value > 0.0);
        worse += usize::from(!new.worse_off.is_empty() || !regular.worse_off.is_empty());
    }
    assert!(worse <= 4, "{worse} of 100 say that one is worse off");
    // 95 are expected; fewer than 88 happen by chance once in some hundred times. Both signs are equally likely.
    assert!((88..=100).contains(&held) && (33..=67).contains(&above), "{held} hold 0, {above} above it");
}

#[test]
fn who_is_worse_off_is_said() {
    let compared = of(&groups_of(4, [30.0, 300.0]), 10, 1);
    let [new, regular] = &compared.groups[..] else { panic!("two groups") };
    // The impatient leave more often, and have waited less when they do.
    assert!(figure(&new.above_others, Figure::Abandonment).low > 0.0);
    assert!(figure(&new.above_others, Figure::MeanWait).high < 0.0);
    assert_eq!(new.worse_off, [Figure::ServiceLevel, Figure::Abandonment]);
    assert_eq!(regular.worse_off, [Figure::MeanWait]);
}

#[test]
fn runs_of_seeds_beside_each_other_have_nothing_in_common() {
    let floor = groups_of(4, [120.0, 120.0]);
    let [one, two] = [7, 8].map(|seed| of(&floor, 10, seed));
    assert!(one.seeds.iter().all(|seed| !two.seeds.contains(seed)));
    assert_ne!(one.figures, two.figures);
    assert_eq!(of(&floor, 10, 7), one);
    assert_eq!(of(&floor, 4, 7).seeds, one.seeds[..4]);
}

#[test]
fn a_floor_with_too_much_to_do_says_so_and_one_that_keeps_up_does_not() {
    let patient = |agents: u32| {
        scenario(&format!(
            "[[kinds]]\nname = \"k\"\nqueue = \"a\"\nper_hour = 100\nwork = {{ exponential = 180 }}\n[[teams]]\nname = \"t\"\nagents = {agents}\nqueues = [\"a\"]\n"
        ))
    };
    // 100 requests an hour of 3 minutes are 5 agents' work.
    let over = of(&patient(4), 4, 1);
    let [load] = &over.overloads[..] else { panic!("{:?}", over.overloads) };
    assert!((load.load - 1.25).abs() < 1e-9 && (load.work - 5.0).abs() < 1e-9, "{load:?}");
    // A fifth of the work exceeds what the agents can do, so a fifth of the requests waits at the end.
    assert!(
        over.backlog.is_growing && (over.backlog.unserved.value - 0.2).abs() < 0.02,
        "{:?}",
        over.backlog
    );
    let keeps_up = of(&patient(7), 4, 1);
    assert!(keeps_up.overloads.is_empty() && !keeps_up.backlog.is_growing, "{:?}", keeps_up.backlog);
    // Where shoppers leave, even an overloaded floor has no line that keeps growing.
    let leaves = of(&groups_of(3, [60.0, 60.0]), 4, 1);
    assert!(!leaves.overloads.is_empty() && !leaves.backlog.is_growing, "{:?}", leaves.backlog);
}

#[test]
fn parts_add_up_to_the_whole() {
    let compared = of(&groups_of(4, [30.0, 300.0]), 6, 3);
    let came = |parts: &[Part]| parts.iter().map(|part| part.came).sum::<f64>();
    let all = came(&compared.queues);
    assert!((came(&compared.kinds) - all).abs() < 1e-6 && (came(&compared.hours) - all).abs() < 1e-6);
    let level = figure(&compared.figures, Figure::ServiceLevel);
    // With one queue and no transfers, the queue's figures are those of the whole floor.
    assert_eq!(figure(&compared.queues[0].figures, Figure::ServiceLevel), level);
    assert_eq!(compared.hours.len(), 24);
    assert_eq!(compared.hours[23].name, "23:00");
}
