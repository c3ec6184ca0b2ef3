//! Whether windows can be shown here.
//!
//! A DISPLAY that names nobody is a leftover of a session that is over: then there is none. What
//! cannot be told without speaking X or Wayland (a display on another machine) counts as one.

/// Whether a window would be seen.
pub fn is_here() -> bool {
    let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    !cfg!(target_os = "linux")
        || value("WAYLAND_DISPLAY").is_some()
        || value("DISPLAY").is_some_and(|display| answers(&display))
}

/// Whether somebody listens where a display of this machine has its socket.
#[cfg(target_os = "linux")]
fn answers(display: &str) -> bool {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixStream};
    let Some(number) = number(display) else { return true };
    let path = format!("/tmp/.X11-unix/X{number}");
    let hidden = SocketAddr::from_abstract_name(&path);
    UnixStream::connect(&path).is_ok()
        || hidden.is_ok_and(|address| UnixStream::connect_addr(&address).is_ok())
}

#[cfg(not(target_os = "linux"))]
fn answers(_: &str) -> bool {
    true
}

/// `:7` and `:7.0` are number 7 on this machine; `other:7` is elsewhere.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only X has numbers"))]
fn number(display: &str) -> Option<&str> {
    let number = display.strip_prefix(':').or_else(|| display.strip_prefix("unix:"))?;
    Some(number.split('.').next().unwrap_or(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_of_this_machine_has_a_number() {
        let table =
            [(":7", Some("7")), (":7.0", Some("7")), ("unix:1", Some("1")), ("far:1", None)];
        for (display, want) in table {
            assert_eq!(number(display), want, "{display}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_display_that_nobody_listens_on_is_none() {
        assert!(!answers(":64999"));
        assert!(answers("elsewhere.example:0"), "it cannot be told from here");
    }
}
