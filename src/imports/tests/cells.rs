//! Cells as spreadsheets, suppliers and other languages write them.

use super::*;

#[track_caller]
fn one(shop: &Shop, text: impl AsRef<[u8]>) -> Edition {
    let report = shop.import_text("one.csv", text, &ImportOptions::default());
    assert_eq!((report.read, report.rejected), (1, 0), "{report:?}");
    shop.by_isbn("9780306406157")
}

#[test]
fn a_supplier_can_say_everything_about_a_book() {
    let shop = Shop::new();
    let report = shop.import_text(
        "all.csv",
        "ISBN;Titel;Untertitel;Reihe;Band;Autor;Übersetzer;Sprecher;Verlag;Imprint;Sprache;Originalsprache;Seitenzahl;\
         Gewicht (kg);Abmessungen;Auflage;Einband;Thema;BISAC;Schlagworte;Kategorie;Preis;UVP;Währung;MwSt. enthalten;\
         Lieferbarkeit;Lieferzeit;Inhaltsverzeichnis;Autoreninfo;Alter;Bild;Bild 2;Originaltitel;Signiert;Erscheinungsdatum;\
         Verkaufsstart;GPSR;Laufzeit\n\
         9780306406157;Tinte;Ein Roman;Nordsee;Band 3;Fenn, Mara;Oduya, Peter;Eva Fuchs;Salz & Söhne;Hafen;Deutsch;norwegisch;\
         320 Seiten;0,41;19,8 x 12,9 x 2 cm;2., überarbeitete Auflage;Gebundene Ausgabe;FBA;FIC022000;Meer, Winter;\
         Romane > Krimi;12,99;14,00;GBP;ja;auf Lager;2-3 Tage;Kapitel eins;Lebt am Meer;12-16;https://example.com/a.jpg;\
         https://example.com/b.jpg;Blekk;ja;31.07.2014;01.09.2030;Salz & Söhne, Kiel;1:35\n",
        &ImportOptions::default(),
    );
    assert_eq!((counts(&report), report.warnings.as_slice()), ((1, 1, 0, 0, 0), [].as_slice()));
    let book = shop.by_isbn("9780306406157");
    let facts = &book.facts;
    let people: Vec<(&str, &str)> =
        facts.credits.iter().map(|credit| (credit.role.code(), credit.name.as_str())).collect();
    assert_eq!(people, [("A01", "Mara Fenn"), ("B06", "Peter Oduya"), ("E07", "Eva Fuchs")]);
    assert_eq!((facts.title.as_str(), facts.subtitle.as_deref()), ("Tinte", Some("Ein Roman")));
    assert_eq!((facts.publisher.as_deref(), facts.imprint.as_deref()), (Some("Salz & Söhne"), Some("Hafen")));
    assert_eq!(
        (facts.format, facts.language.as_deref(), facts.pages),
        (catalog::Format::HARDBACK, Some("ger"), Some(320))
    );
    assert_eq!(
        (facts.weight_g, facts.height_mm, facts.width_mm, facts.thickness_mm),
        (Some(410), Some(198), Some(129), Some(20))
    );
    assert_eq!(facts.edition_statement.as_deref(), Some("2., überarbeitete Auflage"));
    assert_eq!((facts.age_from, facts.age_to, facts.minutes, facts.signed), (Some(12), Some(16), Some(95), true));
    assert_eq!((facts.published, facts.embargo), ("2014-07-31".parse().ok(), "2030-09-01".parse().ok()));
    assert_eq!((facts.availability.as_str(), facts.lead_days), ("21", Some((2, 3))));
    assert!(facts.contents.as_deref().unwrap().contains("Kapitel eins"));
    assert!(facts.author_note.as_deref().unwrap().contains("Lebt am Meer"));
    assert_eq!(facts.safety_contact.as_deref(), Some("Salz & Söhne, Kiel"));
    let subjects: Vec<String> =
        facts.subjects.iter().map(|subject| format!("{} {}", subject.scheme, subject.code)).collect();
    assert_eq!(subjects, ["93 FBA", "10 FIC022000", "20 Meer", "20 Winter"]);
    let work = shop.read(|conn| catalog::find_work(conn, book.work_id)).unwrap();
    assert_eq!(work.series, Some(("Nordsee".into(), Some("3".into()))));
    assert_eq!(work.original_title.as_deref(), Some("Blekk"));
    let prices = shop.read(|conn| catalog::prices::history(conn, book.id));
    let mut amounts: Vec<(String, bool)> =
        prices.iter().map(|price| (price.amount.decimal(), price.kind == "rrp")).collect();
    amounts.sort();
    assert_eq!(amounts, [("12.99".to_owned(), false), ("14.00".to_owned(), true)]);
}

