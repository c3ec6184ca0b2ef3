//! The server, as desks, channels and administrators meet it: over its sockets, in one process.
//!
//! One binary of many modules, since linking each alone would take longer than running them.

mod auth;
mod authorised;
mod backup;
mod blobs;
mod bounds;
mod damage;
mod doctor;
mod doors;
mod escrow;
mod horizon;
mod import;
mod intake;
mod openapi;
mod process;
mod protocol_doc;
mod push;
mod replica;
mod rights;
mod salvage;
mod sample;
mod snapshot;
mod store;
mod stream;
mod tls;
mod upgrade;
mod world;
