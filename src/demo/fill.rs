//! From the demo files into the rooms.

use jiff::Timestamp;

use super::files::{Category, Edition, Shop as ShopFile, Work};
use super::{CUSTOMER, DemoError, STAFF};
use crate::accounts::password::PasswordHash;
use crate::accounts::{customers, staff};
use crate::catalog::prices::{self, NewPrice, OWNER, PriceKind};
use crate::catalog::{
    self, Credit, EditionFacts, Format, Quote, Related, Role, WorkFacts, categories as shelves, picks,
};
use crate::db::Tx;
use crate::delivery::{self, Kind, NewMethod};
use crate::kernel::ids::Id;
use crate::kernel::money::{Currency, Money};
use crate::settings::{self, OpenDay, Shop};
use crate::stock;
use crate::tax;

const ACTOR: &str = "demo";
/// Countries of the zone that the file calls Europe.
const EUROPE: [&str; 31] = [
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "LI",
];

pub(super) fn shop(tx: &Tx<'_>, file: &ShopFile, now: Timestamp) -> Result<(), DemoError> {
    let text = |text: &String| text.trim().to_owned();
    let facts = Shop {
        name: text(&file.name),
        promise: text(&file.promise),
        intro: text(&file.intro),
        street: text(&file.street),
        town: text(&file.town),
        postcode: text(&file.postcode),
        country: text(&file.country),
        phone: text(&file.phone),
        email: text(&file.email),
        bank_details: "The Crooked Ladder\nSort code 00-00-00, account 00000000 (a demonstration: do not pay)"
            .to_owned(),
        hours: file.hours.days().into_iter().filter_map(|(day, times)| open_day(day, times)).collect(),
        about: text(&file.texts.about),
        delivery: text(&file.texts.delivery),
        returns: text(&file.texts.returns),
        privacy: text(&file.texts.privacy),
        imprint: text(&file.texts.imprint),
        ..Shop::default()
    };
    settings::store(tx, &facts, now)?;
    tax::seed(tx)?;
    // The first way offered is the one chosen at first: most orders over the net are posted.
    let (fetched, posted): (Vec<_>, Vec<_>) = file.delivery_zones.iter().partition(|zone| zone.price == 0);
    for zone in posted.into_iter().chain(fetched) {
        zone_method(tx, &zone.name, zone.price, now)?;
    }
    Ok(())
}

fn zone_method(tx: &Tx<'_>, name: &str, minor: i64, now: Timestamp) -> Result<(), DemoError> {
    let (kind, name, days, countries): (_, _, _, &[&str]) = match name {
        "United Kingdom" => (Kind::Post, "Post within the United Kingdom", (2, 3), &["GB"]),
        "Europe" => (Kind::Post, "Post to Europe", (5, 8), &EUROPE),
        "Rest of the world" => (Kind::Post, "Airmail", (10, 15), &["*"]),
        _ => (Kind::Collection, "Collect in the shop", (0, 0), &["*"]),
    };
    let price = Money::new(minor, Currency::GBP);
    delivery::add(tx, &NewMethod { kind, name, price, days, hold_days: 21, countries }, now)?;
    Ok(())
}

/// `09:30-17:30`; anything else is a closed day.
fn open_day(day: &str, times: &str) -> Option<OpenDay> {
    let (from, to) = times.split_once('-')?;
    Some(OpenDay { day: day.to_owned(), from: from.trim().parse().ok()?, to: to.trim().parse().ok()? })
}

pub(super) fn categories(tx: &Tx<'_>, all: &[Category], now: Timestamp) -> Result<(), DemoError> {
    for (position, category) in (0_i64..).zip(all) {
        shelves::put(tx, &category.slug, &category.name, &category.palette, position, now)?;
        for (position, child) in (0_i64..).zip(&category.children) {
            let path = format!("{}/{}", category.slug, child.slug);
            shelves::put(tx, &path, &child.name, &category.palette, position, now)?;
        }
    }
    Ok(())
}

pub(super) fn accounts(
    tx: &Tx<'_>, (customer, member): (PasswordHash, PasswordHash), now: Timestamp,
) -> Result<(), DemoError> {
    let ada = customers::NewCustomer {
        email: CUSTOMER.email.parse()?,
        name: "Ada Byron".to_owned(),
        phone: None,
        password_hash: customer,
    };
    customers::register(tx, &ada, now)?;
    let marta = staff::NewStaff {
        email: STAFF.email.parse()?,
        name: "Marta Oakes".to_owned(),
        role: staff::Role::Owner,
        password_hash: member,
    };
    staff::add(tx, &marta, ACTOR, now)?;
    Ok(())
}

