//! A world for journeys: the real server as a process, and desks without windows, as people use
//! them: by the commands of the UI's contract, waiting for notices and never for time.
//!
//! Offline means that the server's process is dead. Deliberately absent: mocks, and any way into
//! a desk that the UI does not have.

pub mod canary;
pub mod desk;
pub mod disk;
#[cfg(target_os = "linux")]
pub mod failing_disk;
pub mod logs;
pub mod outage;
pub mod server;
#[cfg(target_os = "linux")]
pub mod small_disk;
pub mod team;
pub mod wire;

pub use canary::Aviary;
pub use desk::{Person, Seat};
pub use disk::Disk;
pub use outage::Outage;
pub use server::Server;
pub use team::Team;
pub use wire::Wire;

/// The sample agent a newcomer looks over the shoulder of.
pub const ELENA: &str = "elena.ruiz@holdfast.example";
/// Her colleague in the same team.
pub const TOMAS: &str = "tomas.sierra@holdfast.example";
/// Their supervisor.
pub const HANNAH: &str = "hannah.vogel@holdfast.example";
/// A colleague in another team.
pub const LENA: &str = "lena.fuchs@holdfast.example";
