//! The desk's disk under test, seen from outside: one file a promise.

mod batch;
mod blob;
mod damage;
mod disk;
mod draft;
mod escrow;
mod gone;
mod judge;
mod open;
mod outbox;
mod pool;
mod purge;
mod restored;
mod schema;
mod search;
mod snapshot;
mod things;
mod view;
mod world;