pub(super) fn work(tx: &Tx<'_>, work: &Work, now: Timestamp) -> Result<(), DemoError> {
    let about = WorkFacts {
        original_title: work.original_title.clone(),
        original_language: work.original_language.clone(),
        first_published: work.first_published,
        series: work.series.as_ref().map(|series| (series.name.clone(), series.number.clone())),
        popularity: work.popularity,
        categories: vec![work.category.clone()],
    };
    let mut known: Option<Id> = None;
    for edition in &work.editions {
        let facts = facts(work, edition)?;
        let (id, work_id) = catalog::create(tx, known, &about, &facts, now)?;
        known = Some(work_id);
        let kinds = [(edition.price, PriceKind::Selling), (edition.rrp, PriceKind::Rrp)];
        for (minor, kind) in kinds.into_iter().filter_map(|(minor, kind)| Some((minor?, kind))) {
            set_price(tx, id, minor, kind, now)?;
        }
        if edition.stock > 0 {
            stock::receive(tx, id, edition.stock, ACTOR, "opening stock", now)?;
        }
    }
    if let (Some(pick), Some(work_id)) = (&work.pick, known) {
        picks::put(tx, &picks::Pick { work_id, by: pick.by.clone(), text: pick.text.clone() }, now)?;
    }
    Ok(())
}

pub(super) fn set_price(tx: &Tx<'_>, edition: Id, minor: i64, kind: PriceKind, now: Timestamp) -> rusqlite::Result<()> {
    let amount = Money::new(minor, Currency::GBP);
    let price =
        NewPrice { amount, tax_included: true, kind, source: OWNER.to_owned(), valid_from: None, valid_to: None };
    prices::set(tx, edition, &price, now).map(drop)
}

fn facts(work: &Work, edition: &Edition) -> Result<EditionFacts, DemoError> {
    let wrong = |problem: String| DemoError::File(work.title.clone(), problem);
    let isbn = edition.isbn.as_ref().map(|text| text.parse()).transpose().map_err(|error| wrong(format!("{error}")))?;
    let published =
        edition.published.as_ref().map(|text| text.parse()).transpose().map_err(|error| wrong(format!("{error}")))?;
    let format = Format::from_code(&edition.format).ok_or_else(|| wrong(format!("format {}", edition.format)))?;
    let (publishing_status, availability) = match edition.availability.as_deref() {
        Some("to-order") => ("04", "21"),
        Some("out-of-print") => ("07", "51"),
        Some("forthcoming") => ("02", "10"),
        _ => ("04", "21"),
    };
    let credits = work.contributors.iter().map(|contributor| Credit {
        name: contributor.name.clone(),
        sort_name: contributor.sort.clone(),
        role: Role::from_code(&contributor.role).unwrap_or(Role::AUTHOR),
        body: false,
    });
    let quotes = work.quotes.iter().map(|quote| Quote { text: quote.text.clone(), source: quote.source.clone() });
    let reader = edition.reader.as_ref().and_then(|name| Some(Credit::new(name, Role::from_code("E07")?)));
    let newer = edition.replaced_by.as_ref().map(|text| text.parse()).transpose();
    let newer = newer.map_err(|error| wrong(format!("{error}")))?;
    Ok(EditionFacts {
        isbn,
        title: work.title.clone(),
        subtitle: work.subtitle.clone(),
        credits: credits.chain(reader).collect(),
        edition_statement: edition.statement.clone(),
        format_note: edition.note.clone(),
        language: Some(edition.language.clone().unwrap_or_else(|| work.language.clone())),
        format,
        publisher: edition.publisher.clone(),
        published,
        pages: edition.pages,
        weight_g: edition.weight_g,
        publishing_status: publishing_status.to_owned(),
        availability: availability.to_owned(),
        lead_days: edition.lead_days,
        signed: edition.signed,
        description: Some(work.description.clone()),
        imprint: edition.imprint.clone(),
        minutes: edition.minutes,
        height_mm: edition.size.map(|size| size.0),
        width_mm: edition.size.map(|size| size.1),
        thickness_mm: edition.size.map(|size| size.2),
        age_from: work.ages.map(|ages| ages.0),
        age_to: work.ages.map(|ages| ages.1),
        author_note: work.author_note.clone(),
        contents: work.contents.clone(),
        quotes: quotes.collect(),
        safety_contact: edition.safety.clone(),
        accessibility: edition.accessibility.clone(),
        protection: edition.protection.clone(),
        related: newer.map(|isbn| Related { code: "05".to_owned(), isbn }).into_iter().collect(),
        ..EditionFacts::default()
    })
}
