//! Torture: the shipped programs as processes, and everything that can happen to a process: `kill
//! -9` at any moment, a wire that breaks, a disk that is full, read only or damaged, a key that is
//! another's, a clock that is set, a disk that is copied, a server that loses its disk.
//!
//! Reading order: [`world`] (who is there), [`plan`] (what breaks in a round), [`lives`], [`keep`]
//! and [`proxy`] (how it breaks), [`mend`] (all come to agree), [`look`] (what must be true then,
//! which is what the simulator asks, too). Work and ledger are the simulator's.
//!
//! What was told is saved must be there once. What was asked and never answered may be there, once
//! ([`window`]). Deliberately absent: any way to make the programs behave differently here, and
//! power cuts, which a process does not survive to be asked about: the simulator has those.

pub mod clock;
pub mod disk;
pub mod keep;
pub mod lives;
pub mod look;
pub mod mend;
pub mod people;
pub mod plan;
pub mod process;
pub mod proxy;
pub mod round;
pub mod seat;
pub mod server;
pub mod tally;
pub mod window;
pub mod world;
pub mod wrap;
