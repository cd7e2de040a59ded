//! Books about which everything is known, to see what a way out and back loses.

use bookstall::catalog::prices::{self, NewPrice, PriceKind};
use bookstall::catalog::{
    self, Credit, EditionFacts, Format, Quote, Related, Role, Subject, WorkFacts, find, find_work, texts, walk,
};
use bookstall::db::{DbError, Tx};
use bookstall::kernel::ids::Id;
use bookstall::kernel::money::{Currency, Money};
use bookstall::{media, stock};
use jiff::Timestamp;
use rusqlite::Connection;

/// The link to the first book's cover.
pub(crate) const COVER: &str = "https://covers.example/ink.jpg?of=1&size=2";

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn subject(scheme: &str, code: &str) -> Subject {
    Subject { scheme: scheme.into(), code: code.into() }
}

/// Every field of an edition, with signs that files stumble over.
pub(crate) fn whole_edition() -> EditionFacts {
    EditionFacts {
        isbn: "9780306406157".parse().ok(),
        gtin: None,
        title: "The =Ink & <Salt>, \"twice\"; (Tales, #1)".into(),
        title_prefix: some("The"),
        subtitle: some("+44, or – ink’s own story"),
        credits: vec![
            Credit::new("García Márquez, Gabriel", Role::AUTHOR),
            Credit::of_body("Farm & Barn; Press", Role::EDITOR),
            Credit::new("Gregory Rabassa", Role::TRANSLATOR),
        ],
        edition_statement: some("2nd, revised edition"),
        language: some("eng"),
        more_languages: vec!["spa".into(), "fre".into()],
        format: Format::from_code("BB").unwrap(),
        format_note: some("large print"),
        publisher: some("=Halyard & Sons"),
        imprint: some("@Halyard"),
        published: "2027-03".parse().ok(),
        embargo: "2027-03-04".parse().ok(),
        pages: Some(320),
        minutes: Some(615),
        weight_g: Some(450),
        height_mm: Some(198),
        width_mm: Some(129),
        thickness_mm: Some(21),
        age_from: Some(8),
        age_to: Some(12),
        publishing_status: "04".into(),
        availability: "21".into(),
        lead_days: Some((4, 4)),
        signed: true,
        description: some("<p>It's <em>ink</em>,<br>&amp; \"salt\".</p><ul><li>One</li></ul>"),
        author_note: some("Plain & \"quoted\"; it's = one / two"),
        contents: some("<p>1. Ink</p><p>2. Salt</p>"),
        quotes: vec![
            Quote { text: "“A; [delight]”, 'truly'".into(), source: some("The Herald") },
            Quote { text: "-1 for the cover".into(), source: None },
        ],
        safety_contact: some("Halyard & Sons, 7 Tallow Lane, safety@halyard.example"),
        accessibility: vec!["11".into(), "36".into()],
        protection: some("02"),
        related: vec![Related { code: "06".into(), isbn: "9780975229804".parse().unwrap() }],
        subjects: vec![subject("93", "FBA"), subject("10", "FIC019000"), subject("20", "ships and sails")],
    }
}

/// Every field of a work.
pub(crate) fn whole_work() -> WorkFacts {
    WorkFacts {
        original_title: some("La tinta"),
        original_language: some("spa"),
        first_published: Some(1967),
        series: Some(("Tales of Ink, the".into(), some("1-3"))),
        popularity: 17,
        categories: vec!["fiction/latin-american".into(), "classics".into()],
    }
}

/// A book of a feed with a price and copies.
pub(crate) fn put(tx: &Tx<'_>, work: Option<Id>, about: &WorkFacts, facts: &EditionFacts, now: Timestamp) -> (Id, Id) {
    let made = catalog::create(tx, work, about, facts, now).unwrap();
    price(tx, made.0, PriceKind::Selling, 1250, now);
    stock::receive(tx, made.0, 3, "test", "the first copies", now).unwrap();
    made
}

