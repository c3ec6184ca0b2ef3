//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn dry_run(_: &Desk, _: BulkRequest) -> Result<BulkPlan, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn apply(_: &Desk, _: BulkRequest) -> Result<BulkDone, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn undo(_: &Desk, _: BulkId) -> Result<BulkDone, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
