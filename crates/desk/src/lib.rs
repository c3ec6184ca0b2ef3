//! The whole workstation without a window.

pub mod commands;
pub mod ipc;
pub mod notice;

/// x
pub struct Desk;
