//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn list(_: &Desk, _: TicketRequest) -> Result<Vec<MacroView>, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn fill(_: &Desk, _: FillMacroRequest) -> Result<FilledMacro, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
