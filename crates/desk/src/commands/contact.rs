//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn find(_: &Desk, _: FindContactRequest) -> Result<Vec<ContactView>, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
