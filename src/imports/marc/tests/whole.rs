//! Whole files: into a shop and back, both forms alike, whatever the bytes.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::catalog;
use crate::imports::tests::{Shop, counts};
use crate::imports::{ImportError, ImportOptions};

fn real(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/marc").join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not here", path.display());
        return None;
    }
    Some(path)
}

fn rich() -> Marc {
    marc(&[
        "001 42",
        "003 XYZ",
        "005 20200101000000.0",
        "008 990629s2000    enk           000 1 eng  ",
        "020 __$a0306406152 (pbk.)",
        "100 1_$aGarcía Ñandú, Ána,$d1964-",
        "245 14$aThe Łódź & Dvořák <ink> :$bÇa, ß, Æ, ø /$cÁna García Ñandú.",
        "260 __$aBerlin :$bMüller & Söhne,$c2000.",
        "650 _0$aWeb sites$xDesign.",
    ])
}

/// Latin text in MARC-8: what `rich` needs of it.
fn marc8(text: &str) -> Vec<u8> {
    let one = |c: char| -> Vec<u8> {
        match c {
            'í' => b"\xe2i".to_vec(),
            'Ñ' => b"\xe4N".to_vec(),
            'ú' => b"\xe2u".to_vec(),
            'Á' => b"\xe2A".to_vec(),
            'Ł' => vec![0xa1],
            'ó' => b"\xe2o".to_vec(),
            'ź' => b"\xe2z".to_vec(),
            'ř' => b"\xe9r".to_vec(),
            'á' => b"\xe2a".to_vec(),
            'Ç' => b"\xf0C".to_vec(),
            'ß' => vec![0xc7],
            'Æ' => vec![0xa5],
            'ø' => vec![0xb2],
            'ü' => b"\xe8u".to_vec(),
            'ö' => b"\xe8o".to_vec(),
            c => vec![u8::try_from(c).unwrap()],
        }
    };
    text.chars().flat_map(one).collect()
}

