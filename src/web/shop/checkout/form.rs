//! The checkout's form: what was typed, and what it means once every field is right.

use serde::Deserialize;

use super::Desk;
use super::address::{self, Part, Region};
use crate::delivery::Kind;
use crate::kernel::country::Country;
use crate::kernel::email::{Email, NotAnEmail};
use crate::kernel::ids::Token;
use crate::kernel::money::Money;
use crate::kernel::text::tidy;
use crate::orders::Address;
use crate::payments::Method;
use crate::payments::test_gateway::TOKENS;
use crate::web::shop::sums::Way;
use crate::web::ui::FieldError;

/// What the page posts, as typed; shown back as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CheckoutForm {
    /// The one-time key of the rendered page.
    pub(super) key: String,
    /// The totals that its reader saw, one for each way of delivery: `1:2393 2:2098`.
    pub(super) expected: String,
    /// The field whose own button was pressed instead of the order's.
    pub(super) change: String,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) phone: String,
    pub(super) country: String,
    pub(super) street: String,
    pub(super) town: String,
    pub(super) region: String,
    pub(super) postcode: String,
    pub(super) delivery: String,
    pub(super) payment: String,
    pub(super) card: String,
}

/// A form without a mistake.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) key: Token,
    pub(super) email: Email,
    pub(super) name: String,
    pub(super) phone: Option<String>,
    pub(super) country: Country,
    pub(super) address: Option<Address>,
    pub(super) delivery_method: i64,
    pub(super) payment: Method,
    pub(super) card: String,
    pub(super) expected_total: Option<Money>,
}

/// Mistakes, in the order in which the fields stand.
struct Mistakes(Vec<FieldError>);

impl Mistakes {
    fn take<T>(&mut self, field: &str, read: Result<T, String>) -> Option<T> {
        read.map_err(|words| self.0.push(FieldError { field: field.to_owned(), words })).ok()
    }
}

impl CheckoutForm {
    /// Reads every field; the mistakes come all at once.
    pub(super) fn read(&self, desk: &Desk) -> Result<Entry, Vec<FieldError>> {
        let mut mistakes = Mistakes(Vec::new());
        let email = mistakes.take("email", self.email());
        let name = mistakes.take("name", line(&self.name, 100, "Enter your full name", "Name"));
        let way = mistakes.take("delivery", self.way(desk));
        let kind = way.map(|way| way.method.kind);
        let address = match kind {
            Some(Kind::Post) => self.address(desk, &mut mistakes).map(Some),
            Some(Kind::Collection) | None => Some(None),
        };
        let phone = mistakes.take("phone", self.phone());
        let payment = mistakes.take("payment", self.payment(desk, kind));
        let card = mistakes.take("card", self.card(payment));
        // A page that lost its key is a new page: it places an order of its own.
        let key = self.key.parse().unwrap_or_else(|_| Token::random());
        let all = || {
            let way = way?;
            // What is fetched is sold in the shop, whatever country was chosen for post.
            let country = if way.method.kind == Kind::Collection { desk.shop.country()? } else { desk.country };
            Some(Entry {
                key,
                email: email?,
                name: name?,
                phone: phone?,
                country,
                address: address?,
                delivery_method: way.method.id,
                payment: payment?,
                card: card?,
                expected_total: Some(self.expected_total(way)),
            })
        };
        if mistakes.0.is_empty() { all().ok_or_else(Vec::new) } else { Err(mistakes.0) }
    }

    fn email(&self) -> Result<Email, String> {
        if self.email.trim().is_empty() {
            return Err("Enter your email address".to_owned());
        }
        self.email.parse().map_err(|error: NotAnEmail| error.to_string())
    }

