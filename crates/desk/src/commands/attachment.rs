//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn begin(_: &Desk, _: BeginAttachment) -> Result<AttachmentUpload, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn append(_: &Desk, _: AppendAttachment) -> Result<AttachmentUpload, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn finish(_: &Desk, _: FinishAttachment) -> Result<DraftView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn remove(_: &Desk, _: RemoveAttachment) -> Result<DraftView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn read(_: &Desk, _: ReadAttachment) -> Result<AttachmentPart, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