#[test]
fn both_forms_and_both_encodings_are_one_record() {
    let record = rich();
    let shop = Shop::new();
    let options = ImportOptions { source: Some("library".into()), ..ImportOptions::default() };
    let first = shop.import_text("a.mrc", binary(&record, true), &options);
    assert_eq!(counts(&first), (1, 1, 0, 0, 0), "{first:?}");
    let book = shop.by_isbn("9780306406157");
    assert_eq!(book.facts.title, "The Łódź & Dvořák <ink>");
    assert_eq!(book.facts.credits[0].name, "Ána García Ñandú");
    assert_eq!(book.facts.publisher.as_deref(), Some("Müller & Söhne"));
    for (name, bytes) in [
        ("b.mrc", binary_as(&record, false, marc8)),
        ("c.xml", marcxml(&[&record], "").into_bytes()),
        ("d.xml", marcxml(&[&record], "marc:").into_bytes()),
        ("g.xml", marcxml(&[&record], "").encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("e.mrc", binary(&record, false)),
        ("f.mrc", binary_as(&record, true, marc8)),
    ] {
        let again = shop.import_text(name, bytes, &options);
        assert_eq!(counts(&again), (1, 0, 0, 1, 0), "{name}: {again:?}");
    }
}

#[test]
fn a_wrong_leader_is_told_once() {
    let shop = Shop::new();
    let file = [binary_as(&rich(), true, marc8), binary(&small("Oil"), true)].concat();
    let report = shop.import_text("a.mrc", file, &ImportOptions::default());
    assert!(
        report.warnings.iter().any(|text| text == "read as MARC-8, though the leader says UTF-8: 1 record"),
        "{report:?}"
    );
}

#[test]
fn damaged_records_are_numbered_and_the_rest_is_taken() {
    let shop = Shop::new();
    let mut bad = binary(&small("Bad"), true);
    bad[4] ^= 1;
    let serial = Marc { leader: "00000nas a2200000 a 4500".into(), ..small("Weekly") };
    let file = [bad, binary(&small("Ink"), true), b"\r\n".to_vec(), binary(&serial, true)].concat();
    let report = shop.import_text("a.mrc", file, &ImportOptions::default());
    assert_eq!(counts(&report), (3, 1, 0, 0, 2));
    let rejected: Vec<(u64, u64)> = report.rows.iter().map(|row| (row.line, row.record)).collect();
    assert_eq!(rejected, [(0, 1), (0, 3)]);
}

#[test]
fn a_deleted_record_leaves_the_shelves() {
    let shop = Shop::new();
    let options = ImportOptions::default();
    shop.import_text("a.mrc", binary(&small("Ink"), true), &options);
    let gone = Marc { leader: "00000dam a2200000 a 4500".into(), ..small("Ink") };
    assert_eq!(counts(&shop.import_text("a.mrc", binary(&gone, true), &options)), (1, 0, 1, 0, 0));
    assert!(!shop.by_isbn("9780306406157").listed);
}

#[test]
fn answers_of_oai_are_unwrapped_and_empty_records_rejected() {
    let shop = Shop::new();
    let inner = marcxml(&[&small("Ink")], "m:").replace("<?xml version=\"1.0\"?>", "");
    let inner = inner.replace("<m:collection>", "").replace("</m:collection>", "");
    let oai = format!(
        "<OAI-PMH xmlns:m=\"http://www.loc.gov/MARC21/slim\"><ListRecords><record><header/><metadata>{inner}</metadata></record>\
         <record><header status=\"deleted\"/></record></ListRecords></OAI-PMH>"
    );
    let report = shop.import_text("a.xml", oai, &ImportOptions::default());
    assert_eq!(counts(&report), (2, 1, 0, 0, 1), "{report:?}");
    assert!(report.rows[0].reason.contains("no leader"));
}

#[test]
fn what_is_no_marc_is_refused() {
    let shop = Shop::new();
    let refused = |name: &str, text: &str| {
        let file = shop.file(name, text);
        match shop.try_import(&file, &ImportOptions::default()) {
            (_, Err(ImportError::Refused(reason))) => reason,
            other => panic!("{name}: {other:?}"),
        }
    };
    assert!(refused("a.xml", "<collection><book/></collection>").contains("no MARC"));
    assert!(refused("b.xml", "<collection><record><leader>x</leader>").contains("broken"));
    assert!(shop.ids().is_empty());
}

#[test]
fn the_twenty_records_of_the_binary_file_go_in_once() {
    let Some(file) = real("marc21-binary.mrc") else { return };
    let shop = Shop::new();
    let report = shop.import(&file, &ImportOptions::default());
    assert_eq!(counts(&report), (20, 20, 0, 0, 0), "{report:?}");
    let isbns: i64 =
        shop.read(|conn| conn.query_row("SELECT count(DISTINCT isbn) FROM editions", [], |row| row.get(0)));
    assert_eq!(isbns, 20);
    let book = shop.by_isbn("9780201616224");
    assert_eq!(book.facts.title, "The pragmatic programmer");
    assert_eq!(book.facts.title_prefix.as_deref(), Some("The"));
    assert_eq!(book.facts.subtitle.as_deref(), Some("from journeyman to master"));
    assert_eq!(book.byline, "Andrew Hunt, David Thomas");
    assert_eq!((book.facts.pages, book.facts.height_mm), (Some(321), Some(240)));
    assert_eq!(book.facts.published.map(|date| date.to_string()).as_deref(), Some("2000"));
    let cookbook = shop.by_isbn("9780596001674");
    assert_eq!(cookbook.byline, "edited by Alex Martelli");
    assert_eq!(shop.by_isbn("9781565926219").facts.format, catalog::Format::PAPERBACK);
    let series = shop.read(|conn| catalog::find_work(conn, shop.by_isbn("9780201633610").work_id)).unwrap().series;
    assert_eq!(series, Some(("Addison-Wesley professional computing series".into(), None)));
    assert_eq!(counts(&shop.import(&file, &ImportOptions::default())), (20, 0, 0, 20, 0));
}

#[test]
fn the_two_records_of_the_xml_file_have_no_isbn() {
    let Some(file) = real("marcxml-batch.xml") else { return };
    let shop = Shop::new();
    let report = shop.import(&file, &ImportOptions::default());
    assert_eq!(counts(&report), (2, 2, 0, 0, 0), "{report:?}");
    let isbns: i64 = shop.read(|conn| conn.query_row("SELECT count(isbn) FROM editions", [], |row| row.get(0)));
    assert_eq!(isbns, 0);
    assert_eq!(counts(&shop.import(&file, &ImportOptions::default())), (2, 0, 0, 2, 0));
}

fn any_field() -> impl Strategy<Value = Field> {
    let text = "[ -#%-~éЖ中]{0,30}";
    let parts = proptest::collection::vec(("[a-z0-9]", text), 1..5);
    ("(0[1-9]|[1-9][0-9])[0-9]", "[ 0-9]", "[ 0-9]", parts).prop_map(|(tag, first, second, parts)| Field {
        tag,
        indicators: (first.chars().next().unwrap(), second.chars().next().unwrap()),
        value: String::new(),
        subfields: parts.into_iter().map(|(code, text)| (code.chars().next().unwrap(), text)).collect(),
    })
}

proptest! {
    #[test]
    fn any_bytes_end_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        crate::imports::fuzz::marc(&bytes);
    }

    #[test]
    fn any_change_to_a_good_file_ends_without_a_panic(place in any::<proptest::sample::Index>(), byte in any::<u8>(), xml in any::<bool>()) {
        let mut bytes = if xml { marcxml(&[&rich()], "").into_bytes() } else { binary(&rich(), true) };
        let place = place.index(bytes.len());
        bytes[place] = byte;
        prop_assert!(crate::imports::fuzz::marc(&bytes) <= 2);
    }

    #[test]
    fn built_records_are_read_back_from_both_forms(fields in proptest::collection::vec(any_field(), 0..12)) {
        let record = Marc { leader: "00000nam a2200000 a 4500".into(), fields };
        let bytes = binary(&record, true);
        let mut read = crate::imports::marc::iso2709::Records::new(bytes.as_slice());
        let from_binary = read.next().unwrap().unwrap().unwrap();
        prop_assert_eq!(&from_binary.fields, &record.fields);
        let text = marcxml(&[&record], "marc:");
        let mut read = crate::imports::marc::xml::Records::new(text.as_bytes());
        let (_, from_xml) = read.next().unwrap().unwrap();
        prop_assert_eq!(&from_xml.fields, &record.fields);
        prop_assert_eq!(from_xml.print(b""), from_binary.print(b""));
        let titled = record.fields.iter().any(|field| field.tag == "245");
        prop_assert!(titled || crate::imports::marc::book::read(&from_xml).is_err());
    }
}
