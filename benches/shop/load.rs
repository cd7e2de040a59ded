//! A small load driver: kept-alive connections that ask as fast as they are answered.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Requests per second on `connections`, for `time`. Panics on any answer but 200.
pub(crate) async fn requests_per_second(to: SocketAddr, request: String, connections: usize, time: Duration) -> f64 {
    let same = |_| {
        let request = request.clone();
        move || request.clone()
    };
    let start = Instant::now();
    let answered = times(to, same, connections, time).await.len();
    answered as f64 / start.elapsed().as_secs_f64()
}

/// Seconds of every answer; `ask` gives each connection, by its number, what makes its requests.
pub(crate) async fn times<A>(to: SocketAddr, ask: impl Fn(usize) -> A, connections: usize, time: Duration) -> Vec<f64>
where
    A: FnMut() -> String + Send + 'static,
{
    let end = Instant::now() + time;
    let tasks: Vec<_> = (0..connections).map(|number| tokio::spawn(one(to, ask(number), end))).collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all
}

async fn one(to: SocketAddr, mut ask: impl FnMut() -> String, end: Instant) -> Vec<f64> {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut buffer = vec![0_u8; 1024 * 1024];
    let mut answered = Vec::new();
    while Instant::now() < end {
        let request = ask();
        let start = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut filled = 0;
        let total = loop {
            filled += stream.read(&mut buffer[filled..]).await.unwrap();
            if let Some(total) = length(&buffer[..filled]) {
                break total;
            }
        };
        while filled < total {
            filled += stream.read(&mut buffer[filled..]).await.unwrap();
        }
        answered.push(start.elapsed().as_secs_f64());
    }
    answered
}

/// The whole length of an answer once its head is there.
fn length(bytes: &[u8]) -> Option<usize> {
    let head_end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..head_end]).unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let body =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
    Some(head_end + body.expect("a length"))
}
