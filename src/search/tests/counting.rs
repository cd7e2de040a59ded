//! Counts of the index against SQL's own, over a catalogue of chance: several editions of a work, several works that
//! look alike, books that nobody sees, books that moved.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::super::{Availability, Count, Facets, price_band};
use super::*;

/// The same throws in every run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides).unwrap()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.throw(from.len() as u64)]
    }
}

const TITLES: [&str; 8] =
    ["Ink", "Ink: A Novel", "Ink (2)", "The Salt Road", "Salt Road (Quay Classics)", "Tide", "Tide, Vol. 3", "Reed"];
const AUTHORS: [&str; 5] = ["Ann Author", "Author, Ann", "Bo Bell", "Cy Crane", "Di Dell"];

fn chance(dice: &mut Dice) -> Book {
    Book {
        title: dice.pick(&TITLES),
        author: dice.pick(&AUTHORS),
        format: dice.pick(&["BC", "BB", "AC", "ED"]),
        language: dice.pick(&["eng", "fre", "spa"]),
        publisher: dice.pick(&["Quay Press", "Halyard", "Tallow & Sons"]),
        published: dice.pick(&["1953", "1987-04", "1999-12-31", "2000", "2019", "2026-11-22", "2027-03", ""]),
        series: dice.pick(&[None, None, Some(("Tales", "2")), Some(("Ink", "4"))]),
        category: dice.pick(&["fiction", "fiction/crime", "fiction/crime/nordic", "poetry"]),
        price: dice.pick(&[None, Some(0), Some(499), Some(500), Some(999), Some(1999), Some(3000), Some(8000)]),
        copies: dice.pick(&[0, 0, 1, 3]),
        ..BOOK
    }
}

/// Whatever else may be said of an edition: out of print, to order, recalled, dearer elsewhere, not shown.
fn say_more(tx: &Tx<'_>, id: Id, dice: &mut Dice) {
    let mut facts = catalog::find(tx, id).unwrap().unwrap().facts;
    let (status, supply, lead) = dice.pick(&[
        ("04", "99", None),
        ("04", "21", Some((2, 4))),
        ("07", "99", None),
        ("04", "31", None),
        ("02", "10", None),
        ("11", "99", None),
    ]);
    (facts.publishing_status, facts.availability, facts.lead_days) = (status.into(), supply.into(), lead);
    catalog::update(tx, id, &facts, None, now()).unwrap();
    if dice.throw(3) == 0 {
        let amount = Money::new(900, Currency::GBP);
        let kind = PriceKind::Rrp;
        let rrp =
            NewPrice { amount, tax_included: true, kind, source: "feed".into(), valid_from: None, valid_to: None };
        prices::set(tx, id, &rrp, now()).unwrap();
    }
    if dice.throw(8) == 0 {
        catalog::set_listed(tx, id, false, now()).unwrap();
    }
}

/// Some hundred editions, in many commits; later ones rename, move and split what was there.
fn shop_of_chance(seed: u64) -> Shop {
    let shop = Shop::open();
    let mut known: Vec<Id> = Vec::new();
    for round in 0..12 {
        let (mut dice, before) = (Dice(seed + round), known);
        known = shop.write(move |tx| {
            let mut known = before;
            for _ in 0..20 {
                let book = chance(&mut dice);
                let beside = if known.is_empty() || dice.throw(2) == 0 { None } else { Some(dice.pick(&known)) };
                let work = beside.map(|id| catalog::works::of_edition(tx, id).unwrap().unwrap());
                let id = add_to(tx, work, &book);
                say_more(tx, id, &mut dice);
                known.push(id);
            }
            for _ in 0..3 {
                disturb(tx, &known, &mut dice);
            }
            known
        });
        shop.catch_up();
    }
    shop
}

fn disturb(tx: &Tx<'_>, known: &[Id], dice: &mut Dice) {
    let (one, other) = (dice.pick(known), dice.pick(known));
    match dice.throw(3) {
        0 => {
            let mut facts = catalog::find(tx, one).unwrap().unwrap().facts;
            facts.title = dice.pick(&TITLES).into();
            catalog::update(tx, one, &facts, None, now()).unwrap();
        }
        1 => {
            let work = catalog::works::of_edition(tx, other).unwrap().unwrap();
            catalog::works::move_edition(tx, one, work, now()).unwrap();
        }
        _ => drop(catalog::works::split_off(tx, one, now()).unwrap()),
    }
}

/// What visitors see, told by SQL alone; formats as the shop calls them.
const SHOWN: &str = "
    WITH priced AS (
        SELECT e.*, w.alike AS book, s.name AS series,
               (SELECT amount_minor FROM prices WHERE edition_id = e.id ORDER BY source <> 'owner' LIMIT 1) AS price,
               (SELECT amount_minor FROM prices WHERE edition_id = e.id AND kind = 'rrp') AS rrp,
               coalesce((SELECT on_hand FROM stock WHERE edition_id = e.id), 0) AS copies
          FROM editions e JOIN works w ON w.id = e.work_id LEFT JOIN series s ON s.id = w.series_id
         WHERE e.listed = 1),
    shown AS (
        SELECT book, work_id, language, publisher, series, price, rrp > price AS reduced,
               CASE format WHEN 'BC' THEN 'Paperback' WHEN 'BB' THEN 'Hardback' WHEN 'AC' THEN 'Audio CD' ELSE 'Ebook' END AS format,
               CAST(substr(published, 1, 3) || '0' AS INTEGER) AS decade,
               CASE WHEN price < 500 THEN '0' WHEN price < 1000 THEN '1' WHEN price < 1500 THEN '2'
                    WHEN price < 2000 THEN '3' WHEN price < 3000 THEN '4' WHEN price IS NOT NULL THEN '5' END AS band,
               CASE WHEN publishing_status = '11' OR format = 'ED' THEN 'not-now'
                    WHEN published > '2026-11-22' OR publishing_status = '02' THEN 'forthcoming'
                    WHEN price IS NULL THEN 'not-now'
                    WHEN copies > 0 THEN 'on-shelf'
                    WHEN availability = '21' THEN 'to-order'
                    WHEN publishing_status = '07' THEN 'out-of-print'
                    ELSE 'not-now' END AS can_be_had
          FROM priced)";

