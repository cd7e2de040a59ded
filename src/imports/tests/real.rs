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
