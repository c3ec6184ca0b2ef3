//! Chunk: a piece of a snapshot, from the bytes of a zstd frame to rows. Bounded in what it
//! unpacks to and in the memory that unpacking takes, whatever the frame claims of itself.
//!
//! Deliberately absent: whether the bytes are the promised ones (the transport compares hashes).

use std::io::Read as _;

use holdfast_protocol::Row;
use holdfast_protocol::limits::CHUNK_BYTES_MAX;
use holdfast_sync_engine::Trouble;

/// Largest window a frame may ask for, as a power of two: that of the largest chunk.
const WINDOW_LOG_MAX: u32 = CHUNK_BYTES_MAX.ilog2();

/// Rows of a zstd frame of NDJSON. A frame that unpacks to more than it may is not unpacked.
pub fn unpack(bytes: &[u8]) -> Result<Vec<Row>, Trouble> {
    let garbage = |_| Trouble::Garbage;
    let mut decoder = zstd::stream::Decoder::new(bytes).map_err(garbage)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(garbage)?;
    let mut text = Vec::new();
    let limit = CHUNK_BYTES_MAX as u64 + 1;
    decoder.take(limit).read_to_end(&mut text).map_err(garbage)?;
    if text.len() > CHUNK_BYTES_MAX {
        return Err(Trouble::Garbage);
    }
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).map_err(|_| Trouble::Garbage)).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    #[test]
    fn a_decompression_bomb_is_not_unpacked() -> std::io::Result<()> {
        let bomb = zstd::encode_all(std::io::repeat(b' ').take(1 << 30), 1)?;
        assert!(bomb.len() < 1 << 20);
        assert_eq!(unpack(&bomb), Err(Trouble::Garbage));
        assert_eq!(unpack(b"no frame at all"), Err(Trouble::Garbage));
        Ok(())
    }

    #[test]
    fn a_frame_that_asks_for_a_larger_window_than_a_chunk_gets_none() -> std::io::Result<()> {
        let frame = |window_log: u32| {
            let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1)?;
            encoder.window_log(window_log)?;
            encoder.write_all(b"\n")?;
            encoder.finish()
        };
        assert_eq!(unpack(&frame(WINDOW_LOG_MAX)?), Ok(Vec::new()));
        assert_eq!(unpack(&frame(WINDOW_LOG_MAX + 1)?), Err(Trouble::Garbage));
        Ok(())
    }
}