#[test]
fn what_a_spreadsheet_did_to_a_cell_is_undone_or_told() {
    let shop = Shop::new();
    let report = shop.import_text(
        "sheet.csv",
        "isbn13,isbn10,title,author,publisher,pages,date,price\n\
         =\"9780306406157\",,\"=\"\"Ink\"\"\",#N/A,#REF!,'320,36526,'12.99\n\
         9.78E+12,975 2298 0X,None,NaN,null,n/a,Mar-99,\"1,299\"\n\
         9.78043902348e+12,439023483,NaN,,,,31/12/1999,9.50\n",
        &ImportOptions::default(),
    );
    assert_eq!(counts(&report), (3, 3, 0, 0, 0), "{report:?}");
    let ink = shop.by_isbn("9780306406157");
    assert_eq!((ink.facts.title.as_str(), ink.byline.as_str(), ink.facts.pages), ("Ink", "", Some(320)));
    assert_eq!((ink.facts.publisher.as_deref(), ink.facts.published), (None, None));
    assert_eq!(shop.price("9780306406157").as_deref(), Some("£12.99"));
    assert_eq!(shop.by_isbn("9780439023481").facts.title, "NaN", "a title may be any word");
    let warned = |words: &str| report.warnings.iter().any(|text| text.contains(words));
    assert!(warned("line 2: “36526” is not a date any more, a spreadsheet has changed it"), "{:?}", report.warnings);
    assert!(warned("line 3: “Mar-99” is not a date any more"), "{:?}", report.warnings);
    assert!(!warned("is not an ISBN"), "where the rounded one was, the other column had it");
    assert_eq!(shop.by_isbn("9780975229804").facts.title, "None");
    assert!(
        warned("1 amount like 1,299 read as thousands")
            && warned("leading zeros that were lost were restored in 2 ISBNs")
    );
}

#[test]
fn an_amount_that_could_be_two_rejects_its_row() {
    let shop = Shop::new();
    let report =
        shop.import_text("a.csv", "isbn,title,price\n9780306406157,Ink,\"1,299\"\n", &ImportOptions::default());
    assert_eq!((report.rejected, report.rows[0].reason.as_str()), (1, "“1,299” could be 1299 or 1.299"));
}

#[test]
fn text_in_any_encoding_is_the_same_text() {
    let shop = Shop::new();
    let text = "isbn;title;publisher\r\n9780306406157;Œuvres à 5 €;Éditions\r\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2], mark: &str| {
        format!("{mark}{text}").encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    let western = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    for bytes in [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        utf16(u16::to_le_bytes, "\u{feff}"),
        utf16(u16::to_be_bytes, "\u{feff}"),
        utf16(u16::to_le_bytes, ""),
        utf16(u16::to_be_bytes, ""),
        western,
    ] {
        assert_eq!(one(&shop, bytes).facts.title, "Œuvres à 5 €");
    }
    let latin9: Vec<u8> = text
        .chars()
        .map(|c| match c {
            'Œ' => 0xbc,
            '€' => 0xa4,
            c => u8::try_from(u32::from(c)).unwrap(),
        })
        .collect();
    let told = ImportOptions { encoding: encoding_rs::Encoding::for_label(b"iso-8859-15"), ..ImportOptions::default() };
    shop.import_text("one.csv", latin9, &told);
    assert_eq!(shop.by_isbn("9780306406157").facts.title, "Œuvres à 5 €");
}

