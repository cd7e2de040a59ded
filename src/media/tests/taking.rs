//! Taking in: what is refused, and what a stored file is and is not.

use std::time::{Duration, Instant};

use super::*;

/// The EXIF of a telephone: upright only after a quarter turn, taken somewhere.
fn exif(orientation: u16) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    let entry = |tag: u16, kind: u16, value: [u8; 4]| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &1_u32.to_be_bytes(), &value].concat()
    };
    tiff.extend(2_u16.to_be_bytes());
    tiff.extend(entry(0x0112, 3, [0, u8::try_from(orientation).unwrap(), 0, 0]));
    tiff.extend(entry(0x8825, 4, 38_u32.to_be_bytes()));
    tiff.extend(0_u32.to_be_bytes());
    tiff.extend(1_u16.to_be_bytes());
    tiff.extend(entry(0x0001, 2, *b"N\0\0\0"));
    tiff.extend(0_u32.to_be_bytes());
    tiff.extend(b"GPSplace 51.5N");
    [b"Exif\0\0".as_slice(), &tiff].concat()
}

/// Puts a segment behind the first two bytes of a JPEG.
fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, content, &jpeg[2..]].concat()
}

/// A PNG that says it has so many pixels, and nearly none.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(drawing(20, 20, 0), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

#[track_caller]
fn refused(bytes: &[u8], words: &str) {
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let error = take_in(folder.path(), bytes).unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?} for {error}", started.elapsed());
    assert!(!folder.path().join("media").exists());
}

#[test]
fn a_telephones_picture_stands_upright_and_says_nothing_of_where_it_was_taken() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = with_segment(&jpeg(&drawing(200, 100, 0)), 0xE1, &exif(6));
    let bytes = with_segment(&bytes, 0xFE, b"by Ada, at home");
    let taken = take_in(folder.path(), &bytes).unwrap();
    assert_eq!((taken.picture.width, taken.picture.height), (100, 200));
    let picture = stored(folder.path(), &taken);
    // A quarter turn clockwise brings the upper left corner to the upper right.
    assert!(is_red(*picture.get_pixel(90, 10)) && !is_red(*picture.get_pixel(10, 10)));
    let file = std::fs::read(original(folder.path(), &taken.picture)).unwrap();
    for trace in [b"Exif".as_slice(), b"GPSplace", b"at home"] {
        assert!(bytes.windows(trace.len()).any(|window| window == trace));
        assert!(!file.windows(trace.len()).any(|window| window == trace), "{}", trace.escape_ascii());
    }
    assert_eq!(Hash::of(&file), taken.picture.hash);
}

#[test]
fn every_way_to_turn_and_mirror_ends_upright() {
    let folder = tempfile::tempdir().unwrap();
    for (orientation, corner) in [(1, (10, 10)), (2, (190, 10)), (3, (190, 90)), (4, (10, 90))] {
        let bytes = with_segment(&jpeg(&drawing(200, 100, 0)), 0xE1, &exif(orientation));
        let picture = stored(folder.path(), &take_in(folder.path(), &bytes).unwrap());
        assert_eq!(picture.dimensions(), (200, 100));
        assert!(is_red(*picture.get_pixel(corner.0, corner.1)), "{orientation}");
    }
    for (orientation, corner) in [(5, (10, 10)), (6, (90, 10)), (7, (90, 190)), (8, (10, 190))] {
        let bytes = with_segment(&jpeg(&drawing(200, 100, 0)), 0xE1, &exif(orientation));
        let picture = stored(folder.path(), &take_in(folder.path(), &bytes).unwrap());
        assert_eq!(picture.dimensions(), (100, 200));
        assert!(is_red(*picture.get_pixel(corner.0, corner.1)), "{orientation}");
    }
}

#[test]
fn the_same_picture_is_one_file_and_the_format_is_told_by_content() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = some_jpeg(200, 300, 0);
    let (first, again) = (take_in(folder.path(), &bytes).unwrap(), take_in(folder.path(), &bytes).unwrap());
    assert_eq!(first, again);
    let name = first.picture.hash.to_string();
    let path = folder.path().join(format!("media/{}/{name}.jpg", &name[..2]));
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), first.bytes);
    // A file that was damaged meanwhile is whole again.
    std::fs::write(&path, "damaged").unwrap();
    take_in(folder.path(), &bytes).unwrap();
    assert_eq!(Hash::of(&std::fs::read(&path).unwrap()), first.picture.hash);
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let taken = take_in(folder.path(), &encoded(drawing(200, 300, 0), format)).unwrap();
        assert_eq!((taken.picture.kind, taken.picture.width), (Kind::Jpeg, 200), "{format:?}");
    }
}

