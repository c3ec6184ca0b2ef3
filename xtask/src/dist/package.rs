//! The two packages: what each is called and which files it lays where.
//!
//! Data only. What a package depends on is read from its program by the packers; what it only
//! recommends is loaded or asked at run time, which no packer can see.

/// One package.
pub struct Package {
    pub name: &'static str,
    pub section: &'static str,
    pub summary: &'static str,
    /// Whole lines of at most 76 columns.
    pub description: &'static [&'static str],
    /// Cargo's name of package and binary.
    pub program: &'static str,
    pub features: &'static str,
    /// Where the binary lies afterwards.
    pub installed_as: &'static str,
    pub files: &'static [Laid],
    /// Not linked, and missed when it is not there.
    pub recommends: &'static [Recommended],
}

/// A package that is called one thing on Debian and another on Fedora.
pub struct Recommended {
    pub deb: &'static str,
    pub rpm: &'static str,
}

/// A file from the tree and where it lies afterwards.
pub struct Laid {
    pub from: &'static str,
    pub to: &'static str,
    /// An administrator may edit it, and it holds tokens: an update must not overwrite it, and
    /// only root may read it.
    pub config: bool,
}

pub const VERSION: &str = env!("CARGO_PKG_VERSION");
pub const MAINTAINER: &str = "Holdfast maintainers <maintainers@holdfast.example>";

/// Both packages.
pub const ALL: [Package; 2] = [SERVER, DESK];

const DESK: Package = Package {
    name: "holdfast",
    section: "net",
    summary: "Support workstation that goes on working without a network",
    description: &[
        "Holdfast shows a support agent her tickets at once, from an encrypted copy on",
        "her own disk, and settles what was written offline exactly once.",
    ],
    program: "holdfast-app",
    features: "custom-protocol",
    installed_as: "/usr/bin/holdfast",
    files: &[
        laid("xtask/packaging/holdfast.desktop", "/usr/share/applications/holdfast.desktop"),
        laid(
            "xtask/packaging/com.holdfast.desk.metainfo.xml",
            "/usr/share/metainfo/com.holdfast.desk.metainfo.xml",
        ),
        laid("icons/32x32.png", "/usr/share/icons/hicolor/32x32/apps/holdfast.png"),
        laid("icons/128x128.png", "/usr/share/icons/hicolor/128x128/apps/holdfast.png"),
        laid("icons/128x128@2x.png", "/usr/share/icons/hicolor/256x256/apps/holdfast.png"),
        laid("icons/holdfast.svg", "/usr/share/icons/hicolor/scalable/apps/holdfast.svg"),
    ],
    recommends: &[
        // A Secret Service, so that the passphrase need not be typed.
        Recommended { deb: "gnome-keyring", rpm: "gnome-keyring" },
        // The tray.
        Recommended { deb: "libayatana-appindicator3-1", rpm: "libayatana-appindicator-gtk3" },
        // Every script.
        Recommended { deb: "fonts-noto-core", rpm: "google-noto-sans-fonts" },
        Recommended { deb: "fonts-noto-cjk", rpm: "google-noto-sans-cjk-fonts" },
    ],
};

const SERVER: Package = Package {
    name: "holdfast-server",
    section: "net",
    summary: "The server that Holdfast desks sync with",
    description: &[
        "Keeps the tickets of one support organisation, decides what desks push, and",
        "tells every desk what it may see. Needs no other service.",
    ],
    program: "holdfast-server",
    features: "",
    installed_as: "/usr/bin/holdfast-server",
    files: &[
        Laid { from: "xtask/packaging/server.toml", to: "/etc/holdfast/server.toml", config: true },
        laid(
            "xtask/packaging/holdfast-server.service",
            "/usr/lib/systemd/system/holdfast-server.service",
        ),
    ],
    recommends: &[],
};

const fn laid(from: &'static str, to: &'static str) -> Laid {
    Laid { from, to, config: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_absolute_and_no_file_is_laid_twice() {
        for package in ALL {
            let mut places: Vec<&str> = package.files.iter().map(|file| file.to).collect();
            places.push(package.installed_as);
            assert!(places.iter().all(|place| place.starts_with('/')), "{}", package.name);
            let count = places.len();
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), count, "{}", package.name);
        }
    }

    #[test]
    fn descriptions_fit_a_terminal() {
        for package in ALL {
            assert!(package.description.iter().all(|line| line.len() <= 79), "{}", package.name);
            assert!(!package.summary.ends_with('.'), "a summary is no sentence");
        }
    }
}