/// The filters of a query as SQL, by the facet that each belongs to.
fn clauses(query: &Query) -> Vec<(&'static str, String)> {
    let text = |column: &str, value: &Option<String>| value.as_ref().map(|value| format!("{column} = '{value}'"));
    let category = query.category.as_ref().map(|path| {
        format!(
            "EXISTS (SELECT 1 FROM work_categories wc JOIN categories c ON c.id = wc.category_id
                      WHERE wc.work_id = shown.work_id AND (c.path = '{path}' OR c.path LIKE '{path}/%'))"
        )
    });
    let price = query
        .price
        .map(|(from, to)| format!("price BETWEEN {} AND {}", from.unwrap_or(0).max(0), to.unwrap_or(i64::MAX)));
    let had = query.availability.map(|availability| format!("can_be_had = '{}'", availability.word()));
    let all = [
        ("category", category),
        ("format", text("format", &query.format)),
        ("language", text("language", &query.language)),
        ("publisher", text("publisher", &query.publisher)),
        ("series", text("series", &query.series)),
        ("decade", query.decade.map(|decade| format!("decade = {decade}"))),
        ("can_be_had", had),
        ("band", price),
        ("reduced", query.reduced.then(|| "reduced".to_owned())),
    ];
    all.into_iter().filter_map(|(facet, clause)| Some((facet, clause?))).collect()
}

fn tally(conn: &Connection, query: &Query, value: &str, own: &str, from: &str) -> BTreeMap<String, u64> {
    let clauses = clauses(query).into_iter().filter(|(facet, _)| *facet != own).map(|(_, clause)| clause);
    let filter: Vec<String> = clauses.chain([format!("{value} IS NOT NULL")]).collect();
    let sql = format!(
        "{SHOWN} SELECT CAST({value} AS TEXT), count(DISTINCT book) FROM {from} WHERE {} GROUP BY 1",
        filter.join(" AND ")
    );
    let mut statement = conn.prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, u32>(1)?.into()))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn counted(counts: &[Count]) -> BTreeMap<String, u64> {
    counts.iter().map(|count| (count.value.clone(), count.books)).collect()
}

#[track_caller]
fn check(shop: &Shop, query: &Query) {
    let hits = shop.find(query);
    let Facets { categories, formats, languages, publishers, series, decades, prices, availability } = &hits.facets;
    let counts = [
        ("format", formats),
        ("language", languages),
        ("publisher", publishers),
        ("series", series),
        ("decade", decades),
        ("band", prices),
        ("can_be_had", availability),
    ];
    let conn = Db::open_reader(&shop.folder.path().join("bookstall.db")).unwrap();
    for (column, counts) in counts {
        assert_eq!(counted(counts), tally(&conn, query, column, column, "shown"), "{column} of {query:?}");
    }
    let shelves = "shown JOIN work_categories wc USING (work_id) JOIN categories own ON own.id = wc.category_id
                   JOIN categories shelf ON own.path = shelf.path OR own.path LIKE shelf.path || '/%'";
    assert_eq!(counted(categories), tally(&conn, query, "shelf.path", "", shelves), "categories of {query:?}");
    let total = tally(&conn, query, "1", "", "shown").into_values().sum::<u64>();
    assert_eq!(hits.total, total, "{query:?}");
    assert_eq!(hits.ids.len(), usize::try_from(total.min(100)).unwrap(), "{query:?}");
}

#[test]
fn every_count_is_sqls_own() {
    for seed in [1, 22, 333] {
        let shop = shop_of_chance(seed);
        assert_eq!(shop.prove().findings, [""; 0]);
        let parts = shop.db.read(|conn| {
            let sql = "SELECT count(DISTINCT alike), count(*) FROM works WHERE EXISTS (SELECT 1 FROM editions WHERE work_id = works.id)";
            Ok::<(u32, u32), DbError>(conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
        });
        let (books, works) = parts.unwrap();
        assert!(books > 20 && works > books + 20, "chance made {works} works of {books} books");
        check(&shop, &Query { per_page: 100, ..Query::default() });
        let mut dice = Dice(seed);
        for _ in 0..60 {
            check(&shop, &filters_of_chance(&mut dice));
        }
    }
}

fn filters_of_chance(dice: &mut Dice) -> Query {
    let mut text = |from: &[&str]| (dice.throw(3) == 0).then(|| dice.pick(from).to_owned());
    let (format, language) = (text(&["Paperback", "Hardback", "Map"]), text(&["eng", "fre", "zul"]));
    let (publisher, series) = (text(&["Quay Press", "Nobody"]), text(&["Tales", "Ink"]));
    let category = text(&["fiction", "fiction/crime", "nowhere"]);
    let band = text(&["0", "1", "3", "5"]);
    Query {
        format,
        language,
        publisher,
        series,
        category,
        price: band.and_then(|band| price_band(&band)),
        decade: dice.pick(&[None, None, None, Some(1990), Some(2020)]),
        availability: dice.pick(&[None, None, None, Some(Availability::OnShelf), Some(Availability::NotNow)]),
        reduced: dice.throw(5) == 0,
        per_page: 100,
        ..Query::default()
    }
}
