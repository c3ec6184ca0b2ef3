//! c
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::*;
/// x
pub async fn open(_: &Desk, _: TicketRequest) -> Result<TicketView, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn read(_: &Desk, _: TicketRequest) -> Result<Nothing, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn act(_: &Desk, _: ActRequest) -> Result<Acted, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn create(_: &Desk, _: CreateRequest) -> Result<Acted, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn candidates(_: &Desk, _: CandidatesRequest) -> Result<Vec<CandidateView>, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
/// x
pub async fn packet(_: &Desk, _: TicketRequest) -> Result<Packet, Failure> {
    Err(Failure::new(Code::Internal, ""))
}
