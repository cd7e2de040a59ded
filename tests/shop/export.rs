//! Getting data out: what an export says is what the shop knows, and taking it in again changes nothing.

use std::path::{Path, PathBuf};

use bookstall::catalog;
use bookstall::db::Db;
use bookstall::exports::{self, FileFormat, Table};
use bookstall::imports::{self, ImportOptions, Report};
use bookstall::kernel::time::Clock;
use bookstall::settings::{Overrides, Shop};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::support::books;
use crate::support::cli::{Desk, Said};
use crate::support::shop::OPENED;

/// A shop as a folder, without anybody serving it.
struct Stock {
    folder: TempDir,
    db: Db,
}

impl Stock {
    fn empty() -> Stock {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
        Stock { folder, db }
    }

    fn filled() -> Stock {
        let stock = Stock::empty();
        stock.db.write_blocking(|tx| books::shelf(tx, now())).unwrap();
        stock
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("bookstall.db")
    }

    fn export(&self, table: Table, format: FileFormat) -> Vec<u8> {
        let conn = exports::open(&self.path()).unwrap();
        let mut out = Vec::new();
        exports::table(&conn, table, format, &Shop::default(), now(), &mut out).unwrap();
        out
    }

    fn import(&self, text: &[u8]) -> Report {
        let file = self.folder.path().join("again.csv");
        std::fs::write(&file, text).unwrap();
        take_in(&self.db, &file)
    }

    fn everything(&self) -> Vec<String> {
        books::everything(&Db::open_reader(&self.path()).unwrap(), now())
    }
}

fn now() -> Timestamp {
    OPENED.parse().unwrap()
}

