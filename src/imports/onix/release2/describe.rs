//! Titles, series, people, form, subjects, texts and pictures of a 2.1 product: blocks 1 and 2.

use super::{carried, copies, renamed};
use crate::imports::onix::element::Element;

/// Block 1.
pub(super) fn descriptive(product: &Element) -> Element {
    let mut parts: Vec<Element> = Vec::new();
    parts.extend(form(product));
    for name in ["ProductFormDetail", "ProductFormFeature", "ProductFormDescription", "ProductComposition"] {
        parts.extend(copies(product, name));
    }
    parts.extend(product.all("Measure").map(|measure| renamed(measure, &[("MeasureTypeCode", "MeasureType")])));
    parts.extend(product.all("Series").filter_map(series));
    parts.extend(product.all("Set").filter_map(set));
    parts.extend(titles(product));
    parts.extend(copies(product, "Contributor"));
    parts.extend(product.all("EditionTypeCode").map(|kind| kind.clone().renamed("EditionType")));
    parts.extend(["EditionNumber", "EditionStatement"].iter().flat_map(|name| copies(product, name)));
    parts.extend(languages(product));
    parts.extend(copies(product, "Extent"));
    parts.extend(pages(product));
    parts.extend(subjects(product));
    parts.extend(copies(product, "AudienceRange"));
    Element::of("DescriptiveDetail", parts)
}

/// List 7 is List 150 but for what release 3 orders otherwise: electronic books and things of several parts.
fn form(product: &Element) -> Vec<Element> {
    let mut parts = Vec::new();
    if let Some(form) = product.value("ProductForm") {
        let code = match form {
            "DG" => "ED",
            "DH" => "EC",
            "WW" | "WX" => "SA",
            other => other,
        };
        parts.push(Element::leaf("ProductForm", code));
    }
    // List 10: the kinds that readers still meet.
    let file = match product.value("EpubType").unwrap_or_default() {
        "002" => "E107",
        "022" => "E116",
        "029" => "E101",
        _ => return parts,
    };
    parts.push(Element::leaf("ProductFormDetail", file));
    parts
}

fn series(series: &Element) -> Option<Element> {
    let name = series
        .all("Title")
        .find_map(text_parts)
        .or_else(|| Some(vec![carried(series, "TitleOfSeries", "TitleText")?]))?;
    Some(collection(name, carried(series, "NumberWithinSeries", "PartNumber")))
}

/// A set of several volumes is a collection too; its name is a series to the reader.
fn set(set: &Element) -> Option<Element> {
    let name =
        set.all("Title").find_map(text_parts).or_else(|| Some(vec![carried(set, "TitleOfSet", "TitleText")?]))?;
    let number = ["ItemNumberWithinSet", "SetPartNumber"].iter().find_map(|from| carried(set, from, "PartNumber"));
    Some(collection(name, number))
}

fn collection(name: Vec<Element>, number: Option<Element>) -> Element {
    let level = Element::leaf("TitleElementLevel", "02");
    let element = Element::of("TitleElement", [level].into_iter().chain(number).chain(name));
    Element::of("Collection", [Element::leaf("CollectionType", "10"), title_detail("01", element)])
}

fn title_detail(kind: &str, element: Element) -> Element {
    Element::of("TitleDetail", [Element::leaf("TitleType", kind), element])
}

/// What says the title in a `<Title>`; a product can also say it without one.
fn text_parts(title: &Element) -> Option<Vec<Element>> {
    let names = ["TitleText", "TitlePrefix", "TitleWithoutPrefix", "Subtitle"];
    let mut parts: Vec<Element> = names.iter().filter_map(|name| title.one(name).cloned()).collect();
    parts.extend(carried(title, "DistinctiveTitle", "TitleText"));
    let says = |name: &str| parts.iter().any(|part| part.name == name && !part.text.trim().is_empty());
    (says("TitleText") || says("TitleWithoutPrefix")).then_some(parts)
}

fn titles(product: &Element) -> Vec<Element> {
    let level = || Element::leaf("TitleElementLevel", "01");
    let element = |parts: Vec<Element>| Element::of("TitleElement", [level()].into_iter().chain(parts));
    let composites = product
        .all("Title")
        .filter_map(|title| Some(title_detail(title.value("TitleType").unwrap_or("01"), element(text_parts(title)?))));
    let mut titles: Vec<Element> = composites.collect();
    titles.extend(text_parts(product).map(|parts| title_detail("01", element(parts))));
    titles.extend(
        carried(product, "TranslationOfTitle", "TitleText").map(|text| title_detail("03", element(vec![text]))),
    );
    titles
}

