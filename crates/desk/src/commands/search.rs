//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn run(_: &Desk, _: SearchRequest) -> Result<SearchView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
