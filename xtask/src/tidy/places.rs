//! Nothing in the tree knows the machine it was written on: no path of somebody's home, no host
//! that packages were fetched from.
//!
//! Lock files name the public registries in a form that every machine's own settings replace; those
//! two forms are the only ones allowed. The sample's customers may paste any path they like.

use super::{File, Finding};

/// First folders of paths that exist on one machine only.
const HOMES: [&str; 7] = ["home", "root", "Users", "work", "workspace", "workspaces", "mnt"];
/// Parts of host names that packages come from. They are cut in two so as not to name them here.
const HOSTS: [(&str, &str); 7] = [
    ("registry.", "npmjs"),
    ("registry.", "yarnpkg"),
    ("static.", "crates.io"),
    ("index.", "crates.io"),
    ("proxy.", "golang"),
    ("files.", "pythonhosted"),
    ("deb.", "debian.org"),
];
/// Folders whose texts are what other people say.
const SAID_BY_OTHERS: [&str; 2] = ["sample/", "locales/"];

/// Paths and hosts of one file.
pub fn check(file: &File) -> Vec<Finding> {
    if SAID_BY_OTHERS.iter().any(|folder| file.path.starts_with(folder)) {
        return Vec::new();
    }
    if file.path.ends_with("Cargo.lock") {
        return locked(file, "source = \"registry+", "https://github.com/rust-lang/");
    }
    if file.path.ends_with("package-lock.json") {
        let public = format!("https://{}{}.org/", HOSTS[0].0, HOSTS[0].1);
        return locked(file, "\"resolved\": \"", &public);
    }
    let mut findings = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        if let Some(home) = HOMES.iter().find(|home| names_home(line, home)) {
            let what = format!("a path below /{home} exists on one machine only");
            findings.push(Finding::new(&file.path, at + 1, "place", what));
        }
        if HOSTS.iter().any(|(a, b)| line.contains(&format!("{a}{b}"))) {
            let what = "no package registry by name: each machine has its own";
            findings.push(Finding::new(&file.path, at + 1, "place", what));
        }
    }
    findings
}

/// Whether the line holds an absolute path that begins with `home`.
fn names_home(line: &str, home: &str) -> bool {
    let begins = |at: usize| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-~})/*:".contains(c))
    };
    let unix = format!("/{home}/");
    let windows = format!(":\\{home}\\");
    line.match_indices(&unix).any(|(at, _)| begins(at)) || line.contains(&windows)
}

/// What stands behind `names` in a lock file must begin with `public`.
fn locked(file: &File, names: &str, public: &str) -> Vec<Finding> {
    let bad =
        |line: &str| line.split_once(names).is_some_and(|(_, source)| !source.starts_with(public));
    file.text
        .lines()
        .enumerate()
        .filter(|(_, line)| bad(line))
        .map(|(at, _)| {
            let what = "locked against a private registry: lock again against the public one";
            Finding::new(&file.path, at + 1, "place", what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&File { path: path.to_owned(), text: text.to_owned() }).len()
    }

    #[test]
    fn a_path_of_one_machine_is_red() {
        for home in HOMES {
            assert_eq!(count("a.rs", &format!("let a = \"/{home}/me/x\";")), 1, "{home}");
        }
        assert_eq!(count("README.md", &format!("see C:\\{}\\me", "Users")), 1);
    }

    #[test]
    fn parts_of_addresses_and_relative_paths_are_fine() {
        assert_eq!(count("a.md", "https://example.com/work/x and crates/work/x ~/work/y"), 0);
    }

    #[test]
    fn a_registry_by_name_is_red() {
        for (a, b) in HOSTS {
            assert_eq!(count("a.toml", &format!("https://{a}{b}/x")), 1, "{a}{b}");
        }
    }

    #[test]
    fn locks_name_the_public_registries_only() {
        let good = format!("\"resolved\": \"https://{}{}.org/a.tgz\"", "registry.", "npmjs");
        assert_eq!(count("ui/package-lock.json", &good), 0);
        let bad = "\"resolved\": \"http://127.0.0.1:8081/npm/a.tgz\"";
        assert_eq!(count("ui/package-lock.json", bad), 1);
        let good = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        assert_eq!(count("Cargo.lock", good), 0);
        assert_eq!(count("Cargo.lock", "source = \"registry+https://mirror.example/i\""), 1);
    }
}
