//! `floorwalker recommend`, and the index that `floorwalker train` writes for a store with `[recommend]`.

use super::output::{Force, Known};
use super::say;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use floorwalker_data::progress::Progress;
use floorwalker_data::read::{LogEvent, ParamValue, read_log};
use floorwalker_data::write;
use floorwalker_finding::Finding;
use floorwalker_learn::store::{Checked, Store};
use floorwalker_metrics::grouped_interval;
use floorwalker_ranking::{Built, Shop, act_of, make};
use floorwalker_retrieval::{Act, Answer, Asked, Index, MAX_BYTES, Rules, Scratch, Trail, decode, encode};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Flags of `recommend`.
#[derive(Debug, Args)]
pub struct Recommend {
    /// An index, which `train` writes for a store with [recommend]
    index: PathBuf,
    /// Ids of the items that the shopper looked at, oldest first
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    viewed: Vec<String>,
    /// Ids of the items in the cart
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    cart: Vec<String>,
    /// Ids of the items that were bought
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    bought: Vec<String>,
    /// How many items to list
    #[arg(short, default_value_t = 6)]
    n: usize,
    /// Weight of unlikeness to what is listed already, 0 to 1
    #[arg(long, default_value_t = 0.0)]
    diversity: f32,
    /// List items like this one instead
    #[arg(long, value_name = "ID", conflicts_with = "with")]
    like: Option<String>,
    /// List items that are bought together with these instead
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    with: Vec<String>,
    /// Replay an event log instead: what each shopper would see after each event with items, one JSON line for each
    #[arg(long, value_name = "FILE", conflicts_with_all = ["viewed", "cart", "bought", "like", "with"], requires = "out")]
    log: Option<PathBuf>,
    /// Where to write the lists of --log, as JSON Lines
    #[arg(long, short, value_name = "FILE", requires = "log")]
    out: Option<PathBuf>,
    /// Write the scores of --log as bits of 32-bit floats, in hexadecimal, for exact comparison
    #[arg(long, requires = "log")]
    bits: bool,
    #[command(flatten)]
    force: Force,
}

impl Recommend {
    pub(super) fn run(&self) -> Result<()> {
        ensure!((0.0..=1.0).contains(&self.diversity), "--diversity is {}; write 0 to 1", self.diversity);
        let shown = self.index.display();
        let failed = || format!("cannot read {shown}");
        let mut bytes = Vec::new();
        let file = File::open(&self.index).with_context(failed)?;
        file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).with_context(failed)?;
        let index = decode(&bytes).with_context(|| shown.to_string())?;
        if let (Some(log), Some(out)) = (&self.log, &self.out) {
            return self.replay(&index, log, out);
        }
        let mut trail = Trail::default();
        for (ids, act) in [(&self.viewed, Act::View), (&self.bought, Act::Buy), (&self.cart, Act::Cart)] {
            for id in ids {
                trail.add(find(&index, id)?, act);
            }
        }
        let asked = self.asked();
        let list = if let Some(id) = &self.like {
            index.similar(find(&index, id)?, &trail, &asked)
        } else if self.with.is_empty() {
            index.recommend(&trail, &asked, &mut Scratch::default())
        } else {
            let items: Vec<u32> = self.with.iter().map(|id| find(&index, id)).collect::<Result<_>>()?;
            index.bought_together(&items, &trail, &asked)
        };
        let id = |item: u32| index.item(item).map_or("", |item| &item.id);
        for (place, one) in (1..).zip(&list.items) {
            let Some(item) = index.item(one.item) else { continue };
            say(format_args!("{place:>3}  {:<16} {}", item.id, item.title))?;
            for reason in one.reasons.iter().take(3) {
                let of = reason.of.map(|of| format!(" of {}", id(of))).unwrap_or_default();
                say(format_args!(
                    "{:>28} {:+.2}",
                    format!("{}{of}", reason.signal.name()),
                    reason.contribution
                ))?;
            }
        }
        if list.items.is_empty() {
            say("nothing: no item that the index knows may be listed")?;
        }
        Ok(())
    }
}

