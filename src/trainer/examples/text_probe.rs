//! Exploration.
#![allow(clippy::unwrap_used, missing_docs)]
use floorwalker_engine::text::{TextModel, TextScratch};
use floorwalker_trainer::fit::text::{TextSettings, fit};
use std::collections::BTreeMap;
use std::time::Instant;
type Set = Vec<(String, String)>;
const D: &str = "/work/shared/data";
fn csv_set(path: &str, text: &str, label: &str) -> Set {
    let mut r = csv::Reader::from_path(format!("{D}/{path}")).unwrap();
    let h: Vec<String> = r.headers().unwrap().iter().map(|s| s.trim_start_matches('\u{feff}').to_string()).collect();
    let (t, l) = (h.iter().position(|x| x == text).unwrap(), h.iter().position(|x| x == label).unwrap());
    r.records().map(|x| { let x = x.unwrap(); (x[t].to_string(), x[l].to_string()) }).collect()
}
fn smp(path: &str) -> Set {
    let s = std::fs::read_to_string(format!("{D}/smp2020_zh/{path}.txt")).unwrap();
    let mut out = Vec::new(); let mut m = String::new();
    for line in s.lines() {
        if let Some((c, _)) = line.split_once('\t') { m.push_str(c); }
        else if !line.trim().is_empty() { out.push((std::mem::take(&mut m), line.trim().to_string())); }
    }
    out
}
fn split(set: &Set, k: usize) -> (Set, Set) { // stratified: every k-th of each class to validation
    let mut n: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut a, mut b) = (vec![], vec![]);
    for x in set { let i = n.entry(&x.1).or_default(); *i += 1; if (k == 0 && *i % 5 == 2) || (k > 0 && *i % k == 0) { b.push(x.clone()) } else { a.push(x.clone()) } }
    (a, b)
}
fn cpu() -> f64 { let s = std::fs::read_to_string("/proc/self/stat").unwrap(); let f: Vec<&str> = s.rsplit_once(')').unwrap().1.split_whitespace().collect(); (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0 }
fn run(name: &str, train: &Set, tests: &[(&str, &Set)], s: &TextSettings) {
    let mut classes: Vec<&str> = train.iter().map(|x| x.1.as_str()).collect(); classes.sort(); classes.dedup();
    let labels: Vec<usize> = train.iter().map(|x| classes.binary_search(&x.1.as_str()).unwrap()).collect();
    let messages: Vec<&str> = train.iter().map(|x| x.0.as_str()).collect();
    let (t, c0) = (Instant::now(), cpu());
    let f = fit(&messages, &labels, classes.len(), s).unwrap();
    let (wall, cpus) = (t.elapsed().as_secs_f64(), cpu() - c0);
    let bytes = floorwalker_bundle::text::pack(&f.def);
    let mut br = Vec::new();
    { let mut w = brotli::CompressorWriter::new(&mut br, 4096, 9, 22); std::io::Write::write_all(&mut w, &bytes).unwrap(); }
    let cells = f.def.weights.len(); let rows = f.def.buckets.len();
    let model = TextModel::new(f.def).unwrap();
    let mut sc = TextScratch::default(); let mut out = vec![0.0; classes.len()];
    print!("{name:14} rows {rows} cells {cells} bytes {} br {} cpu {cpus:.1}s wall {wall:.1}s |", bytes.len(), br.len());
    for (tn, test) in tests {
        let mut zs = vec![]; let (mut ok, mut n) = (0, 0);
        let t = Instant::now();
        for (m, _) in *test { model.logits(m, &mut sc, &mut out).unwrap(); }
        let us = t.elapsed().as_secs_f64() * 1e6 / test.len() as f64;
        for (m, y) in *test {
            model.logits(m, &mut sc, &mut out).unwrap(); n += 1;
            let Ok(y) = classes.binary_search(&y.as_str()) else { continue };
            let best = (0..out.len()).max_by(|a, b| out[*a].total_cmp(&out[*b])).unwrap();
            ok += usize::from(best == y); zs.push((out.clone(), y));
        }
        let nll = |t: f32| zs.iter().map(|(z, y)| { let top = z.iter().copied().fold(f32::MIN, f32::max); let s: f32 = z.iter().map(|v| ((v - top) * t).exp()).sum(); f64::from(s.ln() - (z[*y] - top) * t) }).sum::<f64>() / zs.len() as f64;
        let best = (2..40).map(|i| i as f32 * 0.125).min_by(|a, b| nll(*a).total_cmp(&nll(*b))).unwrap();
        print!(" {tn} acc {:.4} (n {n}) nll {:.4} at t={best}: {:.4} {us:.2}us;", ok as f64 / n as f64, nll(1.0), nll(best));
    }
    println!();
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let mut s = TextSettings::default();
    let mut sets = "bz".to_string(); let mut final_test = false;
    for a in &args[1..] {
        let (k, v) = a.split_once('=').unwrap();
        match k {
            "sets" => sets = v.to_string(), "test" => final_test = v == "1",
            "g" => { let n: Vec<u8> = v.split(',').map(|x| x.parse().unwrap()).collect(); s.grams.words = n[0]; s.grams.glyphs = n[1]; s.grams.char_min = n[2]; s.grams.char_max = n[3]; s.grams.bits = n[4]; }
            "c" => s.inverse_l2 = v.parse().unwrap(), "rows" => s.max_rows = v.parse().unwrap(), "bytes" => s.max_bytes = v.parse().unwrap(),
            "steps" => s.max_steps = v.parse().unwrap(), 
             "df" => s.min_frequency = v.parse().unwrap(), _ => panic!("{k}"),
        }
    }
    println!("== {}", args[1..].join(" "));
    if sets.contains('b') {
        let train = csv_set("banking77/train.csv", "text", "category");
        if final_test { let test = csv_set("banking77/test.csv", "text", "category"); run("banking", &train, &[("test", &test)], &s); }
        else { for i in [5] { let (a, b) = split(&train, i); run("banking", &a, &[("val", &b)], &s); } }
    }
    if sets.contains('z') {
        let train = smp("train");
        if final_test { let test = smp("test"); run("smp", &train, &[("test", &test)], &s); }
        else { let dev = smp("dev"); run("smp", &train, &[("dev", &dev)], &s); }
    }
    if sets.contains('d') { // demo-sized: sixteen of the intents
        let mut names: Vec<String> = csv_set("banking77/train.csv", "text", "category").into_iter().map(|x| x.1).collect(); names.sort(); names.dedup();
        let pick = |s: Set| -> Set { s.into_iter().filter(|x| names.iter().step_by(4).take(16).any(|n| *n == x.1)).collect() };
        run("demo16", &pick(csv_set("banking77/train.csv", "text", "category")), &[("test", &pick(csv_set("banking77/test.csv", "text", "category")))], &s);
    }
    if sets.contains('x') {
        let fix = |s: Set| -> Set { s.into_iter().map(|(m, y)| (m, y.replace("check_invoices", "check_invoice"))).collect() };
        let a = fix(csv_set("bitext/bitext_8k_Customer_Service_Training_Dataset.csv", "utterance", "intent"));
        let b = fix(csv_set("bitext/bitext_20k_TrainingdatasetBitextsample.csv", "utterance", "intent"));
        let (a1, a2) = split(&a, 5); let (b1, b2) = split(&b, 5);
        run("bitext8k", &a1, &[("own", &a2), ("20k", &b)], &s);
        run("bitext20k", &b1, &[("own", &b2), ("8k", &a)], &s);
    }
}
