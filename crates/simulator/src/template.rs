//! Template: how every world begins: a server with people, customers and tickets, and desks at
//! which everybody has signed in and has everything. Made once for many worlds, since passwords
//! are slow on purpose.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use argon2::password_hash::PasswordHasher as _;
use argon2::{Algorithm, Argon2, Params, Version};
use holdfast_domain::AgentId;
use holdfast_server::admin::Request as Order;
use holdfast_server::store::{Durability, directory};
use serde_json::json;
use tempfile::TempDir;

use crate::desk::Keys;
use crate::plan::SEATS;
use crate::quiet::Quiet;
use crate::world::World;

/// Of the seed from which the template's own randomness comes.
const SEED: u64 = 0x5eed;

/// How every world begins.
pub struct Template {
    folder: TempDir,
    passwords: BTreeMap<String, String>,
    keys: Vec<Keys>,
}

/// A folder in memory if there is one: a world syncs its disks thousands of times.
pub fn folder() -> Result<TempDir> {
    let memory = std::path::Path::new("/dev/shm");
    let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
    folder.context("a folder for the world")
}

impl Template {
    /// Makes it.
    pub fn make() -> Result<Self> {
        let folder = folder()?;
        let (quiet, runtime) = Quiet::runtime()?;
        let root = folder.path().to_owned();
        let (passwords, keys) = runtime.block_on(async move {
            let mut world = World::new(quiet, root, SEED, false);
            let made = fill(&mut world).await?;
            world.end().await;
            anyhow::Ok(made)
        })?;
        Ok(Self { folder, passwords, keys })
    }

    /// The server's data.
    pub fn server(&self) -> PathBuf {
        self.folder.path().join("server")
    }

    /// A desk's disk.
    pub fn desk(&self, seat: usize) -> PathBuf {
        self.folder.path().join(format!("seat-{seat}"))
    }

    /// A desk's keys.
    pub fn keys(&self, seat: usize) -> &Keys {
        &self.keys[seat]
    }

    /// Everybody's password, by login.
    pub fn passwords(&self) -> &BTreeMap<String, String> {
        &self.passwords
    }
}

async fn fill(world: &mut World) -> Result<(BTreeMap<String, String>, Vec<Keys>)> {
    world.start_server().await?;
    let file = world.fresh_folder("things");
    std::fs::write(&file, things())?;
    world.must(Order::Import { file }).await?;
    let mut passwords = BTreeMap::new();
    for name in ["ada", "ann", "ben", "sue", "rex"] {
        let login = format!("{name}@desk.example");
        let told = world.must(Order::AgentReset { login: login.clone() }).await?;
        let password = told.rsplit(' ').next().context("a password is told")?.to_owned();
        make_quick(world, &login, &password).await?;
        passwords.insert(login, password);
    }
    world.know(passwords.clone());
    let mut keys = Vec::new();
    for (seat, name) in SEATS.iter().enumerate() {
        let root = world.root_of(&format!("seat-{seat}"));
        let desk = world.add_seat(name, root, Keys::default());
        world.start_desk(desk).await?;
        world.sign_in(desk).await?;
        keys.push(world.seats[desk].keys.clone());
    }
    world.until_synced().await?;
    Ok((passwords, keys))
}

/// Stores a hash of the password that is quick to try: a server takes as long as the stored hash
/// says, and in thousands of worlds thousands sign in.
async fn make_quick(world: &World, login: &str, password: &str) -> Result<()> {
    let params = Params::new(Params::MIN_M_COST, 1, 1, None);
    let params = params.map_err(|error| anyhow!("a quick hash: {error}"))?;
    let quick = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = quick.hash_password(password.as_bytes());
    let hash = hash.map_err(|error| anyhow!("a quick hash: {error}"))?.to_string();
    let core = &world.host.running.as_ref().context("the server runs")?.core;
    let mut writing = core.write(Durability::Process).await?;
    let account = directory::account(&mut writing.tx, login).await?.context("an account")?;
    directory::set_password(&mut writing.tx, AgentId(account.id), &hash).await?;
    writing.finish().await?;
    Ok(())
}

/// A line of an import that says who somebody is.
pub fn agent_line(name: &str, role: &str, teams: &[&str], centers: &[&str]) -> String {
    let agent = json!({ "agent": {
        "key": name, "name": name, "login": format!("{name}@desk.example"), "role": role,
        "teams": teams, "centers": centers, "languages": ["en"],
    }});
    format!("{agent}\n")
}

fn things() -> String {
    let mut things = String::new();
    let mut add = |thing: serde_json::Value| things.push_str(&format!("{thing}\n"));
    for (key, city, zone) in [("north", "Oslo", "Europe/Oslo"), ("south", "Lima", "America/Lima")] {
        add(json!({ "center": {
            "key": key, "name": key, "city": city, "time_zone": zone, "country": "NO",
        }}));
    }
    for (key, tier) in [("red", "L1"), ("blue", "L2")] {
        add(json!({ "team": { "key": key, "name": key, "center": "north", "tier": tier } }));
    }
    for (key, zone) in [("acme", "Europe/Oslo"), ("zeta", "America/Lima")] {
        add(json!({ "organization": {
            "key": key, "name": key, "region": "eu-central-1", "industry": "retail",
            "residency": "any", "plan": "enterprise", "time_zone": zone, "country": "NO",
        }}));
    }
    for (key, of) in [("ana", "acme"), ("abe", "acme"), ("zoe", "zeta")] {
        add(json!({ "contact": {
            "key": key, "organization": of, "name": key, "language": "en",
            "time_zone": "Europe/Oslo",
        }}));
    }
    for line in [
        agent_line("ada", "agent", &["red"], &[]),
        agent_line("ann", "agent", &["red"], &[]),
        agent_line("ben", "agent", &["blue"], &[]),
        agent_line("sue", "supervisor", &["red"], &["north"]),
        agent_line("rex", "administrator", &["blue"], &[]),
    ] {
        things.push_str(&line);
    }
    for n in 0..9 {
        things.push_str(&ticket(n));
    }
    things
}

fn ticket(n: usize) -> String {
    let key = match n {
        0 => "mine".to_owned(),
        1 => "far".to_owned(),
        _ => format!("ticket-{n}"),
    };
    let (team, holder) = [("red", "ada"), ("blue", "ben"), ("red", "ann"), ("red", "")][n % 4];
    let mut ticket = json!({
        "key": key, "subject": format!("Slow pages {n}"),
        "requester": if n % 4 == 1 { "zoe" } else { "ana" },
        "language": "en", "channel": "mail", "severity": "p3", "team": team,
        "category": if holder.is_empty() { "new" } else { "open" },
        "stage": if holder.is_empty() { "intake" } else { "diagnosis" },
        "entries": [{
            "at": "2026-03-01T09:00:00Z", "by": "customer", "kind": "message",
            "words": "Pages take ten seconds.",
        }],
    });
    if !holder.is_empty() {
        ticket["assignee"] = json!(holder);
        if let Some(entries) = ticket["entries"].as_array_mut() {
            entries.push(json!({
                "at": "2026-03-01T09:20:00Z", "by": holder, "kind": "message",
                "words": "Since when?",
            }));
        }
    }
    format!("{}\n", json!({ "ticket": ticket }))
}
