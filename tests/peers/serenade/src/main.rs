//! What is looked at next, by the crate `serenade` (VMIS-kNN), for comparison with ours (`tests/bench/recommend.rs`).
//!
//! `peer-serenade DATA RANKS` does what `tests/peers/sessions.py` does, on the same steps: it tunes the crate's settings on the validation steps
//! (MRR@20 + hit rate@20 / 4, one setting after the other), and writes the rank of each test step to `RANKS/SET.serenade.txt`. First it prints the figures
//! of the settings that the crate's guide gives as defaults, which its README reports: MRR@20 .328, hit rate@20 .640.

use serenade::vmisknn::{predict, vmis_index::VMISIndex};
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs;
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const TOP: usize = 20;

/// Settings of the crate.
#[derive(Clone, Copy, Debug)]
struct Settings {
    /// The latest sessions that hold an item: `m_most_recent_sessions`.
    latest: usize,
    /// `neighborhood_size_k`.
    k: usize,
    /// How many of the last items are looked up: `max_items_in_session`.
    last: usize,
    /// `idf_weighting`.
    idf: usize,
}

/// Those that the crate's guide gives as defaults.
const DEFAULTS: Settings = Settings { latest: 500, k: 500, last: 2, idf: 1 };

/// The items of a session before a step, and the item of the step.
type Step = (Vec<u64>, u64);

struct Set {
    name: &'static str,
    /// Training sessions, oldest first: those that settings are tuned on, and all.
    counted: Vec<Vec<u64>>,
    whole: Vec<Vec<u64>>,
    valid: Vec<Step>,
    test: Vec<Step>,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(data), Some(ranks)) = (arguments.next(), arguments.next()) else {
        return Err("peer-serenade DATA RANKS".into());
    };
    let (data, out) = (Path::new(&data), Path::new(&ranks));
    fs::create_dir_all(out)?;
    for set in [serenade(data)?, tmall(data)?] {
        let best = tuned(&set, out)?;
        let index = index(&set.whole, best, out)?;
        for (title, settings) in [("defaults", DEFAULTS), ("tuned", best)] {
            let index = if title == "tuned" { &index } else { &self::index(&set.whole, settings, out)? };
            let (mrr, hit) = figures(&self::ranks(index, settings, &set.test));
            println!("{:16} serenade, {title}: MRR@20 {mrr:.4} hit rate@20 {hit:.4} {settings:?}", set.name);
        }
        let lines: String = self::ranks(&index, best, &set.test).iter().map(|rank| format!("{rank}\n")).collect();
        fs::write(out.join(format!("{}.serenade.txt", set.name)), lines)?;
    }
    Ok(())
}

/// The best settings, one after the other, twice.
fn tuned(set: &Set, out: &Path) -> Result<Settings> {
    let every = (set.valid.len() / 1_200).max(1);
    let steps: Vec<Step> = set.valid.iter().step_by(every).cloned().collect();
    let value = |settings: Settings| -> Result<f64> {
        let (mrr, hit) = figures(&ranks(&index(&set.counted, settings, out)?, settings, &steps));
        Ok(mrr + hit / 4.0)
    };
    let mut best = DEFAULTS;
    let mut most = value(best)?;
    let grid: [fn(Settings) -> Vec<Settings>; 4] = [
        |from| [1, 2, 4, 9, 20].map(|last| Settings { last, ..from }).to_vec(),
        |from| [100, 288, 500, 1_500].map(|k| Settings { k, ..from }).to_vec(),
        |from| [100, 500, 1_502, 2_500].map(|latest| Settings { latest, ..from }).to_vec(),
        |from| [0, 1, 2, 5].map(|idf| Settings { idf, ..from }).to_vec(),
    ];
    for setting in grid.iter().chain(&grid) {
        for tried in setting(best) {
            let found = value(tried)?;
            if found > most {
                (best, most) = (tried, found);
            }
        }
    }
    Ok(best)
}

