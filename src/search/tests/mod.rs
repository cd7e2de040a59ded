//! The index against a small shop, each promise tried.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod counting;
mod enduring;
mod filters;
mod finding;
mod following;
mod grouping;
mod proving;
mod sorting;
mod suggesting;

use jiff::Timestamp;

use super::worker::Worker;
use super::{Hits, Index, Proof, Query, find};
use crate::catalog::prices::{self, NewPrice, OWNER, PriceKind};
use crate::catalog::{self, Credit, EditionFacts, Format, Role, WorkFacts};
use crate::db::{Db, DbError, Tx};
use crate::kernel::ids::Id;
use crate::kernel::money::{Currency, Money};
use crate::settings::Overrides;
use crate::stock;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// What a test says of a book; the rest is ordinary.
#[derive(Clone)]
struct Book {
    title: &'static str,
    author: &'static str,
    role: Role,
    isbn: &'static str,
    format: &'static str,
    language: &'static str,
    publisher: &'static str,
    published: &'static str,
    series: Option<(&'static str, &'static str)>,
    original: Option<&'static str>,
    category: &'static str,
    popularity: u32,
    price: Option<i64>,
    copies: u32,
}

const BOOK: Book = Book {
    title: "Ink",
    author: "Ann Author",
    role: Role::AUTHOR,
    isbn: "",
    format: "BC",
    language: "eng",
    publisher: "Quay Press",
    published: "2019",
    series: None,
    original: None,
    category: "fiction",
    popularity: 10,
    price: Some(999),
    copies: 2,
};

struct Shop {
    folder: tempfile::TempDir,
    db: Db,
    index: Index,
}

impl Shop {
    fn open() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
        let index = Index::open_or_rebuild(&folder.path().join("search")).unwrap();
        Shop { folder, db, index }
    }

    fn with(books: &[Book]) -> Shop {
        let shop = Shop::open();
        for book in books {
            shop.add(book);
        }
        shop.catch_up();
        shop
    }

    fn dir(&self) -> std::path::PathBuf {
        self.folder.path().join("search")
    }

    fn write<T: Send + 'static>(&self, f: impl FnOnce(&Tx<'_>) -> T + Send + 'static) -> T {
        self.db.write_blocking(move |tx| Ok::<_, DbError>(f(tx))).unwrap()
    }

    fn add(&self, book: &Book) -> Id {
        let book = book.clone();
        self.write(move |tx| add(tx, &book))
    }

    /// What the indexer does, once.
    fn catch_up_at(&self, now: Timestamp) {
        let mut worker = Worker::open(&self.db, &self.index, &Overrides::new()).unwrap();
        worker.work(now, &|| true).unwrap();
        worker.commit().unwrap();
    }

    fn catch_up(&self) {
        self.catch_up_at(now());
    }

    /// Starts the shop again after everything in memory was lost.
    fn restart(self) -> Shop {
        let Shop { folder, db, index } = self;
        drop(index);
        let index = Index::open_or_rebuild(&folder.path().join("search")).unwrap();
        Shop { folder, db, index }
    }

    fn find(&self, query: &Query) -> Hits {
        find(&self.index, query).unwrap()
    }

    fn titles(&self, text: &str) -> Vec<String> {
        let hits = self.find(&words(text));
        self.titles_of(&hits)
    }

    fn titles_of(&self, hits: &Hits) -> Vec<String> {
        let title = |id: &Id| {
            let found = self.db.read(|conn| catalog::find(conn, *id).map_err(DbError::from)).unwrap();
            found.unwrap().facts.title
        };
        hits.ids.iter().map(title).collect()
    }

    fn prove_at(&self, now: Timestamp) -> Proof {
        self.db.read(|conn| super::check(conn, &self.dir(), &Overrides::new(), now)).unwrap()
    }

    fn prove(&self) -> Proof {
        self.prove_at(now())
    }
}

fn words(text: &str) -> Query {
    Query { text: text.into(), per_page: 20, ..Query::default() }
}

fn add(tx: &Tx<'_>, book: &Book) -> Id {
    add_to(tx, None, book)
}

/// Makes a book's edition, of `work` if given.
fn add_to(tx: &Tx<'_>, work: Option<Id>, book: &Book) -> Id {
    let facts = EditionFacts {
        isbn: book.isbn.parse().ok(),
        title: book.title.into(),
        credits: vec![Credit::new(book.author, book.role)],
        language: Some(book.language.into()),
        format: Format::from_code(book.format).unwrap(),
        publisher: Some(book.publisher.into()),
        published: book.published.parse().ok(),
        ..EditionFacts::default()
    };
    let about = WorkFacts {
        original_title: book.original.map(Into::into),
        series: book.series.map(|(name, number)| (name.into(), Some(number.into()))),
        popularity: book.popularity,
        categories: vec![book.category.into()],
        ..WorkFacts::default()
    };
    let (id, _) = catalog::create(tx, work, &about, &facts, now()).unwrap();
    if let Some(minor) = book.price {
        set_price(tx, id, minor, None, None);
    }
    if book.copies > 0 {
        stock::receive(tx, id, book.copies, "test", "delivery", now()).unwrap();
    }
    id
}

fn set_price(tx: &Tx<'_>, id: Id, minor: i64, from: Option<Timestamp>, to: Option<Timestamp>) {
    let price = NewPrice {
        amount: Money::new(minor, Currency::GBP),
        tax_included: true,
        kind: PriceKind::Selling,
        source: OWNER.into(),
        valid_from: from,
        valid_to: to,
    };
    prices::set(tx, id, &price, now()).unwrap();
}