#[test]
fn a_table_without_a_header_is_never_taken_by_a_guess_that_nobody_asked_for() {
    let shop = Shop::new();
    let file = shop.file("plain.csv", "9780306406157,The cold ink,12.99,3\n9780975229804,Ice on the water,9.50,1\n");
    let (_, refused) = shop.try_import(&file, &ImportOptions::default());
    let words = refused.unwrap_err().to_string();
    assert!(
        words.contains(
            "take this guess with --guess: --no-header --map 1=isbn --map 2=title --map 3=price --map 4=stock"
        ),
        "{words}"
    );
    assert_eq!(shop.ids().len(), 0);
    let options = |map: &[(&str, &str)], guess| ImportOptions {
        map: map.iter().map(|(column, field)| ((*column).to_owned(), field.parse().unwrap())).collect(),
        guess,
        ..ImportOptions::default()
    };
    // What is mapped by hand goes before the guess.
    let report = shop.import(&file, &options(&[("3", "ignore"), ("4", "pages")], true));
    assert_eq!(counts(&report), (2, 2, 0, 0, 0));
    assert_eq!(shop.by_isbn("9780306406157").facts.pages, Some(3));
    assert_eq!(shop.price("9780306406157"), None);
    assert!(
        report.warnings[0].starts_with("the columns were guessed: --no-header --map 1=isbn --map 2=title"),
        "{:?}",
        report.warnings
    );
    let (_, wrong) = shop.try_import(&file, &options(&[("9", "title")], false));
    assert!(wrong.unwrap_err().to_string().contains("no column “9”"));
    // A header in words that nobody knows is offered by its words.
    let odd = shop
        .file("odd.csv", "Nummer;Was;Wieviel\n9780306406157;The cold ink;12,99\n9780975229804;Ice on the water;9,50\n");
    let words = shop.try_import(&odd, &ImportOptions::default()).1.unwrap_err().to_string();
    assert!(words.contains("--map Nummer=isbn --map Was=title --map Wieviel=price"), "{words}");
    assert_eq!(shop.import(&odd, &options(&[], true)).read, 2);
    let titles = ImportOptions { no_header: true, ..options(&[("1", "title")], false) };
    assert_eq!(shop.import_text("titles.csv", "title,author\nInk,Fenn\n", &titles).read, 2);
}

#[test]
fn lines_may_end_in_every_way_and_blank_rows_are_summed_up() {
    let shop = Shop::new();
    let text = "isbn,title\r\n9780306406157,Ink\n\n9780975229804,Ice\r\n,,\r\n\r\n9781250108562,Sea";
    let report = shop.import_text("mixed.csv", text, &ImportOptions::default());
    assert_eq!((counts(&report), report.blank), ((3, 3, 0, 0, 0), 3));
    let stated = "sep=|\nisbn|title\n9782253002697|Bars, and commas\n";
    assert_eq!(shop.import_text("sep.csv", stated, &ImportOptions::default()).created, 1);
}

#[test]
fn dates_are_read_as_the_column_shows_else_as_the_country_writes() {
    let shop = Shop::new();
    let published = |text: &str| one(&shop, text).facts.published.map(|date| date.to_string());
    assert_eq!(published("isbn,title,date\n9780306406157,Ink,03/04/2014\n").as_deref(), Some("2014-04-03"));
    let american = "isbn,title,date\n9780306406157,Ink,03/04/2014\n9780975229804,Ice,07/31/2014\n";
    shop.import_text("us.csv", american, &ImportOptions::default());
    assert_eq!(shop.by_isbn("9780306406157").facts.published, "2014-03-04".parse().ok());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    #[test]
    fn the_doors_of_the_fuzzers_take_anything(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300), text in "\\PC{0,60}") {
        crate::imports::fuzz::csv(&bytes);
        crate::imports::fuzz::csv(text.as_bytes());
        crate::imports::fuzz::cell(&text);
    }
}
