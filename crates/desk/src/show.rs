//! Showing: rows made ready for the screen. Pure; what is looked up comes in as arguments.
//!
//! Deliberately absent: words. Codes and names go up, the UI speaks.

pub mod clock;
pub mod person;
pub mod place;
pub mod row;
