#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bookstall_fuzz::date(bytes));
