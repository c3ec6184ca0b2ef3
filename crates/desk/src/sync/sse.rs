//! Server-sent events: from bytes to events (WHATWG HTML, "Server-sent events").
//!
//! Only what the stream uses: `event` and `data`; ids and retries are ours to decide. Bounded, so
//! that a server gone mad fills no memory. Deliberately absent: the connection.

/// Largest event, bytes: a commit of a thousand rows with room to spare.
pub const EVENT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SseEvent {
    /// Its name; `message` if it has none.
    pub name: String,
    /// Its data lines, joined by line feeds.
    pub data: String,
}

/// An event was larger than [`EVENT_BYTES_MAX`] or not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Garbled;

/// What has come of an event so far.
#[derive(Debug, Default)]
pub struct SseDecoder {
    line: Vec<u8>,
    name: String,
    data: String,
    has_data: bool,
    after_return: bool,
}

impl SseDecoder {
    /// Takes bytes in; gives the events that they complete.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Vec<SseEvent>, Garbled> {
        let mut events = Vec::new();
        for byte in bytes {
            match byte {
                b'\n' if self.after_return => self.after_return = false,
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    events.extend(self.end_line()?);
                }
                byte => {
                    self.after_return = false;
                    self.line.push(*byte);
                }
            }
            if self.line.len() + self.data.len() > EVENT_BYTES_MAX {
                return Err(Garbled);
            }
        }
        Ok(events)
    }

    fn end_line(&mut self) -> Result<Option<SseEvent>, Garbled> {
        let line = std::mem::take(&mut self.line);
        let line = std::str::from_utf8(&line).map_err(|_| Garbled)?;
        if line.is_empty() {
            return Ok(self.dispatch());
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                if self.has_data {
                    self.data.push('\n');
                }
                self.has_data = true;
                self.data.push_str(value);
            }
            // Comments, ids, retries and whatever comes later.
            _ => {}
        }
        Ok(None)
    }

    fn dispatch(&mut self) -> Option<SseEvent> {
        let name = std::mem::take(&mut self.name);
        let data = std::mem::take(&mut self.data);
        let name = if name.is_empty() { "message".to_owned() } else { name };
        std::mem::take(&mut self.has_data).then_some(SseEvent { name, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &[u8]) -> Vec<(String, String)> {
        let events = SseDecoder::default().take(text).expect("well-formed");
        events.into_iter().map(|event| (event.name, event.data)).collect()
    }

    #[test]
    fn events_are_cut_at_empty_lines_whatever_ends_a_line() {
        let text = b"event: beat\ndata: {\"head\":1}\n\n: a comment\n\ndata:a\r\ndata: b\r\n\r\n";
        let want = [("beat", "{\"head\":1}"), ("message", "a\nb")];
        assert_eq!(all(text), want.map(|(name, data)| (name.into(), data.into())));
    }

    #[test]
    fn an_endless_event_is_given_up() {
        let mut decoder = SseDecoder::default();
        let line = vec![b'x'; 1024 * 1024];
        assert!((0..17).any(|_| decoder.take(&line) == Err(Garbled)));
    }

    proptest! {
        #[test]
        fn bytes_may_arrive_in_any_pieces(cuts in proptest::collection::vec(1usize..9, 1..40)) {
            let text = "event: changes\ndata: 王伟\ndata: b\n\nevent: poke\ndata: 1\n\n".as_bytes();
            let mut decoder = SseDecoder::default();
            let (mut events, mut at) = (Vec::new(), 0);
            for cut in cuts.into_iter().cycle() {
                let end = (at + cut).min(text.len());
                events.extend(decoder.take(&text[at..end]).expect("well-formed"));
                at = end;
                if at == text.len() {
                    break;
                }
            }
            prop_assert_eq!(events, SseDecoder::default().take(text).expect("well-formed"));
        }

        #[test]
        fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let _ = SseDecoder::default().take(&bytes);
        }
    }
}
