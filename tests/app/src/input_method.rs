//! Input methods: the two frameworks of the Linux desktops, with an engine for each language.
//!
//! Wayland is absent: under Xvfb there is X11 only.

use std::time::Duration;

use anyhow::Result;

use crate::stage::Stage;
use crate::{need, until};

/// After a switch an engine takes keys before it is ready for them, and tells nobody when it is.
const ENGINE_SETTLES: Duration = Duration::from_millis(700);
/// Milliseconds between two keys of a quick typist.
const KEY_MS: &str = "60";

/// The two frameworks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framework {
    /// Fcitx 5, as on KDE and Deepin.
    Fcitx,
    /// IBus, as on GNOME.
    Ibus,
}

/// What is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Pinyin to simplified Chinese.
    Chinese,
    /// Hangul by a two-set keyboard.
    Korean,
    /// Romaji to kana and kanji.
    Japanese,
}

/// Fcitx's engines, all in one group, in the order of its file.
const FCITX_PROFILE: &str = "\
[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin
[Groups/0/Items/0]
Name=keyboard-us
Layout=
[Groups/0/Items/1]
Name=pinyin
Layout=
[Groups/0/Items/2]
Name=hangul
Layout=
[Groups/0/Items/3]
Name=anthy
Layout=
[GroupOrder]
0=Default
";

const FCITX_FILES: [(&str, &str); 4] = [
    ("/usr/lib/*/gtk-3.0/3.0.0/immodules/im-fcitx5.so", "fcitx5-frontend-gtk3"),
    ("/usr/share/fcitx5/addon/pinyin.conf", "fcitx5-chinese-addons"),
    ("/usr/share/fcitx5/addon/hangul.conf", "fcitx5-hangul"),
    ("/usr/share/fcitx5/addon/anthy.conf", "fcitx5-anthy"),
];
const IBUS_FILES: [(&str, &str); 4] = [
    ("/usr/lib/*/gtk-3.0/3.0.0/immodules/im-ibus.so", "ibus-gtk3"),
    ("/usr/share/ibus/component/libpinyin.xml", "ibus-libpinyin"),
    ("/usr/share/ibus/component/hangul.xml", "ibus-hangul"),
    ("/usr/share/ibus/component/anthy.xml", "ibus-anthy"),
];

impl Framework {
    /// Starts the framework on the stage; windows that open later use it.
    pub async fn start(self, stage: &mut Stage) -> Result<()> {
        match self {
            Self::Fcitx => start_fcitx(stage).await,
            Self::Ibus => start_ibus(stage).await,
        }
    }

    /// Chooses the engine of `script`. The window must be in front.
    pub async fn choose(self, stage: &Stage, script: Script) -> Result<()> {
        match self {
            Self::Fcitx => choose_in_fcitx(stage, script).await?,
            Self::Ibus => choose_in_ibus(stage, script).await?,
        }
        tokio::time::sleep(ENGINE_SETTLES).await;
        if self == Self::Ibus {
            // These two begin in their Latin mode.
            match script {
                Script::Japanese => press(stage, &["ctrl+j"])?,
                Script::Korean => press(stage, &["Hangul"])?,
                Script::Chinese => {}
            }
        }
        Ok(())
    }
}

/// Presses real keys, one after the other.
pub fn press(stage: &Stage, keys: &[&str]) -> Result<()> {
    let mut args = vec!["key", "--clearmodifiers", "--delay", KEY_MS];
    args.extend(keys);
    stage.ask("xdotool", &args).map(drop)
}

async fn start_fcitx(stage: &mut Stage) -> Result<()> {
    for (file, package) in FCITX_FILES {
        need::file(file, package)?;
    }
    stage.tell("GTK_IM_MODULE", "fcitx");
    stage.tell("XMODIFIERS", "@im=fcitx");
    stage.file(".config/fcitx5/profile", FCITX_PROFILE)?;
    let mut command = stage.command("fcitx5")?;
    command.arg("--disable=wayland,waylandim,notificationitem,kimpanel");
    stage.keep(&mut command)?;
    stage.bus_has("org.fcitx.Fcitx5").await
}

async fn start_ibus(stage: &mut Stage) -> Result<()> {
    for (file, package) in IBUS_FILES {
        need::file(file, package)?;
    }
    stage.tell("GTK_IM_MODULE", "ibus");
    stage.tell("XMODIFIERS", "@im=ibus");
    let mut command = stage.command("ibus-daemon")?;
    command.args([
        "--xim",
        "--panel=/usr/libexec/ibus-ui-gtk3",
        "--config=/usr/libexec/ibus-memconf",
        "--emoji-extension=disable",
    ]);
    stage.keep(&mut command)?;
    until("ibus has an address", async || {
        Ok(stage.ask("ibus", &["address"])?.contains("unix:").then_some(()))
    })
    .await
}

async fn choose_in_fcitx(stage: &Stage, script: Script) -> Result<()> {
    let engine = match script {
        Script::Chinese => "pinyin",
        Script::Korean => "hangul",
        Script::Japanese => "anthy",
    };
    until(&format!("fcitx5 types {engine}"), async || {
        stage.ask("fcitx5-remote", &["-o"])?;
        stage.ask("fcitx5-remote", &["-s", engine])?;
        Ok((stage.ask("fcitx5-remote", &["-n"])? == engine).then_some(()))
    })
    .await
}

async fn choose_in_ibus(stage: &Stage, script: Script) -> Result<()> {
    let engine = match script {
        Script::Chinese => "libpinyin",
        Script::Korean => "hangul",
        Script::Japanese => "anthy",
    };
    until(&format!("ibus types {engine}"), async || {
        // It may answer with a failure and yet have switched.
        let _ = stage.ask("ibus", &["engine", engine]);
        Ok((stage.ask("ibus", &["engine"])? == engine).then_some(()))
    })
    .await
}