fn languages(product: &Element) -> Vec<Element> {
    let of_role = |role: &str, code: &Element| {
        Element::of("Language", [Element::leaf("LanguageRole", role), code.clone().renamed("LanguageCode")])
    };
    let mut languages: Vec<Element> = copies(product, "Language").collect();
    languages.extend(product.all("LanguageOfText").map(|code| of_role("01", code)));
    languages.extend(product.all("OriginalLanguage").map(|code| of_role("02", code)));
    languages
}

/// Lists 23 and 24: main content, in pages.
fn pages(product: &Element) -> Option<Element> {
    let count = ["NumberOfPages", "PagesArabic"].iter().find_map(|from| carried(product, from, "ExtentValue"))?;
    Some(Element::of("Extent", [Element::leaf("ExtentType", "00"), count, Element::leaf("ExtentUnit", "03")]))
}

/// List 27: BISAC and BIC have elements of their own.
fn subjects(product: &Element) -> Vec<Element> {
    let main = || Element::leaf("MainSubject", "");
    let own = |name: &str, scheme: &str| {
        let code = carried(product, name, "SubjectCode")?;
        Some(Element::of("Subject", [main(), Element::leaf("SubjectSchemeIdentifier", scheme), code]))
    };
    let mut subjects: Vec<Element> =
        own("BASICMainSubject", "10").into_iter().chain(own("BICMainSubject", "12")).collect();
    subjects.extend(product.all("MainSubject").map(|subject| {
        let mut subject =
            renamed(subject, &[("MainSubjectSchemeIdentifier", "SubjectSchemeIdentifier")]).renamed("Subject");
        subject.children.push(main());
        subject
    }));
    subjects.extend(copies(product, "Subject"));
    subjects
}

/// Block 2.
pub(super) fn collateral(product: &Element) -> Element {
    let text = |kind: &str, text: &Element| {
        Element::of("TextContent", [Element::leaf("TextType", kind), text.clone().renamed("Text")])
    };
    let mut parts: Vec<Element> = product.all("OtherText").filter_map(other_text).collect();
    parts.extend(product.all("MainDescription").map(|it| text("03", it)));
    parts.extend(product.all("Annotation").map(|it| text("02", it)));
    parts.extend(product.all("ReviewQuote").map(|it| text("06", it)));
    parts.extend(product.all("MediaFile").filter_map(|file| {
        resource(picture(file.value("MediaFileTypeCode")?)?, file, "MediaFileLink", "MediaFileFormatCode")
    }));
    parts.extend(resource("01", product, "CoverImageLink", "CoverImageFormatCode"));
    Element::of("CollateralDetail", parts)
}

/// List 33 in terms of List 153; texts for the trade, teachers and the press have none.
fn other_text(other: &Element) -> Option<Element> {
    let kind = match other.value("TextTypeCode")? {
        "01" | "03" => "03",
        "02" => "02",
        "04" => "04",
        "05" | "07" | "08" => "06",
        "06" => "07",
        "09" => "10",
        "10" => "08",
        "12" => "30",
        "13" => "12",
        "17" | "18" => "05",
        "30" => "09",
        _ => return None,
    };
    let mut parts = vec![Element::leaf("TextType", kind), other.one("Text")?.clone()];
    parts.extend(["TextAuthor", "TextSourceCorporate"].iter().flat_map(|name| copies(other, name)));
    parts.extend(carried(other, "TextSourceTitle", "SourceTitle"));
    Some(Element::of("TextContent", parts))
}

/// List 38 in terms of List 158: covers in print quality first, a thumbnail, the back, the thing.
fn picture(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "04" | "06" => "01",
        "03" | "05" => "29",
        "07" => "27",
        "24" | "25" => "02",
        _ => return None,
    })
}

/// A picture under a link, an address of List 40 or a file's name.
fn resource(kind: &str, file: &Element, link: &str, format: &str) -> Option<Element> {
    let mut version = vec![carried(file, link, "ResourceLink")?];
    // List 39 in terms of List 178: only TIFF matters, because it cannot be shown.
    if file.says(format, "05") {
        let feature = [Element::leaf("ResourceVersionFeatureType", "01"), Element::leaf("FeatureValue", "D504")];
        version.push(Element::of("ResourceVersionFeature", feature));
    }
    Some(Element::of(
        "SupportingResource",
        [Element::leaf("ResourceContentType", kind), Element::of("ResourceVersion", version)],
    ))
}
