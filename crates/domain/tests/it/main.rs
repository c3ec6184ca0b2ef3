//! What operations do to tickets: stories, tables and laws.

mod laws;
mod stories;
mod world;
