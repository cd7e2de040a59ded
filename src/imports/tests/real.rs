//! The real files, where they are at hand beside the repository.

use super::*;

pub(super) fn real(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not here", path.display());
        return None;
    }
    Some(path)
}

#[test]
fn goodbooks_goes_in_whole_and_once() {
    let Some(file) = real("catalogue/goodbooks-10k-books.csv") else { return };
    let shop = Shop::new();
    let report = shop.import(&file, &ImportOptions::default());
    assert_eq!(counts(&report), (10_000, 10_000, 0, 0, 0));
    let without = report.warnings.iter().filter(|text| text.contains("taken in without one")).count();
    assert_eq!(without, 723);
    let with: i64 =
        shop.read(|conn| conn.query_row("SELECT count(*) FROM editions WHERE isbn IS NOT NULL", [], |row| row.get(0)));
    assert_eq!(with, 9277);
    let hunger = shop.by_isbn("9780439023481");
    assert_eq!((hunger.facts.title.as_str(), hunger.byline.as_str()), ("The Hunger Games", "Suzanne Collins"));
    let work = shop.read(|conn| catalog::find_work(conn, hunger.work_id)).unwrap();
    assert_eq!(work.series, Some(("The Hunger Games".into(), Some("1".into()))));
    assert_eq!(work.first_published, Some(2008));
    assert_eq!(shop.price("9780439023481"), None);

    let before = shop.read(crate::changes::latest);
    let again = shop.import(&file, &ImportOptions::default());
    assert_eq!(counts(&again), (10_000, 0, 0, 10_000, 0));
    assert_eq!(shop.read(crate::changes::latest), before);
}

#[test]
fn macmillan_titles_are_sold_at_their_real_price_in_an_australian_shop() {
    let Some(file) = real("onix/onix30-reference-macmillan-21.xml") else { return };
    let shop = Shop::new();
    let options = ImportOptions { default_currency: "AUD".parse().ok(), ..ImportOptions::default() };
    let report = shop.import(&file, &options);
    assert_eq!((report.read, report.created, report.rejected), (21, 20, 0), "{report:?}");
    assert_eq!(shop.ids().len(), 20);
    assert_eq!(shop.price("9780330520331").as_deref(), Some("AUD\u{a0}17.99"));
    assert_eq!(shop.price("9781447231622").as_deref(), Some("AUD\u{a0}19.99"));
    let row = shop.row(shop.by_isbn("9780330520331").id);
    assert!(catalog::Offer::of(&row, 0, "2026-11-22".parse().unwrap()).is_for_sale());
    let things = shop.by_isbn("9781509854172");
    assert_eq!(things.facts.title, "147 Things");
    assert_eq!(
        things.facts.subtitle.as_deref(),
        Some("My user's guide to the universe, from black holes to belly buttons")
    );
    assert_eq!(counts(&shop.import(&file, &options)), (21, 0, 0, 21, 0));
}

fn guessing() -> ImportOptions {
    ImportOptions { guess: true, ..ImportOptions::default() }
}

#[test]
fn a_list_without_a_header_goes_in_by_a_guess() {
    let Some(file) = real("catalogue/oscar-computers-in-fiction.csv") else { return };
    let shop = Shop::new();
    let (_, refused) = shop.try_import(&file, &ImportOptions::default());
    let words = refused.unwrap_err().to_string();
    let guess =
        "--no-header --map 2=category --map 3=isbn --map 4=title --map 5=description --map 8=price --map 9=stock";
    assert!(words.contains(guess), "{words}");
    let report = shop.import(&file, &guessing());
    assert_eq!(counts(&report), (86, 86, 0, 0, 0), "{:?}", report.warnings);
    let crash = shop.by_isbn("9780553380958");
    assert_eq!(crash.facts.title, "Snow Crash");
    assert!(crash.facts.description.as_deref().unwrap().contains("virtual reality"));
    assert_eq!((shop.price("9780553380958").as_deref(), shop.on_hand("9780553380958")), (Some("£17.99"), 51));
    let work = shop.read(|conn| catalog::find_work(conn, crash.work_id)).unwrap();
    assert_eq!(work.categories, ["books/fiction/computers-in-literature"]);
    // What was offered as --map does the same.
    let map = ["2=category", "3=isbn", "4=title", "5=description", "8=price", "9=stock"];
    let map = map.map(|pair| pair.split_once('=').unwrap());
    let named = ImportOptions {
        map: map.iter().map(|(column, field)| ((*column).to_owned(), field.parse().unwrap())).collect(),
        source: Some("by hand".into()),
        ..ImportOptions::default()
    };
    assert_eq!(counts(&shop.import(&file, &named)), (86, 0, 86, 0, 0), "each has a price of this feed now");
    assert_eq!(shop.ids().len(), 86);
}

#[test]
fn a_crawl_that_repeats_itself_becomes_its_books() {
    let Some(file) = real("catalogue/google-books-1299.csv") else { return };
    let shop = Shop::new();
    let options = ImportOptions { default_currency: "SAR".parse().ok(), ..ImportOptions::default() };
    let report = shop.import(&file, &options);
    assert_eq!((report.read, report.rejected), (1299, 0), "{:?}", report.rows);
    let count = |sql: &str| shop.read(|conn| conn.query_row(sql, [], |row| row.get::<_, i64>(0)));
    assert_eq!(count("SELECT count(*) FROM editions WHERE isbn IS NOT NULL"), 224);
    let words = report.warnings.iter().filter(|text| text.contains("is not an ISBN")).count();
    assert_eq!(words, 70);
    assert!(
        report.warnings.contains(&"30 prices of nothing not taken: a book without a price is listed, not sold".into())
    );
    assert!(shop.price("9781612626864").unwrap().ends_with("43.28"));
    let titan = shop.by_isbn("9781612626864");
    assert_eq!(titan.facts.published, "2014-07-31".parse().ok());
    assert_eq!(titan.facts.pages, Some(192));
    assert_eq!(shop.import(&file, &options).created, 0);
}

#[test]
fn old_wrong_readings_are_put_right_where_that_is_certain() {
    let Some(file) = real("catalogue/book-crossing-26k.csv") else { return };
    let shop = Shop::new();
    let report = shop.import(&file, &ImportOptions::default());
    assert_eq!((report.read, report.created, report.rejected), (26_267, 26_266, 0));
    assert_eq!(shop.by_isbn("0156528207").byline, "Antoine de Saint-Exupéry");
    let about = |words: &str| report.warnings.iter().find(|text| text.contains(words)).cloned();
    eprintln!("{:?} {:?}", about("put right"), about("left as it is"));
    assert!(about("put right").is_some() && about("left as it is").is_some());
    assert_eq!(shop.by_isbn("3404121686").facts.title, "Nacht Ã?Â¼ber den Wassern.");
}
