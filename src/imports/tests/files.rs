//! What a command can name: several files, archives, folders, pictures beside a feed.

use std::io::Write;

use super::*;
use crate::imports::images::Beside;
use crate::imports::{ImageFinder, Named, Spool, run_all, sources};

const BOOK: &str = "isbn,title\n9780306406157,Ink\n";

/// A ZIP archive of deflated and stored members; `encrypted` marks them as such.
pub(super) fn zip(members: &[(&str, &[u8])], encrypted: bool) -> Vec<u8> {
    let (mut bytes, mut table) = (Vec::new(), Vec::new());
    for (index, (name, content)) in members.iter().enumerate() {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let deflated = index % 2 == 0;
        let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(content).unwrap();
        let packed = if deflated { packer.finish().unwrap() } else { content.to_vec() };
        let start = u32::try_from(bytes.len()).unwrap();
        let mut fields = Vec::new();
        fields
            .extend([20_u16, u16::from(encrypted), if deflated { 8 } else { 0 }, 0, 0].map(u16::to_le_bytes).concat());
        fields.extend(
            [crc.sum(), u32::try_from(packed.len()).unwrap(), u32::try_from(content.len()).unwrap()]
                .map(u32::to_le_bytes)
                .concat(),
        );
        fields.extend([u16::try_from(name.len()).unwrap(), 0].map(u16::to_le_bytes).concat());
        bytes.extend([b"PK\x03\x04".as_slice(), &fields, name.as_bytes(), &packed].concat());
        table.extend(
            [b"PK\x01\x02\x14\0".as_slice(), &fields, &[0; 6], &[0; 4], &start.to_le_bytes(), name.as_bytes()].concat(),
        );
    }
    let (at, long, count) = (
        u32::try_from(bytes.len()).unwrap(),
        u32::try_from(table.len()).unwrap(),
        u16::try_from(members.len()).unwrap(),
    );
    bytes.extend(table);
    bytes.extend(
        [
            b"PK\x05\x06\0\0\0\0".as_slice(),
            &count.to_le_bytes(),
            &count.to_le_bytes(),
            &long.to_le_bytes(),
            &at.to_le_bytes(),
            &[0, 0],
        ]
        .concat(),
    );
    bytes
}

fn all(shop: &Shop, named: &[Named]) -> (Report, Result<(), ImportError>) {
    run_all(&shop.db, named, &ImportOptions::default(), &Overrides::new(), &Clock::fixed(now()), &mut |_| {})
}

#[test]
fn one_report_sums_up_all_files() {
    let shop = Shop::new();
    let one = shop.file("one.csv", BOOK);
    let two = shop.file("two.csv", "isbn;title\n9780975229804;Ice\nx\n");
    let (report, result) = all(&shop, &[Named::path(one), Named::path(two)]);
    result.unwrap();
    assert_eq!(counts(&report), (3, 2, 0, 0, 1));
    assert_eq!((report.rows[0].file.as_deref(), report.rows[0].line), (Some("two.csv"), 3));
    let files: Vec<(&str, u64)> = report.files.iter().map(|file| (file.file.as_str(), file.created)).collect();
    assert_eq!(files, [("one.csv", 1), ("two.csv", 1)]);
}

#[test]
fn a_file_that_is_refused_keeps_no_other_out() {
    let shop = Shop::new();
    let bad = shop.file("bad.csv", "colour\nred\n");
    let good = shop.file("good.csv", BOOK);
    let (report, result) = all(&shop, &[Named::path(bad), Named::path("/no/such.csv"), Named::path(good)]);
    let words = result.unwrap_err().to_string();
    assert!(words.starts_with("2 of 3 files were not taken in whole, the first of them /no/such.csv"), "{words}");
    assert_eq!(counts(&report), (1, 1, 0, 0, 0));
    let errors = report.files.iter().filter(|file| file.error.is_some()).count();
    assert_eq!((errors, report.warnings.len()), (2, 2), "{:?}", report.warnings);
}

