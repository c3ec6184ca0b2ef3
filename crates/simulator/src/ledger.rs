//! Ledger: what people were told is saved. Nothing in here may ever turn out to be untrue.
//!
//! Words are followed one by one: each thing typed holds a word that stands nowhere else, and
//! wherever it goes (a draft, an operation, back into a draft, a message), it is in exactly one
//! place that its author or the customer can see.

use std::collections::BTreeMap;

use holdfast_domain::{OperationId, TicketId};

/// An operation that an agent was told is saved.
#[derive(Clone, Debug)]
pub struct Told {
    /// At which desk.
    pub desk: usize,
    /// On which ticket.
    pub ticket: TicketId,
    /// What it was, for whoever reads.
    pub what: String,
    /// The words of a ticket that begins with it; else empty.
    pub text: String,
    /// Its author took it back, and was told that it is gone.
    pub undone: bool,
    /// A server that was lost had answered it, and not taken it.
    pub answered_with_no: bool,
}

/// A word that stands nowhere else.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// At which desk.
    pub desk: usize,
    /// Whether it was typed for the customer.
    pub public: bool,
    /// Its author was told that it is saved.
    pub saved: bool,
    /// Its author threw it away.
    pub thrown: bool,
    /// Another computer has a copy of the desk at which it was typed, and what was typed before.
    pub shared: bool,
    /// What its author had read whenever she sent it: the newest message before her eyes.
    pub sent_after: Vec<String>,
}

/// What was told.
#[derive(Debug, Default)]
pub struct Ledger {
    /// By operation.
    pub operations: BTreeMap<OperationId, Told>,
    /// By the word.
    pub words: BTreeMap<String, Typed>,
    /// What customers wrote and the server took: by the word, at which commit at the latest.
    pub customers: BTreeMap<String, i64>,
}

impl Ledger {
    /// Types a word that was never typed before, in a sentence.
    pub fn types(&mut self, desk: usize, public: bool) -> String {
        let word = format!("words{}x", self.words.len());
        let text = format!("{word} thank you for telling us");
        let typed = Typed { desk, public, ..Typed::default() };
        self.words.insert(word, typed);
        text
    }

    /// The author of these words was told that they are saved.
    pub fn saved(&mut self, text: &str) {
        for word in words_in(text) {
            if let Some(typed) = self.words.get_mut(word) {
                typed.saved = true;
            }
        }
    }

    /// The author of these words sends them, and the newest message that she has read is this.
    pub fn sent(&mut self, text: &str, after: &str) {
        for word in words_in(text) {
            if let Some(typed) = self.words.get_mut(word) {
                typed.sent_after.push(after.to_owned());
            }
        }
    }

    /// The author of these words threw them away.
    pub fn thrown(&mut self, text: &str) {
        for word in words_in(text) {
            if let Some(typed) = self.words.get_mut(word) {
                typed.thrown = true;
            }
        }
    }

    /// A desk's disk is copied to another computer.
    pub fn copied(&mut self, desk: usize) {
        self.words.values_mut().for_each(|typed| typed.shared |= typed.desk == desk);
    }

    /// The server has answered these, and not taken them: their authors know, and have their words.
    /// Another server is not asked again.
    pub fn answered_with_no(&mut self, operations: &[OperationId]) {
        for id in operations {
            if let Some(told) = self.operations.get_mut(id) {
                told.answered_with_no = true;
            }
        }
    }

    /// The server was put back to a commit: what customers wrote after it is gone with the disk.
    pub fn lost_after(&mut self, seq: i64) {
        self.customers.retain(|_, taken_at| *taken_at <= seq);
    }
}

/// The words in a text that can stand in a ledger.
pub fn words_in(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric());
    parts.filter(|part| {
        let number = part.strip_prefix("words").and_then(|rest| rest.strip_suffix('x'));
        number.is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}
