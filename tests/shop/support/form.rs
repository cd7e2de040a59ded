//! Reads a form out of a page, so that a test sends what a browser would: hidden fields, defaults, choices.
//!
//! Knows HTML as maud writes it (attributes in double quotes, elements closed), not HTML at large.

/// A form and what it would send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// Where it is sent.
    pub(crate) action: String,
    /// In the order of the page.
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    /// The first form of `html` that is sent to `action`.
    pub(crate) fn find(html: &str, action: &str) -> Option<Form> {
        let mut rest = html;
        while let Some(start) = rest.find("<form") {
            let (tag, inside) = rest[start..].split_once('>')?;
            let (inside, after) = inside.split_once("</form>")?;
            if attribute(tag, "action").as_deref() == Some(action) {
                return Some(Form { action: action.to_owned(), fields: fields(inside) });
            }
            rest = after;
        }
        None
    }

    /// Types into a field that the form has, or makes a choice.
    #[track_caller]
    pub(crate) fn set(mut self, name: &str, value: &str) -> Form {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What the page put into a field.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn fields(inside: &str) -> Vec<(String, String)> {
    let (mut fields, mut select) = (Vec::new(), None::<(String, Option<String>)>);
    let mut rest = inside;
    while let Some((_, from)) = rest.split_once('<') {
        let Some((tag, after)) = from.split_once('>') else { break };
        rest = after;
        match tag.split([' ', '/']).next().unwrap_or_default() {
            "input" if is_sent(tag) => fields.extend(attribute(tag, "name").map(|name| (name, value(tag)))),
            "textarea" => {
                let text = after.split_once("</textarea>").map_or("", |(text, _)| text);
                fields.extend(attribute(tag, "name").map(|name| (name, unescape(text))));
            }
            "select" => select = attribute(tag, "name").map(|name| (name, None)),
            "option" => choose(select.as_mut(), tag, after),
            "" if tag == "/select" => fields.extend(select.take().and_then(|(name, value)| Some((name, value?)))),
            _ => {}
        }
    }
    fields
}

/// A browser sends the option that is marked, else the first.
fn choose(select: Option<&mut (String, Option<String>)>, tag: &str, after: &str) {
    let Some((_, chosen)) = select else { return };
    if chosen.is_none() || has(tag, "selected") {
        let text = after.split_once('<').map_or(after, |(text, _)| text).trim();
        *chosen = Some(attribute(tag, "value").unwrap_or_else(|| unescape(text)));
    }
}

fn is_sent(tag: &str) -> bool {
    match attribute(tag, "type").as_deref() {
        Some("radio" | "checkbox") => has(tag, "checked"),
        Some("submit" | "button" | "reset" | "file") => false,
        _ => !has(tag, "disabled"),
    }
}

fn value(tag: &str) -> String {
    attribute(tag, "value").unwrap_or_else(|| if has(tag, "checked") { "on".into() } else { String::new() })
}

fn has(tag: &str, word: &str) -> bool {
    tag.split('"').step_by(2).any(|outside| outside.split_whitespace().any(|found| found == word))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, from) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescape(from.split_once('"')?.0))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn a_form_sends_what_a_browser_would() {
    let html = r#"<form action="/search"><input name="q"></form>
        <form method="post" action="/checkout"><input type="hidden" name="key" value="a&amp;b">
        <input type="radio" name="pay" value="card" checked><input type="radio" name="pay" value="transfer">
        <input type="checkbox" name="news"><label>Name <input name="name" autocomplete="name"></label>
        <textarea name="note">1 &lt; 2</textarea><button name="go">Order</button>
        <select name="country"><option value="FR">France</option><option value="GB" selected>Britain</option></select></form>"#;
    let form = Form::find(html, "/checkout").unwrap();
    let sent: Vec<String> = form.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(sent, ["key=a&b", "pay=card", "name=", "note=1 < 2", "country=GB"]);
    assert_eq!(form.set("pay", "transfer").get("pay"), Some("transfer"));
}
