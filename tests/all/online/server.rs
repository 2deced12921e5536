//! A web server of this machine that behaves as badly as a test wants, and remembers what it was asked.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// A request, as far as an answer may depend on it.
pub struct Request {
    pub method: String,
    pub path: String,
    /// How often the path was asked for before.
    pub before: usize,
}

pub struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that answers with text, which it sends as it is.
    pub fn start(answer: impl Fn(&Request) -> String + Send + Sync + 'static) -> Self {
        Self::misbehaving(move |request, stream| {
            // The client may have enough before all is sent.
            let _ = stream.write_all(answer(request).as_bytes());
        })
    }

    /// Starts a server that does with a connection what it likes.
    pub fn misbehaving(behave: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { address: listener.local_addr().unwrap(), asked: Arc::default() };
        let (asked, behave) = (Arc::clone(&server.asked), Arc::new(behave));
        let counts: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (asked, behave, counts) = (Arc::clone(&asked), Arc::clone(&behave), Arc::clone(&counts));
                std::thread::spawn(move || {
                    let (method, path) = read(&mut stream);
                    asked.lock().unwrap().push(format!("{method} {path}"));
                    let before = {
                        let mut counts = counts.lock().unwrap();
                        let count = counts.entry(path.clone()).or_default();
                        *count += 1;
                        *count - 1
                    };
                    behave(&Request { method, path, before }, &mut stream);
                });
            }
        });
        server
    }

    /// The address of a page here.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The address without a scheme.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// What was asked until now, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// The method and the path of a request; of what is not HTTP, nothing.
fn read(stream: &mut TcpStream) -> (String, String) {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(count) if count > 0 => head.extend_from_slice(&buffer[..count]),
            _ => break,
        }
        if head.first() == Some(&0x16) {
            return ("TLS".into(), String::new());
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut words = head.split_whitespace().map(str::to_owned);
    (words.next().unwrap_or_default(), words.next().unwrap_or_default())
}

/// An answer with a status and headers.
pub fn reply(status: &str, headers: &[&str]) -> String {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n{headers}\r\n")
}

pub fn ok() -> String {
    reply("200 OK", &[])
}

pub fn redirect(status: &str, to: &str) -> String {
    reply(status, &[&format!("Location: {to}")])
}

/// Waits until the client gives up.
pub fn hang(stream: &mut TcpStream) {
    while stream.read(&mut [0; 64]).is_ok_and(|count| count > 0) {}
}

/// An address of this machine at which nobody listens: the lowest ports belong to services that died out long ago.
pub fn nobody(port: u16) -> String {
    format!("http://127.0.0.1:{port}/")
}

/// Counts how many are in a place at once.
#[derive(Default)]
pub struct Crowd {
    count: Mutex<(usize, usize)>,
    changed: Condvar,
}

impl Crowd {
    /// Comes in, stays until so many are in or have been, and a little longer so that more could come; leaves.
    pub fn meet(&self, expected: usize) {
        let mut count = self.count.lock().unwrap();
        count.0 += 1;
        count.1 = count.1.max(count.0);
        self.changed.notify_all();
        let patience = Duration::from_secs(20);
        let waited = self.changed.wait_timeout_while(count, patience, |count| count.1 < expected).unwrap();
        drop(waited);
        std::thread::sleep(Duration::from_millis(30));
        self.count.lock().unwrap().0 -= 1;
    }

    /// The most that were in at once.
    pub fn most(&self) -> usize {
        self.count.lock().unwrap().1
    }
}
