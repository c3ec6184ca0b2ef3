//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn get(_: &Desk, _: Nothing) -> Result<SessionView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn sign_in(_: &Desk, _: SignInRequest) -> Result<SignedIn, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn unlock(_: &Desk, _: UnlockRequest) -> Result<SessionView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn lock(_: &Desk, _: Nothing) -> Result<SessionView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn sign_out(_: &Desk, _: SignOutRequest) -> Result<SessionView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
