#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::Read;

use super::*;

fn config(folder: &Path) -> Config {
    Config { data: folder.join("data"), listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..Config::default() }
}

fn open(folder: &Path) -> Result<App, AppError> {
    App::open_with(config(folder), Clock::fixed(Timestamp::UNIX_EPOCH))
}

fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_opens_answers_and_closes() {
    let folder = tempfile::tempdir().unwrap();
    let app = open(folder.path()).unwrap();
    let listener = app.bind().unwrap();
    let running = app.start(listener).await.unwrap();
    let address = running.addr();
    assert_ne!(address.port(), 0);
    let (health, nowhere) =
        tokio::task::spawn_blocking(move || (get(address, "/healthz"), get(address, "/nowhere"))).await.unwrap();
    assert!(health.starts_with("HTTP/1.1 200") && health.ends_with("ok\n"), "{health}");
    assert!(nowhere.starts_with("HTTP/1.1 404") && nowhere.contains("not on our shelves"), "{nowhere}");
    running.stop().await;
    assert!(std::net::TcpStream::connect(address).is_err());
    open(folder.path()).unwrap();
}

#[test]
fn a_data_directory_is_served_once_and_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).unwrap();
    let refused = open(folder.path()).err().unwrap().to_string();
    assert!(refused.contains("already serves"), "{refused}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join("data")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
    drop(first);
    open(folder.path()).unwrap();
}

#[test]
fn a_taken_port_and_wrong_settings_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = Config { listen: other.local_addr().unwrap(), ..config(folder.path()) };
    let app = App::open_with(taken, Clock::fixed(Timestamp::UNIX_EPOCH)).unwrap();
    assert!(app.bind().unwrap_err().to_string().contains("already in use"));
    drop(app);
    let mut wrong = config(folder.path());
    wrong.shop.insert("currency".into(), "XYZ".into());
    let refused = App::open_with(wrong, Clock::fixed(Timestamp::UNIX_EPOCH)).err().unwrap().to_string();
    assert!(refused.contains("currency") && refused.contains("XYZ"), "{refused}");
}
