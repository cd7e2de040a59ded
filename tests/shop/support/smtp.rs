//! An SMTP server on a loopback port that keeps what it gets and misbehaves on request.
//!
//! Speaks EHLO, AUTH PLAIN, MAIL, RCPT, DATA, NOOP, RSET and QUIT; no TLS.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

/// A mail that the server took.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) raw: String,
}

/// Where in the dialogue an answer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// On connecting.
    Greeting,
    /// To `MAIL FROM`.
    Mail,
    /// To `RCPT TO`.
    Rcpt,
    /// After the whole mail was read.
    Data,
}

/// The answer that closes the connection instead of answering; at `Stage::Data` the mail is kept all the same.
pub(crate) const HANG_UP: &str = "";

#[derive(Default)]
struct State {
    answers: HashMap<Stage, String>,
    login: Option<(String, String)>,
    mails: Vec<Received>,
    open: Vec<TcpStream>,
    up: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// The server. It ends with its owner.
pub(crate) struct Sink {
    shared: Arc<Shared>,
    port: u16,
    listening: Mutex<Option<JoinHandle<()>>>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Sink {
    /// Starts a server that takes everything.
    pub(crate) fn start() -> Sink {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let sink = Sink { shared: Arc::default(), port, listening: Mutex::new(None) };
        sink.listen(listener);
        sink
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// From now on a client has to sign in.
    pub(crate) fn require_login(&self, user: &str, password: &str) {
        self.shared.state().login = Some((user.to_owned(), password.to_owned()));
    }

    /// Answers like `450 4.2.0 busy` at `stage` from now on.
    pub(crate) fn answer(&self, stage: Stage, reply: &str) {
        self.shared.state().answers.insert(stage, reply.to_owned());
    }

    /// Takes everything again.
    pub(crate) fn accept(&self) {
        self.shared.state().answers.clear();
    }

    /// Closes the port and every connection: clients see “connection refused”.
    pub(crate) fn down(&self) {
        let Some(listening) = self.listening.lock().unwrap().take() else { return };
        let open = {
            let mut state = self.shared.state();
            state.up = false;
            std::mem::take(&mut state.open)
        };
        for stream in open {
            stream.shutdown(Shutdown::Both).ok();
        }
        // Wakes the thread that waits for a client, so that it sees the end.
        TcpStream::connect(("127.0.0.1", self.port)).ok();
        listening.join().unwrap();
    }

    /// Opens the same port again.
    pub(crate) fn up(&self) {
        self.listen(TcpListener::bind(("127.0.0.1", self.port)).unwrap());
    }

    /// What has arrived so far.
    pub(crate) fn mails(&self) -> Vec<Received> {
        self.shared.state().mails.clone()
    }

    /// Waits until `count` mails have arrived.
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Received> {
        let few = |state: &mut State| state.mails.len() < count;
        let (state, waited) =
            self.shared.changed.wait_timeout_while(self.shared.state(), Duration::from_secs(20), few).unwrap();
        assert!(!waited.timed_out(), "{} of {count} mails arrived", state.mails.len());
        state.mails.clone()
    }

    fn listen(&self, listener: TcpListener) {
        self.shared.state().up = true;
        let shared = Arc::clone(&self.shared);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                let mut state = shared.state();
                if !state.up {
                    return;
                }
                state.open.push(stream.try_clone().unwrap());
                drop(state);
                let shared = Arc::clone(&shared);
                // A client that goes away in the middle ends its own dialogue only.
                std::thread::spawn(move || Dialogue { stream: &stream, shared: &shared }.run().ok());
            }
        });
        *self.listening.lock().unwrap() = Some(thread);
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.down();
    }
}

struct Dialogue<'a> {
    stream: &'a TcpStream,
    shared: &'a Shared,
}

