//! Who sits at which desk: sample people only.
//!
//! Deliberately absent: their passwords. Those come from the server when it loads the sample.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::root;

/// What `--as` may say instead of a login.
const ROLES: [(&str, &str); 4] = [
    ("agent", "elena-ruiz"),
    ("lead", "priya-menon"),
    ("supervisor", "hannah-vogel"),
    ("administrator", "erik-falk"),
];
/// Who sits beside the first person: her own team, so that both see the same tickets.
const COLLEAGUES: [&str; 8] = [
    "elena-ruiz",
    "tomas-sierra",
    "priya-menon",
    "dewi-kusuma",
    "omar-haddad",
    "hannah-vogel",
    "mina-park",
    "zhou-qiming",
];

#[derive(Deserialize)]
struct Agents {
    agent: Vec<Agent>,
}

#[derive(Deserialize)]
struct Agent {
    login: String,
}

/// The logins of everybody in the sample.
pub fn sample() -> Result<BTreeSet<String>> {
    let text = fs::read_to_string(root::dir().join("sample/agents.toml"));
    let agents: Agents = toml::from_str(&text.context("cannot read the sample's agents")?)
        .context("cannot understand sample/agents.toml")?;
    Ok(agents.agent.into_iter().map(|agent| agent.login).collect())
}

/// The logins of `count` different people, the first being `who`.
pub fn choose(logins: &BTreeSet<String>, who: &str, count: u8) -> Result<Vec<String>> {
    let named = ROLES.iter().find(|(role, _)| *role == who).map_or(who, |(_, login)| *login);
    let Some(first) = find(logins, named) else {
        let roles: Vec<&str> = ROLES.iter().map(|(role, _)| *role).collect();
        bail!("nobody in the sample is called {who}; say a login or one of {}", roles.join(", "));
    };
    let mut people = vec![first];
    for colleague in COLLEAGUES.iter().filter_map(|name| find(logins, name)) {
        if people.len() < usize::from(count) && !people.contains(&colleague) {
            people.push(colleague);
        }
    }
    ensure!(people.len() == usize::from(count), "the sample has no {count} people for this");
    Ok(people)
}

/// A login as the server writes it: `elena-ruiz` also finds `elena.ruiz@holdfast.example`.
fn find(logins: &BTreeSet<String>, name: &str) -> Option<String> {
    let plain = |login: &str| {
        let name = login.split('@').next().unwrap_or_default();
        name.replace(['.', '_'], "-").to_lowercase()
    };
    logins.iter().find(|login| plain(login) == plain(name)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logins() -> BTreeSet<String> {
        COLLEAGUES.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn everybody_who_is_named_here_is_in_the_sample() {
        let logins = sample().expect("the sample is there");
        let roles = ROLES.iter().map(|(_, name)| name);
        for name in COLLEAGUES.iter().chain(roles) {
            assert!(find(&logins, name).is_some(), "{name}");
        }
    }

    #[test]
    fn two_desks_are_two_people_of_one_team() {
        let people = choose(&logins(), "agent", 2).expect("both are in the sample");
        assert_eq!(people, ["elena-ruiz", "tomas-sierra"]);
    }

    #[test]
    fn a_login_is_found_by_its_name() {
        let logins = BTreeSet::from(["elena.ruiz@holdfast.example".to_owned()]);
        let people = choose(&logins, "elena-ruiz", 1).expect("she is in the sample");
        assert_eq!(people, ["elena.ruiz@holdfast.example"]);
    }

    #[test]
    fn the_supervisor_is_not_doubled() {
        let people = choose(&logins(), "supervisor", 2).expect("both are in the sample");
        assert_eq!(people, ["hannah-vogel", "elena-ruiz"]);
    }

    #[test]
    fn an_unknown_person_is_refused_with_the_roles_one_may_name() {
        let error = choose(&logins(), "nobody", 1).expect_err("not in the sample");
        assert!(error.to_string().contains("supervisor"), "{error}");
    }
}
