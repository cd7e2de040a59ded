//! Which column holds what in one file: by its name, by its number, or as its content suggests.

use super::fields::{self, Field};
use super::rows::Row;
use super::unwrap;

/// The columns of one file.
#[derive(Clone, Debug)]
pub(in crate::imports) struct Columns {
    places: [Option<usize>; fields::COUNT],
    /// Further columns of fields that several may hold.
    more: Vec<(Field, usize)>,
    reference: Option<usize>,
    /// Columns that the caller spoke of, if only to have them ignored.
    said: Vec<usize>,
    /// What stands above each column; numbers where nothing does.
    names: Vec<String>,
    /// How many columns there are.
    pub(in crate::imports) width: usize,
    /// Names of the columns that nobody reads.
    pub(super) ignored: Vec<String>,
}

/// What the caller says of columns.
#[derive(Clone, Copy, Debug)]
pub(in crate::imports) struct Asked<'a> {
    /// Columns by name or number, and what they hold.
    pub map: &'a [(String, Field)],
    /// The column of the feed's own id.
    pub reference: Option<&'a str>,
}

impl Columns {
    /// Reads a header. What the caller maps goes before what names suggest; of two columns of one kind the first counts.
    ///
    /// # Errors
    ///
    /// A column that the caller names and the file does not have.
    pub(in crate::imports) fn read(header: Row<'_>, asked: Asked<'_>) -> Result<Columns, String> {
        let names: Vec<String> = header.fields().map(|name| unwrap::cell(name).to_owned()).collect();
        Columns::new(names, asked, Field::from_header)
    }

    /// Columns without a header, known by their numbers from 1.
    ///
    /// # Errors
    ///
    /// A number that the file does not have.
    pub(in crate::imports) fn numbered(width: usize, asked: Asked<'_>) -> Result<Columns, String> {
        Columns::new((1..=width).map(|number| number.to_string()).collect(), asked, |_| None)
    }

    fn new(names: Vec<String>, asked: Asked<'_>, by_name: fn(&str) -> Option<Field>) -> Result<Columns, String> {
        let mut columns = Columns {
            places: [None; fields::COUNT],
            more: Vec::new(),
            reference: None,
            said: Vec::new(),
            width: names.len(),
            ignored: Vec::new(),
            names,
        };
        for (name, field) in asked.map {
            let place = columns.place_of(name)?;
            columns.put(*field, place);
            columns.said.push(place);
        }
        columns.reference = asked.reference.map(|name| columns.place_of(name)).transpose()?;
        for (place, name) in columns.names.clone().into_iter().enumerate() {
            let mapped = columns.said.contains(&place);
            let read = mapped || by_name(&name).is_some_and(|field| columns.put(field, place));
            if !read && columns.reference != Some(place) {
                columns.ignored.push(name);
            }
        }
        Ok(columns)
    }

    fn place_of(&self, wanted: &str) -> Result<usize, String> {
        let exact = self.names.iter().position(|name| name == wanted);
        let alike = || self.names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        let number =
            || wanted.parse::<usize>().ok().filter(|number| (1..=self.width).contains(number)).map(|number| number - 1);
        exact.or_else(alike).or_else(number).ok_or_else(|| {
            format!(
                "the file has no column “{wanted}”; its columns are {}",
                shown(&self.names.iter().map(String::as_str).collect::<Vec<_>>())
            )
        })
    }

    /// Gives a field its column unless it has one.
    fn put(&mut self, field: Field, place: usize) -> bool {
        match self.places.get_mut(field as usize) {
            Some(free @ None) if field != Field::Ignore => {
                *free = Some(place);
                true
            }
            Some(Some(_)) if field.repeats() => {
                self.more.push((field, place));
                true
            }
            _ => false,
        }
    }

    /// Whether a row can be known as a book by these columns.
    pub(in crate::imports) fn suffice(&self) -> bool {
        self.has(Field::Title) || self.isbn_places().next().is_some()
    }

    /// Whether any column holds it.
    pub(in crate::imports) fn has(&self, field: Field) -> bool {
        self.place(field).is_some()
    }

    /// Whether a column holds the feed's own ids.
    pub(in crate::imports) fn has_reference(&self) -> bool {
        self.reference.is_some()
    }

    /// Whether it is settled what a column holds.
    pub(super) fn is_taken(&self, place: usize) -> bool {
        self.said.contains(&place)
            || self.places.contains(&Some(place))
            || self.more.iter().any(|(_, other)| *other == place)
    }

    /// Where a field stands.
    pub(super) fn place(&self, field: Field) -> Option<usize> {
        self.places.get(field as usize).copied().flatten()
    }

    /// What stands above a field's column.
    pub(super) fn header(&self, field: Field) -> &str {
        self.place(field).and_then(|place| self.names.get(place)).map_or("", String::as_str)
    }

    /// The columns that may hold an ISBN, the surest first.
    pub(in crate::imports) fn isbn_places(&self) -> impl Iterator<Item = usize> {
        [Field::Isbn13, Field::Isbn, Field::Isbn10, Field::Ean].into_iter().filter_map(|field| self.place(field))
    }

    /// What stands in a field; `None` for nothing and for the words that programs write for nothing.
    pub(in crate::imports) fn cell<'a>(&self, row: Row<'a>, field: Field) -> Option<&'a str> {
        self.place(field).and_then(|place| content(row, field, place))
    }

    /// What stands in all columns of a field.
    pub(super) fn cells<'a>(&self, row: Row<'a>, field: Field) -> impl Iterator<Item = &'a str> {
        let more = self.more.iter().filter(move |(other, _)| *other == field).map(|(_, place)| *place);
        self.place(field).into_iter().chain(more).filter_map(move |place| content(row, field, place))
    }

    /// The feed's own id of a row.
    pub(in crate::imports) fn reference<'a>(&self, row: Row<'a>) -> Option<&'a str> {
        self.reference.map(|place| unwrap::cell(row.field(place))).filter(|text| !unwrap::is_nothing(text))
    }

    /// Every column that is read, in the order of fields and not of the file, for the row's fingerprint.
    pub(super) fn read_places(&self) -> impl Iterator<Item = Option<usize>> {
        let more = self.more.iter().map(|(_, place)| Some(*place));
        self.places.iter().copied().chain(std::iter::once(self.reference)).chain(more)
    }

    /// What stands above the columns, for a message.
    pub(super) fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }
}

fn content(row: Row<'_>, field: Field, place: usize) -> Option<&str> {
    let text = unwrap::cell(row.field(place));
    // A book may be called “None”; only a spreadsheet's errors are nobody's title.
    let nothing = if field == Field::Title { unwrap::is_error } else { unwrap::is_nothing };
    let text = if field.is_words() { text } else { unwrap::figures(text) };
    Some(text).filter(|text| !text.is_empty() && !nothing(text))
}

/// The header for a message; the first line of what is no table may be megabytes long.
pub(super) fn shown(names: &[&str]) -> String {
    const MOST_CHARS: usize = 300;
    let all = names.join(", ");
    match all.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", all.get(..end).unwrap_or_default()),
        None => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_of_megabytes_is_not_printed_whole() {
        assert_eq!(shown(&["foo", "bar"]), "foo, bar");
        assert_eq!(shown(&["é".repeat(1_000_000).as_str(), "bar"]), format!("{}…", "é".repeat(300)));
    }
}
