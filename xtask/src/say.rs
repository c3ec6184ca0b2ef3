//! How xtask talks: one line per thing begun, with the time it took when it ends.
//!
//! The only module that prints, so that the words stay alike. Deliberately absent: colours and
//! moving progress bars, which turn to rubbish in a log file.
#![expect(clippy::print_stdout, reason = "printing is what this module is for")]

use std::time::Duration;

/// One line, as it is.
pub fn line(words: &str) {
    println!("{words}");
}

/// Something that takes a while begins.
pub fn begin(words: &str) {
    println!("==> {words}");
}

/// It ended well after `took`.
pub fn done(words: &str, took: Duration) {
    println!("    {words} ({})", duration(took));
}

/// The reason why xtask gives up, cause by cause.
pub fn error(error: &anyhow::Error) {
    eprintln!("\nerror: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}

/// A duration as a person says it: `0.4 s`, `12 s`, `3 min 05 s`.
pub fn duration(took: Duration) -> String {
    let seconds = took.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", took.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_a_person_says_them() {
        assert_eq!(duration(Duration::from_millis(430)), "0.4 s");
        assert_eq!(duration(Duration::from_secs(59)), "59 s");
        assert_eq!(duration(Duration::from_secs(185)), "3 min 05 s");
    }
}