impl Dialogue<'_> {
    fn run(&self) -> std::io::Result<()> {
        let mut lines = BufReader::new(self.stream);
        let (mut from, mut to, mut known) = (String::new(), Vec::new(), self.shared.state().login.is_none());
        self.reply_at(Stage::Greeting, "220 sink ready")?;
        loop {
            let line = read_line(&mut lines)?;
            let (verb, rest) = line.split_once([' ', ':']).unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" if known => self.say("250-sink\r\n250 8BITMIME")?,
                "EHLO" => self.say("250-sink\r\n250-8BITMIME\r\n250 AUTH PLAIN")?,
                "AUTH" => {
                    known = self.knows(rest);
                    self.say(if known { "235 2.7.0 welcome" } else { "535 5.7.8 wrong password" })?;
                }
                "MAIL" if !known => self.say("530 5.7.0 sign in first")?,
                "MAIL" => {
                    (from, to) = (address(rest), Vec::new());
                    self.reply_at(Stage::Mail, "250 2.1.0 go on")?;
                }
                "RCPT" => {
                    to.push(address(rest));
                    self.reply_at(Stage::Rcpt, "250 2.1.5 go on")?;
                }
                "DATA" => {
                    self.say("354 end with a point")?;
                    let raw = read_mail(&mut lines)?;
                    self.keep(Received { from: from.clone(), to: to.clone(), raw })?;
                }
                "NOOP" | "RSET" => self.say("250 2.0.0 fine")?,
                "QUIT" => return self.say("221 2.0.0 bye"),
                _ => self.say("502 5.5.1 unknown here")?,
            }
        }
    }

    fn keep(&self, mail: Received) -> std::io::Result<()> {
        let answer = self.shared.state().answers.get(&Stage::Data).cloned();
        if answer.as_deref().is_none_or(|answer| answer == HANG_UP) {
            self.shared.state().mails.push(mail);
        }
        let said = self.reply_at(Stage::Data, "250 2.0.0 taken");
        self.shared.changed.notify_all();
        said
    }

    fn knows(&self, rest: &str) -> bool {
        let sent = rest.strip_prefix("PLAIN ").map(base64).unwrap_or_default();
        let state = self.shared.state();
        state.login.as_ref().is_some_and(|(user, password)| sent == format!("\0{user}\0{password}").as_bytes())
    }

    fn reply_at(&self, stage: Stage, usual: &str) -> std::io::Result<()> {
        let answer = self.shared.state().answers.get(&stage).cloned();
        match answer.as_deref() {
            Some(HANG_UP) => self.stream.shutdown(Shutdown::Both),
            Some(other) => self.say(other),
            None => self.say(usual),
        }
    }

    fn say(&self, line: &str) -> std::io::Result<()> {
        let mut stream = self.stream;
        stream.write_all(format!("{line}\r\n").as_bytes())
    }
}

fn read_line(lines: &mut impl BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    if lines.read_line(&mut line)? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn read_mail(lines: &mut impl BufRead) -> std::io::Result<String> {
    let mut raw = String::new();
    loop {
        let line = read_line(lines)?;
        if line == "." {
            return Ok(raw);
        }
        raw.push_str(line.strip_prefix('.').unwrap_or(&line));
        raw.push_str("\r\n");
    }
}

/// The part between the angle brackets.
fn address(rest: &str) -> String {
    rest.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map(|(address, _)| address)
        .unwrap_or_default()
        .to_owned()
}

impl Received {
    /// Reads a mail from a file's content.
    pub(crate) fn from_eml(raw: &str) -> Received {
        Received { from: String::new(), to: Vec::new(), raw: raw.to_owned() }
    }

    /// A header's value, unfolded and decoded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let line = head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })?;
        Some(decoded_words(&line))
    }

    /// The decoded part of a type like `text/plain`.
    pub(crate) fn part(&self, content_type: &str) -> Option<String> {
        let boundary = self.raw.split_once("boundary=\"")?.1.split_once('"')?.0;
        self.raw.split(&format!("--{boundary}")).skip(1).find_map(|part| {
            let (head, body) = part.split_once("\r\n\r\n")?;
            let head = head.to_ascii_lowercase();
            head.contains(&format!("content-type: {content_type}")).then(|| {
                let bytes = if head.contains("encoding: base64") {
                    base64(body)
                } else if head.contains("encoding: quoted-printable") {
                    quoted_printable(body)
                } else {
                    body.as_bytes().to_vec()
                };
                String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
            })
        })
    }
}

/// Encoded words of RFC 2047, in the one form that the shop writes.
fn decoded_words(line: &str) -> String {
    let mut pieces = line.split("=?utf-8?b?");
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (word, rest) = piece.split_once("?=").unwrap_or((piece, ""));
        bytes.extend(base64(word));
        // White space between two encoded words is not part of the text.
        bytes.extend(if rest.trim().is_empty() { b"" } else { rest.as_bytes() });
    }
    String::from_utf8(bytes).unwrap()
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
    for digit in text.bytes().filter_map(digit) {
        bits = (bits << 6 | u32::from(digit)) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.extend((bits >> held).to_le_bytes().first());
        }
    }
    bytes
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let mut pieces = joined.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (code, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).unwrap());
        bytes.extend(rest.as_bytes());
    }
    bytes
}
