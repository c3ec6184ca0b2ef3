//! Who may use whom: the table of ARCHITECTURE.md over `cargo metadata`.
//!
//! Only what a room ships with counts (normal dependencies); its tests may use more. A room that is
//! not in the table is red, so that nobody adds one without saying what it may know.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

use super::Finding;
use crate::{root, setup};

struct Room {
    name: &'static str,
    /// Rooms it may name among its dependencies.
    may: &'static [&'static str],
    /// Crates of others that it must not reach.
    never: &'static [&'static str],
    /// Whether `never` holds for what its dependencies bring along, too.
    deep: bool,
}

const BELOW_DESK: &[&str] = &[
    "holdfast-domain",
    "holdfast-protocol",
    "holdfast-search",
    "holdfast-cache",
    "holdfast-sync-engine",
];
const DESK_AND_BELOW: &[&str] = &[
    "holdfast-desk",
    "holdfast-domain",
    "holdfast-protocol",
    "holdfast-search",
    "holdfast-cache",
    "holdfast-sync-engine",
];

const ROOMS: [Room; 11] = [
    Room { name: "holdfast-domain", may: &[], never: &["tokio", "sqlx", "reqwest"], deep: true },
    Room {
        name: "holdfast-protocol",
        may: &["holdfast-domain"],
        never: &["sqlx", "axum", "tokio"],
        deep: true,
    },
    Room {
        name: "holdfast-search",
        may: &[],
        never: &["tokio", "sqlx", "reqwest", "axum"],
        deep: true,
    },
    Room {
        name: "holdfast-cache",
        may: &["holdfast-protocol", "holdfast-domain"],
        never: &["reqwest", "tauri", "hyper"],
        deep: true,
    },
    Room {
        name: "holdfast-sync-engine",
        may: &["holdfast-protocol", "holdfast-domain"],
        never: &["tokio", "sqlx", "reqwest"],
        deep: true,
    },
    Room { name: "holdfast-desk", may: BELOW_DESK, never: &["tauri", "wry", "axum"], deep: true },
    Room {
        name: "holdfast-server",
        may: &["holdfast-search", "holdfast-protocol", "holdfast-domain"],
        never: &["tauri", "holdfast-cache", "holdfast-desk"],
        deep: true,
    },
    Room {
        name: "holdfast-simulator",
        may: &[
            "holdfast-desk",
            "holdfast-cache",
            "holdfast-sync-engine",
            "holdfast-server",
            "holdfast-search",
            "holdfast-protocol",
            "holdfast-domain",
        ],
        never: &["tauri", "wry"],
        deep: false,
    },
    Room { name: "holdfast-app", may: DESK_AND_BELOW, never: &["sqlx", "reqwest"], deep: false },
    Room {
        name: "holdfast-host",
        may: DESK_AND_BELOW,
        never: &["sqlx", "reqwest", "tauri"],
        deep: false,
    },
    Room { name: "holdfast-blank", may: &[], never: &["sqlx"], deep: true },
];

/// Members that may use anything.
const FREE: [&str; 7] = [
    "holdfast-journeys",
    "holdfast-customers",
    "holdfast-app-tests",
    "holdfast-bench",
    "holdfast-fuzz",
    "holdfast-torture",
    "xtask",
];

/// A member of the workspace as the table sees it.
pub struct Member {
    pub name: String,
    /// Path of its manifest from the root, and its text.
    pub manifest: String,
    pub text: String,
    /// What it names as a normal dependency.
    pub direct: BTreeSet<String>,
    /// What that brings along.
    pub reached: BTreeSet<String>,
}

/// Ask cargo for all members.
pub fn members() -> Result<Vec<Member>> {
    let metadata = MetadataCommand::new()
        .cargo_path(setup::cargo())
        .manifest_path(root::dir().join("Cargo.toml"))
        .other_options(["--filter-platform".to_owned(), host()])
        .exec()
        .context("cargo metadata failed")?;
    let edges = edges(&metadata)?;
    metadata.workspace_packages().iter().map(|package| member(package, &metadata, &edges)).collect()
}

/// Compare the members with the table.
pub fn check(members: &[Member]) -> Vec<Finding> {
    let names: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let mut findings = Vec::new();
    for member in members.iter().filter(|member| !FREE.contains(&member.name.as_str())) {
        let Some(room) = ROOMS.iter().find(|room| room.name == member.name) else {
            let what = "this room is not in tidy's table: say there what it may use";
            findings.push(Finding::new(&member.manifest, 1, "room", what));
            continue;
        };
        for other in member.direct.iter().filter(|name| names.contains(name.as_str())) {
            if !room.may.contains(&other.as_str()) {
                let what = format!("{} may not use {other} (ARCHITECTURE.md, Rooms)", room.name);
                findings.push(member.finding(other, "room", what));
            }
        }
        findings.extend(foreign(room, member));
    }
    findings
}