pub(crate) fn price(tx: &Tx<'_>, edition: Id, kind: PriceKind, minor: i64, now: Timestamp) {
    let price = NewPrice {
        amount: Money::new(minor, Currency::GBP),
        tax_included: true,
        kind,
        source: "a feed".into(),
        valid_from: None,
        valid_to: None,
    };
    prices::set(tx, edition, &price, now).unwrap();
}

/// Books of every kind of trouble: whole, bare, a set of editions of one work, before our era, unlisted, without a number.
pub(crate) fn shelf(tx: &Tx<'_>, now: Timestamp) -> Result<(), DbError> {
    let (whole, work) = put(tx, None, &whole_work(), &whole_edition(), now);
    price(tx, whole, PriceKind::Rrp, 1400, now);
    media::links::set(tx, whole, &[COVER.into(), "https://covers.example/back.jpg".into()], now)?;
    let bare = EditionFacts { title: "NULL".into(), ..EditionFacts::default() };
    catalog::create(tx, None, &WorkFacts::default(), &bare, now).unwrap();
    let paperback = EditionFacts {
        isbn: "9780975229804".parse().ok(),
        title: "-Ink".into(),
        format: Format::PAPERBACK,
        age_to: Some(12),
        description: Some("It's plain.\n\nTwo paragraphs & <signs>".into()),
        ..EditionFacts::default()
    };
    put(tx, Some(work), &WorkFacts::default(), &paperback, now);
    let mug = EditionFacts {
        gtin: "4006381333931".parse().ok(),
        title: "'=A mug".into(),
        format: Format::from_code("ZZ").unwrap(),
        published: "2026-11-22".parse().ok(),
        credits: vec![Credit::new("Better Homes and Gardens", Role::AUTHOR)],
        subjects: vec![subject("93", "FBA")],
        ..EditionFacts::default()
    };
    let ancient = WorkFacts { first_published: Some(-750), ..WorkFacts::default() };
    let (mug, _) = put(tx, None, &ancient, &mug, now);
    price(tx, mug, PriceKind::Fixed, 990, now);
    let hidden = EditionFacts {
        isbn: "9781250108562".parse().ok(),
        title: "Hidden".into(),
        published: "1999".parse().ok(),
        lead_days: Some((2, 4)),
        format: Format::from_code("CD").unwrap(),
        ..EditionFacts::default()
    };
    let (hidden, _) = put(tx, None, &WorkFacts::default(), &hidden, now);
    catalog::set_listed(tx, hidden, false, now).unwrap();
    Ok(())
}

/// Every edition with its work, in the order in which they were made; texts are written one way.
pub(crate) fn editions(conn: &Connection) -> Vec<(catalog::Edition, WorkFacts)> {
    let ids = walk::list_ids(conn, walk::START, 1000).unwrap();
    let whole = ids.into_iter().map(|id| {
        let mut edition = find(conn, id).unwrap().unwrap();
        let facts = &mut edition.facts;
        // The same characters can be escaped in several ways.
        for text in [&mut facts.description, &mut facts.author_note, &mut facts.contents].into_iter().flatten() {
            *text = texts::xhtml(text);
        }
        let work = find_work(conn, edition.work_id).unwrap().unwrap();
        (edition, work)
    });
    whole.collect()
}

/// All that is known of every edition, by what it is called, without the ids of the shop it is in.
pub(crate) fn everything(conn: &Connection, now: Timestamp) -> Vec<String> {
    let mut works: Vec<Id> = Vec::new();
    let told = editions(conn).into_iter().map(|(edition, work)| {
        let place = works.iter().position(|known| *known == edition.work_id).unwrap_or_else(|| {
            works.push(edition.work_id);
            works.len() - 1
        });
        let price = |kind| prices::current_of_kind(conn, edition.id, Currency::GBP, kind, now).unwrap();
        let asked = [PriceKind::Selling, PriceKind::Rrp, PriceKind::Fixed].map(price);
        let copies = stock::on_hand(conn, edition.id).unwrap();
        format!("{:#?}\nwork {place}: {work:#?}\nlisted {} {asked:?} {copies}", edition.facts, edition.listed)
    });
    told.collect()
}