/// The crate reads its sessions from a file.
fn index(sessions: &[Vec<u64>], settings: Settings, out: &Path) -> Result<VMISIndex> {
    let mut text = String::from("SessionId\tItemId\tTime\n");
    for (at, items) in sessions.iter().enumerate() {
        for item in items {
            text.push_str(&format!("{at}\t{item}\t{at}.0\n"));
        }
    }
    let file = out.join("serenade-sessions.tsv");
    fs::write(&file, text)?;
    Ok(VMISIndex::new_from_csv(&file.to_string_lossy(), settings.latest, settings.idf as f64))
}

/// The rank of the item of each step; 0 is not among the first 20.
fn ranks(index: &VMISIndex, settings: Settings, steps: &[Step]) -> Vec<usize> {
    let rank = |(prefix, next): &Step| {
        let last = &prefix[prefix.len().saturating_sub(settings.last)..];
        let listed = predict(index, last, settings.k, settings.latest, TOP, false).into_sorted_vec();
        listed.iter().position(|one| one.id == *next).map_or(0, |at| at + 1)
    };
    steps.iter().map(rank).collect()
}

/// MRR and hit rate.
fn figures(ranks: &[usize]) -> (f64, f64) {
    let n = ranks.len() as f64;
    let found = ranks.iter().filter(|rank| **rank > 0);
    (found.clone().map(|rank| 1.0 / *rank as f64).sum::<f64>() / n, found.count() as f64 / n)
}

fn steps(sessions: &[Vec<u64>]) -> Vec<Step> {
    let of = |items: &Vec<u64>| (1..items.len()).map(|at| (items[..at].to_vec(), items[at])).collect::<Vec<_>>();
    sessions.iter().flat_map(of).collect()
}

/// The three files of `serenade_clicks`: session, item, time in seconds. Sessions are in the order of their ends, as in `sessions.py`.
fn serenade(data: &Path) -> Result<Set> {
    let read = |name: &str| -> Result<Vec<Vec<u64>>> {
        let mut sessions: BTreeMap<String, Vec<(f64, u64)>> = BTreeMap::new();
        for line in fs::read_to_string(data.join("serenade_clicks").join(name))?.lines().skip(1) {
            let [session, item, time] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
            sessions.entry(session.to_owned()).or_default().push((time.parse()?, item.parse()?));
        }
        let mut sessions: Vec<Vec<(f64, u64)>> = sessions.into_values().collect();
        sessions.iter_mut().for_each(|clicks| clicks.sort_by(|a, b| a.0.total_cmp(&b.0)));
        sessions.sort_by_key(|clicks| clicks.last().map_or(0, |(time, _)| (*time * 1e3) as i64));
        Ok(sessions.into_iter().map(|clicks| clicks.into_iter().map(|(_, item)| item).collect()).collect())
    };
    let (train, valid, test) = (read("train.txt")?, read("valid.txt")?, read("test.txt")?);
    Ok(Set {
        name: "serenade_clicks",
        counted: train.clone(),
        whole: train,
        valid: steps(&valid),
        test: steps(&test),
    })
}

/// `tmall_sessions`: items separated by spaces, in order of time; the test file has a prefix and the next item.
fn tmall(data: &Path) -> Result<Set> {
    let folder = data.join("tmall_sessions");
    let mut numbers: HashMap<String, u64> = HashMap::new();
    let mut number = |item: &str| {
        let next = numbers.len() as u64;
        *numbers.entry(item.to_owned()).or_insert(next)
    };
    let mut whole = Vec::new();
    for line in fs::read_to_string(folder.join("train.txt"))?.lines() {
        whole.push(line.split(' ').map(&mut number).collect::<Vec<u64>>());
    }
    let mut test = Vec::new();
    for line in fs::read_to_string(folder.join("test.txt"))?.lines() {
        let Some((prefix, next)) = line.split_once('\t') else { continue };
        test.push((prefix.split(' ').map(&mut number).collect(), number(next.trim())));
    }
    let cut = whole.len() * 9 / 10;
    Ok(Set {
        name: "tmall_sessions",
        counted: whole[..cut].to_vec(),
        valid: steps(&whole[cut..]),
        whole,
        test,
    })
}
