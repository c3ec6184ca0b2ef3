//! The nouns of support and their rules: who may do what, what an operation does to a ticket,
//! how a clock runs, what time it is where the customer lives.
//!
//! The same functions run on the desk (as a forecast) and on the server (as the truth), so a
//! status change means the same thing offline as online. Everything is pure.
//!
//! Deliberately absent: I/O, async, the current time, randomness, SQL, words for people. Time and
//! ids come in as arguments; what comes out are facts with parameters, rendered elsewhere.

pub mod calendar;
pub mod clock;
pub mod decide;
pub mod directory;
pub mod escalation;
pub mod event;
pub mod id;
pub mod markup;
pub mod message;
pub mod note;
pub mod operation;
pub mod outcome;
pub mod permission;
pub mod resolution;
pub mod severity;
pub mod stage;
pub mod status;
pub mod ticket;
pub mod words;

pub use decide::{Decision, decide};
pub use directory::{Actor, Directory, Role};
pub use event::{By, Event, Fact};
pub use id::{
    AgentId, CenterId, ContactId, DraftId, EscalationId, EventId, MacroId, MessageId, NoteId,
    OperationId, OrganizationId, ResourceId, TeamId, TicketId,
};
pub use message::Message;
pub use note::Note;
pub use operation::{Action, Operation};
pub use outcome::{Outcome, Refusal};
pub use resolution::{Resolution, ResolutionCode};
pub use severity::Severity;
pub use stage::Stage;
pub use status::Category;
pub use ticket::{Holder, Sight, TicketState};
