//! One body, ready to send: plain, and packed once the compressor has come round.

use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use super::encoding::{self, Encoding};
use crate::kernel::ids::fingerprint;

/// A body with its headers for each encoding.
pub(super) struct Copies {
    plain: Copy,
    packed: OnceLock<Packed>,
    tag: String,
}

struct Packed {
    gzip: Copy,
    brotli: Copy,
}

struct Copy {
    body: Bytes,
    headers: HeaderMap,
}

impl Copy {
    fn new(body: Bytes, base: &HeaderMap, tag: &str, encoding: Option<&'static str>) -> Copy {
        let mut headers = base.clone();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        let tag = encoding.map_or_else(|| format!("\"{tag}\""), |encoding| format!("\"{tag}-{encoding}\""));
        if let Ok(tag) = HeaderValue::try_from(tag) {
            headers.insert(ETAG, tag);
        }
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Copy { body, headers }
    }
}

impl Copies {
    /// Keeps `body` under `base`, which must hold every header that does not depend on the encoding.
    pub(super) fn new(body: Bytes, base: &HeaderMap) -> Copies {
        let tag = fingerprint(&body).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let mut base = base.clone();
        if !base.contains_key(VARY) {
            base.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        Copies { plain: Copy::new(body, &base, &tag, None), packed: OnceLock::new(), tag }
    }

    /// The plain body.
    pub(super) fn plain(&self) -> &Bytes {
        &self.plain.body
    }

    /// Packs the body, unless it is done; the work of half a millisecond that no request waits for.
    pub(super) fn pack(&self, gzip_level: u32, brotli_quality: u32) -> std::io::Result<()> {
        if self.packed.get().is_some() {
            return Ok(());
        }
        let mut base = self.plain.headers.clone();
        base.remove(CONTENT_LENGTH);
        let gzip = encoding::gzip(&self.plain.body, gzip_level)?;
        let brotli = encoding::brotli(&self.plain.body, brotli_quality)?;
        self.packed.get_or_init(|| Packed {
            gzip: Copy::new(gzip.into(), &base, &self.tag, Some("gzip")),
            brotli: Copy::new(brotli.into(), &base, &self.tag, Some("br")),
        });
        Ok(())
    }

    /// The answer to a GET or HEAD with these request headers: 200 in the best encoding, or 304.
    pub(super) fn answer(&self, method: &Method, request: &HeaderMap) -> Response<Body> {
        let copy = match (encoding::negotiate(request), self.packed.get()) {
            (Encoding::Brotli, Some(packed)) => &packed.brotli,
            (Encoding::Gzip, Some(packed)) => &packed.gzip,
            _ => &self.plain,
        };
        let mut headers = copy.headers.clone();
        let known = copy.headers.get(ETAG).is_some_and(|tag| is_known(request, tag));
        let body = if known || *method == Method::HEAD { Body::empty() } else { Body::from(copy.body.clone()) };
        let mut response = Response::new(body);
        if known {
            headers.remove(CONTENT_LENGTH);
            headers.remove(CONTENT_ENCODING);
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        *response.headers_mut() = headers;
        response
    }
}

/// Whether `If-None-Match` names `tag`, by the weak comparison that RFC 9110 asks for there.
pub(super) fn is_known(request: &HeaderMap, tag: &HeaderValue) -> bool {
    request.get_all(IF_NONE_MATCH).iter().any(|value| {
        value
            .as_bytes()
            .split(|byte| *byte == b',')
            .map(<[u8]>::trim_ascii)
            .any(|one| one == b"*" || one.strip_prefix(b"W/").unwrap_or(one) == tag.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use axum::http::header::ACCEPT_ENCODING;

    fn ask(copies: &Copies, accept: &'static str, known: Option<&HeaderValue>) -> Response<Body> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accept));
        if let Some(known) = known {
            headers.insert(IF_NONE_MATCH, known.clone());
        }
        copies.answer(&Method::GET, &headers)
    }

    #[test]
    fn each_encoding_has_its_tag_and_a_known_tag_is_not_sent_again() {
        let copies = Copies::new(Bytes::from("books ".repeat(100)), &HeaderMap::new());
        assert!(ask(&copies, "br", None).headers().get(CONTENT_ENCODING).is_none(), "not packed yet");
        copies.pack(6, 5).unwrap();
        let mut tags = Vec::new();
        for (accept, encoding) in [("", None), ("gzip", Some("gzip")), ("br, gzip", Some("br"))] {
            let response = ask(&copies, accept, None);
            assert_eq!(response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap()), encoding);
            let tag = response.headers().get(ETAG).unwrap().clone();
            assert_eq!(ask(&copies, accept, Some(&tag)).status(), StatusCode::NOT_MODIFIED);
            tags.push(tag);
        }
        assert_eq!(ask(&copies, "br", tags.first()).status(), StatusCode::OK, "another encoding's tag");
        let list = HeaderValue::from_str(&format!("\"x\", W/{}", tags.first().unwrap().to_str().unwrap())).unwrap();
        assert_eq!(ask(&copies, "", Some(&list)).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn head_has_the_length_and_no_body() {
        let copies = Copies::new(Bytes::from_static(b"books"), &HeaderMap::new());
        let response = copies.answer(&Method::HEAD, &HeaderMap::new());
        assert_eq!(response.headers().get(CONTENT_LENGTH).unwrap(), "5");
        assert_eq!(axum::body::HttpBody::size_hint(response.body()).exact(), Some(0));
    }
}
