//! Note.

use holdfast_protocol::row::NoteRow;

use crate::error::Result;
use crate::pool::WriteTx;

/// Writes a forecast row; its key is [`super::thread::waiting_key`].
pub async fn put_waiting(tx: &mut WriteTx, row: &NoteRow) -> Result<()> {
    todo!()
}
