//! What a column can hold, and the words that shops and suppliers put above it.

use std::fmt;
use std::str::FromStr;

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
    EditionStatement,
    Author,
    Editor,
    Translator,
    Illustrator,
    Narrator,
    Publisher,
    Imprint,
    Price,
    Rrp,
    FixedPrice,
    Currency,
    TaxIncluded,
    Stock,
    Availability,
    LeadDays,
    Status,
    Description,
    Contents,
    AuthorNote,
    Category,
    Subject,
    Thema,
    Bisac,
    Bic,
    Tags,
    Format,
    FormatNote,
    Date,
    Year,
    Embargo,
    Pages,
    Minutes,
    Weight,
    Height,
    Width,
    Thickness,
    Dimensions,
    Language,
    Age,
    Image,
    Signed,
    SafetyContact,
    OriginalTitle,
    OriginalLanguage,
    OriginalYear,
    Popularity,
    Series,
    SeriesNumber,
    WorkId,
    /// The column is not to be read.
    Ignore,
}

/// How many fields there are.
pub(super) const COUNT: usize = Field::Ignore as usize + 1;

/// Each field's name and the other spellings of it: English, German, French, Spanish, then what programs write.
/// Folded and without spaces; parted by spaces.
const SPELLINGS: &[(Field, &str, &str)] = &[
    (Field::Isbn, "isbn", "isbnnumber isbnno isbnnr bookisbn isbncode numeroisbn"),
    (Field::Isbn13, "isbn13", "isbn13digits isbn13ean ean13isbn"),
    (Field::Isbn10, "isbn10", "isbn10digits"),
    (Field::Ean, "ean", "ean13 gtin gtin13 barcode eannr eancode codeean upc strichcode codebarre codebarras"),
    (
        Field::Title,
        "title",
        "booktitle name bookname producttitle productname titel buchtitel haupttitel titre titulo artikelbezeichnung",
    ),
    (Field::Subtitle, "subtitle", "booksubtitle untertitel soustitre subtitulo"),
    (Field::EditionStatement, "edition-statement", "editionnumber edition auflage edicion numeroedition editiontext"),
    (
        Field::Author,
        "author",
        "authors bookauthor bookauthors authorname authornames writer by creator contributor contributors autor \
         autoren autorin verfasser auteur auteurs autores autora",
    ),
    (Field::Editor, "editor", "editors editedby herausgeber hrsg directeur editorliterario"),
    (
        Field::Translator,
        "translator",
        "translators translatedby ubersetzer ubersetzerin ubersetzung traducteur traductrice traductor traductora",
    ),
    (
        Field::Illustrator,
        "illustrator",
        "illustrators illustratedby illustratorin illustrateur illustratrice ilustrador ilustradora",
    ),
    (Field::Narrator, "narrator", "narrators readby sprecher sprecherin narrateur lupar narrador locutor"),
    (
        Field::Publisher,
        "publisher",
        "publishers publishername publishinghouse verlag verlagsname editeur maisondedition editorial editora",
    ),
    (Field::Imprint, "imprint", "imprintname marque sello selloeditorial verlagsmarke"),
    (
        Field::Price,
        "price",
        "retailprice listprice sellingprice unitprice bookprice saleprice ourprice preis verkaufspreis vkpreis vk \
         ladenpreis prix prixttc prixdevente precio pvp",
    ),
    (Field::Rrp, "rrp", "srp msrp recommendedretailprice recommendedprice uvp unverbindlichepreisempfehlung"),
    (Field::FixedPrice, "fixed-price", "gebundenerpreis gebundenerladenpreis prixunique preciofijo"),
    (Field::Currency, "currency", "currencycode pricecurrency wahrung devise monnaie moneda divisa"),
    (
        Field::TaxIncluded,
        "tax-included",
        "taxinclusive inctax inclvat incvat pricesincludetax bruttopreis mwstenthalten ttc ivaincluido",
    ),
    (
        Field::Stock,
        "stock",
        "qty quantity stockquantity stockqty quantityinstock instock stocklevel onhand quantityonhand copies \
         inventory bestand lagerbestand menge anzahl lager quantite enstock existencias cantidad unidades disponibles",
    ),
    (
        Field::Availability,
        "availability",
        "availabilitycode availabilitystatus stockstatus verfugbarkeit lieferbarkeit disponibilite disponibilidad",
    ),
    (Field::LeadDays, "lead-days", "leadtime deliverydays deliverytime lieferzeit delai plazoentrega"),
    (Field::Status, "status", "publishingstatus pubstatus"),
    (
        Field::Description,
        "description",
        "desc summary blurb synopsis bookdescription longdescription shortdescription overview annotation \
         beschreibung klappentext inhaltsangabe kurzbeschreibung resume descripcion sinopsis resumen",
    ),
    (
        Field::Contents,
        "contents",
        "tableofcontents toc inhaltsverzeichnis inhalt tabledesmatieres sommaire indice contenido",
    ),
    (
        Field::AuthorNote,
        "author-note",
        "authorbio authorbiography aboutauthor abouttheauthor autoreninfo uberdenautor biographie \
         biografia sobreelautor",
    ),
    (
        Field::Category,
        "category",
        "categories genre genres generes bookcategory section shelfcategory kategorie kategorien rubrik categorie \
         rayon categoria categorias genero",
    ),
    (Field::Subject, "subject", "subjects subjectcode subjectcodes sachgruppe sujet materia materias"),
    (Field::Thema, "thema", "themacode themacodes themasubject themasubjects"),
    (Field::Bisac, "bisac", "bisaccode bisaccodes bisacsubject bisacsubjects"),
    (Field::Bic, "bic", "biccode biccodes bicsubject"),
    (Field::Tags, "tags", "tag keyword keywords schlagwort schlagworte schlagworter motscles palabrasclave"),
    (
        Field::Format,
        "format",
        "binding bookformat bookbinding producttype cover covertype productform medium einband einbandart ausstattung \
         reliure encuadernacion formato",
    ),
    (Field::FormatNote, "format-note", "formatdetail productformdescription"),
    (
        Field::Date,
        "date",
        "publicationdate pubdate publisheddate publishdate published releasedate dateofpublication datepublished \
         erscheinungsdatum erscheinungstermin erschienen datedeparution dateparution parution fechadepublicacion \
         fechapublicacion fecha",
    ),
    (
        Field::Year,
        "year",
        "yearofpublication publicationyear publishedyear pubyear yearpublished jahr erscheinungsjahr annee \
         anneedeparution anneeparution ano anodepublicacion anopublicacion",
    ),
    (
        Field::Embargo,
        "embargo",
        "embargodate onsaledate onsale streetdate saledate salesdate verkaufsstart embargofecha",
    ),
    (
        Field::Pages,
        "pages",
        "pagecount numpages numberofpages pagination pageno seiten seitenzahl nbpages nombredepages paginas",
    ),
    (Field::Minutes, "minutes", "duration runningtime runtime playingtime laufzeit spieldauer duree duracion"),
    (
        Field::Weight,
        "weight",
        "weightg weightgrams weightingrams weightgr weightkg gewicht gewichtg gewichtkg poids peso",
    ),
    (Field::Height, "height", "heightmm heightcm hohe hauteur alto altura"),
    (Field::Width, "width", "widthmm widthcm breite largeur ancho"),
    (Field::Thickness, "thickness", "thicknessmm thicknesscm depth spine dicke tiefe epaisseur grosor"),
    (Field::Dimensions, "dimensions", "dimension size measurements trimsize masse abmessungen tamano dimensiones"),
    (Field::Language, "language", "lang languagecode booklanguage languages sprache sprachcode langue idioma lengua"),
    (Field::Age, "age", "agerange readingage agegroup interestage alter altersempfehlung lesealter agedelecture edad"),
    (
        Field::Image,
        "image",
        "images imageurl imageurls coverurl coverimage coverimageurl imageurll thumbnail picture pictures imagelink \
         imagefile coverfile photo bild bilder bilddatei titelbild umschlagbild couverture imagen portada",
    ),
    (Field::Signed, "signed", "issigned signedcopy signiert signe dedicace firmado"),
    (Field::SafetyContact, "safety-contact", "gpsr gpsrcontact productsafetycontact responsibleperson"),
    (Field::OriginalTitle, "original-title", "originaltitel titreoriginal titulooriginal"),
    (Field::OriginalLanguage, "original-language", "originalsprache langueoriginale idiomaoriginal"),
    (Field::OriginalYear, "original-year", "originalpublicationyear firstpublished firstpublicationyear"),
    (Field::Popularity, "popularity", "ratingscount ratingcount numratings numberofratings reviewscount voters votes"),
    (Field::Series, "series", "seriesname seriestitle reihe reihentitel serie collection coleccion saga"),
    (
        Field::SeriesNumber,
        "series-number",
        "seriesno seriesindex seriesposition volume volumenumber vol numberinseries band bandnummer \
         bandnr tome tomo numerodeserie",
    ),
    (Field::WorkId, "work-id", "work"),
    (Field::Ignore, "ignore", ""),
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

    /// Whether several columns may hold it: `Image 1`, `Image 2`.
    pub(super) fn repeats(self) -> bool {
        let many =
            [Field::Author, Field::Category, Field::Subject, Field::Thema, Field::Bisac, Field::Image, Field::Tags];
        many.contains(&self)
    }

    /// Whether an apostrophe at its beginning may be its own, as in `'Tis`.
    pub(super) fn is_words(self) -> bool {
        let words = [
            Field::Title,
            Field::Subtitle,
            Field::OriginalTitle,
            Field::Series,
            Field::Author,
            Field::Publisher,
            Field::Description,
            Field::Contents,
            Field::AuthorNote,
        ];
        words.contains(&self)
    }

    /// The field that a header's words mean, whatever units or counts stand beside them.
    pub(super) fn from_header(header: &str) -> Option<Field> {
        let whole = plain(header);
        let bare = header.split(['(', '[', ':']).next().map(plain).unwrap_or_default();
        exactly(&whole).or_else(|| exactly(&bare)).or_else(|| {
            let root = whole.trim_end_matches(|c: char| c.is_ascii_digit());
            exactly(root).filter(|field| field.repeats())
        })
    }
}

