//! The real program in its own process.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const CONFIG: &str = "
[limits]
pages_per_minute = 0
forms_per_minute = 0
";

pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
}

impl Server {
    /// Serves the shop in `data`.
    pub(super) fn start(data: &Path) -> Server {
        let config = data.join("bench.toml");
        std::fs::write(&config, CONFIG).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_bookstall"));
        command.arg("--data").arg(data).arg("--config").arg(config).args(["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let address = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.trim().strip_prefix("listening on http://").map(str::to_owned));
        Server { child, address: address.expect("an address").parse().unwrap() }
    }

    pub(super) fn print_memory(&self) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10
        };
        println!("memory after the load: RssAnon {} MB (under 400), VmRSS {} MB", of("RssAnon:"), of("VmRSS:"));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
