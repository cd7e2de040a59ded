//! The fields of the index. A change here, in `card` or in `words` needs a new `VERSION`.

use std::sync::LazyLock;

use tantivy::TantivyDocument;
use tantivy::Term;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing, TextOptions,
};

use super::card::Card;
use super::words::TOKENIZER;
use crate::kernel::ids::Id;

/// An index with another number is thrown away and built anew.
pub(super) const VERSION: u32 = 4;

/// What demand grows by when e times as many ask for a book.
pub(super) const FOLD: u64 = 1000;
/// The highest class of demand: a class is a fold.
pub(super) const LAST_CLASS: u64 = 120;
/// The longest beginning of a word that is a term.
pub(super) const BEGUN_LETTERS: usize = 3;

/// Handles of the fields, in the order in which `schema` adds them.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    id: Field,
    pub(super) group: Field,
    id_high: Field,
    id_low: Field,
    pub(super) title: Field,
    pub(super) also: Field,
    pub(super) author: Field,
    pub(super) people: Field,
    pub(super) series: Field,
    pub(super) subject: Field,
    pub(super) publisher: Field,
    pub(super) description: Field,
    pub(super) joined: Field,
    pub(super) sound_title: Field,
    pub(super) sound_author: Field,
    pub(super) spelling: Field,
    pub(super) begun: Field,
    pub(super) exact: Field,
    pub(super) squashed: Field,
    pub(super) head: Field,
    pub(super) name: Field,
    pub(super) surname: Field,
    pub(super) surname_sound: Field,
    pub(super) series_key: Field,
    pub(super) volume: Field,
    pub(super) isbn: Field,
    pub(super) category: Field,
    format: Field,
    pub(super) language: Field,
    publisher_name: Field,
    series_name: Field,
    writers: Field,
    sort_title: Field,
    sort_author: Field,
    year: Field,
    words: Field,
    price: Field,
    format_order: Field,
    reduced: Field,
    availability: Field,
    popularity: Field,
    sold: Field,
    demand: Field,
    class: Field,
    pub(super) due: Field,
    print: Field,
}

/// Names of the columns that collectors read.
pub(super) mod column {
    pub(in crate::search) const GROUP: &str = "group";
    pub(in crate::search) const ID_HIGH: &str = "id_high";
    pub(in crate::search) const ID_LOW: &str = "id_low";
    pub(in crate::search) const CATEGORY: &str = "category";
    pub(in crate::search) const FORMAT: &str = "format";
    pub(in crate::search) const LANGUAGE: &str = "language";
    pub(in crate::search) const PUBLISHER: &str = "publisher_name";
    pub(in crate::search) const SERIES: &str = "series_name";
    pub(in crate::search) const WRITERS: &str = "writers";
    pub(in crate::search) const YEAR: &str = "year";
    pub(in crate::search) const WORDS: &str = "words";
    pub(in crate::search) const SORT_AUTHOR: &str = "sort_author";
    pub(in crate::search) const SORT_TITLE: &str = "sort_title";
    pub(in crate::search) const PRICE: &str = "price";
    pub(in crate::search) const FORMAT_ORDER: &str = "format_order";
    pub(in crate::search) const REDUCED: &str = "reduced";
    pub(in crate::search) const AVAILABILITY: &str = "availability";
    pub(in crate::search) const SOLD: &str = "sold";
    pub(in crate::search) const POPULARITY: &str = "popularity";
    pub(in crate::search) const DEMAND: &str = "demand";
    pub(in crate::search) const DUE: &str = "due";
    pub(in crate::search) const PRINT: &str = "print";
}

static BUILT: LazyLock<(Schema, Fields)> = LazyLock::new(build);

/// The schema of this version.
pub(super) fn schema() -> Schema {
    BUILT.0.clone()
}

/// Its fields.
pub(super) fn fields() -> Fields {
    BUILT.1
}

/// Words of our own tokenizer. Lengths and frequencies are not kept: words score by their field.
fn words(record: IndexRecordOption) -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer(TOKENIZER).set_fieldnorms(false).set_index_option(record);
    TextOptions::default().set_indexing_options(indexing)
}

fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let number = NumericOptions::default().set_fast();
    let text = words(IndexRecordOption::Basic);
    let in_rows = words(IndexRecordOption::WithFreqsAndPositions);
    let fields = Fields {
        id: schema.add_bytes_field("id", INDEXED),
        group: schema.add_i64_field(column::GROUP, INDEXED | FAST),
        id_high: schema.add_u64_field(column::ID_HIGH, FAST),
        id_low: schema.add_u64_field(column::ID_LOW, FAST),
        title: schema.add_text_field("title", in_rows.clone()),
        also: schema.add_text_field("also", in_rows.clone()),
        author: schema.add_text_field("author", in_rows.clone()),
        people: schema.add_text_field("people", in_rows.clone()),
        series: schema.add_text_field("series", in_rows.clone()),
        subject: schema.add_text_field("subject", in_rows.clone()),
        publisher: schema.add_text_field("publisher", in_rows.clone()),
        description: schema.add_text_field("description", in_rows),
        joined: schema.add_text_field("joined", STRING),
        sound_title: schema.add_text_field("sound_title", STRING),
        sound_author: schema.add_text_field("sound_author", STRING),
        spelling: schema.add_text_field("spelling", text),
        begun: schema.add_text_field("begun", STRING),
        exact: schema.add_text_field("exact", STRING),
        squashed: schema.add_text_field("squashed", STRING),
        head: schema.add_text_field("head", STRING),
        name: schema.add_text_field("name", STRING),
        surname: schema.add_text_field("surname", STRING),
        surname_sound: schema.add_text_field("surname_sound", STRING),
        series_key: schema.add_text_field("series_key", STRING),
        volume: schema.add_text_field("volume", STRING),
        isbn: schema.add_text_field("isbn", STRING),
        category: schema.add_text_field(column::CATEGORY, STRING | FAST),
        format: schema.add_text_field(column::FORMAT, FAST),
        language: schema.add_text_field(column::LANGUAGE, STRING | FAST),
        publisher_name: schema.add_text_field(column::PUBLISHER, FAST),
        series_name: schema.add_text_field(column::SERIES, FAST),
        writers: schema.add_text_field(column::WRITERS, FAST),
        sort_title: schema.add_text_field(column::SORT_TITLE, FAST),
        sort_author: schema.add_text_field(column::SORT_AUTHOR, FAST),
        year: schema.add_i64_field(column::YEAR, FAST),
        words: schema.add_u64_field(column::WORDS, FAST),
        price: schema.add_u64_field(column::PRICE, FAST),
        format_order: schema.add_u64_field(column::FORMAT_ORDER, FAST),
        reduced: schema.add_u64_field(column::REDUCED, FAST),
        availability: schema.add_u64_field(column::AVAILABILITY, FAST),
        popularity: schema.add_u64_field(column::POPULARITY, FAST),
        sold: schema.add_u64_field(column::SOLD, FAST),
        demand: schema.add_u64_field(column::DEMAND, FAST),
        class: schema.add_u64_field("class", INDEXED),
        due: schema.add_i64_field(column::DUE, number),
        print: schema.add_u64_field(column::PRINT, FAST),
    };
    (schema.build(), fields)
}

