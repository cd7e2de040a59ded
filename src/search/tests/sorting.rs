//! Orders that follow the shop's life, and pages that hold still.

use std::collections::HashSet;

use super::super::Sort;
use super::*;
use crate::stock::Part;

const SORTS: [Sort; 7] =
    [Sort::Relevance, Sort::Newest, Sort::PriceAsc, Sort::PriceDesc, Sort::Title, Sort::Author, Sort::Popular];

fn sorted(shop: &Shop, sort: Sort) -> Vec<String> {
    shop.catch_up();
    shop.titles_of(&shop.find(&Query { sort, ..words("") }))
}

#[test]
fn authors_stand_by_their_surnames_and_nobody_last() {
    let shop = Shop::with(&[
        Book { title: "Of Nobody", author: "", ..BOOK },
        Book { title: "Two", author: "Zoe Ábel", ..BOOK },
        Book { title: "The One", author: "Abel, Zoe", ..BOOK },
        Book { title: "Three", author: "Ann Bell", ..BOOK },
        Book { title: "Four", author: "Zadie Ärmel", ..BOOK },
    ]);
    let nobody = shop.find(&words("of nobody")).ids[0];
    shop.write(move |tx| {
        let mut facts = catalog::find(tx, nobody).unwrap().unwrap().facts;
        facts.credits.clear();
        catalog::update(tx, nobody, &facts, None, now()).unwrap();
    });
    assert_eq!(sorted(&shop, Sort::Author), ["The One", "Two", "Four", "Three", "Of Nobody"]);
}

#[test]
fn real_sales_make_a_bestseller() {
    let shop = Shop::with(&[
        Book { title: "Asked For", popularity: 900, copies: 9, ..BOOK },
        Book { title: "Sold", popularity: 0, copies: 9, ..BOOK },
        Book { title: "Sold More", popularity: 0, copies: 9, ..BOOK },
    ]);
    assert_eq!(sorted(&shop, Sort::Popular)[0], "Asked For");
    let id = |title: &str| shop.find(&Query { per_page: 1, ..words(title) }).ids[0];
    let (sold, more) = (id("sold"), id("sold more"));
    let line = Id::new(now());
    shop.write(move |tx| {
        stock::sell(tx, sold, (Id::new(now()), Part::Shelf), 1, "test", now()).unwrap();
        stock::sell(tx, more, (line, Part::Shelf), 3, "test", now()).unwrap();
    });
    assert_eq!(sorted(&shop, Sort::Popular), ["Sold More", "Sold", "Asked For"]);
    // What comes back was not sold.
    shop.write(move |tx| {
        for unit in 0..3 {
            stock::return_unit(tx, more, line, unit, "test", "did not like it", now()).unwrap();
        }
    });
    assert_eq!(sorted(&shop, Sort::Popular), ["Sold", "Asked For", "Sold More"]);
    assert_eq!(shop.prove().findings, [""; 0]);
}

#[test]
fn pages_of_one_generation_hold_still_and_show_each_book_once() {
    let shop = Shop::open();
    let books: Vec<Book> = (0..60)
        .map(|n: usize| Book {
            title: ["Ink", "Ink: A Novel", "Reed"][n % 3],
            author: Box::leak(format!("Ann Author{:02}", n % 20).into_boxed_str()),
            price: [None, Some(500)][n % 2],
            ..BOOK
        })
        .collect();
    for part in books.chunks(13) {
        for book in part {
            shop.add(book);
        }
        shop.catch_up();
    }
    for text in ["", "ink", "author03"] {
        for sort in SORTS {
            let all = shop.find(&Query { sort, per_page: 100, ..words(text) });
            let read = |_| {
                let page = |page| shop.find(&Query { sort, page, per_page: 4, ..words(text) }).ids;
                (1..=15).flat_map(page).collect::<Vec<Id>>()
            };
            let rounds: Vec<Vec<Id>> = (0..3).map(read).collect();
            assert_eq!(rounds, vec![all.ids.clone(); 3], "{sort:?} {text}");
            let groups: HashSet<i64> = all.ids.iter().map(|id| group(&shop, *id)).collect();
            assert_eq!((groups.len(), all.ids.len()), (all.ids.len(), usize::try_from(all.total).unwrap()));
        }
    }
    assert_eq!(shop.find(&words("")).total, 40);
}

fn group(shop: &Shop, id: Id) -> i64 {
    let sql = "SELECT w.alike FROM editions e JOIN works w ON w.id = e.work_id WHERE e.id = ?1";
    shop.db.read(|conn| Ok::<_, DbError>(conn.query_row(sql, [id], |row| row.get(0))?)).unwrap()
}
