//! Prints as JSON which rows the stores in `tests/data` hold out.
//!
//! Not here: the rule (`floorwalker_data::split`).

use anyhow::{Result, bail};
use floorwalker_data::progress::Progress;
use floorwalker_data::split::{Shares, stratified, stratified_folds};
use floorwalker_learn::examples::Examples;
use floorwalker_learn::store::{Checked, Store};
use std::path::Path;

/// The stores whose held-out rows the peers need to know; the other stores have a separate test file.
const STORES: [&str; 3] = ["online_shoppers", "online_shoppers_once", "waimai_zh"];

/// Prints `{store: {"fold": [fold of each row]}}` or `{store: {"test": [rows]}}`.
pub(crate) fn print(data: &Path) -> Result<()> {
    if std::env::var_os("FLOORWALKER_DATA").is_none_or(|named| Path::new(&named) != data) {
        bail!("set FLOORWALKER_DATA to {}: the stores name their tables by it", data.display());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut out = Vec::new();
    for name in STORES {
        let store = Store::read(&folder.join(format!("{name}.toml")))?;
        out.push(format!("\"{name}\": {}", held_out(&store)?));
    }
    println!("{{{}}}", out.join(",\n"));
    Ok(())
}

fn held_out(store: &Checked<Store>) -> Result<String> {
    let Some(table) = &store.data.table else { bail!("`{}` has no table", store.name) };
    let examples = Examples::read(store, table, Progress::silent())?;
    let Some(head) = store.heads.first() else { bail!("`{}` has no head", store.name) };
    let labels: Vec<String> =
        examples.labels[&head.label].iter().map(|label| label.clone().unwrap_or_default()).collect();
    let mut names = labels.clone();
    names.sort_unstable();
    names.dedup();
    let ids: Vec<u32> = labels.iter().map(|name| names.binary_search(name).unwrap_or(0) as u32).collect();
    let plan = &store.data.split;
    if let Some(n) = plan.folds {
        return Ok(format!("{{\"fold\": {:?}}}", stratified_folds(&ids, &names, n, store.seed)?.fold_of_row));
    }
    let shares = Shares { validation: plan.validation, test: plan.test };
    Ok(format!("{{\"test\": {:?}}}", stratified(&ids, &names, shares, store.seed)?.test))
}
