//! The query part of an address, read and written.
//!
//! Names count only as they are written plainly, `q` and never `%71`: kept pages are found by the same rule, so
//! that nobody can have one page kept under another's address.

/// The value of the first parameter of that name that is not empty.
pub(super) fn value(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(left, value)| *left == name && !value.is_empty()).map(|(_, value)| decode(value)).next()
}

/// `path?a=1&b=2`, empty values left out.
pub(in crate::web) fn with_query<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = path.to_owned();
    let mut separator = '?';
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        address.push(separator);
        address.push_str(name);
        address.push('=');
        encode(&mut address, value);
        separator = '&';
    }
    address
}

fn encode(address: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                address.push(char::from(byte))
            }
            b' ' => address.push('+'),
            _ => {
                address.push('%');
                address.extend(
                    [byte >> 4, byte & 15]
                        .map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0').to_ascii_uppercase()),
                );
            }
        }
    }
}

/// Undoes what a browser's form does; what is no escape stays, what is no UTF-8 becomes the replacement character.
fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escape = (*first == b'%').then(|| after.get(..2).and_then(hex)).flatten();
        bytes.push(match (first, escape) {
            (_, Some(byte)) => byte,
            (b'+', _) => b' ',
            (byte, _) => *byte,
        });
        rest = after.get(if escape.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digits =
        std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: Option<&str>) {
        assert_eq!(value(Some(query), "q").as_deref(), expected, "{query}");
    }

    #[test]
    fn a_value_is_read_as_the_browser_wrote_it() {
        check("q=one+hundred%20years", Some("one hundred years"));
        check("page=2&q=Garc%C3%ADa", Some("García"));
        check("q=&q=second", Some("second"));
        check("q=50%&x", Some("50%"));
        check("q=%zz%f", Some("%zz%f"));
        check("q=%FF", Some("\u{fffd}"));
        check("q=a=b", Some("a=b"));
        check("%71=a", None);
        check("q", None);
        assert_eq!(value(None, "q"), None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["solitude", "a b+c&d=e#f", "“Ärger” 100%", "日本"] {
            let address = with_query("/search", [("q", text), ("page", "")]);
            assert!(address.is_ascii() && !address.contains(['"', '<', ' ']), "{address}");
            assert_eq!(value(address.split_once('?').map(|(_, query)| query), "q").as_deref(), Some(text));
        }
        assert_eq!(with_query("/books", [("page", "")]), "/books");
    }
}
