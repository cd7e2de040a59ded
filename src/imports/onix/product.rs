//! A `<Product>` as a record.

use super::Defaults;
use super::element::Element;
use super::prices;
use crate::catalog::{Credit, Format, Role, Subject};
use crate::imports::dates;
use crate::imports::language;
use crate::imports::record::{Intent, Record};
use crate::imports::run::Context;
use crate::kernel::date::PartialDate;
use crate::kernel::isbn::Isbn;

/// Reads a product. The error is the reason to reject it.
pub(super) fn read(product: &Element, defaults: &Defaults, context: &Context) -> Result<Record, String> {
    let mut record = Record { reference: product.words("RecordReference"), ..Record::default() };
    record.intent = match product.value("NotificationType").unwrap_or_default() {
        "05" => Intent::Withdraw,
        "88" | "89" => return Err("a test record: it is not to be published".into()),
        _ => Intent::Store,
    };
    record.facts.isbn = isbn(product)?;
    if record.intent == Intent::Withdraw {
        return record.check().map(|()| record);
    }
    if let Some(detail) = product.one("DescriptiveDetail") {
        read_detail(&mut record, detail, defaults);
    }
    if let Some(detail) = product.one("CollateralDetail") {
        read_collateral(&mut record, detail);
    }
    if let Some(detail) = product.one("PublishingDetail") {
        read_publishing(&mut record, detail);
    }
    read_supply(&mut record, product, defaults, context)?;
    if record.facts.title.is_empty() && is_whole(product) {
        return Err("the record has no title".into());
    }
    record.check()?;
    Ok(record)
}

/// The ISBN among the identifiers (List 5: 15 ISBN-13, 03 GTIN-13, 02 ISBN-10).
fn isbn(product: &Element) -> Result<Option<Isbn>, String> {
    let of_type = |kind: &'static str| {
        product
            .all("ProductIdentifier")
            .filter(move |id| id.says("ProductIDType", kind))
            .filter_map(|id| id.value("IDValue"))
    };
    let gtins = || of_type("03").filter(|value| value.starts_with("978") || value.starts_with("979"));
    let stated: Vec<&str> = of_type("15").chain(gtins()).chain(of_type("02")).collect();
    if let Some(isbn) = stated.iter().find_map(|value| value.parse::<Isbn>().ok()) {
        return Ok(Some(isbn));
    }
    let any_public = |kinds: &[&'static str]| kinds.iter().any(|kind| of_type(kind).next().is_some());
    match stated.first() {
        Some(wrong) => Err(format!(
            "“{}” is not a valid ISBN, and the record states no other",
            wrong.chars().take(40).collect::<String>()
        )),
        None if any_public(&["03", "04", "06", "22", "24", "25", "26"]) => Ok(None),
        None => Err("the record states no ISBN or GTIN, only a number of its sender's own".into()),
    }
}

fn read_detail(record: &mut Record, detail: &Element, defaults: &Defaults) {
    // List 2: 20 and 30 are packs for the trade. List 150: X… is display material.
    let form = detail.value("ProductForm").unwrap_or_default();
    if matches!(detail.value("ProductComposition"), Some("20" | "30")) || form.starts_with('X') {
        record.intent = Intent::StoreUnlisted;
    }
    let facts = &mut record.facts;
    facts.format = Format::from_code(form).unwrap_or(Format::BOOK);
    facts.format_note = format_note(detail, facts.format);
    read_titles(record, detail);
    record.facts.credits = contributors(detail);
    let language = |role: &str| {
        detail
            .all("Language")
            .filter(|entry| entry.says("LanguageRole", role))
            .find_map(|entry| language::parse(entry.value("LanguageCode")?))
    };
    record.facts.language = language("01").or_else(|| defaults.language.as_deref().and_then(language::parse));
    record.work.original_language = language("02");
    record.facts.pages = pages(detail);
    record.facts.weight_g = weight(detail);
    record.facts.subjects = subjects(detail);
}

/// Words for what the format's code does not say: `B-format paperback` adds nothing to “Paperback”.
fn format_note(detail: &Element, format: Format) -> Option<String> {
    let note = detail.words("ProductFormDescription")?;
    let says_it = note.to_lowercase().contains(&format.label().to_lowercase());
    (!says_it && note.len() <= 60).then_some(note)
}

