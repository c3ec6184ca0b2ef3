//! Errors: `anyhow` with context inside, a closed code where a client branches.

use holdfast_protocol::{Code, Failure};

/// Why a request failed.
#[derive(Debug)]
pub enum Error {
    /// Something a client is told and can act on.
    Told(Failure),
    /// The database is damaged; nothing is answered any more.
    Damaged(String),
    /// The disk cannot be written to; told as `busy`.
    Unwritable(String),
    /// The server's fault: logged with its causes, told as `internal`.
    Internal(anyhow::Error),
}

/// A result with it.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure without parameters.
    pub fn told(code: Code, message: &str) -> Self {
        Self::Told(Failure::new(code, message))
    }

    /// There is nothing there for this caller, whatever exists for others.
    pub fn not_found() -> Self {
        Self::told(Code::NotFound, "there is nothing here for you")
    }

    /// The body, the path or the query is not what was expected.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::Told(Failure::new(Code::BadRequest, message))
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Told(failure)
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        if crate::store::is_damage(&error) {
            return Self::Damaged(causes(&error));
        }
        if crate::store::is_unwritable(&error) {
            return Self::Unwritable(causes(&error));
        }
        if crate::store::is_passing(&error) {
            tracing::warn!(causes = causes(&error), "the store cannot answer now");
            return Self::told(Code::Busy, "the server is busy: try again");
        }
        Self::Internal(error)
    }
}

/// An error with its causes, on one line. A parser's message may quote what it could not read,
/// which may be a customer's words; of those only the place is told.
pub fn causes(error: &anyhow::Error) -> String {
    let told: Vec<String> = error
        .chain()
        .map(|cause| match cause.downcast_ref::<serde_json::Error>() {
            Some(json) => format!("JSON at {}:{}", json.line(), json.column()),
            None => cause.to_string(),
        })
        .collect();
    told.join(": ")
}
