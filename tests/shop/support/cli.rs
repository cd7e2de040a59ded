//! The real program: commands that run to their end, and a shop that serves in a process of its own.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use tempfile::TempDir;

use super::visitor::Visitor;

/// How long the program may take to serve, or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a command said and how it ended.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A folder in which the program runs, with nothing of the tester's environment.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where commands find their shop unless told otherwise.
    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program with arguments, not yet started.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bookstall"));
        command.args(args).current_dir(self.path()).env_clear().env("HOME", self.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        Said::of(&mut self.command(args))
    }

    /// Serves the shop of this desk on a free port.
    pub(crate) fn serve(&self) -> Served {
        self.serve_with(&[])
    }

    pub(crate) fn serve_with(&self, args: &[&str]) -> Served {
        self.start(&[&["serve", "--listen", "127.0.0.1:0"], args].concat())
    }

    /// Fills the shop of this desk for demonstration and serves it on a free port.
    pub(crate) fn demo(&self) -> Served {
        self.start(&["demo", "--listen", "127.0.0.1:0"])
    }

    fn start(&self, args: &[&str]) -> Served {
        let errors = File::options().create(true).append(true).open(self.path().join("serve.log")).unwrap();
        let mut child = self.command(args).stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let addr = listening_on(child.stdout.take().unwrap(), Arc::clone(&said)).unwrap_or_else(|| {
            child.kill().ok();
            panic!("it did not serve: {}", std::fs::read_to_string(self.path().join("serve.log")).unwrap())
        });
        Served { child, addr, said }
    }
}

impl Said {
    pub(crate) fn of(command: &mut Command) -> Said {
        let output = command.output().unwrap();
        Said {
            code: output.status.code().expect("it was not killed"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The command must have refused, in a sentence with these words.
    #[track_caller]
    pub(crate) fn refuses(&self, words: &[&str]) {
        assert_eq!(self.code, 1, "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "“{word}” is not in: {}", self.err);
        }
        assert!(self.err.lines().any(|line| line.starts_with("bookstall: ")), "{}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

/// The real program, serving.
pub(crate) struct Served {
    child: Child,
    pub(crate) addr: SocketAddr,
    /// What it printed so far.
    said: Arc<Mutex<String>>,
}

impl Served {
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::of(self.addr)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Email and password of an account that the demo printed, by the words before it.
    pub(crate) fn account(&self, who: &str) -> (String, String) {
        for _ in 0..PATIENCE.as_millis() / 20 {
            let said = self.said.lock().unwrap().clone();
            let line = said.lines().find_map(|line| line.trim().strip_prefix(who));
            if let Some((email, password)) = line.and_then(|line| line.split_once("password ")) {
                return (email.trim().to_owned(), password.trim().to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it printed no account for {who}");
    }

    /// SIGKILL: nothing in the program runs any more.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and the exit code.
    pub(crate) fn stop(mut self) -> i32 {
        let asked = Command::new("/bin/kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        for _ in 0..PATIENCE.as_millis() / 20 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().expect("it ended by itself");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it did not stop when asked to");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // A test that failed leaves no server behind; one that ended it finds it gone.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The address of the line that the program prints when it is ready; `None`: it ended, or took too long.
fn listening_on(out: ChildStdout, said: Arc<Mutex<String>>) -> Option<SocketAddr> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = BufReader::new(out);
        let mut line = String::new();
        // Read to the end: a pipe nobody reads would stop the program.
        while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
            said.lock().unwrap().push_str(&line);
            if let Some(addr) = line.trim().strip_prefix("listening on http://") {
                sender.send(addr.parse().ok()).ok();
            }
            line.clear();
        }
    });
    receiver.recv_timeout(PATIENCE).ok().flatten()
}
