//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn counts(_: &Desk, _: Nothing) -> Result<Vec<ViewCount>, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn page(_: &Desk, _: PageRequest) -> Result<PageView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn save(_: &Desk, _: SaveViewRequest) -> Result<SavedView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn delete(_: &Desk, _: SavedViewId) -> Result<Nothing, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
