//! `cargo xtask shots`: a picture of each screen in light, dark and Arabic, in `target/shots/`.
//!
//! The pictures are taken in Chromium from the real UI over a real desk and server. Deliberately
//! absent: comparing them. People look at pictures; tests look at the page.

use anyhow::Result;

use crate::{npm, root, say, setup, shell, test};

/// Build what the pictures need and take them.
pub fn shots() -> Result<()> {
    setup::ensure(&[setup::Group::Build, setup::Group::Test])?;
    npm::install()?;
    npm::build()?;
    say::begin("building the desk's host and the server");
    test::build::binaries()?;
    let folder = root::target().join("shots");
    std::fs::create_dir_all(&folder)?;
    say::begin("taking the pictures");
    shell::run(
        npm::node("tests/ui/shots.mjs")
            .env("HOLDFAST_BIN_DIR", root::debug())
            .env("HOLDFAST_SHOTS_DIR", &folder),
    )?;
    say::line(&format!("pictures: {}", folder.display()));
    Ok(())
}
