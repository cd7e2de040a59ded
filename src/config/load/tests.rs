#![allow(clippy::unwrap_used, reason = "tests")]

use secrecy::ExposeSecret;

use super::*;

fn load(file: &str, environment: &[(&str, &str)], flags: &Overrides) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, file).unwrap();
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    merge(Some(&path), environment, flags)
}

#[test]
fn the_example_file_shows_every_key_with_its_default() {
    let shown: Map<String, Value> = toml::from_str(EXAMPLE).unwrap();
    assert_eq!(Value::Object(shown.clone()), Value::Object(defaults()));
    assert_eq!(load(EXAMPLE, &[], &Overrides::default()).unwrap().to_json().unwrap(), Value::Object(defaults()));
    for key in shown.iter().flat_map(keys_under) {
        assert_ne!(expectation(&key), "what config.example.toml shows", "{key}");
    }
}

#[test]
fn a_flag_wins_over_the_environment_over_the_file() {
    let file = "listen = \"127.0.0.1:1\"\n[mail]\nhost = \"a\"\nuser = \"a\"";
    let environment = [("BOOKSTALL_LISTEN", "127.0.0.1:2"), ("BOOKSTALL_MAIL__HOST", "b")];
    let flags = Overrides { listen: Some("127.0.0.1:3".into()), ..Overrides::default() };
    let config = load(file, &environment, &flags).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!((config.mail.host.as_str(), config.mail.user.as_str()), ("b", "a"));
}

#[test]
fn the_environment_speaks_every_type() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "pass word\n").unwrap();
    let config = load(
        "",
        &[
            ("BOOKSTALL_INSECURE_HTTP", "true"),
            ("BOOKSTALL_LIMITS__FORMS_PER_MINUTE", "7"),
            ("BOOKSTALL_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"),
            ("BOOKSTALL_MAIL__PASSWORD_FILE", secret.path().to_str().unwrap()),
            ("BOOKSTALL_SHOP__NAME", "1984"),
            ("BOOKSTALL_SHOP__PAY_CARD", "false"),
            ("BOOKSTALL_TLS__CERT_FILE", "c.pem"),
            ("BOOKSTALL_TLS__KEY_FILE", "k.pem"),
        ],
        &Overrides::default(),
    )
    .unwrap();
    assert!(config.insecure_http && config.has_tls());
    assert_eq!(config.limits.forms_per_minute, 7);
    assert_eq!(config.trusted_proxies.len(), 2);
    assert_eq!(config.mail.password.expose_secret(), "pass word");
    assert_eq!(config.shop.get("name"), Some(&"1984".into()));
    assert_eq!(config.shop.get("pay_card"), Some(&false.into()));
}

#[track_caller]
fn refused(file: &str, environment: &[(&str, &str)], words: &[&str]) {
    let message = load(file, environment, &Overrides::default()).unwrap_err().to_string();
    for word in words {
        assert!(message.contains(word), "“{word}” is not in: {message}");
    }
}

#[test]
fn an_error_names_the_key_its_origin_and_what_is_expected() {
    refused("lisen = \"x\"", &[], &["`lisen`", "config.toml", "did you mean `listen`"]);
    refused("[limits]\nbody = 3", &[], &["`limits.body`", "no option"]);
    refused("listen = \"here\"", &[], &["`listen`", "config.toml", "Address and port"]);
    refused("", &[("BOOKSTALL_MAIL__PORT", "smtp")], &["`mail.port`", "BOOKSTALL_MAIL__PORT", "587 for starttls"]);
    refused("", &[("BOOKSTALL_MAIL__PORTS", "25")], &["BOOKSTALL_MAIL__PORTS", "`mail.port`"]);
    refused("[mail]\ntls = \"ssl\"", &[], &["`mail.tls`", "ssl", "\"implicit\""]);
    refused("mail = 3", &[], &["`mail`", "no option"]);
    refused("[limits]\nrequest_timeout_secs = 0", &[], &["request_timeout_secs", "out of range", "1 to 600"]);
    refused("public_url = \"books.example\"", &[], &["public_url", "config.toml", "https://"]);
    refused("[tls]\ncert_file = \"a\"", &[], &["tls.key_file", "private key"]);
    refused("listen = ", &[], &["not TOML", "line 1"]);
    refused("", &[("BOOKSTALL_MAIL__PASSWORD_FILE", "/nowhere")], &["/nowhere", "BOOKSTALL_MAIL__PASSWORD_FILE"]);
}

#[test]
fn a_public_url_is_an_origin() {
    let config = load("public_url = \"https://books.example/\"", &[], &Overrides::default()).unwrap();
    assert_eq!(config.origin(config.listen), "https://books.example");
    assert!(config.is_https());
    for wrong in ["https://", "ftp://books.example", "https://books.example/shop", "https://a@b"] {
        assert!(!is_origin(wrong), "{wrong}");
    }
}