impl Recommend {
    fn asked(&self) -> Asked {
        let rules = Rules { diversity: self.diversity, ..Rules::default() };
        Asked { n: self.n, rules, ..Asked::default() }
    }

    /// Writes what each shopper of a log would see after each event with items, in the log's order.
    fn replay(&self, index: &Index, log: &Path, out: &Path) -> Result<()> {
        self.force
            .check(&[&self.index, log], &[("--out", out, Known::Holds(&["\"items\":[", "\"line\":"]))])?;
        let (asked, mut scratch) = (self.asked(), Scratch::default());
        let mut trails: BTreeMap<String, Trail> = BTreeMap::new();
        let mut lines = String::new();
        let mut n_lines = 0;
        read_log(log, &mut |event| {
            let act = act_of(&event);
            if act.is_none() && event.event != ANSWER {
                return Ok(());
            }
            let trail = trails.entry(event.shopper.clone()).or_default();
            let Some(act) = act else {
                answer(index, &event, trail);
                return Ok(());
            };
            let known = event.items.iter().filter_map(|item| index.find(item.id.as_deref()?));
            known.for_each(|item| trail.add(item, act));
            let list = index.recommend(trail, &asked, &mut scratch);
            let items = list.items.iter().map(|one| {
                let id = index.item(one.item).map_or("", |item| &item.id);
                let score =
                    if self.bits { json!(format!("{:08x}", one.score.to_bits())) } else { json!(one.score) };
                json!({ "item_id": id, "score": score })
            });
            let items: Vec<_> = items.collect();
            lines += &json!({ "line": event.line, "shopper": event.shopper, "items": items }).to_string();
            lines.push('\n');
            n_lines += 1;
            Ok(())
        })?;
        write::whole(out, lines.as_bytes())?;
        say(format_args!("wrote {}: {n_lines} lists", out.display()))
    }
}

/// The event by which a shopper says what they like (`fw.prefer`), with `attribute`, `value` and `likes`; without `likes` it is taken back.
const ANSWER: &str = "answer";

/// Notes an answer, as the page does. One about something that the index does not have is ignored.
fn answer(index: &Index, event: &LogEvent, trail: &mut Trail) {
    let param = |wanted: &str| event.params.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    let (Some(ParamValue::Text(attribute)), Some(value)) = (param("attribute"), param("value")) else {
        return;
    };
    let value = match value {
        ParamValue::Text(text) => text.clone(),
        ParamValue::Number(number) => number.to_string(),
    };
    let known = (0_u16..).zip(index.attributes()).find(|(_, one)| one.name == *attribute);
    let Some((attribute, known)) = known else { return };
    let Some(value) = known.values.iter().position(|one| *one == value) else { return };
    let value = value as u16;
    match param("likes") {
        Some(ParamValue::Number(likes)) => trail.answer(Answer { attribute, value, likes: *likes != 0.0 }),
        Some(ParamValue::Text(likes)) => trail.answer(Answer { attribute, value, likes: !likes.is_empty() }),
        None => trail.retract(attribute, value),
    }
}

/// The number of an item.
fn find(index: &Index, id: &str) -> Result<u32> {
    let Some(item) = index.find(id) else {
        bail!("the index has no item `{id}`; it has {} items", index.len())
    };
    Ok(item)
}

/// The index of a store with `[recommend]`, and what was noticed.
pub(super) fn made(store: &Checked<Store>, progress: Progress) -> Result<Option<(Built, Vec<Finding>)>> {
    let (Some(plan), Some(log)) = (&store.recommend, &store.data.log) else { return Ok(None) };
    let stage = progress.stage("recommend");
    let (shop, notes) = Shop::read(log, store.catalogue.as_ref(), store.idle_s)?;
    let built = make::make(&shop, &store.name, plan).context("[recommend]")?;
    stage.done();
    Ok(Some((built, notes)))
}