#[test]
fn an_archive_stands_for_the_feeds_in_it() {
    let shop = Shop::new();
    let members: [(&str, &[u8]); 7] = [
        ("b/two.csv", b"isbn,title\n9780975229804,Ice\n"),
        ("a/one.csv", BOOK.as_bytes()),
        ("a/cover.jpg", b"\xff\xd8\xff\xe0 a picture"),
        ("__MACOSX/a/._one.csv", b"\0\x05\x16\x07"),
        ("a/.hidden.csv", b"isbn,title\n9781250108562,Hidden\n"),
        ("empty/", b""),
        ("../../outside.csv", b"isbn,title\n9782253002697,Outside\n"),
    ];
    let file = shop.file("delivery.dat", zip(&members, false));
    let report = shop.import(&file, &ImportOptions::default());
    assert_eq!(counts(&report), (3, 3, 0, 0, 0));
    let files: Vec<&str> = report.files.iter().map(|file| file.file.as_str()).collect();
    assert_eq!(files, ["../../outside.csv", "a/one.csv", "b/two.csv"]);
    assert!(!shop.folder.path().parent().unwrap().parent().unwrap().join("outside.csv").exists());
    assert!(report.warnings.iter().any(|text| text.contains("cover.jpg") && text.contains("a picture")));
    assert_eq!(counts(&shop.import(&file, &ImportOptions::default())), (3, 0, 0, 3, 0));
}

#[test]
fn archives_that_are_no_feeds_are_refused_with_a_sentence() {
    let shop = Shop::new();
    let check = |name: &str, bytes: &[u8], words: &str| {
        let (_, refused) = shop.try_import(&shop.file(name, bytes), &ImportOptions::default());
        let error = refused.unwrap_err().to_string();
        assert!(error.contains(words), "{name}: {error}");
    };
    check(
        "a.zip",
        &zip(&[("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")], false),
        "is a spreadsheet; save it as CSV",
    );
    check("b.zip", &zip(&[("books.csv", BOOK.as_bytes())], true), "is encrypted");
    check("c.zip", &zip(&[("a.png", b"\x89PNG....")], false), "without a feed in it");
    check("d.zip", &zip(&[("a.csv", BOOK.as_bytes())], false)[..60], "damaged");
    let mut flipped = zip(&[("empty", b""), ("a.csv", BOOK.as_bytes())], false);
    let at = flipped.windows(3).position(|word| word == b"Ink").unwrap();
    flipped[at] = b'i';
    check("e.zip", &flipped, "the archive is damaged");
    let bomb = vec![b' '; 24 << 20];
    check("f.zip", &zip(&[("a.csv", &[b"isbn,title\n".as_slice(), &bomb].concat())], false), "more than 250 times");
    assert_eq!(shop.ids().len(), 0);
}

#[test]
fn a_folder_is_read_in_name_order_and_what_is_no_feed_is_named() {
    let shop = Shop::new();
    let root = shop.folder.path().join("feeds");
    std::fs::create_dir_all(root.join("deep/er")).unwrap();
    std::fs::create_dir_all(root.join(".git")).unwrap();
    for (name, bytes) in [
        ("b.csv", BOOK.as_bytes()),
        ("a.txt", b"isbn\ttitle\n9780975229804\tIce\n"),
        ("deep/er/c", b"isbn|title\n9781250108562|Sea\n"),
        ("flyer.pdf", b"%PDF-1.7"),
        ("readme.txt", b"Dear bookseller,\n\nthese are our new titles, as every week.\n"),
        (".git/d.csv", b"isbn,title\n9782253002697,Hidden\n"),
    ] {
        std::fs::write(root.join(name), bytes).unwrap();
    }
    let report = shop.import(&root, &ImportOptions::default());
    let files: Vec<&str> = report.files.iter().map(|file| file.file.as_str()).collect();
    assert_eq!((counts(&report), files), ((3, 3, 0, 0, 0), vec!["a.txt", "b.csv", "c"]));
    assert!(report.warnings.iter().any(|text| text.contains("flyer.pdf is not read: it is a PDF")));
    assert!(
        report.warnings.contains(&"readme.txt is not read: it holds no table of books".into()),
        "{:?}",
        report.warnings
    );
}

