//! Customers and their orders of the last year, through the same doors as real ones.

use jiff::{SignedDuration, Timestamp};

use super::{DemoError, Dice};
use crate::accounts::customers::{self, NewCustomer};
use crate::accounts::password::{self, PasswordHash};
use crate::cart::{self, Owner};
use crate::catalog;
use crate::db::{Db, Tx};
use crate::delivery;
use crate::kernel::country::{Country, NotACountry};
use crate::kernel::ids::{Id, Token};
use crate::kernel::money::Currency;
use crate::mail::outbox;
use crate::orders::{self, Address, Checkout, House};
use crate::payments::{ChargeState, Method, Verified};
use crate::settings;
use crate::stock;

const CHUNK: u32 = 100;
/// Most editions that generated orders choose from.
const CHOICE: u32 = 2_000;
const NAMES: [&str; 10] = [
    "Ida Lovell",
    "Samuel Okoro",
    "Freya Lund",
    "Marek Dvořák",
    "Noor Haddad",
    "Tomás Rivera",
    "Wen Li",
    "Orla Byrne",
    "Gustav Holm",
    "Priti Rao",
];

pub(super) fn generate(db: &Db, customers: u32, orders: u32, now: Timestamp) -> Result<(), DemoError> {
    // Nobody signs in with it; hashing once per customer would take longer than everything else together.
    let nobody = password::nobody();
    let mut people: Vec<(Id, String)> = Vec::new();
    let mut first = 0;
    while first < customers {
        let end = customers.min(first + CHUNK);
        let hash = nobody.clone();
        people.extend(db.write_blocking(move |tx| {
            (first..end).map(|number| customer(tx, number, &hash, now)).collect::<Result<Vec<_>, _>>()
        })?);
        first = end;
    }
    if orders == 0 {
        return Ok(());
    }
    let (house, choice, post) = db.read(|conn| {
        let shop = settings::load(conn, &settings::Overrides::new())?;
        let methods = delivery::list_for(conn, country()?, Currency::GBP)?;
        let post = methods.iter().find(|method| method.kind == delivery::Kind::Post).map_or(0, |method| method.id);
        Ok::<_, DemoError>((
            House { shop: shop.into(), base_url: "http://127.0.0.1".into() },
            catalog::list_ids(conn, None, CHOICE)?,
            post,
        ))
    })?;
    let mut first = 0;
    while first < orders {
        let end = orders.min(first + CHUNK);
        let desk = Desk { house: house.clone(), choice: choice.clone(), people: people.clone(), post, count: orders };
        db.write_blocking(move |tx| (first..end).try_for_each(|number| desk.order(tx, number, now)))?;
        first = end;
    }
    Ok(())
}

fn country() -> Result<Country, DemoError> {
    "GB".parse().map_err(|error: NotACountry| DemoError::File("people".to_owned(), error.to_string()))
}

fn customer(tx: &Tx<'_>, number: u32, hash: &PasswordHash, now: Timestamp) -> Result<(Id, String), DemoError> {
    let mut dice = Dice(u64::from(number) ^ 0xC057);
    let email = format!("reader{number}@example.com");
    let new = NewCustomer {
        email: email.parse()?,
        name: dice.word(&NAMES).to_owned(),
        phone: None,
        password_hash: hash.clone(),
    };
    Ok((customers::register(tx, &new, now)?, email))
}

/// What generated orders draw from.
struct Desk {
    house: House,
    choice: Vec<Id>,
    people: Vec<(Id, String)>,
    post: i64,
    count: u32,
}

impl Desk {
    fn order(&self, tx: &Tx<'_>, number: u32, now: Timestamp) -> Result<(), DemoError> {
        let mut dice = Dice(u64::from(number) ^ 0x0DE5);
        // Spread over the last year, oldest first, so that numbers and dates rise together.
        let age = i64::from(self.count - number) * (365 * 86_400) / i64::from(self.count);
        let at = now.checked_sub(SignedDuration::from_secs(age.max(900))).unwrap_or(now);
        let person = dice.pick(&self.people).cloned();
        let owner = Owner { customer: person.as_ref().map(|(id, _)| *id), token: Some(Token::random()) };
        if !self.fill_basket(tx, &owner, &mut dice, at)? {
            return Ok(());
        }
        let Some(cart) = cart::find_open(tx, &owner)? else { return Ok(()) };
        let checkout = Checkout {
            key: Token::random(),
            cart,
            customer: owner.customer,
            email: person.map_or_else(|| format!("guest{number}@example.com"), |(_, email)| email).parse()?,
            name: dice.word(&NAMES).to_owned(),
            phone: None,
            country: country()?,
            address: Some(Address {
                street: format!("{} Market Street", 1 + number % 200),
                town: "Averley".into(),
                region: String::new(),
                postcode: "AV1 4BH".into(),
            }),
            delivery_method: self.post,
            payment: Method::Card,
            expected_total: None,
        };
        let placed = orders::place(tx, &self.house, &checkout, at)?;
        self.pay_and_send(tx, &placed, number, at)?;
        for mail in outbox::list_for(tx, placed.order)? {
            outbox::mark_sent(tx, mail.id, at)?;
        }
        Ok(())
    }

    /// One to three books, for which copies come in when there are none.
    fn fill_basket(&self, tx: &Tx<'_>, owner: &Owner, dice: &mut Dice, at: Timestamp) -> Result<bool, DemoError> {
        let mut filled = false;
        for _ in 0..=dice.below(3) {
            let Some(edition) = dice.pick(&self.choice) else { continue };
            stock::receive(tx, *edition, 1, "demo", "delivery", at)?;
            // A book that is not for sale, such as one not out yet, is passed over.
            filled |= cart::add(tx, owner, *edition, 1, &self.house.shop, at).is_ok();
        }
        Ok(filled)
    }

    /// All are paid but a few; all older than a few days are posted.
    fn pay_and_send(&self, tx: &Tx<'_>, placed: &orders::Placed, number: u32, at: Timestamp) -> Result<(), DemoError> {
        let Some(order) = placed.order(tx)? else { return Ok(()) };
        let verified = Verified {
            provider: "test".to_owned(),
            payment: Some(placed.payment),
            reference: Some(format!("demo_{number}")),
            amount: order.total,
            state: ChargeState::Succeeded,
        };
        orders::settle(tx, &self.house, &verified, at)?;
        let is_recent = number + self.count / 50 + 3 >= self.count;
        if !is_recent {
            orders::send(tx, &self.house, placed.order, "staff:marta@example.com", "", at)?;
        }
        Ok(())
    }
}