fn foreign(room: &Room, member: &Member) -> Vec<Finding> {
    let reached = if room.deep { &member.reached } else { &member.direct };
    room.never
        .iter()
        .filter(|name| reached.contains(**name))
        .map(|name| {
            member.finding(name, "crate", format!("{} must never contain {name}", room.name))
        })
        .collect()
}

impl Member {
    /// A finding at the line that names `dependency`, else at the list's head.
    fn finding(&self, dependency: &str, rule: &'static str, what: String) -> Finding {
        let names = |line: &str| {
            line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with([' ', '.', '=']))
        };
        let line = self.text.lines().position(|line| names(line) || line == "[dependencies]");
        let exact = self.text.lines().position(names);
        Finding::new(&self.manifest, exact.or(line).unwrap_or(0) + 1, rule, what)
    }
}

type Edges<'a> = BTreeMap<&'a PackageId, Vec<&'a PackageId>>;

/// Normal dependencies only, resolved.
fn edges(metadata: &Metadata) -> Result<Edges<'_>> {
    let resolve = metadata.resolve.as_ref().context("cargo metadata did not resolve")?;
    let normal = |dep: &&cargo_metadata::NodeDep| {
        dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
    };
    Ok(resolve
        .nodes
        .iter()
        .map(|node| (&node.id, node.deps.iter().filter(normal).map(|dep| &dep.pkg).collect()))
        .collect())
}

fn member(package: &cargo_metadata::Package, metadata: &Metadata, edges: &Edges) -> Result<Member> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![&package.id];
    while let Some(id) = waiting.pop() {
        for next in edges.get(id).into_iter().flatten() {
            if reached.insert(*next) {
                waiting.push(next);
            }
        }
    }
    let manifest = package.manifest_path.strip_prefix(&metadata.workspace_root)?;
    let normal = package.dependencies.iter().filter(|dep| dep.kind == DependencyKind::Normal);
    Ok(Member {
        name: package.name.to_string(),
        manifest: manifest.as_str().replace('\\', "/"),
        text: std::fs::read_to_string(&package.manifest_path)?,
        direct: normal.map(|dep| dep.name.clone()).collect(),
        reached: reached.into_iter().map(|id| metadata[id].name.to_string()).collect(),
    })
}

/// The platform this xtask was built for, as cargo calls it. Reading the whole tree of every
/// platform would fetch crates that nobody here compiles.
fn host() -> String {
    let arch = std::env::consts::ARCH;
    match std::env::consts::OS {
        "macos" => format!("{arch}-apple-darwin"),
        "windows" => format!("{arch}-pc-windows-msvc"),
        os => format!("{arch}-unknown-{os}-gnu"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, direct: &[&str], reached: &[&str]) -> Member {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let lines: String =
            direct.iter().map(|name| format!("{name}.workspace = true\n")).collect();
        Member {
            name: name.to_owned(),
            manifest: format!("crates/{name}/Cargo.toml"),
            text: format!("[package]\n[dependencies]\n{lines}"),
            direct: set(direct),
            reached: set(reached),
        }
    }

    #[test]
    fn a_room_that_uses_one_above_it_is_red_at_the_line_that_names_it() {
        let members = [
            member("holdfast-domain", &["jiff", "holdfast-protocol"], &[]),
            member("holdfast-protocol", &["holdfast-domain"], &[]),
        ];
        let findings = check(&members);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!((findings[0].rule, findings[0].line), ("room", 4));
    }

    #[test]
    fn a_forbidden_crate_is_red_even_when_another_brings_it_along() {
        let members = [member("holdfast-sync-engine", &["jiff"], &["jiff", "tokio"])];
        assert_eq!(check(&members)[0].rule, "crate");
    }

    #[test]
    fn the_shell_may_reach_the_database_through_the_desk_but_not_name_it() {
        let through = member("holdfast-app", &["holdfast-desk"], &["holdfast-desk", "sqlx"]);
        let named = member("holdfast-app", &["holdfast-desk", "sqlx"], &["sqlx"]);
        let desk = || member("holdfast-desk", &[], &[]);
        assert_eq!(check(&[through, desk()]), []);
        assert_eq!(check(&[named, desk()])[0].rule, "crate");
    }

    #[test]
    fn a_room_nobody_described_is_red() {
        assert_eq!(check(&[member("holdfast-cellar", &[], &[])])[0].rule, "room");
    }

    #[test]
    fn every_room_of_the_table_exists() {
        let members = members().expect("cargo metadata answers");
        for room in ROOMS {
            assert!(members.iter().any(|member| member.name == room.name), "{}", room.name);
        }
    }
}
