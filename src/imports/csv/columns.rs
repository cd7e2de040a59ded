//! Which column holds what: by the common spellings of its name, or as the caller says.

use std::fmt;
use std::str::FromStr;

use super::rows::Row;
use crate::kernel::text::fold;

/// What a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
#[expect(missing_docs, reason = "each is the word that --map takes")]
pub enum Field {
    Isbn,
    Isbn13,
    Isbn10,
    Ean,
    Title,
    Subtitle,
    Author,
    Editor,
    Translator,
    Illustrator,
    Publisher,
    Imprint,
    Price,
    Currency,
    Stock,
    Description,
    Category,
    Format,
    Date,
    Year,
    Pages,
    Weight,
    Language,
    Image,
    OriginalTitle,
    OriginalYear,
    Series,
    SeriesNumber,
    WorkId,
    /// The column is not to be read.
    Ignore,
}

/// Each field's name and the other spellings of it, folded and without spaces.
const SPELLINGS: &[(Field, &str, &[&str])] = &[
    (Field::Isbn, "isbn", &["isbnnumber", "isbnno", "bookisbn"]),
    (Field::Isbn13, "isbn13", &["isbn13digits"]),
    (Field::Isbn10, "isbn10", &[]),
    (Field::Ean, "ean", &["ean13", "gtin", "gtin13", "barcode"]),
    (
        Field::Title,
        "title",
        &["booktitle", "name", "bookname", "producttitle", "productname", "titel", "titre", "titulo"],
    ),
    (Field::Subtitle, "subtitle", &["booksubtitle"]),
    (
        Field::Author,
        "author",
        &[
            "authors",
            "bookauthor",
            "bookauthors",
            "authorname",
            "authornames",
            "writer",
            "by",
            "creator",
            "contributor",
            "contributors",
            "autor",
            "auteur",
        ],
    ),
    (Field::Editor, "editor", &["editors", "editedby"]),
    (Field::Translator, "translator", &["translators", "translatedby"]),
    (Field::Illustrator, "illustrator", &["illustrators", "illustratedby"]),
    (
        Field::Publisher,
        "publisher",
        &["publishers", "publishername", "publishinghouse", "verlag", "editeur", "editorial"],
    ),
    (Field::Imprint, "imprint", &[]),
    (
        Field::Price,
        "price",
        &["retailprice", "listprice", "sellingprice", "rrp", "unitprice", "bookprice", "preis", "prix", "precio"],
    ),
    (Field::Currency, "currency", &["currencycode", "pricecurrency"]),
    (
        Field::Stock,
        "stock",
        &[
            "qty",
            "quantity",
            "stockquantity",
            "quantityinstock",
            "instock",
            "stocklevel",
            "onhand",
            "quantityonhand",
            "copies",
            "inventory",
        ],
    ),
    (
        Field::Description,
        "description",
        &["desc", "summary", "blurb", "synopsis", "bookdescription", "longdescription", "overview"],
    ),
    (Field::Category, "category", &["categories", "genre", "genres", "bookcategory", "section"]),
    (Field::Format, "format", &["binding", "bookformat", "producttype", "edition", "cover", "productform"]),
    (
        Field::Date,
        "date",
        &[
            "publicationdate",
            "pubdate",
            "publisheddate",
            "publishdate",
            "published",
            "releasedate",
            "dateofpublication",
            "datepublished",
        ],
    ),
    (Field::Year, "year", &["yearofpublication", "publicationyear", "publishedyear", "pubyear", "yearpublished"]),
    (Field::Pages, "pages", &["pagecount", "numpages", "numberofpages", "pagination", "pageno"]),
    (Field::Weight, "weight", &["weightg", "weightgrams", "weightingrams"]),
    (Field::Language, "language", &["lang", "languagecode", "booklanguage", "languages"]),
    (
        Field::Image,
        "image",
        &["imageurl", "coverurl", "coverimage", "coverimageurl", "imageurll", "thumbnail", "picture", "imagelink"],
    ),
    (Field::OriginalTitle, "original-title", &["originaltitle"]),
    (
        Field::OriginalYear,
        "original-year",
        &["originalyear", "originalpublicationyear", "firstpublished", "firstpublicationyear"],
    ),
    (Field::Series, "series", &["seriesname", "seriestitle"]),
    (Field::SeriesNumber, "series-number", &["seriesnumber", "seriesno", "volume", "volumenumber", "numberinseries"]),
    (Field::WorkId, "work-id", &["workid", "work"]),
    (Field::Ignore, "ignore", &[]),
];