/// The two halves in which a column keeps an id.
pub(super) fn halves(id: Id) -> (u64, u64) {
    let [high, low] =
        [0, 8].map(|from| id.as_bytes().iter().skip(from).take(8).fold(0, |half, byte| (half << 8) | u64::from(*byte)));
    (high, low)
}

/// The id of two halves.
pub(super) fn id_of(high: u64, low: u64) -> Id {
    Id::from_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes())
}

impl Fields {
    /// The term that names one edition's document.
    pub(super) fn id_term(&self, id: Id) -> Term {
        Term::from_field_bytes(self.id, id.as_bytes())
    }

    /// The term that names the documents of works that look the same.
    pub(super) fn group_term(&self, alike: i64) -> Term {
        Term::from_field_i64(self.group, alike)
    }

    /// The term that names the documents of a class of demand.
    pub(super) fn class_term(&self, class: u64) -> Term {
        Term::from_field_u64(self.class, class)
    }

    /// The document of a card.
    pub(super) fn document(&self, card: &Card) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_bytes(self.id, card.id.as_bytes());
        document.add_i64(self.group, card.alike);
        let (high, low) = halves(card.id);
        document.add_u64(self.id_high, high);
        document.add_u64(self.id_low, low);
        self.add_words(&mut document, card);
        let keys = card.keys();
        let lists = [
            (self.category, &card.categories),
            (self.exact, &keys.exact),
            (self.squashed, &keys.squashed),
            (self.name, &keys.names),
            (self.surname, &keys.surnames),
            (self.surname_sound, &keys.surname_sounds),
            (self.series_key, &keys.series),
            (self.volume, &keys.volumes),
            (self.joined, &keys.joined),
            (self.sound_title, &keys.title_sounds),
            (self.sound_author, &keys.author_sounds),
            (self.begun, &keys.begun),
            (self.writers, &card.writers),
        ];
        for (field, values) in lists {
            values.iter().for_each(|value| document.add_text(field, value));
        }
        document.add_text(self.head, &keys.head);
        card.publishers.first().into_iter().for_each(|name| document.add_text(self.publisher_name, name));
        card.series.iter().for_each(|(name, _)| document.add_text(self.series_name, name));
        document.add_u64(self.words, keys.title_words);
        card.isbns.iter().for_each(|isbn| document.add_text(self.isbn, isbn));
        document.add_text(self.format, &card.format);
        card.language.iter().for_each(|language| document.add_text(self.language, language));
        document.add_text(self.sort_title, &card.sort_title);
        document.add_text(self.sort_author, &card.sort_author);
        card.year.iter().for_each(|year| document.add_i64(self.year, i64::from(*year)));
        card.price.iter().for_each(|price| document.add_u64(self.price, *price));
        document.add_u64(self.format_order, u64::from(card.format_order));
        document.add_u64(self.reduced, u64::from(card.reduced));
        document.add_u64(self.availability, card.availability.place());
        document.add_u64(self.popularity, u64::from(card.popularity));
        document.add_u64(self.sold, u64::from(card.sold));
        document.add_u64(self.demand, card.demand());
        document.add_u64(self.class, (card.demand() / FOLD).min(LAST_CLASS));
        card.due.iter().for_each(|due| document.add_i64(self.due, *due));
        document.add_u64(self.print, card.print());
        document
    }

    fn add_words(&self, document: &mut TantivyDocument, card: &Card) {
        for text in card.titles() {
            document.add_text(self.title, &text);
            document.add_text(self.spelling, &text);
        }
        let series: Vec<String> = card
            .series
            .iter()
            .map(|(name, number)| format!("{name} {}", number.as_deref().unwrap_or_default()))
            .collect();
        let spelt = [
            (self.also, &card.also),
            (self.author, &card.authors),
            (self.people, &card.people),
            (self.series, &series),
        ];
        for (field, texts) in spelt {
            for text in texts {
                document.add_text(field, text);
                document.add_text(self.spelling, text);
            }
        }
        for (field, texts) in [(self.publisher, &card.publishers), (self.subject, &card.subjects)] {
            texts.iter().for_each(|text| document.add_text(field, text));
        }
        card.description.iter().for_each(|text| document.add_text(self.description, text));
    }
}
