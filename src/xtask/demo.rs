//! The demo: the storefront with the packed npm package and a bundle trained here, served on this machine.
//!
//! The shop in `target/demo` is what a merchant would deploy: `node_modules/floorwalker` comes from the tarball.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::engine::empty;
use crate::pack;
use crate::shell::Shell;
use crate::trainer::{self, Shop};

/// The folder that is served, below the workspace's root.
pub(crate) const DEMO: &str = "target/demo";

/// Builds the package, assembles the shop, and serves it until stopped.
pub(crate) fn run(shell: &Shell, port: u16, open: bool) -> Result<()> {
    let tarball = pack::build(shell)?;
    assemble(shell, &tarball)?;
    let mut serve = shell.command("node");
    serve.args(["src/xtask/serve.mjs", "--root", DEMO, "--port", &port.to_string()]);
    if !open {
        return shell.run(&mut serve);
    }
    shell.tee(&mut serve, |line| {
        if line.starts_with("http://") {
            open_browser(line);
        }
    })
}

/// Puts the storefront, the tarball's files, a trained bundle and its index into `target/demo`.
pub(crate) fn assemble(shell: &Shell, tarball: &Path) -> Result<()> {
    let bundle = trainer::trained(shell, &DEMO_SHOP)?;
    let demo = empty(shell.at(DEMO))?;
    copy_tree(&shell.at("www"), &demo)?;
    let package = empty(demo.join("node_modules/floorwalker"))?;
    let mut tar = shell.command("tar");
    tar.arg("-xzf").arg(tarball).args(["--strip-components=1", "-C"]).arg(&package);
    shell.run(&mut tar)?;
    copy_tree(&shell.at(pack::SIMULATOR), &empty(demo.join("node_modules/floorwalker-simulator"))?)?;
    let models = empty(demo.join("models"))?;
    fs::copy(&bundle, models.join("store.fwb")).context("could not copy the demo's bundle")?;
    fs::copy(bundle.with_extension("fwi"), models.join("store.fwi"))
        .context("could not copy the demo's index")?;
    fs::copy(bundle.with_file_name("catalogue.json"), demo.join("catalogue.json"))
        .context("could not copy the demo's catalogue")?;
    Ok(())
}

/// The store, data folder and variable from which the demo's bundle is trained.
const DEMO_SHOP: Shop =
    Shop { store: "www/store.toml", data: "target/demo-data", variable: "FLOORWALKER_DEMO" };

/// Copies a folder's files.
fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("could not make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("could not read {}", from.display()))? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_tree(&source, &target)?;
        } else {
            fs::copy(&source, &target).with_context(|| format!("could not copy {}", source.display()))?;
        }
    }
    Ok(())
}

/// Opens the address in the user's browser; a failure is ignored, since the address is printed, too.
fn open_browser(url: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let _ = Command::new(opener).arg(url).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}