/// The title of the product (List 15: 01; List 149: 01), and the series from its collections (level 02).
fn read_titles(record: &mut Record, detail: &Element) {
    let titles: Vec<&Element> = detail.all("TitleDetail").filter(|title| title.says("TitleType", "01")).collect();
    let main = titles.iter().find_map(|title| at_level(title, "01"));
    if let Some(element) = main {
        record.facts.title = title_of(element).unwrap_or_default();
        record.facts.subtitle = element.words("Subtitle");
    }
    let collections = detail.all("Collection").flat_map(|collection| collection.all("TitleDetail"));
    let in_collections = collections.filter(|title| title.says("TitleType", "01"));
    record.work.series = in_collections.chain(titles).find_map(|title| {
        let element = at_level(title, "02")?;
        let number = element.words("PartNumber").or_else(|| main?.words("PartNumber"));
        Some((title_of(element)?, number))
    });
    let original = detail.all("TitleDetail").find(|title| title.says("TitleType", "03"));
    record.work.original_title = original.and_then(|title| title.one("TitleElement")).and_then(title_of);
}

fn at_level<'a>(title: &'a Element, level: &str) -> Option<&'a Element> {
    title.children.iter().find(|element| element.name == "TitleElement" && element.says("TitleElementLevel", level))
}

fn title_of(element: &Element) -> Option<String> {
    element.words("TitleText").or_else(|| {
        let rest = element.words("TitleWithoutPrefix")?;
        Some(element.words("TitlePrefix").map_or_else(|| rest.clone(), |prefix| format!("{prefix} {rest}")))
    })
}

fn contributors(detail: &Element) -> Vec<Credit> {
    let mut found: Vec<(u32, Credit)> = Vec::new();
    for (index, person) in detail.all("Contributor").enumerate() {
        let place = person.value("SequenceNumber").and_then(|number| number.parse().ok());
        let place = place.unwrap_or_else(|| u32::try_from(index + 1).unwrap_or(u32::MAX));
        let Some((name, sort_name)) = names(person) else { continue };
        for role in person.all("ContributorRole").filter_map(|role| Role::from_code(&role.text)) {
            let mut credit = Credit::new(&name, role);
            if let Some(sort_name) = &sort_name {
                credit.sort_name.clone_from(sort_name);
            }
            found.push((place, credit));
        }
    }
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, credit)| credit).collect()
}

/// A contributor's name to show and, if the record has it, to sort by.
fn names(person: &Element) -> Option<(String, Option<String>)> {
    let parts = || {
        let words = ["TitlesBeforeNames", "NamesBeforeKey", "PrefixToKey", "KeyNames", "NamesAfterKey", "SuffixToKey"];
        let joined = words.iter().filter_map(|name| person.words(name)).collect::<Vec<_>>().join(" ");
        (!joined.is_empty()).then_some(joined)
    };
    let inverted = person.words("PersonNameInverted");
    let name = person.words("PersonName").or_else(parts).or_else(|| inverted.clone());
    let body = || {
        let name = person.words("CorporateName")?;
        Some((name.clone(), Some(person.words("CorporateNameInverted").unwrap_or(name))))
    };
    name.map(|name| (name, inverted)).or_else(body)
}

/// List 23: main content first, then what comes nearest; List 24: 03 is pages.
fn pages(detail: &Element) -> Option<u32> {
    ["00", "11", "05", "06", "07", "08"].iter().find_map(|kind| {
        let of_kind = |extent: &&Element| extent.says("ExtentType", kind) && extent.says("ExtentUnit", "03");
        detail.all("Extent").find(of_kind)?.value("ExtentValue")?.parse().ok().filter(|pages| *pages > 0)
    })
}

/// List 48: 08 is the weight; List 50: its unit. Rounded to grams.
fn weight(detail: &Element) -> Option<u32> {
    use rust_decimal::prelude::ToPrimitive;
    let measure = detail.all("Measure").find(|measure| measure.says("MeasureType", "08"))?;
    let amount: rust_decimal::Decimal = measure.value("Measurement")?.parse().ok()?;
    let milligrams: i64 = match measure.value("MeasureUnitCode")? {
        "gr" => 1000,
        "kg" => 1_000_000,
        "oz" => 28_350,
        "lb" => 453_592,
        _ => return None,
    };
    let grams = amount.checked_mul(milligrams.into())?.checked_div(1000.into())?.round().to_u32()?;
    (1..=100_000).contains(&grams).then_some(grams)
}