/// The file that names the shards of an index.
pub(super) const SHARDS: Known = Known::Holds(&["\"categories\":", "\"shards\":"]);

/// Where it is: in a folder beside the bundle.
pub(super) fn directory(out: &Path) -> PathBuf {
    out.with_extension("shards").join("index.json")
}

/// Writes the shards of a large index beside the bundle, and at last the file that names them. Returns what to say of it.
pub(super) fn write_shards(built: &Built, out: &Path) -> Result<Option<String>> {
    let directory = directory(out);
    let folder = directory.parent().unwrap_or(Path::new(""));
    let old = old_shards(&directory);
    let Some(shards) = &built.shards else {
        // They would go with another index than the one that was just written.
        if directory.exists() {
            fs::remove_file(&directory).with_context(|| directory.display().to_string())?;
            old.iter().for_each(|file| drop(fs::remove_file(folder.join(file))));
            return Ok(Some(format!("removed {}: all items are in one index now", directory.display())));
        }
        return Ok(None);
    };
    let encoded: Vec<Vec<u8>> =
        shards.parts.iter().map(encode).collect::<Result<_, _>>().context("a shard")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let files: Vec<String> = (1..=encoded.len()).map(|at| format!("{at}.fwi")).collect();
    for (file, bytes) in files.iter().zip(&encoded) {
        write::whole(&folder.join(file), bytes)?;
    }
    old.iter().filter(|file| !files.contains(file)).for_each(|file| drop(fs::remove_file(folder.join(file))));
    let (all, largest) = encoded.iter().map(Vec::len).fold((0, 0), |(all, most), n| (all + n, most.max(n)));
    let root = out.with_extension("fwi").file_name().unwrap_or_default().to_string_lossy().into_owned();
    let named = json!({
        "name": built.def.name,
        "root": format!("../{root}"),
        "categories": shards.homes,
        "shards": files,
    });
    write::whole(&directory, format!("{named}\n").as_bytes())?;
    let mb = |bytes: usize| bytes as f64 / 1e6;
    Ok(Some(format!(
        "wrote {} and {} shards of all {} items, {:.1} MB, the largest {:.1} MB",
        directory.display(),
        files.len(),
        built.def.items.len(),
        mb(all),
        mb(largest)
    )))
}

/// The files of shards that an earlier run wrote.
fn old_shards(directory: &Path) -> Vec<String> {
    let text = fs::read_to_string(directory).unwrap_or_default();
    let named: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let files = named["shards"].as_array().into_iter().flatten().filter_map(|file| file.as_str());
    let is_ours = |file: &&str| file.strip_suffix(".fwi").is_some_and(|number| number.parse::<u32>().is_ok());
    files.filter(is_ours).map(str::to_owned).collect()
}

/// How well each method tells what is looked at next.
pub(super) fn lines(built: &Built) -> Vec<String> {
    let n = built.race.first().map_or(0, |score| score.ranks.len());
    let mut lines = vec![
        format!(
            "\nrecommend   the next item among the first 20, on {n} steps of sessions that nothing was learnt from"
        ),
        format!("{:<12} {:>8} {:>20} {:>8} {:>9}", "method", "MRR", "95 % interval", "hit rate", "coverage"),
    ];
    for score in &built.race {
        let Some(mrr) = grouped_interval(&score.reciprocal_ranks(), &built.sessions) else { continue };
        let hits = score.hits();
        let hit = hits.iter().sum::<f64>() / hits.len().max(1) as f64;
        let between = format!("{:.3} to {:.3}", mrr.low, mrr.high);
        lines.push(format!(
            "{:<12} {:>8.3} {between:>20} {hit:>8.3} {:>9.3}",
            score.method.name, mrr.value, score.coverage
        ));
    }
    lines.extend(built.places.told().map(|told| format!("lists       {told}")));
    lines
}
