//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn get(_: &Desk, _: Nothing) -> Result<DirectoryView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
