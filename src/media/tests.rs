//! What a picture goes through, from a stranger's bytes to the sizes of a page. The pictures are made here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod attaching;
mod sizing;
mod taking;

use std::io::Cursor;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, RgbaImage};
use jiff::Timestamp;
use rusqlite::Connection;

use super::*;
use crate::catalog::{self, EditionFacts, WorkFacts};
use crate::db::test_tx;
use crate::kernel::ids::Id;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + secs).unwrap()
}

/// A picture with a red upper left corner on blue; `seed` makes it another one.
fn drawing(width: u32, height: u32, seed: u8) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 2 && y < height / 2 { Rgb([220, seed, 20]) } else { Rgb([20, seed, 200]) }
    })
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 95)).unwrap();
    bytes
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG that the tests of other parts may take in.
pub(crate) fn some_jpeg(width: u32, height: u32, seed: u8) -> Vec<u8> {
    jpeg(&drawing(width, height, seed))
}

/// The stored file of a picture, decoded.
fn stored(data: &Path, taken: &Taken) -> RgbaImage {
    image::open(original(data, &taken.picture)).unwrap().to_rgba8()
}

fn is_red(pixel: image::Rgba<u8>) -> bool {
    pixel.0[0] > 150 && pixel.0[2] < 110
}

fn book(conn: &Connection, title: &str) -> Id {
    let facts = EditionFacts { title: title.into(), ..EditionFacts::default() };
    catalog::create(&test_tx(conn), None, &WorkFacts::default(), &facts, at(0)).unwrap().0
}

/// A picture that is only a row: for what never opens the file.
fn row_only(seed: u8) -> Taken {
    Taken { picture: Picture { hash: Hash::of(&[seed]), kind: Kind::Jpeg, width: 300, height: 450 }, bytes: 9 }
}
