//! A body that is made piece by piece, when the connection asks for the next.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use futures_core::Stream;

use crate::db::DbError;

/// Asks `next` for pieces until it has none. An error breaks the answer off, so that no reader takes it for whole.
pub(super) fn body(next: impl FnMut() -> Result<Option<String>, DbError> + Send + Unpin + 'static) -> Body {
    Body::from_stream(Pull(Some(next)))
}

struct Pull<F>(Option<F>);

impl<F: FnMut() -> Result<Option<String>, DbError> + Unpin> Stream for Pull<F> {
    type Item = Result<Bytes, DbError>;

    /// Each piece is a read of a millisecond or so, done here as handlers do theirs.
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(next) = self.0.as_mut() else { return Poll::Ready(None) };
        let piece = next();
        if !matches!(piece, Ok(Some(_))) {
            self.0 = None;
        }
        Poll::Ready(match piece {
            Ok(piece) => piece.map(|text| Ok(Bytes::from(text))),
            Err(error) => {
                tracing::error!(%error, "a feed broke off");
                Some(Err(error))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[tokio::test]
    async fn pieces_come_in_order_and_an_error_breaks_off() {
        let mut pieces = vec![Ok(None), Ok(Some("b".to_owned())), Ok(Some("a".to_owned()))];
        let whole = axum::body::to_bytes(body(move || pieces.pop().unwrap()), 10).await.unwrap();
        assert_eq!(whole, "ab");
        let mut pieces = vec![Err(DbError::Closed), Ok(Some("a".to_owned()))];
        assert!(axum::body::to_bytes(body(move || pieces.pop().unwrap()), 10).await.is_err());
    }
}
