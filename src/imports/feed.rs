//! The readers: which one a file is for is told by its content, never by its name.

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use super::csv::CsvFeed;
use super::input::Input;
use super::marc::MarcFeed;
use super::onix::OnixFeed;
use super::own::{self, OwnFeed};
use super::record::Item;
use super::report::Report;
use super::run::Context;
use super::{ImportError, ImportOptions};

/// A file being read, record by record.
pub(super) enum Feed {
    Csv(Box<CsvFeed>),
    Onix(Box<OnixFeed>),
    Own(Box<OwnFeed>),
    Marc(Box<MarcFeed>),
}

impl Feed {
    /// Tells by the first characters what it is: library records, other markup or a table.
    pub(super) fn open(
        input: &Input, options: &ImportOptions, context: &Context, position: &Rc<Cell<u64>>,
    ) -> Result<Feed, ImportError> {
        let mut start = Vec::new();
        input
            .text(position)?
            .take(4096)
            .read_to_end(&mut start)
            .map_err(|error| ImportError::Refused(error.to_string()))?;
        if MarcFeed::detects(&start) {
            return Ok(Feed::Marc(Box::new(MarcFeed::open(input, context, position)?)));
        }
        if start.trim_ascii_start().starts_with(b"<") {
            return Ok(Feed::Onix(Box::new(OnixFeed::open(input, context, position)?)));
        }
        if let Some(mark) = own::delimiter(&start).filter(|_| own::is_left_to_us(options)) {
            return Ok(Feed::Own(Box::new(OwnFeed::open(input, mark, position)?)));
        }
        Ok(Feed::Csv(Box::new(CsvFeed::open(input, options, context, position)?)))
    }

    /// A product that comes twice in a message is an update of itself; only rows add to each other.
    pub(super) fn can_merge(&self) -> bool {
        matches!(self, Feed::Csv(_))
    }

    /// Who sent it, where the file says so.
    pub(super) fn sender(&self) -> Option<&str> {
        match self {
            Feed::Csv(_) | Feed::Marc(_) => None,
            Feed::Own(_) => Some(own::SOURCE),
            Feed::Onix(feed) => feed.sender(),
        }
    }

    /// The next record; the error is why reading cannot go on.
    pub(super) fn next(&mut self, context: &Context) -> Result<Option<Item>, String> {
        match self {
            Feed::Csv(feed) => feed.next(context),
            Feed::Onix(feed) => feed.next(context),
            Feed::Own(feed) => feed.next(context),
            Feed::Marc(feed) => feed.next(context),
        }
    }

    /// Tells what concerns the file as a whole.
    pub(super) fn close(&self, report: &mut Report) {
        match self {
            Feed::Csv(feed) => feed.close(report),
            Feed::Onix(feed) => feed.close(report),
            Feed::Own(feed) => feed.close(report),
            Feed::Marc(feed) => feed.close(report),
        }
    }
}
