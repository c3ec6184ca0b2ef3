//! How the bench talks while it works: one line a step, so that a long run is not silent.
#![expect(clippy::print_stdout, reason = "printing is what this module is for")]

/// One line, as it is.
pub fn line(words: &str) {
    println!("{words}");
}

/// Something that takes a while begins.
pub fn begin(words: &str) {
    println!("==> {words}");
}
