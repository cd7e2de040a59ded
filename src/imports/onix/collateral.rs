//! Texts, reviews and pictures about a product.

use super::element::Element;
use crate::catalog::{Quote, texts};
use crate::imports::record::Record;

const MAX_QUOTES: usize = 50;
/// A longer review is an article.
const MAX_QUOTE: usize = 2_000;
const MAX_IMAGES: usize = 10;
const MAX_LINK: usize = 2_000;

/// Description, note on the authors, contents, reviews, pictures.
pub(super) fn read(record: &mut Record, detail: &Element) {
    let contents: Vec<&Element> = detail.all("TextContent").filter(|content| is_for_readers(content)).collect();
    // List 153. Of two texts of a kind the one for readers goes before the one for everybody.
    let text = |kinds: &[&str]| {
        let of_kind = |kind: &str| {
            let texts = contents.iter().filter(|content| content.says("TextType", kind));
            let mut texts: Vec<(bool, &str)> =
                texts.filter_map(|content| Some((!addresses_readers(content), content.value("Text")?))).collect();
            texts.sort_by_key(|(for_all, _)| *for_all);
            texts.first().map(|(_, text)| (*text).to_owned())
        };
        kinds.iter().find_map(|kind| of_kind(kind))
    };
    record.facts.description = text(&["03", "05", "02", "30"]);
    record.facts.author_note = text(&["12"]).or(record.facts.author_note.take());
    record.facts.contents = text(&["04", "32"]);
    let reviews =
        ["06", "09", "08", "07"].iter().flat_map(|kind| contents.iter().filter(|it| it.says("TextType", kind)));
    let cited =
        detail.all("CitedContent").filter(|cited| cited.says("CitedContentType", "01") && is_for_readers(cited));
    record.facts.quotes =
        reviews.filter_map(|it| quote(it)).chain(cited.filter_map(citation)).take(MAX_QUOTES).collect();
    record.images = images(detail);
}

/// What is said of the contributors where they are named, for books without a note of their own.
pub(super) fn read_biographies(record: &mut Record, detail: &Element) {
    let notes: Vec<String> =
        detail.all("Contributor").filter_map(|person| person.value("BiographicalNote")).map(texts::clean).collect();
    let together = notes.concat();
    record.facts.author_note = Some(together).filter(|note| !note.is_empty());
}

/// List 154: 00 everybody, 03 end customers, 11 and 12 children and teens; the others are not in the shop.
fn is_for_readers(content: &Element) -> bool {
    let mut audiences = content.values("ContentAudience").peekable();
    audiences.peek().is_none() || audiences.any(|audience| matches!(audience, "00" | "03" | "11" | "12"))
}

fn addresses_readers(content: &Element) -> bool {
    content.values("ContentAudience").any(|audience| audience == "03")
}

fn quote(content: &Element) -> Option<Quote> {
    let text = texts::summary(&texts::clean(content.value("Text")?), MAX_QUOTE);
    (!text.is_empty()).then(|| Quote { text, source: source(content) })
}

/// A review that is only told of: what the record says of it is said by the sender.
fn citation(content: &Element) -> Option<Quote> {
    let source = source(content)?;
    let note = texts::summary(&texts::clean(content.value("CitationNote")?), MAX_QUOTE);
    (!note.is_empty()).then_some(Quote { text: note, source: Some(source) })
}

fn source(content: &Element) -> Option<String> {
    let names = ["TextAuthor", "TextSourceCorporate", "SourceTitle"].iter().filter_map(|name| content.words(name));
    let together = names.collect::<Vec<_>>().join(", ");
    Some(together.chars().take(300).collect()).filter(|source: &String| !source.is_empty())
}

/// Pictures of the book, front cover first, each in its largest version.
fn images(detail: &Element) -> Vec<String> {
    // List 158: front cover, cover or pack, product, full cover, back cover; a thumbnail only for want of better.
    let of_kind = |kind: &'static str| {
        let resources = detail.all("SupportingResource").filter(move |it| it.says("ResourceContentType", kind));
        // List 159: 03 is a still image.
        resources.filter(|it| is_for_readers(it) && matches!(it.value("ResourceMode"), None | Some("03")))
    };
    let mut images: Vec<String> = Vec::new();
    for kind in ["01", "03", "07", "29", "02"] {
        images.extend(of_kind(kind).filter_map(best_link));
    }
    if images.is_empty() {
        images.extend(["27", "45"].iter().flat_map(|kind| of_kind(kind)).filter_map(best_link));
    }
    let mut kept: Vec<String> = Vec::new();
    for image in images {
        if kept.len() < MAX_IMAGES && !kept.contains(&image) {
            kept.push(image);
        }
    }
    kept
}

fn best_link(resource: &Element) -> Option<String> {
    // A picture that is measured and that browsers can show, then one of unsaid size; the first of equals.
    let mut versions: Vec<(bool, u64, String)> = resource.all("ResourceVersion").filter_map(version).collect();
    versions.sort_by_key(|(can_be_shown, pixels, _)| std::cmp::Reverse((*can_be_shown, *pixels)));
    versions.into_iter().next().map(|(.., link)| link)
}

/// Whether a version can be shown, how large it is (pixels high, List 162), and its link or file name.
fn version(version: &Element) -> Option<(bool, u64, String)> {
    let feature = |kind: &str| {
        let features = version.all("ResourceVersionFeature");
        features.filter(|it| it.says("ResourceVersionFeatureType", kind)).find_map(|it| it.value("FeatureValue"))
    };
    let link = version.words("ResourceLink").filter(|link| is_link(link));
    let link = link.or_else(|| feature("04").map(str::to_owned).filter(|name| is_file_name(name)))?;
    let pixels = feature("02").or_else(|| feature("03")).and_then(|text| text.parse().ok()).unwrap_or(0);
    // List 178: TIFF, BMP, JPEG 2000, Photoshop, EPS.
    let format = feature("01").unwrap_or_default();
    let path = link.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let odd_name = [".tif", ".tiff", ".bmp", ".psd", ".eps", ".pdf"].iter().any(|ending| path.ends_with(ending));
    let can_be_shown = !matches!(format, "D401" | "D504" | "D505" | "D506" | "D507" | "D508") && !odd_name;
    Some((can_be_shown, pixels, link))
}

fn is_link(link: &str) -> bool {
    link.len() <= MAX_LINK && (link.starts_with("https://") || link.starts_with("http://") || is_file_name(link))
}

/// A file beside the message; never a path out of its folder.
fn is_file_name(name: &str) -> bool {
    let inside =
        !name.starts_with('/') && !name.contains(['\\', ':', '\0']) && !name.split('/').any(|part| part == "..");
    inside
        && name.len() <= 255
        && name.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && (3..=4).contains(&ending.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(link: &str, taken: bool) {
        assert_eq!(is_link(link), taken, "{link}");
    }

    #[test]
    fn links_and_files_beside_the_message_are_images() {
        check("https://example.com/a.jpg", true);
        check("covers/9780306406157.jpg", true);
        check("9780306406157.jpeg", true);
        check("../../etc/passwd.txt", false);
        check("/etc/passwd.txt", false);
        check("C:\\covers\\a.jpg", false);
        check("ftp://example.com/a.jpg", false);
        check("javascript:alert(1)", false);
        check("cover", false);
    }
}