fn plain(header: &str) -> String {
    fold(header).chars().filter(|c| *c != ' ').collect()
}

fn exactly(plain: &str) -> Option<Field> {
    let is = |(field, name, others): &&(Field, &str, &str)| {
        let same = name.bytes().filter(|byte| *byte != b'-').eq(plain.bytes());
        *field != Field::Ignore && (same || others.split(' ').any(|other| other == plain))
    };
    SPELLINGS.iter().find(is).filter(|_| !plain.is_empty()).map(|(field, ..)| *field)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Option<&str>) {
        assert_eq!(Field::from_header(header).map(Field::name), expected, "{header}");
    }

    #[test]
    fn headers_are_known_in_four_languages() {
        check("ISBN-13", Some("isbn13"));
        check("Book-Title", Some("title"));
        check("Übersetzer", Some("translator"));
        check("Verkaufspreis (EUR)", Some("price"));
        check("Date de parution", Some("date"));
        check("Número ISBN", Some("isbn"));
        check("Título", Some("title"));
        check("Año de publicación", Some("year"));
        check("Image 2", Some("image"));
        check("Author_3", Some("author"));
        check("Weight (kg)", Some("weight"));
        check("Price: GBP", Some("price"));
        check("Price 2", None);
        check("shelf mark", None);
        check("", None);
        check("ignore", None);
    }

    #[test]
    fn no_spelling_means_two_fields_and_every_field_is_named() {
        let all = || {
            SPELLINGS.iter().flat_map(|(field, name, others)| {
                let own = name.replace('-', "");
                others.split_whitespace().map(str::to_owned).chain([own]).map(move |word| (*field, word))
            })
        };
        for (field, word) in all() {
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{word}");
            let others: Vec<Field> = all().filter(|(_, other)| *other == word).map(|(field, _)| field).collect();
            assert_eq!(others, [field], "{word}");
        }
        assert_eq!(SPELLINGS.len(), COUNT);
        assert!(SPELLINGS.iter().enumerate().all(|(index, (field, ..))| *field as usize == index));
        assert_eq!("lead-days".parse::<Field>().unwrap(), Field::LeadDays);
    }
}