fn subjects(detail: &Element) -> Vec<Subject> {
    let mut found: Vec<(bool, Subject)> = detail
        .all("Subject")
        .filter_map(|subject| {
            let scheme = subject.words("SubjectSchemeIdentifier")?;
            let code = subject.words("SubjectCode")?;
            let is_short = scheme.len() <= 3 && code.len() <= 40;
            is_short.then(|| (subject.one("MainSubject").is_none(), Subject { scheme, code }))
        })
        .collect();
    found.sort_by_key(|(is_minor, _)| *is_minor);
    found.dedup_by(|a, b| a.1 == b.1);
    found.into_iter().map(|(_, subject)| subject).take(100).collect()
}

/// List 153: 03 is the description, 02 the short one. List 158: 01 is the front cover.
fn read_collateral(record: &mut Record, detail: &Element) {
    let text = |kind: &str| {
        let of_kind = detail.all("TextContent").filter(|text| text.says("TextType", kind));
        of_kind.filter_map(|text| text.value("Text")).next().map(str::to_owned)
    };
    record.facts.description = text("03").or_else(|| text("02"));
    let covers = detail.all("SupportingResource").filter(|resource| resource.says("ResourceContentType", "01"));
    record.images = covers
        .flat_map(|cover| cover.all("ResourceVersion"))
        .filter_map(|version| version.words("ResourceLink"))
        .collect();
}

fn read_publishing(record: &mut Record, detail: &Element) {
    let facts = &mut record.facts;
    facts.imprint = detail.one("Imprint").and_then(|imprint| imprint.words("ImprintName"));
    let named = |publisher: &&Element| publisher.words("PublisherName").is_some();
    let first = detail.all("Publisher").find(|publisher| publisher.says("PublishingRole", "01") && named(publisher));
    let publisher = first.or_else(|| detail.all("Publisher").find(named));
    facts.publisher = publisher.and_then(|publisher| publisher.words("PublisherName"));
    facts.publishing_status = code(detail.value("PublishingStatus"));
    let published = detail.all("PublishingDate").filter(|date| date.says("PublishingDateRole", "01"));
    facts.published = published.filter_map(date_of).next();
}

/// A two-figure code of a list; anything else is nothing.
fn code(text: Option<&str>) -> String {
    text.filter(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or_default().to_owned()
}

/// A `<Date>` with its format (List 55: 00 day, 01 month, 05 year; 12 is words, not a date).
pub(super) fn date_of(composite: &Element) -> Option<PartialDate> {
    let date = composite.one("Date")?;
    let format = date.attribute("dateformat").or_else(|| composite.value("DateFormat")).unwrap_or("00");
    // Times of day (formats 13 and 14) begin with the day.
    let text = date.text.trim();
    matches!(format, "00" | "01" | "05" | "13" | "14").then(|| dates::compact(text.get(..8).unwrap_or(text))).flatten()
}

/// Availability and prices, of the market the shop is in if the record names it.
fn read_supply(record: &mut Record, product: &Element, defaults: &Defaults, context: &Context) -> Result<(), String> {
    let supplies: Vec<&Element> = product.all("ProductSupply").collect();
    let country = context.country.map_or("", |country| country.code());
    let serves = |supply: &&&Element| {
        let lists = supply.all("Market").filter_map(|market| market.one("Territory")?.value("CountriesIncluded"));
        lists.flat_map(str::split_whitespace).any(|code| code == country)
    };
    let here = supplies.iter().find(serves).or_else(|| supplies.first());
    if let Some(detail) = here.and_then(|supply| supply.one("SupplyDetail")) {
        record.facts.availability = code(detail.value("ProductAvailability"));
        if record.facts.availability == "45" {
            return Err("it is not sold separately (availability 45)".into());
        }
        if detail.says("UnpricedItemType", "03") {
            return Err("it is not sold separately (unpriced item 03)".into());
        }
        prices::read_lead_days(record, detail, context);
    }
    prices::read(record, &supplies, defaults, context);
    Ok(())
}

/// List 1: 04 and 12 to 14 carry only some blocks of a record that is known.
fn is_whole(product: &Element) -> bool {
    !matches!(product.value("NotificationType"), Some("04" | "12" | "13" | "14"))
}
