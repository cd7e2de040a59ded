//! What holds for any bytes. The fuzz targets look for bytes that break it; `tests/shop/fuzz.rs` tries the seeds and
//! chance on a stable compiler.

use std::cell::RefCell;
use std::path::PathBuf;
use std::thread;

use bookstall::imports::{self, ImportError, ImportOptions, Rehearsal, Report, fuzz};
use bookstall::kernel::date::PartialDate;
use bookstall::kernel::gtin::Gtin;
use bookstall::kernel::isbn::Isbn;
use bookstall::kernel::time::Clock;
use bookstall::settings::Overrides;

/// A number that was taken is thirteen or so right digits, and reads as itself in every spelling.
pub fn isbn(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(gtin) = text.parse::<Gtin>() {
        let digits = gtin.as_str();
        assert!(has_check_digit(digits) && matches!(digits.len(), 8 | 12 | 13 | 14), "{digits}");
        assert_eq!(digits.parse(), Ok(gtin.clone()));
    }
    let plain = text.parse::<Isbn>();
    let Ok((isbn, restored)) = Isbn::parse_restoring(&text) else {
        assert!(plain.is_err(), "{text:?} is only read where zeros are not restored");
        return;
    };
    assert_eq!(plain.is_err(), restored, "{text:?}");
    let digits = isbn.as_str();
    assert!(has_check_digit(digits) && digits.len() == 13, "{text:?} became {digits}");
    assert!(digits.starts_with("978") || digits.starts_with("979"), "{text:?} became {digits}");
    assert_eq!(digits.parse::<Gtin>().unwrap().as_str(), digits);
    let hyphenated = isbn.hyphenated();
    assert_eq!(hyphenated.replace('-', ""), digits);
    for spelling in [digits, &hyphenated, &hyphenated.replace('-', " "), &isbn10(digits)] {
        assert_eq!(spelling.parse(), Ok(isbn.clone()), "{spelling}");
    }
}

fn has_check_digit(digits: &str) -> bool {
    let weighed = digits.bytes().rev().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| {
        assert!(digit.is_ascii_digit(), "{digits:?}");
        u32::from(digit - b'0') * weight
    });
    weighed.sum::<u32>().is_multiple_of(10)
}

/// The old form of a number that begins with 978; others have none and stay as they are.
fn isbn10(digits: &str) -> String {
    let Some(body) = digits.strip_prefix("978").map(|rest| &rest[..9]) else { return digits.to_owned() };
    let sum: u32 = body.bytes().zip((2..=10).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => format!("{body}X"),
        check => format!("{body}{check}"),
    }
}

/// A date is written as it was read, stands in order as text too, and has no day that was not written.
pub fn date(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(date) = text.parse::<PartialDate>() {
        assert_eq!(date.to_string(), text.trim());
    }
    let dates = fuzz::dates(&text);
    for date in &dates {
        assert_eq!(date.to_string().parse(), Ok(*date), "{text:?}");
        assert!(text.contains(&date.year().to_string()), "{text:?} became {date}");
        assert!(!date.display().is_empty());
        if let PartialDate::Day(day) = date {
            assert!(text.contains(&day.day().to_string()), "{text:?} became {date}");
        }
    }
    let mut halves: Vec<PartialDate> = text.split('|').filter_map(|half| half.parse().ok()).chain(dates).collect();
    halves.sort_by_key(PartialDate::to_string);
    assert!(halves.is_sorted_by_key(|date| date.first_day()), "SQL orders by the text: {halves:?}");
}

/// A table is read to its end or refused.
pub fn csv(bytes: &[u8]) {
    let rows = fuzz::csv(bytes);
    assert!(rows <= bytes.len() as u64, "{rows} rows in {} bytes", bytes.len());
}

/// A message is read to its end or refused.
pub fn onix(bytes: &[u8]) {
    let products = fuzz::onix(bytes);
    assert!(products <= bytes.len() as u64, "{products} products in {} bytes", bytes.len());
}

/// Library records are read to their end or refused.
pub fn marc(bytes: &[u8]) {
    let books = fuzz::marc(bytes);
    assert!(books <= bytes.len() as u64, "{books} books in {} bytes", bytes.len());
}

/// What a reader gives out the database takes, and a second run of a file finds nothing left to do.
pub fn import(bytes: &[u8]) {
    SHOP.with_borrow_mut(|shop| {
        // A new shop now and then, so that what is found can be found again.
        if shop.as_ref().is_none_or(|shop| shop.files == 500) {
            *shop = None;
            *shop = Some(Shop::open());
        }
        let shop = shop.as_mut().unwrap();
        shop.files += 1;
        std::fs::write(&shop.file, bytes).unwrap();
        let (report, result) = shop.take_in();
        if result.is_ok() {
            let (again, result) = shop.take_in();
            assert!(result.is_ok(), "{result:?}");
            assert_eq!((again.created, again.updated), (0, 0), "{report:?}\n{again:?}");
            assert_eq!((again.read, again.rejected), (report.read, report.rejected), "{report:?}\n{again:?}");
        }
    });
}

thread_local! {
    static SHOP: RefCell<Option<Shop>> = const { RefCell::new(None) };
}

struct Shop {
    rehearsal: Rehearsal,
    file: PathBuf,
    files: u32,
}

impl Shop {
    fn open() -> Shop {
        let file =
            std::env::temp_dir().join(format!("bookstall-fuzz-{}-{:?}", std::process::id(), thread::current().id()));
        Shop { rehearsal: Rehearsal::of(&file.join("nothing")).unwrap(), file, files: 0 }
    }

    fn take_in(&self) -> (Report, Result<(), ImportError>) {
        let clock = Clock::fixed("2026-11-22T12:00:00Z".parse().unwrap());
        let options = ImportOptions { guess: true, ..ImportOptions::default() };
        let (report, result) =
            imports::run(self.rehearsal.db(), &self.file, &options, &Overrides::new(), &clock, &mut |_| {});
        assert_eq!(report.read, report.created + report.updated + report.unchanged + report.rejected, "{report:?}");
        let refused = report.rows.iter().find(|row| row.reason.contains("the database refused it"));
        assert!(refused.is_none(), "{refused:?}");
        (report, result)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        std::fs::remove_file(&self.file).unwrap();
    }
}