impl Field {
    /// Its name, as `--map` takes it.
    pub fn name(self) -> &'static str {
        SPELLINGS.iter().find(|(field, ..)| *field == self).map_or("ignore", |(_, name, _)| *name)
    }

    /// Every field's name, for help texts.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SPELLINGS.iter().map(|(_, name, _)| *name)
    }

    fn from_header(header: &str) -> Option<Field> {
        let plain: String = fold(header).chars().filter(|c| *c != ' ').collect();
        let is = |(field, name, others): &(Field, &str, &[&str])| {
            *field != Field::Ignore && (*name == plain || others.contains(&plain.as_str()))
        };
        SPELLINGS.iter().find(|entry| is(entry)).map(|(field, ..)| *field)
    }
}

/// The word names no field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownField(String);

impl fmt::Display for UnknownField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Field::names().collect();
        write!(f, "“{}” is not a field; fields are {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownField {}

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(text: &str) -> Result<Field, UnknownField> {
        let by_name = SPELLINGS.iter().find(|(_, name, _)| *name == text).map(|(field, ..)| *field);
        by_name.or_else(|| Field::from_header(text)).ok_or_else(|| UnknownField(text.to_owned()))
    }
}

/// The columns of one file.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    places: [Option<usize>; SPELLINGS.len()],
    reference: Option<usize>,
    /// How many columns the header names.
    pub(super) width: usize,
    /// Names of the columns that nobody reads.
    pub(super) ignored: Vec<String>,
}

impl Columns {
    /// Reads a header. What the caller maps goes before what names suggest; of two columns of one kind the first counts.
    ///
    /// # Errors
    ///
    /// A column that the caller names and the file does not have; a header without a title or a number.
    pub(super) fn read(header: Row<'_>, map: &[(String, Field)], reference: Option<&str>) -> Result<Columns, String> {
        let names: Vec<&str> = header.fields().map(str::trim).collect();
        let place_of = |wanted: &str| {
            let exact = names.iter().position(|name| *name == wanted);
            exact
                .or_else(|| names.iter().position(|name| name.eq_ignore_ascii_case(wanted)))
                .ok_or_else(|| format!("the file has no column “{wanted}”; its columns are {}", shown(&names)))
        };
        let mut columns =
            Columns { places: [None; SPELLINGS.len()], reference: None, width: names.len(), ignored: Vec::new() };
        let mut decided: Vec<Option<Field>> = vec![None; names.len()];
        for (name, field) in map {
            let place = place_of(name)?;
            columns.put(*field, place);
            decided.get_mut(place).into_iter().for_each(|entry| *entry = Some(*field));
        }
        columns.reference = reference.map(place_of).transpose()?;
        for (place, name) in names.iter().enumerate() {
            let Some(entry) = decided.get_mut(place) else { continue };
            if entry.is_none() {
                *entry = Field::from_header(name).filter(|field| columns.put(*field, place));
            }
            if entry.is_none() && columns.reference != Some(place) {
                columns.ignored.push((*name).to_owned());
            }
        }
        let has = |field: Field| columns.place(field).is_some();
        if has(Field::Title) || columns.isbn_places().next().is_some() {
            return Ok(columns);
        }
        Err(format!(
            "no column is known as a title or an ISBN; the first line says {}; name them with --map",
            shown(&names)
        ))
    }

    /// Gives a field its column unless it has one.
    fn put(&mut self, field: Field, place: usize) -> bool {
        match self.places.get_mut(field as usize) {
            Some(free @ None) if field != Field::Ignore => {
                *free = Some(place);
                true
            }
            _ => false,
        }
    }

    /// Where a field stands.
    pub(super) fn place(&self, field: Field) -> Option<usize> {
        self.places.get(field as usize).copied().flatten()
    }

    /// The columns that may hold an ISBN, the surest first.
    pub(super) fn isbn_places(&self) -> impl Iterator<Item = usize> {
        [Field::Isbn13, Field::Isbn, Field::Isbn10, Field::Ean].into_iter().filter_map(|field| self.place(field))
    }

    /// What stands in a field; `None` for nothing and for the words that programs write for nothing.
    pub(super) fn cell<'a>(&self, row: Row<'a>, field: Field) -> Option<&'a str> {
        self.place(field).map(|place| row.field(place).trim()).filter(|text| !is_nothing(text))
    }

    /// The feed's own id of a row.
    pub(super) fn reference<'a>(&self, row: Row<'a>) -> Option<&'a str> {
        self.reference.map(|place| row.field(place).trim()).filter(|text| !is_nothing(text))
    }

    /// Every column that is read, in the order of fields and not of the file, for the row's fingerprint.
    pub(super) fn read_places(&self) -> impl Iterator<Item = Option<usize>> {
        self.places.iter().chain(std::iter::once(&self.reference)).copied()
    }
}

/// The header for a message; the first line of what is no table may be megabytes long.
fn shown(names: &[&str]) -> String {
    const MOST_CHARS: usize = 300;
    let all = names.join(", ");
    match all.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", all.get(..end).unwrap_or_default()),
        None => all,
    }
}

fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "NULL" | "null" | "NaN" | "nan" | "N/A" | "n/a" | "#N/A" | "\\N")
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
