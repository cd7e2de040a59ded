//! Pictures that records name: addresses are noted, files beside the feed are taken in.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};

use super::*;
use crate::media::{self, links};

fn png(red: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(40, 60, image::Rgb([red, 90, 120])).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn shown(shop: &Shop) -> Vec<String> {
    let id = shop.by_isbn("9780306406157").id;
    shop.read(|conn| media::list(conn, id)).into_iter().map(|attached| attached.source).collect()
}

#[test]
fn a_picture_beside_the_feed_becomes_the_books_cover() {
    let shop = Shop::new();
    shop.file("ink.png", png(10));
    shop.file("broken.png", "no picture");
    let text = "isbn,title,image\n9780306406157,Ink,ink.png\n9780975229804,Ice,broken.png\n";
    let file = shop.file("books.csv", text);
    let report = shop.import(&file, &ImportOptions::default());
    assert_eq!(counts(&report), (2, 2, 0, 0, 0));
    assert_eq!(shown(&shop), ["ink.png"]);
    assert!(report.warnings.iter().any(|text| text.contains("broken.png was left out")), "{:?}", report.warnings);
    assert_eq!(counts(&shop.import(&file, &ImportOptions::default())), (2, 0, 0, 2, 0));

    // Another picture under the same name is news.
    let before = shop.read(|conn| media::list(conn, shop.by_isbn("9780306406157").id));
    shop.file("ink.png", png(200));
    assert_eq!(counts(&shop.import(&file, &ImportOptions::default())), (2, 0, 1, 1, 0));
    let after = shop.read(|conn| media::list(conn, shop.by_isbn("9780306406157").id));
    assert_ne!(before[0].picture.hash, after[0].picture.hash);
    assert_eq!(after.len(), 1);
}

#[test]
fn an_address_is_noted_and_not_fetched() {
    let shop = Shop::new();
    let text = "isbn,title,image\n9780306406157,Ink,https://covers.example/ink.jpg\n";
    shop.import_text("books.csv", text, &ImportOptions::default());
    let id = shop.by_isbn("9780306406157").id;
    let links = shop.read(|conn| links::list(conn, id));
    assert_eq!(links.iter().map(|link| link.link.as_str()).collect::<Vec<_>>(), ["https://covers.example/ink.jpg"]);
    assert!(links[0].fetched_at.is_none());
    assert!(shown(&shop).is_empty());
}
