//! What a file of rows is: its delimiter, whether it has a header, what its columns hold.

use std::io::BufRead;

use super::columns::{Asked, Columns, shown};
use super::fields::Field;
use super::rows::{Next, Row, Rows};
use super::{delimiter, guess, unwrap};
use crate::imports::{ImportError, ImportOptions};
use crate::kernel::isbn::Isbn;

/// Rows that a guess is made from.
const LOOKED_AT: usize = 300;

/// How a file is laid out.
pub(in crate::imports) struct Layout {
    /// What parts its fields.
    pub delimiter: u8,
    /// What its columns hold.
    pub columns: Columns,
    /// The options that would say what was guessed, if anything was.
    pub guessed: Option<String>,
    headerless: bool,
    states_delimiter: bool,
}

impl Layout {
    /// Settles it by the file's beginning and the caller's options; `suffice` says whether the columns are enough.
    ///
    /// # Errors
    ///
    /// `Refused`, with the guess as a ready command line where the columns are not known.
    pub(in crate::imports) fn settle(
        start: &[u8], delimiter: u8, options: &ImportOptions, suffice: impl Fn(&Columns) -> bool,
    ) -> Result<Layout, ImportError> {
        let asked = Asked { map: &options.map, reference: options.reference_column.as_deref() };
        let states_delimiter = delimiter::stated(start).is_some();
        let refused = ImportError::Refused;
        let open = || Rows::new(start, delimiter).map_err(|error| refused(error.to_string()));
        let mut rows = open()?;
        skip_statement(&mut rows, states_delimiter)?;
        let headerless = first(&mut rows, |row| Ok(options.no_header || is_data(row)))?;
        let columns = if headerless {
            Columns::numbered(usual_width(open()?, states_delimiter)?, asked)
        } else {
            let mut rows = open()?;
            skip_statement(&mut rows, states_delimiter)?;
            first(&mut rows, |row| Ok(Columns::read(row, asked)))?
        }
        .map_err(refused)?;
        let mut layout = Layout { delimiter, columns, guessed: None, headerless, states_delimiter };
        let enough = suffice(&layout.columns);
        if enough && !(headerless && options.guess) {
            return Ok(layout);
        }
        let mut fields = layout.guess(start)?;
        drop_what_is_mapped(&mut fields, &layout.columns, asked.map);
        let words = guess::as_options(&fields, &layout.columns, headerless);
        let mut map = asked.map.to_vec();
        let named = fields.iter().enumerate().filter_map(|(place, field)| Some(((place + 1).to_string(), (*field)?)));
        map.extend(named);
        let with_guess = Asked { map: &map, ..asked };
        let columns = if headerless {
            Columns::numbered(layout.columns.width, with_guess)
        } else {
            let mut rows = open()?;
            skip_statement(&mut rows, states_delimiter)?;
            first(&mut rows, |row| Ok(Columns::read(row, with_guess)))?
        }
        .map_err(refused)?;
        if options.guess && suffice(&columns) {
            layout.columns = columns;
            layout.guessed = Some(words);
            return Ok(layout);
        }
        let words = layout.unknown(&words, suffice(&columns));
        let unlike = layout.columns.ignored.len() == layout.columns.width && !fields.contains(&Some(Field::Isbn));
        Err(if unlike { ImportError::NoFeed(words) } else { refused(words) })
    }

    fn unknown(&self, words: &str, would_do: bool) -> String {
        let what = if self.headerless {
            "the file has no header line".to_owned()
        } else {
            let names = shown(&self.columns.names());
            format!("no column is known as a title or an ISBN; the first line says {names}")
        };
        if would_do {
            format!("{what}; name the columns with --map, or take this guess with --guess: {words}")
        } else {
            format!("{what}; name them with --map, like --map 1=isbn --map 2=title")
        }
    }

    fn guess(&self, start: &[u8]) -> Result<Vec<Option<Field>>, ImportError> {
        let mut rows = Rows::new(start, self.delimiter).map_err(|error| ImportError::Refused(error.to_string()))?;
        self.skip_to_data(&mut rows)?;
        let mut sample: Vec<Vec<String>> = Vec::new();
        while sample.len() < LOOKED_AT && rows.advance().is_ok_and(|next| next == Next::Row) {
            if rows.row().len() == self.columns.width {
                sample.push(rows.row().fields().map(str::to_owned).collect());
            }
        }
        let rows = sample.iter().map(|row| row.iter().map(String::as_str).collect());
        Ok(guess::columns(rows, self.columns.width))
    }

    /// Moves a reader that stands at the file's beginning before its first row of data.
    ///
    /// # Errors
    ///
    /// A file without a header line where there must be one.
    pub(in crate::imports) fn skip_to_data<R: BufRead>(&self, rows: &mut Rows<R>) -> Result<(), ImportError> {
        skip_statement(rows, self.states_delimiter)?;
        if self.headerless { Ok(()) } else { first(rows, |_| Ok(())) }
    }
}

fn skip_statement<R: BufRead>(rows: &mut Rows<R>, states_delimiter: bool) -> Result<(), ImportError> {
    if states_delimiter { first(rows, |_| Ok(())) } else { Ok(()) }
}

/// Reads the first row with something in it.
fn first<R: BufRead, T>(rows: &mut Rows<R>, read: impl FnOnce(Row<'_>) -> Result<T, String>) -> Result<T, ImportError> {
    loop {
        match rows.advance().map_err(|error| ImportError::Refused(error.to_string()))? {
            Next::Row if rows.row().is_blank() => {}
            Next::Row if rows.row().has_nul() => return Err(ImportError::Refused("this is not a text file".into())),
            Next::Row => return read(rows.row()).map_err(ImportError::Refused),
            Next::TooLong => {
                return Err(ImportError::Refused("the first line is not a header: it is longer than 2 MB".into()));
            }
            Next::End => return Err(ImportError::Refused("the file has no header line".into())),
        }
    }
}

/// No header names a valid ISBN.
fn is_data(row: Row<'_>) -> bool {
    row.fields()
        .map(|cell| unwrap::figures(unwrap::cell(cell)))
        .any(|cell| cell.len() >= 10 && cell.parse::<Isbn>().is_ok())
}

/// The number of fields that most of the first rows have.
fn usual_width(mut rows: Rows<&[u8]>, states_delimiter: bool) -> Result<usize, ImportError> {
    skip_statement(&mut rows, states_delimiter)?;
    let mut widths: Vec<usize> = Vec::new();
    while widths.len() < LOOKED_AT && rows.advance().is_ok_and(|next| next == Next::Row) {
        if !rows.row().is_blank() {
            widths.push(rows.row().len());
        }
    }
    let count = |width: &usize| widths.iter().filter(|other| *other == width).count();
    Ok(widths.iter().copied().max_by_key(|width| (count(width), *width)).unwrap_or(0))
}

/// What the caller says goes before any guess, for the column as for the field.
fn drop_what_is_mapped(fields: &mut [Option<Field>], columns: &Columns, map: &[(String, Field)]) {
    for (place, entry) in fields.iter_mut().enumerate() {
        let taken = columns.is_taken(place);
        let said = entry.is_some_and(|field| columns.has(field) || map.iter().any(|(_, mapped)| *mapped == field));
        if taken || said {
            *entry = None;
        }
    }
}
