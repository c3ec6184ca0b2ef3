//! Enter: whether somebody at the terminal has pressed it.
//!
//! Looked at, never waited for, and only while this program is the one the terminal listens to: a
//! run in the background that reads would be stopped by the system, windows and all. Deliberately
//! absent: Windows, where a terminal tells nobody whether anything was typed.

/// Whether anybody can press it.
pub fn is_possible() -> bool {
    #[cfg(unix)]
    return typing::is_in_front(&std::io::stdin());
    #[cfg(not(unix))]
    return false;
}

/// Whether it was pressed since the last look.
pub fn was_pressed() -> bool {
    #[cfg(unix)]
    return is_possible() && typing::drain(&std::io::stdin());
    #[cfg(not(unix))]
    return false;
}

#[cfg(unix)]
mod typing {
    use std::os::fd::AsFd;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::getpgrp;
    use rustix::termios::tcgetpgrp;

    const AT_ONCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };
    /// A line that is longer is several.
    const LINE_BYTES: usize = 256;

    /// Whether it is a terminal, and listens to us.
    pub fn is_in_front(input: &impl AsFd) -> bool {
        tcgetpgrp(input).is_ok_and(|group| group == getpgrp())
    }

    /// Takes all lines that have come; whether there were any.
    pub fn drain(input: &impl AsFd) -> bool {
        let mut came = false;
        let mut line = [0; LINE_BYTES];
        while has_come(input) && rustix::io::read(input, &mut line).is_ok_and(|bytes| bytes > 0) {
            came = true;
        }
        came
    }

    fn has_come(input: &impl AsFd) -> bool {
        let mut asked = [PollFd::new(input, PollFlags::IN)];
        poll(&mut asked, Some(&AT_ONCE)).is_ok_and(|ready| ready > 0)
    }

    #[cfg(test)]
    mod tests {
        use std::io::{Write, pipe};

        use super::*;

        #[test]
        fn a_line_is_heard_once_and_neither_silence_nor_the_end_is_one() {
            let (reader, mut writer) = pipe().expect("a pipe");
            assert!(!drain(&reader), "nobody has typed");
            writer.write_all(b"\n\n").expect("it is open");
            assert!(drain(&reader));
            assert!(!drain(&reader), "it was taken");
            drop(writer);
            assert!(!drain(&reader), "there is nobody any more");
        }

        #[test]
        fn what_is_no_terminal_is_never_in_front() {
            let (reader, _writer) = pipe().expect("a pipe");
            assert!(!is_in_front(&reader));
        }
    }
}
