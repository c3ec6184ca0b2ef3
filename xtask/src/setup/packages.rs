//! Which packages each kind of work needs, and what people on other systems have to install.
//!
//! Pure: what is installed comes in as dpkg's words. Deliberately absent: version numbers of
//! packages; Debian 12's are good enough and later ones are, too.

use std::collections::BTreeSet;

/// A kind of work that needs packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Compiling desk and server
    Build,
    /// A display, a keyring, input methods, a browser, fonts
    Test,
    /// Making packages
    Dist,
}

const BUILD: &[&str] =
    &["libwebkit2gtk-4.1-dev", "build-essential", "pkg-config", "libssl-dev", "perl", "make"];

const TEST: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "dbus",
    "gnome-keyring",
    "imagemagick",
    "fonts-noto-core",
    "fonts-noto-cjk",
    "fonts-noto-color-emoji",
    "chromium",
    "openbox",
    "xdotool",
    "fcitx5",
    "fcitx5-frontend-gtk3",
    "fcitx5-chinese-addons",
    "fcitx5-hangul",
    "fcitx5-anthy",
    "ibus",
    "ibus-gtk3",
    "ibus-libpinyin",
    "ibus-hangul",
    "ibus-anthy",
    "librsvg2-bin",
    "libfaketime",
];

const DIST: &[&str] = &["rpm", "librsvg2-bin"];

/// The packages of all `groups`, each once, in order.
pub fn of(groups: &[Group]) -> Vec<&'static str> {
    let mut seen = BTreeSet::new();
    groups
        .iter()
        .flat_map(|group| match group {
            Group::Build => BUILD,
            Group::Test => TEST,
            Group::Dist => DIST,
        })
        .copied()
        .filter(|package| seen.insert(*package))
        .collect()
}

/// Those of `wanted` that dpkg does not call installed (lines of `package status`).
pub fn missing<'a>(wanted: &[&'a str], dpkg: &str) -> Vec<&'a str> {
    let there: BTreeSet<&str> =
        dpkg.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    wanted.iter().copied().filter(|package| !there.contains(package)).collect()
}

/// What to install on a system whose packages we do not install ourselves.
pub fn elsewhere(os: &str) -> &'static str {
    match os {
        "macos" => {
            "macOS: Holdfast needs Xcode's command line tools (xcode-select --install) and perl. \
             The tests of the real window run on Linux only."
        }
        "windows" => {
            "Windows: Holdfast needs the Visual Studio C++ build tools, Strawberry Perl, NASM and \
             the WebView2 runtime. The tests of the real window run on Linux only."
        }
        _ => "Holdfast needs a C compiler, perl, make, pkg-config and WebKitGTK 4.1.",
    }
}

/// `v20.19.2` → (20, 19).
pub fn version(words: &str) -> Option<(u32, u32)> {
    let mut numbers = words.trim().trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_dpkg_calls_installed_is_there() {
        let dpkg = "xvfb installed\nperl config-files\n";
        assert_eq!(missing(&["xvfb", "perl", "rpm"], dpkg), ["perl", "rpm"]);
    }

    #[test]
    fn a_package_of_two_groups_is_named_once() {
        let both = of(&[Group::Test, Group::Dist]);
        assert_eq!(both.iter().filter(|package| **package == "librsvg2-bin").count(), 1);
        assert!(both.contains(&"rpm"));
    }

    #[test]
    fn versions_are_read_from_what_node_says() {
        assert_eq!(version("v20.19.2\n"), Some((20, 19)));
        assert_eq!(version("twenty"), None);
    }
}
