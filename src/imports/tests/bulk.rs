//! A message larger than memory should hold: read from a source that makes it up while it is read.

use std::io::{self, Read};

use crate::imports::onix;
use crate::imports::run::Context;

/// A message of a given size in bytes, one product repeated under other numbers.
struct Endless {
    left: u64,
    number: u64,
    waiting: Vec<u8>,
}

impl Endless {
    fn new(size: u64) -> Endless {
        Endless { left: size, number: 0, waiting: b"<ONIXMessage release=\"3.0\">".to_vec() }
    }

    fn product(&self) -> Vec<u8> {
        let text = "About ink and paper, and about those who use them. ".repeat(60);
        format!(
            "<Product><RecordReference>{0}</RecordReference><NotificationType>03</NotificationType>\
             <ProductIdentifier><ProductIDType>03</ProductIDType><IDValue>4006381333931</IDValue></ProductIdentifier>\
             <DescriptiveDetail><ProductForm>Q{1}</ProductForm><TitleDetail><TitleType>01</TitleType><TitleElement>\
             <TitleElementLevel>01</TitleElementLevel><TitleText>Ink {0}</TitleText></TitleElement></TitleDetail></DescriptiveDetail>\
             <CollateralDetail><TextContent><TextType>03</TextType><Text>{text}</Text></TextContent></CollateralDetail></Product>\n",
            self.number,
            self.number % 10_000,
        )
        .into_bytes()
    }
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.waiting.is_empty() && self.left > 0 {
            self.number += 1;
            self.waiting = self.product();
            self.left = self.left.saturating_sub(self.waiting.len() as u64);
            if self.left == 0 {
                self.waiting.extend_from_slice(b"</ONIXMessage>");
            }
        }
        let count = self.waiting.as_slice().read(into)?;
        self.waiting.drain(..count);
        Ok(count)
    }
}

/// The most memory this process ever held, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

#[track_caller]
fn check(size: u64) {
    let products = onix::read_stream(Endless::new(size), &Context::for_nobody()).unwrap();
    assert!(products > size / 4_000, "{products}");
}

#[test]
fn products_are_read_one_after_another() {
    check(8 << 20);
}

#[test]
#[ignore = "some minutes; alone in its process, because the peak is the process's: cargo test --lib bulk -- --ignored"]
fn two_gigabytes_are_read_in_the_memory_of_one_product() {
    let before = peak();
    check(2 << 30);
    let grown = peak() - before;
    assert!(grown < 40, "{grown} MB more than before");
}
