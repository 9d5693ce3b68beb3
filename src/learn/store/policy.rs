//! The policy of a store: its own `[policy]`, or the file that its `policy_file` names.
//!
//! Not here: what a policy may say (`policy`).

use anyhow::{Context, Result, ensure};
use floorwalker_data::paths::resolve;
use floorwalker_policy::PolicyFile;
use std::path::{Path, PathBuf};

/// The file that holds the policy: `path` itself, or the `policy_file` that the store in `path` names.
///
/// # Errors
///
/// Fails for a file that cannot be read, for a store without a policy, or for one with two.
pub fn policy_path(path: &Path) -> Result<PathBuf> {
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    // Text that is not TOML is refused later by [`PolicyFile::read`], with line and column.
    let table: toml::Table = toml::from_str(&text).unwrap_or_default();
    let (own, other) = (table.get("policy"), table.get("policy_file"));
    ensure!(own.is_none() || other.is_none(), "{name}: it has a [policy] and a policy_file; keep one");
    let is_store = table.contains_key("data") && table.contains_key("heads");
    ensure!(
        !is_store || own.is_some() || other.is_some(),
        "{name} is a store without a policy: write policy_file = \"policy.toml\" in it, and `floorwalker policy init policy.toml`"
    );
    match other.and_then(toml::Value::as_str) {
        Some(other) => resolve(path.parent().unwrap_or(Path::new(".")), Path::new(other)),
        None => Ok(path.to_path_buf()),
    }
}

/// Reads the policy in `path`, or in the `policy_file` that the store in `path` names.
///
/// # Errors
///
/// Those of [`policy_path`] and of [`PolicyFile::read`].
pub fn policy_file(path: &Path) -> Result<PolicyFile> {
    PolicyFile::read(&policy_path(path)?)
}
