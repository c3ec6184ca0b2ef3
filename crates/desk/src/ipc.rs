//! The border to the UI: the list of commands, what they say, and how they fail.

pub mod error;
pub mod schema;
pub mod view;
