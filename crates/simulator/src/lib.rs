//! The simulator: the real server and several real desks in one process, in a world of its own
//! time, network, disks and randomness. One seed is one world: run twice, it says the same, byte
//! for byte.
//!
//! Reading order: [`plan`] (what is going to happen, from the seed), [`world`] (makes it happen),
//! [`ledger`] (what people were told) and [`property`] (what must therefore be true), [`story`]
//! (a failure cut short).
//!
//! How it stays the same: everything runs on one thread; [`quiet`] tells when nobody has anything
//! left to do and no database works; only then the next thing happens, and time passes only in
//! between. What the desks and the server are given is the same code that agents use; the seams are
//! `holdfast_desk::clock::Clock`, `Entropy`, `Keyring`, `sync::wire::Network` and
//! `holdfast_cache::Probe`, and the server's `Outside`.
//!
//! Deliberately absent: any way to make desk, cache or server behave differently here, and real
//! processes (`cargo xtask torture` kills those).

pub mod chance;
pub mod damage;
pub mod desk;
pub mod disk;
pub mod journal;
pub mod ledger;
pub mod network;
pub mod plan;
pub mod property;
pub mod quiet;
pub mod server;
pub mod story;
pub mod template;
pub mod time;
pub mod work;
pub mod world;
