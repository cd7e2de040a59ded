//! Who made books and what belongs together: pages of people and of series, and correcting them in the office.

use bookstall::catalog::people;
use bookstall::catalog::prices::{self, NewPrice, OWNER, PriceKind};
use bookstall::catalog::{self, Credit, EditionFacts, Format, Related, Role, WorkFacts};
use bookstall::kernel::ids::Id;
use bookstall::kernel::money::{Currency, Money};
use reqwest::StatusCode;

use crate::support::shop::Shop;
use crate::support::visitor::Visitor;

async fn staff(shop: &Shop) -> Visitor {
    let (visitor, owner) = (shop.visitor(), shop.owner().await);
    visitor.post("/admin/sign-in", &[("email", owner.email), ("password", owner.password)]).await.leads_to();
    visitor
}

/// A book to be added: its title, who made it, and where it stands in a series.
#[derive(Clone, Debug, Default)]
struct New {
    title: &'static str,
    isbn: &'static str,
    credits: Vec<(&'static str, &'static str)>,
    series: Option<(&'static str, &'static str)>,
    of: Option<Id>,
    format: &'static str,
    replaced_by: &'static str,
}

/// The edition and its work.
async fn add(shop: &Shop, new: New) -> (Id, Id) {
    shop.write(move |tx, now| {
        let related = new.replaced_by.parse().map(|isbn| Related { code: "05".into(), isbn });
        let facts = EditionFacts {
            title: new.title.into(),
            isbn: new.isbn.parse().ok(),
            credits: new.credits.iter().map(|(name, role)| Credit::new(name, Role::from_code(role).unwrap())).collect(),
            format: Format::from_code(new.format).unwrap_or(Format::PAPERBACK),
            language: Some("eng".into()),
            related: related.into_iter().collect(),
            ..EditionFacts::default()
        };
        let about = WorkFacts {
            series: new.series.map(|(name, number)| (name.into(), Some(number.into()))),
            categories: vec!["fiction".into()],
            ..WorkFacts::default()
        };
        let made = catalog::create(tx, new.of, &about, &facts, now).unwrap();
        let price = NewPrice {
            amount: Money::new(999, Currency::GBP),
            tax_included: true,
            kind: PriceKind::Selling,
            source: OWNER.into(),
            valid_from: None,
            valid_to: None,
        };
        prices::set(tx, made.0, &price, now).unwrap();
        made
    })
    .await
}

fn by(title: &'static str, author: &'static str) -> New {
    New { title, credits: vec![(author, "A01")], ..New::default() }
}

