//! Server-sent events, as the desk reads them.

use holdfast_desk::sync::sse::{SseDecoder, SseEvent};

pub(super) fn run(bytes: &[u8]) {
    let whole = SseDecoder::default().take(bytes);
    let mut decoder = SseDecoder::default();
    let mut events = Vec::new();
    let mut garbled = false;
    // Pieces of lengths that the input itself gives.
    let mut rest = bytes;
    while !rest.is_empty() && !garbled {
        let (piece, next) = rest.split_at((usize::from(rest[0]) % 17 + 1).min(rest.len()));
        match decoder.take(piece) {
            Ok(more) => events.extend(more),
            Err(_) => garbled = true,
        }
        rest = next;
    }
    match whole {
        Ok(whole) => {
            assert!(!garbled, "whole it was understood");
            assert_eq!(whole, events, "in pieces it says something else");
            let printed: String = whole.iter().map(print).collect();
            let again = SseDecoder::default().take(printed.as_bytes());
            assert_eq!(again.as_ref(), Ok(&whole), "it does not read as it was written");
        }
        Err(_) => assert!(garbled, "in pieces it was understood"),
    }
}

fn print(event: &SseEvent) -> String {
    let data = event.data.split('\n').map(|line| format!("data: {line}\n"));
    format!("event: {}\n{}\n", event.name, data.collect::<String>())
}
