//! The listening side: connections, TLS, time for request heads, closing.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use tokio::task::JoinHandle;

use super::AppState;
use super::layer::Door;
use crate::config::Tls;

/// How often the certificate files are read again, so that a renewed one needs no restart.
const CERTIFICATES_EVERY: Duration = Duration::from_hours(1);

/// Time for a TLS handshake; closing waits for one that is under way, so it is short.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The certificate or its key cannot be used.
    #[error("the certificate {} with the key {} cannot be used: {error}", cert.display(), key.display())]
    Tls {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What is wrong with them.
        error: std::io::Error,
    },
    /// The listener cannot be used.
    #[error("the server cannot listen: {0}")]
    Listen(#[from] std::io::Error),
}

/// The task that accepts and serves connections.
pub(crate) struct Server {
    handle: Handle<SocketAddr>,
    task: JoinHandle<std::io::Result<()>>,
    renewal: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) async fn start(listener: TcpListener, router: Router, app: &AppState) -> Result<Server, ServerError> {
        listener.set_nonblocking(true)?;
        let heads = Duration::from_secs(app.config.limits.header_timeout_secs);
        let handle = Handle::new();
        let mut server = axum_server::from_tcp(listener)?.handle(handle.clone());
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(heads);
        server.http_builder().http2().timer(TokioTimer::new()).keep_alive_interval(heads).max_concurrent_streams(100);
        let doors = Door::for_connections(app.clone(), router);
        if !app.config.has_tls() {
            let task = tokio::spawn(server.acceptor(NoDelayAcceptor::new()).serve(doors));
            return Ok(Server { handle, task, renewal: None });
        }
        let tls = certificates(&app.config.tls).await?;
        let acceptor =
            RustlsAcceptor::new(tls.clone()).handshake_timeout(HANDSHAKE.min(heads)).acceptor(NoDelayAcceptor::new());
        let task = tokio::spawn(server.acceptor(acceptor).serve(doors));
        Ok(Server { handle, task, renewal: Some(tokio::spawn(renew(tls, app.config.tls.clone()))) })
    }

    /// Waits for the server to end by itself, which it does only for an error.
    pub(crate) async fn ended(&mut self) -> std::io::Error {
        match (&mut self.task).await {
            Ok(Ok(())) => std::io::Error::other("it stopped accepting"),
            Ok(Err(error)) => error,
            Err(error) => std::io::Error::other(error),
        }
    }

    /// Accepts no more, and waits for running requests until the deadline.
    pub(crate) async fn stop(self, deadline: Duration) {
        if let Some(renewal) = self.renewal {
            renewal.abort();
        }
        self.handle.graceful_shutdown(Some(deadline));
        if !self.task.is_finished() && self.task.await.is_err() {
            tracing::warn!("the server's task did not end well");
        }
    }
}

async fn certificates(files: &Tls) -> Result<RustlsConfig, ServerError> {
    RustlsConfig::from_pem_file(&files.cert_file, &files.key_file).await.map_err(|error| ServerError::Tls {
        cert: files.cert_file.clone(),
        key: files.key_file.clone(),
        error,
    })
}

async fn renew(tls: RustlsConfig, files: Tls) {
    loop {
        tokio::time::sleep(CERTIFICATES_EVERY).await;
        if let Err(error) = tls.reload_from_pem_file(&files.cert_file, &files.key_file).await {
            tracing::warn!(%error, "the certificate could not be read again; the one in use stays");
        }
    }
}
