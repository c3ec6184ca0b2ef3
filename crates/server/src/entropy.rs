//! The random bytes of this machine: the one place of this crate where they are asked for.
//!
//! Tokens, salts and ids are made of what [`crate::Outside`] gives.

/// Fills with bytes fit for secrets.
pub fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("a server without random bytes could give no tokens");
}