#[test]
fn standard_input_lies_on_the_disk_while_it_is_read() {
    let shop = Shop::new();
    let folder = shop.folder.path().join("spool");
    let spool = Spool::fill(&folder, &mut BOOK.as_bytes(), now()).unwrap();
    let path = spool.path().to_owned();
    let (report, result) = all(&shop, &[Named { path: path.clone(), name: Some("stdin".into()) }]);
    result.unwrap();
    assert_eq!((report.created, report.files[0].source.as_str()), (1, "stdin"));
    drop(spool);
    assert!(!path.exists());
    // What a killed run left is swept away a day later.
    let left = std::fs::File::create_new(folder.join("left.feed")).unwrap();
    let yesterday = now() - jiff::SignedDuration::from_hours(30);
    left.set_modified(yesterday.into()).unwrap();
    drop(Spool::fill(&folder, &mut BOOK.as_bytes(), now()).unwrap());
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn pictures_lie_beside_their_feed_and_nowhere_else() {
    let shop = Shop::new();
    let root = shop.folder.path().join("feed");
    std::fs::create_dir_all(root.join("img")).unwrap();
    std::fs::write(root.join("img/ink.jpg"), "picture").unwrap();
    std::fs::write(
        root.join("books.csv"),
        "isbn,title,image\n9780306406157,Ink,img\\ink.jpg; gone.jpg; https://example.com/a.jpg\n",
    )
    .unwrap();
    let secret = shop.file("secret.txt", "secret");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&secret, root.join("link.jpg")).unwrap();
    let feed = root.join("books.csv");
    let found = sources::look(&feed, None).unwrap();
    let beside = Beside::of(&found.inputs[0]);
    assert_eq!(beside.find("img/ink.jpg").as_deref(), Some(b"picture".as_slice()));
    assert_eq!(beside.find("img\\ink.jpg"), beside.find("./img/ink.jpg"));
    for wrong in ["", "gone.jpg", "../secret.txt", "link.jpg", "img", "a\0b", &secret.to_string_lossy()] {
        assert_eq!((beside.find(wrong), beside.has(wrong)), (None, false), "{wrong}");
    }
    let report = shop.import(&feed, &ImportOptions::default());
    assert!(report.warnings.iter().any(|text| text.starts_with("1 picture not found")), "{:?}", report.warnings);

    let archive = shop.file(
        "feed.zip",
        zip(
            &[("x/books.csv", BOOK.as_bytes()), ("x/ink.jpg", b"\xff\xd8\xffone"), ("ice.jpg", b"\xff\xd8\xfftwo")],
            false,
        ),
    );
    let found = sources::look(&archive, None).unwrap();
    let inside = Beside::of(&found.inputs[0]);
    let texts = ["ink.jpg", "x/ink.jpg", "ice.jpg", "../ice.jpg"].map(|name| inside.find(name));
    assert_eq!(
        texts,
        [Some(b"\xff\xd8\xffone".to_vec()), Some(b"\xff\xd8\xffone".to_vec()), Some(b"\xff\xd8\xfftwo".to_vec()), None]
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn a_broken_archive_is_answered(at in 0_usize..400, byte: u8, cut in 0_usize..400) {
        let shop = Shop::new();
        let mut bytes = zip(&[("a.csv", BOOK.as_bytes()), ("b.csv", b"isbn,title\n9780975229804,Ice\n")], false);
        let place = at % bytes.len();
        bytes[place] = byte;
        bytes.truncate(cut.max(5));
        let (report, _) = shop.try_import(&shop.file("a.zip", &bytes), &ImportOptions::default());
        proptest::prop_assert_eq!(report.read, report.created + report.updated + report.unchanged + report.rejected);
    }
}
