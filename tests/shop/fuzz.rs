//! What the fuzz targets look for with a nightly compiler, tried here on any: their seeds, chance, and seeds that
//! chance has damaged.

use std::sync::LazyLock;

use proptest::prelude::*;

use crate::support::source;

#[expect(unreachable_pub, reason = "the fuzzers' programs reach it")]
#[path = "../fuzz/src/lib.rs"]
mod properties;

type Property = fn(&[u8]);

const TARGETS: [(&str, Property); 6] = [
    ("isbn", properties::isbn),
    ("date", properties::date),
    ("csv", properties::csv),
    ("onix", properties::onix),
    ("marc", properties::marc),
    ("import", properties::import),
];

/// The seeds of every target, and what once broke it.
static SEEDS: LazyLock<[Vec<Vec<u8>>; 6]> = LazyLock::new(|| {
    TARGETS.map(|(target, _)| {
        let files = std::fs::read_dir(source::top().join("tests/fuzz/seeds").join(target)).unwrap();
        files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    })
});

#[test]
fn every_seed_holds() {
    for ((target, holds), seeds) in TARGETS.iter().zip(&*SEEDS) {
        assert!(!seeds.is_empty(), "{target} has no seeds");
        seeds.iter().for_each(|seed| holds(seed));
    }
}

#[test]
fn every_target_has_a_program() {
    let programs = std::fs::read_dir(source::top().join("tests/fuzz/src/bin")).unwrap();
    let mut programs: Vec<_> = programs.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let mut targets: Vec<_> = TARGETS.iter().map(|(name, _)| format!("{name}.rs")).collect();
    programs.sort();
    targets.sort();
    assert_eq!(programs, targets);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_text_holds(text in "[ -~]{0,30}|[0-9Xx -]{8,20}|[0-9./ -]{1,12}|\\PC{0,60}") {
        TARGETS.iter().for_each(|(_, holds)| holds(text.as_bytes()));
    }

    #[test]
    fn damaged_seeds_hold(
        seed in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), length in 0..20_usize,
        noise in proptest::collection::vec(any::<u8>(), 0..8),
    ) {
        for ((_, holds), seeds) in TARGETS.iter().zip(&*SEEDS) {
            let good = seed.get(seeds);
            let start = place.index(good.len() + 1);
            let end = (start + length).min(good.len());
            holds(&[&good[..start], &noise, &good[end..]].concat());
        }
    }
}
