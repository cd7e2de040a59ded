//! Files that are broken, enormous, or not what they say. Nothing by half, nothing crashes.

use std::io::Write;

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check_refused(shop: &Shop, name: &str, bytes: impl AsRef<[u8]>, words: &str) {
    let file = shop.file(name, bytes);
    let (report, result) = shop.try_import(&file, &ImportOptions::default());
    let error = result.unwrap_err().to_string();
    assert!(error.contains(words) && error.contains("nothing was stored"), "{name}: {error}");
    assert_eq!(counts(&report), (0, 0, 0, 0, 0), "{name}");
    assert_eq!(report.warnings, [error]);
    assert_eq!(shop.ids().len(), 0, "{name}");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn what_is_no_catalogue_is_refused_with_one_sentence() {
    let shop = Shop::new();
    check_refused(&shop, "a.csv", "", "is empty");
    check_refused(&shop, "b.csv", "\n\n\n", "no header line");
    check_refused(&shop, "c.xlsx", b"PK\x03\x04rest", "a damaged ZIP archive");
    check_refused(&shop, "d.csv", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", "not a text file");
    check_refused(&shop, "e.csv", "colour,size\nred,1\n", "name them with --map");
    check_refused(&shop, "f.csv.gz", &gzip(b"isbn,title\n9780306406157,Ink\n")[..20], "");
    check_refused(&shop, "g.html", "<html><body>books</body></html>", "<html> is not an ONIX message");
    check_refused(&shop, "h.xml", "<rss version='2.0'></rss>", "<rss> is not an ONIX message");
    check_refused(&shop, "i.xml", "<ONIXMessage release='4.0'></ONIXMessage>", "this is ONIX 4.0");
    check_refused(&shop, "j.xml", "<ONIXMessageAcknowledgement/>", "the acknowledgement of an ONIX message");
    let (_, missing) = shop.try_import(Path::new("/no/such/file.csv"), &ImportOptions::default());
    assert!(matches!(missing, Err(ImportError::File { .. })));
    let (_, folder) = shop.try_import(shop.folder.path(), &ImportOptions::default());
    let words = folder.unwrap_err().to_string();
    assert!(words.contains("files were not taken in"), "{words}");
}

#[test]
fn broken_xml_stores_nothing_of_the_file() {
    let shop = Shop::new();
    let product = "<Product><RecordReference>1</RecordReference><NotificationType>03</NotificationType>\
        <ProductIdentifier><ProductIDType>15</ProductIDType><IDValue>9780306406157</IDValue></ProductIdentifier><DescriptiveDetail>\
        <TitleDetail><TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel><TitleText>Ink</TitleText>\
        </TitleElement></TitleDetail></DescriptiveDetail></Product>";
    let message = |rest: &str| format!("<ONIXMessage release='3.0'>\n{product}\n{rest}</ONIXMessage>");
    check_refused(&shop, "a.xml", message("<Product><a></b></Product>"), "broken in line 3");
    check_refused(&shop, "b.xml", message(product).replace("</ONIXMessage>", ""), "it ends in the middle");
    check_refused(&shop, "c.xml", message(&"<x>".repeat(10_000)), "nested more than 64 deep");
    check_refused(&shop, "d.xml", message(&format!("<x>{}</x>", "a".repeat(5 << 20))), "longer than 4 MB");
    check_refused(&shop, "e.xml", message("<x a='1' a='2'/>"), "broken in line 3");
    check_refused(&shop, "f.xml", message("<Product><a>5 < 6</a></Product>"), "broken in line 3");
    check_refused(&shop, "g.xml", format!("{}<second/>", message("")), "a second message");
    check_refused(
        &shop,
        "h.xml",
        message(&format!("<Product>{}</Product>", "<x/>".repeat(60_000))),
        "larger than any book's record",
    );
    let bomb = "<!DOCTYPE l [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>";
    let report = shop.import_text(
        "i.xml",
        format!("{bomb}{}", message("").replace("Ink", "Ink &b;")),
        &ImportOptions::default(),
    );
    assert_eq!(report.created, 1);
    assert_eq!(shop.by_isbn("9780306406157").facts.title, "Ink &b;");
}

#[test]
fn a_field_that_never_ends_costs_its_row_and_no_memory() {
    let shop = Shop::new();
    let mut text = b"isbn,title\n9780306406157,Ink\n9780975229804,\"".to_vec();
    text.resize(text.len() + (12 << 20), b'x');
    text.extend_from_slice(b"\"\n9781250108562,Ice\n");
    let report = shop.import_text("a.csv", text, &ImportOptions::default());
    assert_eq!(counts(&report), (3, 2, 0, 0, 1));
    assert_eq!((report.rows[0].line, report.rows[0].reason.contains("longer than 2 MB")), (3, true));
    let open = shop.import_text(
        "b.csv",
        "isbn,title,author\n9782253002697,\"Open,A\n9791038704022,B,C\n",
        &ImportOptions::default(),
    );
    assert_eq!(counts(&open), (1, 0, 0, 0, 1));
    assert!(open.rows[0].reason.contains("perhaps a quote is never closed"));
    let long = format!("isbn,title\n9780306406157,{}\n", "long ".repeat(200));
    assert!(shop.import_text("c.csv", long, &ImportOptions::default()).rows[0].reason.contains("at most 500"));
    let nul = shop.import_text("d.csv", "isbn,title\n9780306406157,I\0k\n", &ImportOptions::default());
    assert!(nul.rows[0].reason.contains("zero byte"));
}

#[test]
fn gzip_is_known_by_its_bytes_and_bombs_are_refused() {
    let shop = Shop::new();
    let report = shop.import_text("packed.csv", gzip(b"isbn,title\n9780306406157,Ink\n"), &ImportOptions::default());
    assert_eq!(report.created, 1);
    let mut bomb = b"isbn,title\n".to_vec();
    bomb.resize(24 << 20, b' ');
    let file = shop.file("bomb.csv.gz", gzip(&bomb));
    let (_, refused) = shop.try_import(&file, &ImportOptions::default());
    assert!(refused.unwrap_err().to_string().contains("more than 250 times its size"));
}

#[test]
fn a_file_that_breaks_off_says_what_is_stored() {
    let shop = Shop::new();
    let mut text = "title,description\n".to_owned();
    for index in 0..3000_u64 {
        text.push_str(&format!("Book number {index},"));
        (0..20).for_each(|word| text.push_str(&format!("{:x} ", (index + word).wrapping_mul(0x9e37_79b9_7f4a_7c15))));
        text.push('\n');
    }
    let packed = gzip(text.as_bytes());
    let file = shop.file("cut.csv.gz", &packed[..packed.len() * 3 / 4]);
    let (report, result) = shop.try_import(&file, &ImportOptions::default());
    let Err(ImportError::BrokeOff { stored, .. }) = result else { panic!("{result:?}") };
    assert_eq!((stored, report.created), (shop.ids().len() as u64, stored));
}

#[test]
fn a_record_that_the_database_refuses_falls_alone() {
    let shop = Shop::new();
    shop.db
        .write_blocking(|tx| {
            let trigger = "CREATE TRIGGER no BEFORE INSERT ON editions WHEN new.title = 'Cursed' BEGIN SELECT RAISE(ABORT, 'no'); END";
            Ok::<_, DbError>(tx.execute_batch(trigger)?)
        })
        .unwrap();
    let report = shop.import_text(
        "a.csv",
        "isbn,title\n9780306406157,Ink\n9780975229804,Cursed\n9781250108562,Ice\n",
        &ImportOptions::default(),
    );
    assert_eq!(counts(&report), (3, 2, 0, 0, 1));
    assert_eq!((report.rows[0].line, report.rows[0].reason.as_str()), (3, "the database refused it: no"));
    assert_eq!(shop.read(|conn| conn.query_row("SELECT count(*) FROM works", [], |row| row.get::<_, i64>(0))), 2);
}

/// What no book has is refused in words for who made the file, before the schema has to.
#[test]
fn figures_that_no_book_has_reject_their_row() {
    let shop = Shop::new();
    let check = |column: &str, cell: &str, words: &str| {
        let text = format!("edition-id,title,{column}\n,Ink,{cell}\n");
        let report = shop.import_text("own.csv", text, &ImportOptions::default());
        assert_eq!(counts(&report), (1, 0, 0, 0, 1), "{column} {cell}: {report:?}");
        assert_eq!(report.rows[0].reason, words);
    };
    check("pages", "0", "the number of pages is 0; where it is not known its cell stays empty");
    check("minutes", "0", "the playing time is 0; where it is not known its cell stays empty");
    check("weight-g", "0", "the weight is 0; where it is not known its cell stays empty");
    check("thickness-mm", "0", "the thickness is 0; where it is not known its cell stays empty");
    check("age", "12 to 8", "the ages 12 to 8 are the wrong way round");
    check("original-year", "20000", "a book of the year 20000 is none: from 5000 before our era to 9999");
    check("embargo", "-000005-01-01", "an embargo before our era is none");
    check("publisher", "S\0alt", "the row holds a zero byte, which no text has");
    check("title", "\0", "the row holds a zero byte, which no text has");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let shop = Shop::new();
        let file = shop.file("any", &bytes);
        let (report, _) = shop.try_import(&file, &ImportOptions::default());
        prop_assert_eq!(report.read, report.created + report.updated + report.unchanged + report.rejected);
    }

    #[test]
    fn any_rows_are_answered(rows in "[ -~\n\r\"é]{0,300}") {
        let shop = Shop::new();
        let report = shop.import_text("any.csv", format!("isbn,title,author,price,stock,date,pages\n{rows}"), &ImportOptions::default());
        prop_assert!(report.created <= report.read);
    }

    #[test]
    fn any_markup_is_answered(parts in proptest::collection::vec(
        prop_oneof![
            Just("<Product>"), Just("</Product>"), Just("<TitleDetail>"), Just("</TitleDetail>"), Just("<TitleText>"), Just("</TitleText>"),
            Just("<Text textformat='05'>"), Just("</Text>"), Just("<p>"), Just("</p>"), Just("&amp;"), Just("&x;"), Just("& "), Just("Ink"),
            Just("<![CDATA["), Just("]]>"), Just("<!--"), Just("-->"), Just("<x/>"), Just("<"), Just(">"), Just("'"), Just("<?pi?>"),
        ], 0..40)) {
        let shop = Shop::new();
        let file = shop.file("any.xml", format!("<ONIXMessage release='3.0'>{}</ONIXMessage>", parts.concat()));
        let (report, _) = shop.try_import(&file, &ImportOptions::default());
        prop_assert_eq!(report.created, 0);
    }
}
