//! Sizes in the background, and what the doctor says of files.

use std::time::{Duration, Instant};

use super::*;
use crate::db::{Db, DbError};
use crate::findings::Report;
use crate::kernel::time::Clock;

struct Shop {
    folder: tempfile::TempDir,
    db: Db,
}

impl Shop {
    fn open() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&folder.path().join("bookstall.db")).unwrap();
        Shop { folder, db }
    }

    fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Gives a new book a picture.
    fn take(&self, bytes: &[u8]) -> Taken {
        let taken = take_in(self.data(), bytes).unwrap();
        let picture = taken.clone();
        self.db
            .write_blocking(move |tx| {
                let book = book(tx, "Emma");
                Ok::<_, DbError>(attach(tx, book, &picture, Origin::Upload, at(0))?)
            })
            .unwrap();
        taken
    }

    fn unsized_pictures(&self) -> usize {
        self.db.read(|conn| Ok::<_, DbError>(sizes::list_unsized(conn, Hash::FIRST, 100)?.len())).unwrap()
    }

    /// Runs the sizer until so many pictures are left to it.
    fn run_sizer(&self, left: usize) {
        let sizer = sizer::start(self.db.clone(), self.data().to_owned(), Clock::fixed(at(1))).unwrap();
        let started = Instant::now();
        // What it does first at a start may add to what is left.
        std::thread::sleep(Duration::from_millis(200));
        while self.unsized_pictures() != left {
            assert!(started.elapsed() < Duration::from_secs(30), "{} pictures are left", self.unsized_pictures());
            std::thread::sleep(Duration::from_millis(10));
        }
        sizer.stop();
    }

    fn size(&self, taken: &Taken, width: u32, encoding: Encoding) -> Option<(u32, u32)> {
        image::image_dimensions(sized_path(self.data(), &taken.picture.hash.short(), width, encoding)).ok()
    }

    fn examine(&self) -> Report {
        let mut report = Report::default();
        let checked = self.db.read(|conn| Ok::<_, DbError>(doctor::check_files(conn, self.data(), &mut report)?));
        checked.unwrap();
        report
    }
}

#[test]
fn sizes_are_made_by_themselves_and_again_when_they_are_gone() {
    let shop = Shop::open();
    let (wide, small) = (shop.take(&some_jpeg(800, 1200, 1)), shop.take(&some_jpeg(100, 150, 2)));
    assert_eq!(shop.unsized_pictures(), 2);
    shop.run_sizer(0);
    for encoding in Encoding::ALL {
        assert_eq!(shop.size(&wide, 720, encoding), Some((720, 1080)));
        assert_eq!(shop.size(&wide, 120, encoding), Some((120, 180)));
        assert_eq!(shop.size(&wide, 800, encoding), None);
        assert_eq!(shop.size(&small, 100, encoding), Some((100, 150)));
        assert_eq!(shop.size(&small, 120, encoding), None, "never larger than it is");
    }
    // As after a restore, or a crash in the middle of a picture.
    std::fs::remove_dir_all(shop.data().join("sizes")).unwrap();
    shop.run_sizer(0);
    assert_eq!(shop.size(&wide, 240, Encoding::Webp), Some((240, 360)));
    assert_eq!(shop.size(&small, 100, Encoding::Jpeg), Some((100, 150)));
}

#[test]
fn a_picture_whose_file_is_gone_holds_up_no_other() {
    let shop = Shop::open();
    let pictures = [1, 2, 3].map(|seed| shop.take(&some_jpeg(130, 200, seed)));
    let lost = pictures.iter().min_by_key(|taken| taken.picture.hash).unwrap();
    std::fs::remove_file(original(shop.data(), &lost.picture)).unwrap();
    shop.run_sizer(1);
    let made = pictures.iter().filter(|taken| shop.size(taken, 130, Encoding::Webp).is_some()).count();
    assert_eq!(made, 2);
}

#[test]
fn the_doctor_names_files_that_are_missing_or_damaged_and_only_counts_strangers() {
    let shop = Shop::open();
    let pictures = [1, 2, 3].map(|seed| shop.take(&some_jpeg(60, 90, seed)));
    assert!(shop.examine().is_clean());
    take_in(shop.data(), &some_jpeg(60, 90, 4)).unwrap();
    let report = shop.examine();
    assert!(report.is_clean());
    let counted: Vec<u64> = report.proved.iter().map(|proved| proved.count).collect();
    assert_eq!(counted, [3, 1]);
    std::fs::remove_file(original(shop.data(), &pictures[0].picture)).unwrap();
    std::fs::write(original(shop.data(), &pictures[1].picture), "x").unwrap();
    let words: Vec<String> = shop.examine().findings.into_iter().map(|finding| finding.what).collect();
    assert_eq!(words.len(), 2, "{words:?}");
    assert!(words.iter().any(|words| words.contains("is missing")), "{words:?}");
    assert!(words.iter().any(|words| words.contains("is damaged")), "{words:?}");
}

#[test]
fn sizes_of_a_cover_keep_the_budget_of_bytes() {
    let folder = tempfile::tempdir().unwrap();
    // A cover: broad shapes with edges, slow shades, and the grain of a scan.
    let grain = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503).rotate_left(13)) >> 7 & 7;
    let scan = RgbImage::from_fn(900, 1350, |x, y| {
        let shape = (x / 150 + y / 225) % 3 * 50;
        let colour = |shade: u32| u8::try_from((shade + shape + grain(x, y)).min(255)).unwrap();
        Rgb([colour(x / 9), colour(y / 13), colour((x + y) / 20)])
    });
    let taken = take_in(folder.path(), &jpeg(&scan)).unwrap();
    sizes::make(folder.path(), &taken.picture).unwrap();
    let length = |width| {
        std::fs::metadata(sized_path(folder.path(), &taken.picture.hash.short(), width, Encoding::Webp)).unwrap().len()
    };
    assert!(length(480) <= 40 << 10 && length(720) <= 80 << 10, "{} {}", length(480), length(720));
}