fn take_in(db: &Db, file: &Path) -> Report {
    let options = ImportOptions::default();
    let (report, result) = imports::run(db, file, &options, &Overrides::new(), &Clock::fixed(now()), &mut |_| {});
    result.unwrap();
    report
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn an_exported_books_csv_taken_in_again_changes_nothing() {
    let stock = Stock::filled();
    let (before, csv) = (stock.everything(), stock.export(Table::Books, FileFormat::Csv));
    let versions = stock.db.data_version().unwrap();
    for _ in 0..2 {
        let report = stock.import(&csv);
        assert_eq!((report.read, report.unchanged), (5, 5), "{report:#?}");
        assert!(report.warnings.is_empty(), "{report:#?}");
    }
    assert_ne!(versions, 0);
    pretty_assert(&before, &stock.everything());
    assert_eq!(text(csv), text(stock.export(Table::Books, FileFormat::Csv)));
}

#[test]
fn an_exported_books_csv_makes_the_same_shop_elsewhere() {
    let (stock, other) = (Stock::filled(), Stock::empty());
    let report = other.import(&stock.export(Table::Books, FileFormat::Csv));
    assert_eq!((report.created, report.rejected), (5, 0), "{report:#?}");
    pretty_assert(&stock.everything(), &other.everything());
}

/// Compares book by book, so that a failure shows one.
#[track_caller]
fn pretty_assert(expected: &[String], found: &[String]) {
    for (expected, found) in expected.iter().zip(found) {
        let differing: Vec<_> = expected.lines().zip(found.lines()).filter(|(one, other)| one != other).collect();
        assert!(differing.is_empty() && expected == found, "{differing:#?}");
    }
    assert_eq!(expected.len(), found.len());
}

#[test]
fn a_spreadsheet_saved_with_semicolons_is_still_the_shops_own() {
    let stock = Stock::filled();
    let csv = stock.export(Table::Books, FileFormat::Csv);
    let mut rows = csv::Reader::from_reader(csv.as_slice());
    let mut saved = csv::WriterBuilder::new().delimiter(b';').from_writer("\u{feff}".as_bytes().to_vec());
    saved.write_record(rows.headers().unwrap()).unwrap();
    let price = rows.headers().unwrap().iter().position(|name| name == "price").unwrap();
    for row in rows.records() {
        let row = row.unwrap();
        let cells = row
            .iter()
            .enumerate()
            .map(|(at, cell)| if at == price { cell.replace("12.50", "13,75") } else { cell.into() });
        saved.write_record(cells.collect::<Vec<String>>()).unwrap();
    }
    let report = stock.import(&saved.into_inner().unwrap());
    assert_eq!((report.updated, report.unchanged), (4, 1), "{report:#?}");
    let shown = stock.everything();
    assert!(shown.iter().filter(|book| book.contains("minor: 1375")).count() == 4);
}

#[test]
fn no_cell_is_run_by_a_spreadsheet() {
    let csv = Stock::filled().export(Table::Books, FileFormat::Csv);
    let mut guarded = 0;
    for row in csv::Reader::from_reader(csv.as_slice()).records() {
        for cell in row.unwrap().iter() {
            let is_number = cell.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
            assert!(is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell}");
            guarded += usize::from(cell.starts_with('\''));
        }
    }
    assert_eq!(guarded, 5, "=Halyard, +44, @Halyard, -Ink, '=A mug");
}

#[test]
fn csv_is_what_rfc_4180_says() {
    let csv = text(Stock::filled().export(Table::Stock, FileFormat::Csv));
    assert!(csv.starts_with("edition,isbn,title,"));
    assert!(csv.lines().count() == 5 && csv.split("\r\n").count() == 6, "{csv}");
    assert!(csv.contains("\"The =Ink & <Salt>, \"\"twice\"\"; (Tales, #1)\""), "{csv}");
}

#[test]
fn json_is_one_array_with_amounts_as_text() {
    let json = text(Stock::filled().export(Table::Books, FileFormat::Json));
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!((rows.len(), json.lines().count()), (5, 7), "one object a line");
    let ink = &rows[0];
    assert_eq!((&ink["price"], &ink["currency"], &ink["pages"]), (&"12.50".into(), &"GBP".into(), &320.into()));
    assert_eq!(ink["contributors"][0]["sort-name"], "García Márquez, Gabriel");
    assert_eq!(ink["subject"][2], serde_json::json!({ "scheme": "20", "code": "ships and sails" }));
    assert_eq!(ink["image"], serde_json::json!([books::COVER, "https://covers.example/back.jpg"]));
    assert_eq!(rows[1]["isbn"], serde_json::Value::Null);
    assert_eq!(rows[3]["original-year"], -750);
}

#[test]
fn a_workbook_keeps_isbns_as_text_and_amounts_as_numbers() {
    let xlsx = Stock::filled().export(Table::Books, FileFormat::Xlsx);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(xlsx)).unwrap();
    let mut sheet = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut sheet).unwrap();
    let document = roxmltree::Document::parse(&sheet).unwrap();
    let cell = |name: &str| document.descendants().find(|node| node.attribute("r") == Some(name)).unwrap();
    assert_eq!(cell("B2").attribute("t"), Some("inlineStr"));
    assert_eq!(cell("B2").descendants().find_map(|node| node.text()), Some("9780306406157"));
    let price = cell("S2");
    assert_eq!((price.attribute("t"), price.descendants().find_map(|node| node.text())), (None, Some("12.5")));
    assert_eq!(
        document
            .descendants()
            .filter(|node| node.has_tag_name(("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "row")))
            .count(),
        6
    );
}

#[test]
fn the_program_exports_to_the_terminal_and_to_files() {
    let desk = Desk::new();
    desk.run(&["export", "books"]).refuses(&["there is no shop"]);
    let list = desk.write("list.csv", "isbn,title,price\n9780306406157,Ink,9.99\n");
    assert_eq!(desk.run(&["import", list.to_str().unwrap()]).code, 0);
    let Said { code, out, err } = desk.run(&["export", "books"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("edition-id,isbn,") && out.contains(",9780306406157,"), "{out}");
    let said = desk.run(&["export", "stock", "--format", "xlsx", "--output", "stock.xlsx"]);
    assert_eq!((said.code, said.out.as_str(), said.err.trim()), (0, "", "0 records written to stock.xlsx"));
    assert!(std::fs::read(desk.path().join("stock.xlsx")).unwrap().starts_with(b"PK"));
    let again = desk.write("again.csv", &out);
    let said = desk.run(&["import", again.to_str().unwrap()]);
    assert!(said.out.starts_with("1 read: 0 created, 0 updated, 1 unchanged, 0 rejected"), "{said:?}");
    assert_eq!(desk.run(&["export", "receipts"]).code, 2);
    desk.run(&["export", "onix", "--format", "csv"]).refuses(&["onix has a format of its own"]);
    desk.run(&["export", "books", "--output", "nowhere/books.csv"]).refuses(&["nowhere/books.csv cannot be written"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn exported_orders_add_up_and_no_secret_leaves() {
    use crate::support::{buyer, shop};
    let shop = shop::Shop::open().await;
    let ink = shop.stock("9780306406157", "Ink", 999, 5).await;
    let salt = shop.stock("9780975229804", "=Salt", 1299, 5).await;
    let visitor = shop.visitor();
    let registered = visitor.get("/account/register").await.ok();
    let form = registered.form("/account/register").set("email", "ada@reader.example").set("name", "Ada Byron");
    visitor.send(&form.set("password", "a long enough secret")).await.leads_to();
    buyer::take(&visitor, &ink, "2").await.leads_to();
    buyer::buy(&visitor, &salt).await;
    buyer::buy(&shop.visitor(), &ink).await;
    let conn = exports::open(&shop.database()).unwrap();
    let export = |table| {
        let mut out = Vec::new();
        exports::table(&conn, table, FileFormat::Json, &Shop::default(), shop.clock.now(), &mut out).unwrap();
        (serde_json::from_slice::<Vec<serde_json::Value>>(&out).unwrap(), text(out))
    };
    let (lines, _) = export(Table::Orders);
    let sum = |column: &str| -> i64 {
        let amounts = lines.iter().filter_map(|line| line[column].as_str());
        amounts.map(|amount| amount.replace('.', "").parse::<i64>().unwrap()).sum()
    };
    assert_eq!((lines.len(), lines[0]["title"].as_str(), lines[1]["title"].as_str()), (3, Some("Ink"), Some("=Salt")));
    assert_eq!(sum("line-total"), 999 * 3 + 1299);
    assert_eq!(sum("subtotal"), sum("line-total"));
    assert_eq!(sum("line-tax") + sum("delivery-tax"), sum("tax"));
    assert_eq!(sum("subtotal") + sum("delivery-price") - sum("discount"), sum("total"));
    assert_eq!(sum("total"), shop.count("SELECT sum(total_minor) FROM orders"));
    let (customers, told) = export(Table::Customers);
    let ada = &customers[0];
    assert_eq!((customers.len(), &ada["email"], &ada["orders"]), (1, &"ada@reader.example".into(), &1.into()));
    assert_eq!(ada["total"], lines[0]["total"]);
    let hash: String = shop.read(|conn| conn.query_row("SELECT password_hash FROM customers", [], |row| row.get(0)));
    assert!(!told.contains("argon2") && !told.contains(&hash));
    let (stock, _) = export(Table::Stock);
    assert_eq!((&stock[0]["on-hand"], &stock[0]["available"]), (&2.into(), &2.into()));
    assert_eq!(stock[0]["last-movement-kind"], "sold");
    shop.close().await;
}

#[test]
fn without_its_id_column_an_export_is_a_csv_like_any_other() {
    let (stock, other) = (Stock::filled(), Stock::empty());
    let csv = stock.export(Table::Books, FileFormat::Csv);
    let mut rows = csv::Reader::from_reader(csv.as_slice());
    let mut bare = csv::Writer::from_writer(Vec::new());
    bare.write_record(rows.headers().unwrap().iter().skip(1)).unwrap();
    // Only the first: the others are known to the shop, but to no reader of foreign files.
    let row = rows.records().next().unwrap().unwrap();
    bare.write_record(row.iter().skip(1)).unwrap();
    let report = other.import(&bare.into_inner().unwrap());
    assert_eq!((report.created, report.rejected), (1, 0), "{report:#?}");
    let conn = Db::open_reader(&other.path()).unwrap();
    let (sent, came) = (&books::editions(&Db::open_reader(&stock.path()).unwrap())[0], &books::editions(&conn)[0]);
    let facts = (&sent.0.facts, &came.0.facts);
    assert_eq!(
        (&facts.0.isbn, &facts.0.credits, &facts.0.subjects),
        (&facts.1.isbn, &facts.1.credits, &facts.1.subjects)
    );
    let measures = |facts: &catalog::EditionFacts| {
        (facts.pages, facts.weight_g, facts.height_mm, facts.age_from, facts.age_to, facts.published, facts.lead_days)
    };
    assert_eq!(measures(facts.0), measures(facts.1));
    assert_eq!((&facts.0.language, &facts.0.more_languages), (&facts.1.language, &facts.1.more_languages));
    assert_eq!((&facts.0.publisher, facts.0.format), (&facts.1.publisher, facts.1.format));
}
