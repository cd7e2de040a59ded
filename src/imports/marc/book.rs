//! A MARC record as a book: what fields 006 to 856 mean in the shop's words.
//!
//! Source: MARC 21 Format for Bibliographic Data, Library of Congress. Prices (020 $c) are notes of the library's
//! own and are not read.

use super::field::{Field, Marc};
use super::{carrier, isbd, people, subjects, title};
use crate::catalog::{Quote, Related};
use crate::imports::language;
use crate::imports::record::{Intent, Record};
use crate::kernel::date::PartialDate;
use crate::kernel::gtin::Gtin;
use crate::kernel::isbn::Isbn;
use crate::kernel::text::tidy;

/// Reads a record. The error is the reason to reject it.
pub(super) fn read(marc: &Marc) -> Result<Record, String> {
    if marc.leader.trim().is_empty() {
        return Err("the record has no leader, which says what it describes".into());
    }
    let mut record = Record { reference: reference(marc), ..Record::default() };
    read_numbers(&mut record, marc);
    // What a library has deleted may be stripped to its number.
    if marc.leader_at(5) == 'd' {
        record.intent = Intent::Withdraw;
        return record.check().map(|()| record);
    }
    carrier::check_kind(marc)?;
    record.facts.format = carrier::format(marc);
    record.facts.format_note = carrier::note(marc);
    title::read(&mut record, marc);
    if record.facts.title.is_empty() {
        return Err("the record has no title".into());
    }
    record.facts.credits = people::credits(marc, &mut record.warnings);
    record.facts.subjects = subjects::read(marc);
    read_languages(&mut record, marc);
    read_publication(&mut record, marc);
    read_extent(&mut record, marc);
    read_notes(&mut record, marc);
    read_relations(&mut record, marc);
    record.images = covers(marc);
    record.check()?;
    Ok(record)
}

/// The control number with the library it belongs to, as other libraries quote it: `(DLC)11778504`.
fn reference(marc: &Marc) -> Option<String> {
    let number = tidy(marc.control("001")?);
    let library = marc.control("003").map(tidy).filter(|library| !library.is_empty());
    Some(library.map_or(number.clone(), |library| format!("({library}){number}")))
}

/// The number of `0306406152 (pbk.) : $19.95`, without what follows.
fn bare_number(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | ' ' | '\u{2010}'..='\u{2013}'));
    text.get(..end.unwrap_or(text.len())).unwrap_or(text).trim()
}

fn parse_isbn(text: &str) -> Option<Isbn> {
    let number: String = bare_number(text).chars().filter(char::is_ascii_alphanumeric).collect();
    // `0306406152 pbk` has its qualifier without brackets.
    let first = || bare_number(text).split(' ').next()?.parse().ok();
    number.parse().ok().or_else(first)
}

fn speaks_of_volumes(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.any(|word| matches!(word.as_str(), "v" | "vol" | "vols" | "volume" | "set" | "bd" | "band" | "t" | "tome"))
}

/// ISBNs of 020 and 024; those after the first are other formats of the book.
fn read_numbers(record: &mut Record, marc: &Marc) {
    let stated: Vec<&str> = marc.all("020").flat_map(|field| field.list('a')).collect();
    let barcodes = || marc.all("024").filter(|field| field.indicators.0 == '3').filter_map(|field| field.get('a'));
    let mut found: Vec<Isbn> = Vec::new();
    for isbn in stated.iter().copied().chain(barcodes()).filter_map(parse_isbn) {
        if !found.contains(&isbn) {
            found.push(isbn);
        }
    }
    let mut found = found.into_iter();
    record.facts.isbn = found.next();
    // The numbers of a set and of its volumes are not those of one work.
    let in_volumes = marc.all("020").flat_map(|field| field.list('a').chain(field.list('q'))).any(speaks_of_volumes);
    record.facts.related.extend(found.filter(|_| !in_volumes).take(20).map(|isbn| Related { code: "06".into(), isbn }));
    if let (None, Some(wrong)) = (&record.facts.isbn, stated.first()) {
        let wrong: String = wrong.chars().take(40).collect();
        record.warnings.push(format!("“{wrong}” is not a valid ISBN; the book is taken in without one"));
    }
    // 1 is a UPC, 3 an EAN.
    let products =
        marc.all("024").filter(|field| matches!(field.indicators.0, '1' | '3')).filter_map(|field| field.get('a'));
    record.facts.gtin =
        products.filter(|text| parse_isbn(text).is_none()).find_map(|text| bare_number(text).parse::<Gtin>().ok());
}

