//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn get(_: &Desk, _: Nothing) -> Result<StatusView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn retry_now(_: &Desk, _: Nothing) -> Result<Nothing, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