fn person(shop: &Shop, name: &str) -> people::Person {
    shop.read(|conn| people::list(conn, name, 0, 1)).remove(0).person
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_one_page_and_a_new_book_stands_on_it_at_once() {
    let shop = Shop::open().await;
    add(&shop, by("Salt", "Rosa Ferrer")).await;
    add(&shop, New { credits: vec![("Ana Gil", "A01"), ("Ferrer, Rosa", "B06")], ..by("Poems", "") }).await;
    let (reader, rosa) = (shop.visitor(), person(&shop, "rosa ferrer"));
    let page = reader.get(&rosa.path()).await.ok().body;
    assert!(page.contains("Books by Rosa Ferrer") && page.contains("<h2>Translations "));
    assert!(
        page.contains(&format!(r#"<link rel="canonical" href="http://{}{}">"#, shop.addr(), rosa.path())),
        "{page}"
    );
    // Kept, and made anew when it is no longer true.
    assert_eq!(page, reader.get(&rosa.path()).await.ok().body);
    add(&shop, by("Bread", "Rosa Ferrer")).await;
    assert!(reader.get(&rosa.path()).await.ok().body.contains(">Bread<"));
    let id = rosa.id;
    for other in [format!("/contributors/{id}"), format!("/contributors/{id}/anything")] {
        let moved = reader.get(&other).await;
        assert_eq!((moved.status, moved.leads_to()), (StatusCode::MOVED_PERMANENTLY, rosa.path()));
    }
    let part = format!("{}?role=translated", rosa.path());
    let page = reader.get(&part).await.ok().body;
    assert!(page.contains(">Poems<") && !page.contains(">Salt<"));
    assert_eq!(reader.get("/contributors/0/x").await.status, StatusCode::NOT_FOUND);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_books_of_one_author_are_turned_page_by_page() {
    let shop = Shop::open().await;
    shop.write(|tx, now| {
        for number in 0..205 {
            let facts = EditionFacts {
                title: format!("Case {number}"),
                credits: vec![Credit::new("Georges Many", Role::AUTHOR)],
                ..EditionFacts::default()
            };
            catalog::create(tx, None, &WorkFacts { popularity: number, ..WorkFacts::default() }, &facts, now).unwrap();
        }
    })
    .await;
    let (reader, path) = (shop.visitor(), person(&shop, "georges many").path());
    let page = reader.get(&path).await.ok().body;
    assert_eq!(page.matches(r#"<li class="book">"#).count(), 48);
    assert!(page.contains(">Case 204<") && page.contains("?page=5"));
    let last = reader.get(&format!("{path}?page=99")).await.ok().body;
    assert!(last.contains(">Case 0<") && last.matches(r#"<li class="book">"#).count() == 205 - 4 * 48);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_stands_in_reading_order_and_invents_no_volume() {
    let shop = Shop::open().await;
    for (title, number) in [("Third", "3"), ("First", "1"), ("Tenth", "10")] {
        add(&shop, New { series: Some(("The Long Tide", number)), ..by(title, "Ann Author") }).await;
    }
    let reader = shop.visitor();
    let third = shop.read(|conn| catalog::list_newest(conn, 3))[2];
    let book = shop.read(|conn| catalog::find(conn, third)).unwrap();
    let page = reader.get(&book.path()).await.ok().body;
    let (_, link) = page.split_once("href=\"/series/").unwrap();
    let path = format!("/series/{}", link.split('"').next().unwrap());
    assert!(page.contains("Before it in ") && page.contains("Next in ") && path.ends_with("/the-long-tide"));
    let page = reader.get(&path).await.ok().body;
    let places: Vec<usize> =
        ["No. 1 ·", "No. 3 ·", "No. 10 ·"].iter().map(|number| page.find(number).expect(number)).collect();
    assert!(places.is_sorted() && !page.contains("No. 2 ·"));
    add(&shop, New { series: Some(("The Long Tide", "2")), ..by("Second", "Ann Author") }).await;
    assert!(reader.get(&path).await.ok().body.contains("No. 2 ·"));
    assert!(reader.get(&book.path()).await.ok().body.contains("No. 2"));
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_spellings_are_joined_in_the_office_and_the_shop_says_so() {
    let shop = Shop::open().await;
    let keep = add(&shop, by("Demons", "Fyodor Dostoevsky")).await.0;
    let other = add(&shop, by("Idiots", "Fedor Dostoevskii")).await.0;
    let (office, reader) = (staff(&shop).await, shop.visitor());
    let (one, two) = (person(&shop, "fyodor"), person(&shop, "fedor"));
    assert!(office.get("/admin/people?q=dosto").await.ok().body.contains("Fedor Dostoevskii"));
    let book = shop.read(|conn| catalog::find(conn, other)).unwrap();
    assert!(reader.get(&book.path()).await.ok().body.contains("Fedor Dostoevskii"));
    let join = format!("/admin/people/{}/merge/{}", one.id, two.id);
    assert!(office.get(&join).await.ok().body.contains("cannot be undone"));
    for _ in 0..2 {
        assert_eq!(office.post(&join, &[]).await.leads_to(), format!("/admin/people/{}", one.id));
    }
    let page = reader.get(&book.path()).await.ok().body;
    assert!(page.contains("Fyodor Dostoevsky") && !page.contains("Fedor"));
    assert_eq!(reader.get(&two.path()).await.leads_to(), one.path());
    assert_eq!(shop.count("SELECT count(*) FROM audit_log WHERE action = 'person.merge'"), 1);
    // A name that another has is refused, and the other is offered.
    let third = add(&shop, by("Gamblers", "F. M. D.")).await.0;
    let who = person(&shop, "f m d");
    let path = format!("/admin/people/{}", who.id);
    let refused = office.post(&path, &[("name", "Dostoevsky, Fyodor"), ("sort_name", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains(&format!("/admin/people/{}/merge/{}", who.id, one.id)));
    office.post(&path, &[("name", "Institute of D."), ("sort_name", ""), ("body", "yes")]).await.leads_to();
    let renamed = shop.read(|conn| catalog::find(conn, third)).unwrap();
    assert_eq!((renamed.byline.as_str(), renamed.facts.credits[0].body), ("Institute of D.", true));
    assert!(keep != other);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_edition_leads_to_the_newer_one_and_formats_move_between_books() {
    let shop = Shop::open().await;
    let newer = add(&shop, New { isbn: "9780306406157", format: "BB", ..by("Ink, anew", "Ann Author") }).await;
    let old = add(&shop, New { isbn: "9780441478125", replaced_by: "9780306406157", ..by("Ink", "Ann Author") }).await;
    let (reader, office) = (shop.visitor(), staff(&shop).await);
    let path = "/books/9780441478125/ink";
    assert!(reader.get(path).await.ok().body.contains("There is a newer edition"));
    let page = format!("/admin/books/{}", old.0);
    let wrong = office.post(&format!("{page}/move"), &[("to", "no number")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("Enter the ISBN of another"));
    office.post(&format!("{page}/move"), &[("to", "0-306-40615-2")]).await.leads_to();
    assert!(reader.get(path).await.ok().body.contains("aria-label=\"Formats\""));
    assert_eq!(shop.count("SELECT count(*) FROM works"), 1);
    // A third format, made from the first.
    let form = office.get(&format!("/admin/books/new?of={}", newer.0)).await.ok().form("/admin/books/new");
    assert_eq!((form.get("title"), form.get("isbn"), form.get("format")), (Some("Ink, anew"), Some(""), Some("BC")));
    office.send(&form.set("format", "AC").set("minutes", "7:32")).await.leads_to();
    assert_eq!(shop.count("SELECT count(*) FROM editions WHERE format = 'AC'"), 1);
    assert_eq!(shop.count("SELECT count(*) FROM works"), 1);
    office.post(&format!("{page}/split"), &[]).await.leads_to();
    assert_eq!(shop.count("SELECT count(*) FROM works"), 2);
    assert!(shop.count("SELECT count(*) FROM audit_log WHERE action IN ('book.move', 'book.split')") == 2);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_type_of_the_deeper_model_is_shown_and_theirs_until_they_give_it_back() {
    let shop = Shop::open().await;
    let (id, _) = add(&shop, New { isbn: "9780306406157", ..by("The Ink", "Ann Author") }).await;
    shop.write(move |tx, _| catalog::refs::remember_edition(tx, "feed", "r1", id).unwrap()).await;
    let (reader, office) = (shop.visitor(), staff(&shop).await);
    let page = format!("/admin/books/{id}");
    let form = office.get(&page).await.ok().form(&page);
    let wrong = office.send(&form.clone().set("minutes", "soon").set("age_from", "9").set("age_to", "3")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Enter hours and minutes like 7:32") && wrong.body.contains("Enter 9 or more"));
    let filled = form
        .set("title_prefix", "The")
        .set("height_mm", "198")
        .set("width_mm", "129")
        .set("age_from", "8")
        .set("quotes", "Dark & wet.\n— The Gazette")
        .set("contents", "<ol><li>One</li></ol><script>x</script>")
        .set("accessibility", "52")
        .set("related", "Replaced by: 9780441478125")
        .set("original_language", "spa");
    office.send(&filled).await.leads_to();
    let shown = reader.get("/books/9780306406157/the-ink").await.ok().body;
    for words in [
        "198 × 129 mm",
        "Age 8 and up",
        "Dark &amp; wet.",
        "<figcaption>The Gazette</figcaption>",
        "<ol><li>One</li></ol>",
        "Everything that matters can be read without sight",
        "Spanish",
        "978-0-306-40615-7",
    ] {
        assert!(shown.contains(words), "{words}");
    }
    let marked = office.get(&page).await.ok().body;
    assert!(marked.contains("value=\"edition.quotes\"") && marked.contains("value=\"work.original_language\""));
    assert!(!marked.contains("value=\"edition.description\"") && !marked.contains("value=\"edition.credits\""));
    for _ in 0..2 {
        office.post(&format!("{page}/release"), &[("field", "edition.quotes")]).await.leads_to();
    }
    assert!(!office.get(&page).await.ok().body.contains("value=\"edition.quotes\""));
    assert_eq!(shop.count("SELECT count(*) FROM audit_log WHERE action = 'book.release'"), 1);
    assert_eq!(office.post(&format!("{page}/release"), &[("field", "edition.x")]).await.status, StatusCode::NOT_FOUND);
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_shelve_what_stands_nowhere() {
    let shop = Shop::open().await;
    shop.write(|tx, now| {
        let subjects = vec![catalog::Subject { scheme: "93".into(), code: "FFC".into() }];
        let facts = EditionFacts { title: "Ink".into(), subjects, ..EditionFacts::default() };
        catalog::create(tx, None, &WorkFacts::default(), &facts, now).unwrap();
    })
    .await;
    let office = staff(&shop).await;
    assert!(office.get("/admin/shelves").await.ok().body.contains("1 book stands on no shelf."));
    let wrong = office.post("/admin/shelves", &[("scheme", "93"), ("prefix", ""), ("path", "crime")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    office.post("/admin/shelves", &[("scheme", "93"), ("prefix", "ffc"), ("path", "Crime > Nordic")]).await.leads_to();
    let done = office.post("/admin/shelves/apply", &[("after", "")]).await.leads_to();
    assert!(office.get(&done).await.ok().body.contains("<strong>1</strong> found one."));
    shop.indexed().await;
    assert!(shop.visitor().get("/books/in/crime/nordic").await.ok().body.contains(">Ink<"));
    let rule = [("scheme", "93"), ("prefix", "FFC")];
    for _ in 0..2 {
        assert_eq!(office.post("/admin/shelves/remove", &rule).await.leads_to(), "/admin/shelves");
    }
    assert_eq!(shop.count("SELECT count(*) FROM category_rules"), 0);
    assert_eq!(shop.count("SELECT count(*) FROM audit_log WHERE action LIKE 'shelf-rule.%'"), 3);
    shop.close().await;
}