/// 041 says more than the three letters in 008. Old records write several codes in one: `engfre`.
fn read_languages(record: &mut Record, marc: &Marc) {
    let known = |code: &str| language::parse(code).filter(|code| !matches!(code.as_str(), "und" | "zxx" | "mis"));
    let codes = |code: char| -> Vec<String> {
        let texts = marc.all("041").flat_map(|field| field.list(code));
        let parts = texts.flat_map(|text| match text.len() {
            6 | 9 | 12 | 15 if text.is_ascii() => {
                (0..text.len()).step_by(3).filter_map(|at| text.get(at..at + 3)).collect()
            }
            _ => vec![text],
        });
        parts.filter_map(known).collect()
    };
    let fixed = marc.control("008").and_then(|fixed| fixed.get(35..38)).filter(|code| *code != "mul").and_then(known);
    // “Text in Welsh.”: no three-letter word of a sentence is meant as a code.
    let words = || {
        let notes = marc.all("546").filter_map(|field| field.get('a'));
        notes
            .flat_map(|note| note.split(|c: char| !c.is_alphabetic()))
            .filter(|word| word.len() > 3)
            .find_map(language::parse)
    };
    let mut texts = codes('a');
    texts.extend(codes('d'));
    let facts = &mut record.facts;
    facts.language = fixed.or_else(|| texts.first().cloned()).or_else(words);
    texts.retain(|code| Some(code) != facts.language.as_ref());
    texts.dedup();
    facts.more_languages = texts.into_iter().take(20).collect();
    record.work.original_language =
        codes('h').into_iter().next().filter(|code| Some(code) != record.facts.language.as_ref());
}

/// 264 with second indicator 1 is publication, 260 its forerunner; 264 with 4 is the copyright.
fn read_publication(record: &mut Record, marc: &Marc) {
    let published = marc.all("264").filter(|field| field.indicators.1 == '1').chain(marc.all("260"));
    let statements: Vec<&Field> =
        published.chain(marc.all("264").filter(|field| matches!(field.indicators.1, '0' | '2' | '3'))).collect();
    let unknown = |name: &str| {
        let lower = name.to_lowercase();
        lower.is_empty() || lower.starts_with("s.n") || lower.contains("not identified")
    };
    let names = statements
        .iter()
        .flat_map(|field| field.list('b'))
        .map(|name| isbd::plain(isbd::unbracketed(&isbd::plain(name))));
    record.facts.publisher = names.into_iter().find(|name| !unknown(name));
    let fixed = marc.control("008").unwrap_or_default();
    let printed = || statements.iter().flat_map(|field| field.list('c')).filter_map(isbd::date);
    let copyright = || {
        let own = marc
            .all("264")
            .filter(|field| field.indicators.1 == '4')
            .flat_map(|field| field.list('c'))
            .filter_map(isbd::date);
        printed().chain(own).map(|printed| printed.date).next()
    };
    // The year of the copyright is not that of the book: a coded date comes before it.
    let plain = printed().find(|printed| !printed.copyright).map(|printed| printed.date);
    let coded = isbd::coded_date(fixed);
    let finer = coded
        .filter(|date| !matches!(date, PartialDate::Year(_)) && plain.is_none_or(|plain| plain.year() == date.year()));
    record.facts.published = finer.or(plain).or(coded).or_else(copyright);
    record.work.first_published = isbd::coded_first_year(fixed);
    let edition = marc.first("250").map(|field| {
        let parts: Vec<&str> = field.list('a').chain(field.list('b')).collect();
        parts.join(" ")
    });
    // “2nd ed.” keeps its stop: it is an abbreviation's.
    record.facts.edition_statement = edition.map(|text| isbd::plain(&text)).filter(|text| !text.is_empty());
}

fn read_extent(record: &mut Record, marc: &Marc) {
    let facts = &mut record.facts;
    let extents = || marc.all("300").flat_map(|field| field.list('a'));
    facts.pages = extents().find_map(isbd::pages);
    if !facts.format.is_digital()
        && let Some((height, width)) = marc.all("300").flat_map(|field| field.list('c')).find_map(isbd::size)
    {
        (facts.height_mm, facts.width_mm) = (Some(height), width);
    }
    // 306: HHMMSS of each part.
    let parts = marc.all("306").flat_map(|field| field.list('a')).filter_map(|time| {
        let part = |range: std::ops::Range<usize>| time.get(range)?.parse::<u32>().ok();
        (time.len() == 6).then_some(())?;
        Some(part(0..2)? * 3600 + part(2..4)? * 60 + part(4..6)?)
    });
    let minutes = parts.sum::<u32>().div_ceil(60);
    facts.minutes = Some(minutes).filter(|minutes| (1..=60_000).contains(minutes));
}

