//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn get(_: &Desk, _: Nothing) -> Result<SettingsView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn set(_: &Desk, _: SettingsView) -> Result<SettingsView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
