//! One question to our own server on loopback: are you ready?
//!
//! Deliberately absent: an HTTP library. A build tool that needs one compiles for another minute.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(2);
/// Enough for the status line.
const HEAD_BYTES: u64 = 64;

/// Whether `GET /ready` on this port answers 200.
pub fn is_ready(port: u16) -> bool {
    ask(port, "/ready").is_some_and(|head| head.starts_with("HTTP/1.1 200"))
}

/// Whether anything listens on this port.
pub fn is_taken(port: u16) -> bool {
    TcpStream::connect_timeout(&address(port), PATIENCE).is_ok()
}

fn ask(port: u16, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&address(port), PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut head = Vec::new();
    stream.take(HEAD_BYTES).read_to_end(&mut head).ok()?;
    Some(String::from_utf8_lossy(&head).into_owned())
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::thread;

    fn answers(words: &'static str) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("one caller");
            let mut request = [0; 256];
            let _ = stream.read(&mut request);
            stream.write_all(words.as_bytes()).expect("it listens");
        });
        port
    }

    #[test]
    fn only_200_is_ready() {
        assert!(is_ready(answers("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")));
        assert!(!is_ready(answers("HTTP/1.1 503 Service Unavailable\r\n\r\n")));
    }

    #[test]
    fn a_port_nobody_listens_on_is_neither_ready_nor_taken() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        drop(listener);
        assert!(!is_ready(port));
        assert!(!is_taken(port));
    }
}