/// Summaries, reviews, contents, and whom it is for.
fn read_notes(record: &mut Record, marc: &Marc) {
    let words = |field: &Field| tidy(&field.list('a').chain(field.list('b')).collect::<Vec<_>>().join(" "));
    let facts = &mut record.facts;
    let (reviews, summaries): (Vec<&Field>, Vec<&Field>) =
        marc.all("520").filter(|field| field.indicators.0 != '4').partition(|field| field.indicators.0 == '1');
    let summaries: Vec<String> = summaries.into_iter().map(words).filter(|text| !text.is_empty()).collect();
    facts.description = Some(summaries.join("\n\n")).filter(|text| !text.is_empty());
    let quotes = reviews.into_iter().map(|field| Quote {
        text: words(field),
        source: field.get('c').map(|source| isbd::plain(isbd::unbracketed(source.trim_start_matches(['-', '—', ' '])))),
    });
    facts.quotes = quotes.filter(|quote| !quote.text.is_empty() && quote.text.len() <= 10_000).take(20).collect();
    facts.contents = contents(marc);
    let ages =
        marc.all("521").filter(|field| field.indicators.0 == '1').filter_map(|field| ages(field.get('a')?)).next();
    // 008/22, where a library says no more than the kind of readers.
    let coded = || match marc.code("008", 22).filter(|_| carrier::is_text(marc)) {
        Some('a') => Some((0, Some(5))),
        Some('b') => Some((6, Some(8))),
        Some('c') => Some((9, Some(13))),
        Some('d') => Some((14, Some(17))),
        _ => None,
    };
    if let Some((from, to)) = ages.or_else(coded) {
        (facts.age_from, facts.age_to) = (Some(from), to);
    }
}

/// `Part one -- Part two` as a list.
fn contents(marc: &Marc) -> Option<String> {
    let texts = marc.all("505").map(|field| field.subfields.iter().filter(|(code, _)| code.is_ascii_lowercase()));
    let joined: Vec<String> =
        texts.map(|parts| tidy(&parts.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "))).collect();
    let escaped = joined.join(" -- ").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let items: String = escaped
        .split(" -- ")
        .map(isbd::plain)
        .filter(|item| !item.is_empty())
        .map(|item| format!("<li>{item}</li>"))
        .collect();
    (!items.is_empty()).then(|| format!("<ul>{items}</ul>"))
}

/// `008-012`, `8-12`, `14+`, `Ages 8 and up`.
fn ages(text: &str) -> Option<(u8, Option<u8>)> {
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map_while(|part| part.parse::<u8>().ok());
    let from = numbers.next().filter(|age| *age <= 120)?;
    Some((from, numbers.next().filter(|to| (from..=120).contains(to))))
}

/// 776 is another format of the book, 780 what it replaces, 785 what replaces it.
fn read_relations(record: &mut Record, marc: &Marc) {
    for (tag, code) in [("776", "06"), ("780", "03"), ("785", "05")] {
        for isbn in marc.all(tag).flat_map(|field| field.list('z')).filter_map(parse_isbn) {
            let facts = &mut record.facts;
            let known = facts.isbn.as_ref() == Some(&isbn) || facts.related.iter().any(|related| related.isbn == isbn);
            if !known && facts.related.len() < 50 {
                facts.related.push(Related { code: code.into(), isbn });
            }
        }
    }
}

/// Links of 856, if they say that they lead to a picture of the cover.
fn covers(marc: &Marc) -> Vec<String> {
    let says = |field: &&Field| {
        let labels: Vec<&str> = field.list('3').chain(field.list('y')).chain(field.list('z')).collect();
        let words = labels.join(" ").to_lowercase();
        ["cover", "umschlag", "titelbild", "couverture", "omslag"].iter().any(|word| words.contains(word))
    };
    let links = marc.all("856").filter(says).filter_map(|field| field.get('u'));
    links
        .filter(|link| link.starts_with("https://") || link.starts_with("http://"))
        .take(5)
        .map(str::to_owned)
        .collect()
}
