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
            if let Ok(text) = std::str::from_utf8(bytes) {
                assert_eq!(whole, by_the_book(text), "the standard says something else");
            }
            let printed: String = whole.iter().map(print).collect();
            let again = SseDecoder::default().take(printed.as_bytes());
            assert_eq!(again.as_ref(), Ok(&whole), "it does not read as it was written");
        }
        Err(_) => assert!(garbled, "in pieces it was understood"),
    }
}

/// The standard's own words, with the whole text at hand: ends of lines are made alike first.
fn by_the_book(text: &str) -> Vec<SseEvent> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (mut events, mut name, mut data) = (Vec::new(), String::new(), Vec::new());
    // What stands behind the last end of a line is no line yet.
    let end = text.rfind('\n').map_or(0, |end| end + 1);
    for line in text[..end].split_terminator('\n') {
        if line.is_empty() {
            let name = Some(std::mem::take(&mut name)).filter(|name| !name.is_empty());
            let data: Vec<&str> = std::mem::take(&mut data);
            if !data.is_empty() {
                let name = name.unwrap_or_else(|| "message".to_owned());
                events.push(SseEvent { name, data: data.join("\n") });
            }
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut name),
            "data" => data.push(value),
            _ => {}
        }
    }
    events
}

fn print(event: &SseEvent) -> String {
    let data = event.data.split('\n').map(|line| format!("data: {line}\n"));
    format!("event: {}\n{}\n", event.name, data.collect::<String>())
}
