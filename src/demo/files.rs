//! The demo files, as they are written.

use serde::Deserialize;

use super::DemoError;

#[derive(rust_embed::RustEmbed)]
#[folder = "assets/demo/"]
struct Files;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Work {
    pub(super) title: String,
    pub(super) subtitle: Option<String>,
    pub(super) original_title: Option<String>,
    pub(super) language: String,
    pub(super) original_language: Option<String>,
    pub(super) first_published: Option<i16>,
    pub(super) category: String,
    pub(super) series: Option<Series>,
    pub(super) popularity: u32,
    pub(super) contributors: Vec<Contributor>,
    pub(super) description: String,
    /// About the author.
    pub(super) author_note: Option<String>,
    /// The table of contents: simple HTML, or plain text.
    pub(super) contents: Option<String>,
    #[serde(default)]
    pub(super) quotes: Vec<Quote>,
    /// Readers' age, from and to.
    pub(super) ages: Option<(u8, u8)>,
    pub(super) pick: Option<Pick>,
    pub(super) editions: Vec<Edition>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) number: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contributor {
    pub(super) name: String,
    pub(super) sort: String,
    pub(super) role: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quote {
    pub(super) text: String,
    pub(super) source: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pick {
    pub(super) by: String,
    pub(super) text: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Edition {
    pub(super) isbn: Option<String>,
    pub(super) format: String,
    pub(super) publisher: Option<String>,
    pub(super) published: Option<String>,
    pub(super) pages: Option<u32>,
    pub(super) price: Option<i64>,
    pub(super) rrp: Option<i64>,
    pub(super) stock: u32,
    pub(super) weight_g: Option<u32>,
    pub(super) availability: Option<String>,
    pub(super) lead_days: Option<(u16, u16)>,
    pub(super) language: Option<String>,
    #[serde(default)]
    pub(super) signed: bool,
    pub(super) imprint: Option<String>,
    /// “2nd, revised edition”.
    pub(super) statement: Option<String>,
    /// Words beside the format.
    pub(super) note: Option<String>,
    /// Height, width, spine in millimetres.
    pub(super) size: Option<(u32, u32, u32)>,
    pub(super) minutes: Option<u32>,
    /// Who reads the recording.
    pub(super) reader: Option<String>,
    #[serde(default)]
    pub(super) accessibility: Vec<String>,
    pub(super) protection: Option<String>,
    pub(super) safety: Option<String>,
    /// The number of the edition that takes this one's place.
    pub(super) replaced_by: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Works {
    work: Vec<Work>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Category {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) palette: String,
    #[serde(default)]
    pub(super) children: Vec<Child>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Child {
    pub(super) slug: String,
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
struct Categories {
    category: Vec<Category>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Shop {
    pub(super) name: String,
    pub(super) town: String,
    pub(super) street: String,
    pub(super) postcode: String,
    pub(super) country: String,
    pub(super) phone: String,
    pub(super) email: String,
    pub(super) promise: String,
    pub(super) intro: String,
    pub(super) hours: Hours,
    pub(super) delivery_zones: Vec<Zone>,
    pub(super) texts: Texts,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Hours {
    monday: String,
    tuesday: String,
    wednesday: String,
    thursday: String,
    friday: String,
    saturday: String,
    sunday: String,
}

impl Hours {
    /// Day and opening times, Monday first.
    pub(super) fn days(&self) -> [(&'static str, &str); 7] {
        [
            ("mon", &self.monday),
            ("tue", &self.tuesday),
            ("wed", &self.wednesday),
            ("thu", &self.thursday),
            ("fri", &self.friday),
            ("sat", &self.saturday),
            ("sun", &self.sunday),
        ]
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Zone {
    pub(super) name: String,
    pub(super) price: i64,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Texts {
    pub(super) about: String,
    pub(super) delivery: String,
    pub(super) returns: String,
    pub(super) privacy: String,
    pub(super) imprint: String,
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, DemoError> {
    let wrong = |problem: String| DemoError::File(name.to_owned(), problem);
    let file = Files::get(name).ok_or_else(|| wrong("it is missing".to_owned()))?;
    let text = std::str::from_utf8(&file.data).map_err(|error| wrong(error.to_string()))?;
    toml::from_str(text).map_err(|error| wrong(error.to_string()))
}

pub(super) fn shop() -> Result<Shop, DemoError> {
    read("shop.toml")
}

pub(super) fn categories() -> Result<Vec<Category>, DemoError> {
    Ok(read::<Categories>("categories.toml")?.category)
}

/// The works of all files, the least wanted first, so that the newest arrivals are not all of one shelf.
pub(super) fn works() -> Result<Vec<Work>, DemoError> {
    let mut works = Vec::new();
    for name in Files::iter().filter(|name| name.starts_with("catalogue/")) {
        works.extend(read::<Works>(&name)?.work);
    }
    works.sort_by(|a, b| (a.popularity, &a.title).cmp(&(b.popularity, &b.title)));
    Ok(works)
}
