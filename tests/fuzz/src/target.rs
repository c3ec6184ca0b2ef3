//! The targets: what is attacked, and what must hold.

mod chunk;
mod holes;
mod html;
mod import;
mod operation;
mod query;
pub mod request;
mod row;
mod seal;
mod sse;
mod text;
mod world;

/// A decoder under attack.
pub struct Target {
    /// Name of its folder in the corpus.
    pub name: &'static str,
    /// What must hold, as a sentence.
    pub holds: &'static str,
    /// Panics if it does not.
    pub run: fn(&[u8]),
    /// Words of its language.
    pub words: &'static [&'static str],
    /// Changed inputs that the test command tries.
    pub rounds: u64,
}

/// All of them.
pub const TARGETS: [Target; 12] = [
    Target {
        name: "sse",
        holds: "events are the same in whatever pieces they arrive, and read as they were written",
        run: sse::run,
        words: &["event: ", "data: ", "data:", "\r\n", "\n\n", "\r\r", ": ", "id: 1", "\u{feff}"],
        rounds: 4_000,
    },
    Target {
        name: "chunk",
        holds: "a snapshot's chunk is read whole or not at all, and never beyond its bound",
        run: chunk::run,
        words: row::WORDS,
        rounds: 2_000,
    },
    Target {
        name: "row",
        holds: "whatever travels reads the same once it was written again",
        run: row::run,
        words: row::WORDS,
        rounds: 3_000,
    },
    Target {
        name: "operation",
        holds: "an operation reads the same again, and is decided alike twice",
        run: operation::run,
        words: operation::WORDS,
        rounds: 3_000,
    },
    Target {
        name: "query",
        holds: "a query reads the same once it was written again, and nothing in it is an operator",
        run: query::run,
        words: query::WORDS,
        rounds: 4_000,
    },
    Target {
        name: "text",
        holds: "words of any script are cut, told apart and shown within their bounds",
        run: text::run,
        words: &["蓝屏", "i-bp1f4k9x", "10.0.0.1", "สวัสดี", "العربية", "한국어", "\u{200d}", "😀"],
        rounds: 2_000,
    },
    Target {
        name: "markdown",
        holds: "what somebody wrote comes out as harmless markup, whoever parses it",
        run: html::markdown,
        words: html::MARKDOWN_WORDS,
        rounds: 2_000,
    },
    Target {
        name: "markup",
        holds: "a customer's markup comes out without script, style, form, or what is elsewhere",
        run: html::markup,
        words: html::MARKUP_WORDS,
        rounds: 2_000,
    },
    Target {
        name: "holes",
        holds: "nothing known changes nothing, and what is filled in is no hole any more",
        run: holes::run,
        words: &["{{", "}}", "{{requester.name}}", "{{ x }}", "{", "\n"],
        rounds: 4_000,
    },
    Target {
        name: "seal",
        holds: "a damaged copy of the outbox gives back what was sealed in it, and nothing else",
        run: seal::run,
        words: &["holdfast outbox 1\n", "holdfast outbox 2\n", "\u{0}\u{0}\u{0}\u{0}", "record"],
        rounds: 200,
    },
    Target {
        name: "import",
        holds: "a file is imported whole or has changed nothing",
        run: import::run,
        words: import::WORDS,
        rounds: 60,
    },
    Target {
        name: "request",
        holds: "the server answers every request in its own words, and never with its own fault",
        run: request::run,
        words: request::WORDS,
        rounds: 300,
    },
];
