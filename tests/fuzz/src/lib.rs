//! Everything that reads what others wrote, under attack: one [`Target`] a decoder.
//!
//! A target takes bytes and panics if something does not hold. The same targets run in two ways:
//! the test command runs the corpus of the repository and a bounded number of changes of it
//! ([`change`], the same every time); `cargo xtask fuzz` runs them for as long as it is told under
//! an engine that is guided by coverage (src/engine.rs; docs/decisions/0009).
//!
//! What holds is more than "it does not panic" wherever more can be said: what was read and
//! written reads the same again; what was made safe has nothing dangerous in it for another
//! parser; what was refused has changed nothing.
//!
//! Deliberately absent: a network, and looking at how anything is done inside.

pub mod change;
pub mod corpus;
pub mod target;

pub use target::{TARGETS, Target};
