//! Runs other programs: in the workspace's root, with the pinned tools first on the path, and with error messages that name the command.
//!
//! Not here: which programs are run, and why.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs programs in the workspace's root, with the pinned tools first on the path.
pub(crate) struct Shell {
    root: PathBuf,
    path: OsString,
}

impl Shell {
    /// A shell in the workspace from which this program was compiled.
    pub(crate) fn at_workspace_root() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("src/xtask is not two folders below the workspace's root")?
            .to_path_buf();
        let pinned = [root.join("target/tools/bin"), root.join("tests/node_modules/.bin")];
        let inherited = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(pinned.into_iter().chain(env::split_paths(&inherited)))
            .context("PATH holds an entry that cannot be joined")?;
        Ok(Self { root, path })
    }

    /// A path in the workspace.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The workspace's root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A program that will run in the workspace's root.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", &self.path);
        command
    }

    /// A command for the same cargo that runs this program.
    pub(crate) fn cargo(&self) -> Command {
        self.command(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
    }

    /// Runs a program to its end; its output goes to the terminal.
    ///
    /// # Errors
    ///
    /// The program cannot be started, or exits with a failure. The message holds the command line.
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
        let status = command.status().with_context(|| format!("could not start `{}`", line(command)))?;
        if !status.success() {
            bail!("`{}` failed ({status})", line(command));
        }
        Ok(())
    }

    /// Runs a program and returns its standard output, without white space at the end. Its standard error is ignored unless it fails.
    pub(crate) fn output(&self, command: &mut Command) -> Result<String> {
        let out = command.output().with_context(|| format!("could not start `{}`", line(command)))?;
        if !out.status.success() {
            bail!(
                "`{}` failed ({}): {}",
                line(command),
                out.status,
                String::from_utf8_lossy(&out.stderr).trim()
            );
        }
        Ok(String::from_utf8_lossy(&out.stdout).trim_end().to_owned())
    }

    /// Runs a program, prints the lines of its standard output as they come, and passes each to `read`.
    pub(crate) fn tee(&self, command: &mut Command, mut read: impl FnMut(&str)) -> Result<()> {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start `{}`", line(command)))?;
        if let Some(stdout) = child.stdout.take() {
            for bytes in BufReader::new(stdout).split(b'\n') {
                let bytes = bytes.with_context(|| format!("could not read from `{}`", line(command)))?;
                let text = String::from_utf8_lossy(&bytes);
                println!("{text}");
                read(&text);
            }
        }
        let status = child.wait().with_context(|| format!("could not wait for `{}`", line(command)))?;
        if !status.success() {
            bail!("`{}` failed ({status})", line(command));
        }
        Ok(())
    }

    /// Runs a program without showing its output; each line of its standard error is passed to `read`.
    ///
    /// # Errors
    ///
    /// The program cannot be started, or exits with a failure. The message holds the command line and the standard error.
    pub(crate) fn quietly(&self, command: &mut Command, mut read: impl FnMut(&str)) -> Result<()> {
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start `{}`", line(command)))?;
        let mut said = String::new();
        if let Some(stderr) = child.stderr.take() {
            for bytes in BufReader::new(stderr).split(b'\n') {
                let bytes = bytes.with_context(|| format!("could not read from `{}`", line(command)))?;
                let text = String::from_utf8_lossy(&bytes);
                read(&text);
                said.push_str(&text);
                said.push('\n');
            }
        }
        let status = child.wait().with_context(|| format!("could not wait for `{}`", line(command)))?;
        if !status.success() {
            bail!("`{}` failed ({status}):\n{said}", line(command));
        }
        Ok(())
    }

    /// Cargo's target folder.
    pub(crate) fn target_dir(&self) -> Result<PathBuf> {
        let metadata = self.output(self.cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
        let metadata: serde_json::Value =
            serde_json::from_str(&metadata).context("cargo metadata is not JSON")?;
        Ok(metadata["target_directory"].as_str().context("cargo metadata names no target directory")?.into())
    }

    /// Path of the named program, if it is on the path.
    pub(crate) fn which(&self, program: &str) -> Option<PathBuf> {
        env::split_paths(&self.path).map(|folder| folder.join(program)).find(|file| file.is_file())
    }
}

/// The command as a person would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
