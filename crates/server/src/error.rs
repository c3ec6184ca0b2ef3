//! Errors: `anyhow` with context inside, a closed code where a client branches.

use holdfast_protocol::{Code, Failure};

/// Why a request failed.
#[derive(Debug)]
pub enum Error {
    /// Something a client is told and can act on.
    Told(Failure),
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
        if crate::store::is_passing(&error) {
            tracing::warn!(error = %format_args!("{error:#}"), "the store cannot answer now");
            return Self::told(
                Code::Busy,
                "the server is busy or its disk is full: try again",
            );
        }
        Self::Internal(error)
    }
}