    fn way<'d>(&self, desk: &'d Desk) -> Result<&'d Way, String> {
        self.chosen(desk).ok_or_else(|| "Choose how your books get to you".to_owned())
    }

    /// The way of delivery that is chosen, if it reaches the country.
    pub(super) fn chosen<'d>(&self, desk: &'d Desk) -> Option<&'d Way> {
        let id: i64 = self.delivery.parse().ok()?;
        desk.ways.iter().find(|way| way.method.id == id)
    }

    fn address(&self, desk: &Desk, mistakes: &mut Mistakes) -> Option<Address> {
        if self.country.parse::<Country>().is_err() {
            mistakes.take::<()>("country", Err("Choose a country from the list".to_owned()))?;
        }
        let mut address = Address::default();
        for part in address::parts(desk.country) {
            match part {
                Part::Street => address.street = mistakes.take("street", street(&self.street)).unwrap_or_default(),
                Part::Town => {
                    address.town = mistakes
                        .take("town", line(&self.town, 100, "Enter your town or city", "Town"))
                        .unwrap_or_default()
                }
                Part::Region => address.region = mistakes.take("region", self.region(desk.country)).unwrap_or_default(),
                Part::Postcode => {
                    address.postcode =
                        mistakes.take("postcode", address::postcode(desk.country, &self.postcode)).unwrap_or_default();
                }
            }
        }
        Some(address)
    }

    fn region(&self, country: Country) -> Result<String, String> {
        let name = address::label(country, Part::Region);
        match address::region(country) {
            Some(Region::Choice(all)) => {
                let known = all.contains(&self.region.as_str());
                known.then(|| self.region.clone()).ok_or_else(|| format!("Choose your {}", name.to_lowercase()))
            }
            Some(Region::Text { required: false }) | None if self.region.trim().is_empty() => Ok(String::new()),
            Some(Region::Text { .. }) | None => {
                line(&self.region, 100, &format!("Enter your {}", name.to_lowercase()), name)
            }
        }
    }

    fn phone(&self) -> Result<Option<String>, String> {
        let phone = tidy(&self.phone);
        let dialable = phone.chars().all(|c| c.is_ascii_digit() || " +-()/.".contains(c))
            && phone.chars().any(|c| c.is_ascii_digit());
        match phone.chars().count() {
            0 => Ok(None),
            1..=30 if dialable => Ok(Some(phone)),
            1..=30 => Err("Enter a phone number in digits, like +44 20 7946 0000, or leave it empty".to_owned()),
            count => Err(format!("Phone has {count} characters; up to 30 are possible")),
        }
    }

    fn payment(&self, desk: &Desk, kind: Option<Kind>) -> Result<Method, String> {
        let chosen = Method::from_word(&self.payment).filter(|method| desk.pays.contains(method));
        match chosen {
            Some(Method::OnCollection) if kind == Some(Kind::Post) => {
                Err("Paying in the shop goes with collecting there. Choose another way to pay".to_owned())
            }
            Some(method) => Ok(method),
            None => Err("Choose how you pay".to_owned()),
        }
    }

    fn card(&self, payment: Option<Method>) -> Result<String, String> {
        let known = TOKENS.iter().any(|(token, _)| *token == self.card);
        if payment == Some(Method::Card) && !known {
            Err("Choose one of the test cards".to_owned())
        } else {
            Ok(self.card.clone())
        }
    }

    /// The total the page showed for this way. A form that does not say it agreed to nothing, so the total is shown again.
    fn expected_total(&self, way: &Way) -> Money {
        let id = way.method.id.to_string();
        let pair = self.expected.split(' ').filter_map(|pair| pair.split_once(':')).find(|(method, _)| *method == id);
        let minor = pair.and_then(|(_, minor)| minor.parse().ok()).unwrap_or(0);
        Money { minor, currency: way.method.price.currency }
    }
}

/// One line of text, 1 to `most` characters.
fn line(typed: &str, most: usize, missing: &str, name: &str) -> Result<String, String> {
    let text = tidy(typed);
    match text.chars().count() {
        0 => Err(missing.to_owned()),
        count if count > most => Err(format!("{name} has {count} characters; up to {most} fit on a label")),
        _ => Ok(text),
    }
}

/// Up to four lines, each tidied.
fn street(typed: &str) -> Result<String, String> {
    let lines: Vec<String> = typed.lines().map(tidy).filter(|line| !line.is_empty()).collect();
    let text = lines.join("\n");
    match (lines.len(), text.chars().count()) {
        (0, _) => Err("Enter your street and house number".to_owned()),
        (5.., _) => Err(format!("Street has {} lines; up to 4 fit on a label", lines.len())),
        (_, count @ 301..) => Err(format!("Street has {count} characters; up to 300 fit on a label")),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests;
