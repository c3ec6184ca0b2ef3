//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn list(_: &Desk, _: Nothing) -> Result<OutboxView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn undo(_: &Desk, _: OperationRequest) -> Result<Undone, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn answer(_: &Desk, _: AnswerRequest) -> Result<Nothing, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
