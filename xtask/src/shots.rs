//! `cargo xtask shots`: a picture of each screen in light, dark and Arabic, in `target/shots/`.
//!
//! The pictures are taken in Chromium from the real UI over a real desk and server. Deliberately
//! absent: comparing them. People look at pictures; tests look at the page.

use anyhow::Result;

use crate::{npm, root, say, setup, shell, test};

#[derive(clap::Args)]
pub struct Options {
    /// Take only the README's picture, into docs/
    #[arg(long)]
    pub readme: bool,
}

/// Build what the pictures need and take them.
pub fn shots(options: &Options) -> Result<()> {
    setup::ensure(&[setup::Group::Build, setup::Group::Test])?;
    npm::install()?;
    npm::build()?;
    say::begin("building the desk's host and the server");
    test::build::binaries()?;
    let folder = root::target().join("shots");
    std::fs::create_dir_all(&folder)?;
    say::begin("taking the pictures");
    let mut command = npm::node("tests/ui/shots.mjs");
    command.env("HOLDFAST_BIN_DIR", root::debug()).env("HOLDFAST_SHOTS_DIR", &folder);
    if options.readme {
        command.arg("--readme");
    }
    shell::run(&mut command)?;
    if !options.readme {
        say::line(&format!("pictures: {}", folder.display()));
    }
    Ok(())
}