#[test]
fn what_can_be_seen_through_stays_so_and_is_white_where_it_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let clear = RgbaImage::from_fn(60, 90, |x, _| image::Rgba([200, 0, 0, if x < 30 { 255 } else { 0 }]));
    let taken = take_in(folder.path(), &encoded(clear, ImageFormat::Png)).unwrap();
    assert_eq!(taken.picture.kind, Kind::Png);
    assert!(sizes::make(folder.path(), &taken.picture).unwrap());
    let size = |encoding| sized_path(folder.path(), &taken.picture.hash.short(), 60, encoding);
    let webp = image::open(size(Encoding::Webp)).unwrap().to_rgba8();
    assert_eq!((webp.get_pixel(55, 40).0[3], webp.get_pixel(5, 40).0[3]), (0, 255));
    let jpeg = image::open(size(Encoding::Jpeg)).unwrap().to_rgb8();
    assert!(jpeg.get_pixel(55, 40).0.iter().all(|colour| *colour > 245) && jpeg.get_pixel(5, 40).0[1] < 40);
    // An alpha channel that hides nothing is none.
    let opaque = RgbaImage::from_pixel(60, 90, image::Rgba([1, 2, 3, 255]));
    let taken = take_in(folder.path(), &encoded(opaque, ImageFormat::Png)).unwrap();
    assert_eq!(taken.picture.kind, Kind::Jpeg);
}

#[test]
fn of_a_film_the_first_frame_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    for seed in [0, 255] {
        let frame = RgbaImage::from_pixel(40, 60, image::Rgba([seed, 0, 255 - seed, 255]));
        encoder.encode_frame(image::Frame::new(frame)).unwrap();
    }
    drop(encoder);
    let taken = take_in(folder.path(), &bytes).unwrap();
    assert!(stored(folder.path(), &taken).get_pixel(20, 30).0[2] > 200);
}

#[test]
fn a_large_picture_is_kept_at_a_size_that_is_of_use() {
    let folder = tempfile::tempdir().unwrap();
    let taken = take_in(folder.path(), &some_jpeg(1500, 3000, 0)).unwrap();
    assert_eq!((taken.picture.width, taken.picture.height), (1200, 2400));
    let deep = image::ImageBuffer::<image::Luma<u16>, _>::from_pixel(50, 50, image::Luma([u16::MAX]));
    let taken = take_in(folder.path(), &encoded(DynamicImage::ImageLuma16(deep), ImageFormat::Png)).unwrap();
    assert_eq!(stored(folder.path(), &taken).get_pixel(9, 9).0, [255; 4]);
}

#[test]
fn bombs_are_refused_before_they_are_decoded() {
    refused(&bomb(60_000, 60_000), "it is 60000 × 60000 pixels; a picture may have 50 million");
    refused(&bomb(2_000_000_000, 1), "too many pixels");
    let mut tall = some_jpeg(20, 20, 0);
    let frame = tall.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    tall[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    refused(&tall, "65535 × 65535 pixels");
    refused(&vec![0xFF; MOST_BYTES + 1], "it has 21 MB; a picture may have 20 MB");
    let scans = [0xFF, 0xDA, 0, 2].repeat(65);
    let many = [&some_jpeg(20, 20, 0)[..], &scans, &[0xFF, 0xD9]].concat();
    refused(&many, "too many passes");
}

#[test]
fn what_is_damaged_incomplete_or_no_picture_is_refused_with_its_reason() {
    for (bytes, name) in [
        (some_jpeg(300, 300, 0), "jpeg"),
        (encoded(drawing(300, 300, 0), ImageFormat::Png), "png"),
        (encoded(drawing(300, 300, 0), ImageFormat::WebP), "webp"),
        (encoded(drawing(300, 300, 0), ImageFormat::Gif), "gif"),
    ] {
        for part in [bytes.len() / 4, bytes.len() / 2, bytes.len() * 9 / 10] {
            let folder = tempfile::tempdir().unwrap();
            let error = take_in(folder.path(), &bytes[..part]).map(|_| name).unwrap_err();
            assert!(matches!(error, MediaError::Damaged(_)), "{name} cut at {part}: {error}");
        }
    }
    refused(b"", "no JPEG, PNG, WebP or GIF");
    refused(b"%PDF-1.7 a book", "no JPEG, PNG, WebP or GIF");
    refused(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no JPEG, PNG, WebP or GIF");
    refused(&encoded(drawing(1, 1, 0), ImageFormat::Gif), "only 1 × 1 pixels");
}

#[test]
fn colours_of_a_profile_become_those_of_the_web() {
    let folder = tempfile::tempdir().unwrap();
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let plain = jpeg(&RgbImage::from_pixel(50, 50, Rgb([200, 60, 60])));
    let content = [b"ICC_PROFILE\0\x01\x01".as_slice(), &profile].concat();
    let wide = with_segment(&plain, 0xE2, &content);
    let colour = |bytes: &[u8]| stored(folder.path(), &take_in(folder.path(), bytes).unwrap()).get_pixel(9, 9).0;
    // The same numbers mean a redder red in Display P3.
    assert!(colour(&wide)[0] > colour(&plain)[0] + 5, "{:?} {:?}", colour(&wide), colour(&plain));
    let broken = with_segment(&plain, 0xE2, b"ICC_PROFILE\0\x01\x01nonsense");
    assert_eq!(colour(&broken), colour(&plain));
}
