//! Somebody who visits the shop without a browser: keeps cookies, follows nothing by itself.

use std::net::SocketAddr;

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};

use super::form::Form;

/// A client with its own cookies.
#[derive(Clone)]
pub(crate) struct Visitor {
    client: Client,
    shop: String,
}

/// What the shop answered.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Visitor {
    pub(crate) fn of(shop: SocketAddr) -> Visitor {
        // The real program in another process needs no provider; the client of this one does.
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy().build().unwrap();
        Visitor { client, shop: format!("http://{shop}") }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.try_get(path).await.unwrap()
    }

    /// As `get`, where the shop may be gone.
    pub(crate) async fn try_get(&self, path: &str) -> reqwest::Result<Page> {
        answer(self.client.get(format!("{}{path}", self.shop))).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.try_post(path, fields).await.unwrap()
    }

    /// As `post`, where the shop may be gone.
    pub(crate) async fn try_post(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::Result<Page> {
        answer(self.client.post(format!("{}{path}", self.shop)).form(fields)).await
    }

    /// Sends files as a browser does from a form with a file field of this name.
    pub(crate) async fn upload(&self, path: &str, field: &str, files: &[(&str, Vec<u8>)]) -> Page {
        let mut body = Vec::new();
        for (name, bytes) in files {
            let head = format!(
                "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.as_bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        let request = self.client.post(format!("{}{path}", self.shop)).body(body);
        answer(request.header("Content-Type", "multipart/form-data; boundary=edge")).await.unwrap()
    }

    /// Asks as a browser that has a copy already.
    pub(crate) async fn get_if_changed(&self, path: &str, tag: &str) -> Page {
        answer(self.client.get(format!("{}{path}", self.shop)).header("If-None-Match", tag)).await.unwrap()
    }

    pub(crate) async fn send(&self, form: &Form) -> Page {
        self.try_send(form).await.unwrap()
    }

    /// As `send`, where the shop may be gone.
    pub(crate) async fn try_send(&self, form: &Form) -> reqwest::Result<Page> {
        answer(self.client.post(format!("{}{}", self.shop, form.action)).form(&form.fields)).await
    }
}

async fn answer(request: RequestBuilder) -> reqwest::Result<Page> {
    let response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    Ok(Page { status, headers, body: response.text().await? })
}

impl Page {
    /// The page, which must be one.
    #[track_caller]
    pub(crate) fn ok(self) -> Page {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self
    }

    /// Where the answer sends the visitor, as a path.
    #[track_caller]
    pub(crate) fn leads_to(&self) -> String {
        assert!(self.status.is_redirection(), "{}: {}", self.status, self.body);
        self.header("location").to_owned()
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_else(|| panic!("no {name} header"))
    }

    /// The form that is sent to `action`, filled as the page shows it.
    #[track_caller]
    pub(crate) fn form(&self, action: &str) -> Form {
        Form::find(&self.body, action).unwrap_or_else(|| panic!("no form for {action} in:\n{}", self.body))
    }
}
