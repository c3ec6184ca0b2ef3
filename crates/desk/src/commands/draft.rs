//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn get(_: &Desk, _: DraftRequest) -> Result<Option<DraftView>, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn list(_: &Desk, _: Nothing) -> Result<Vec<DraftView>, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn save(_: &Desk, _: SaveDraftRequest) -> Result<DraftView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn discard(_: &Desk, _: DraftIdRequest) -> Result<Nothing, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn send(_: &Desk, _: SendDraftRequest) -> Result<Acted, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn preview(_: &Desk, _: PreviewRequest) -> Result<PreviewView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
