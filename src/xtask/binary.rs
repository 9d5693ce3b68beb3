//! `cargo xtask trainer`: the trainer as npm packages, for people without Rust.
//!
//! | in `target/npm`                        | from                                                            |
//! |----------------------------------------|-----------------------------------------------------------------|
//! | `floorwalker-trainer`                  | `pkg-template/trainer`: the command, which finds the program    |
//! | `floorwalker-trainer-<os>-<cpu>`       | the program of one platform, and its SHA-256; a package of its own, so that npm installs the one that fits |
//!
//! Each is a folder and a tarball of the workspace's version.
//!
//! Not here: building for other machines, which the release workflow does.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::shell::Shell;
use crate::{engine, pack, trainer};

/// Folder of the package with the command.
pub(crate) const PACKAGE: &str = "target/npm/floorwalker-trainer";

/// Platforms with a package, as Node names them.
pub(crate) const PLATFORMS: [&str; 6] =
    ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-arm64", "win32-x64"];

/// The platform of this machine; `None` if it has no package.
pub(crate) fn here() -> Option<&'static str> {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let cpu = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    PLATFORMS.into_iter().find(|platform| *platform == format!("{system}-{cpu}"))
}

/// Builds both packages, of `binary` for `platform`; without them, of this machine's release. Returns the paths of the tarballs.
pub(crate) fn build(shell: &Shell, platform: Option<&str>, binary: Option<&Path>) -> Result<Vec<PathBuf>> {
    let Some(platform) = platform.map(str::to_owned).or_else(|| here().map(str::to_owned)) else {
        bail!("this machine's platform has no package; name one with --platform: {}", PLATFORMS.join(", "));
    };
    let binary = match binary {
        Some(binary) => binary.to_owned(),
        None => trainer::release(shell)?,
    };
    let template = shell.at("pkg-template/trainer");
    let folder = engine::empty(shell.at(PACKAGE))?;
    for name in ["bin.js", "index.js", "index.d.ts", "README.md"] {
        pack::copy(&template.join(name), &folder)?;
    }
    pack::copy(&shell.at("LICENSE"), &folder)?;
    let text = fs::read_to_string(template.join("package.json")).context("package.json of the trainer")?;
    let manifest = text.replace("\"0.0.0\"", &format!("\"{}\"", env!("CARGO_PKG_VERSION")));
    fs::write(folder.join("package.json"), &manifest).context("could not write package.json")?;
    let of_platform = program(shell, &manifest, &platform, &binary)?;
    let tarballs = vec![pack::pack(shell, &folder)?, pack::pack(shell, &of_platform)?];
    for tarball in &tarballs {
        println!("{}", tarball.display());
    }
    Ok(tarballs)
}

/// Makes the package of one platform's program, and returns its folder.
fn program(shell: &Shell, manifest: &str, platform: &str, binary: &Path) -> Result<PathBuf> {
    let (system, cpu) =
        platform.split_once('-').context("a platform is an operating system and a processor")?;
    let folder = engine::empty(shell.at(&format!("{PACKAGE}-{platform}")))?;
    let name = if system == "win32" { "floorwalker.exe" } else { "floorwalker" };
    let bytes = fs::read(binary).with_context(|| format!("could not read {}", binary.display()))?;
    let to = folder.join(name);
    fs::copy(binary, &to).with_context(|| format!("could not copy {}", binary.display()))?;
    let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(folder.join("SHA256SUMS"), format!("{sum}  {name}\n")).context("SHA256SUMS")?;
    pack::copy(&shell.at("LICENSE"), &folder)?;
    let general: Value = serde_json::from_str(manifest)?;
    let mut own = json!({
        "name": format!("floorwalker-trainer-{platform}"),
        "version": general["version"], "license": general["license"], "repository": general["repository"],
        "description": format!("The program of floorwalker-trainer for {platform}."),
        "os": [system], "cpu": [cpu], "files": [name, "SHA256SUMS"], "preferUnplugged": true,
    });
    if system == "linux" {
        own["libc"] = json!(["glibc"]);
    }
    fs::write(folder.join("package.json"), format!("{own:#}\n")).context("could not write package.json")?;
    Ok(folder)
}
