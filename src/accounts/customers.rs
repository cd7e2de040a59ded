//! Customers: readers with an account.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::password::PasswordHash;
use super::{AccountError, checked_name, checked_phone};
use crate::db::Tx;
use crate::kernel::email::Email;
use crate::kernel::ids::Id;
use crate::kernel::time::{from_ms, to_ms};

/// A reader who has an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The account.
    pub id: Id,
    /// Where mail goes, as typed.
    pub email: Email,
    /// The whole name.
    pub name: String,
    /// As typed.
    pub phone: Option<String>,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// What a registration brings.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    /// Where mail goes, and how the account is found.
    pub email: Email,
    /// The whole name.
    pub name: String,
    /// Empty is none.
    pub phone: Option<String>,
    /// Made outside the transaction: hashing is slow.
    pub password_hash: PasswordHash,
}

/// Makes an account.
///
/// # Errors
///
/// `EmailTaken` when another customer has the address in any case; a name or phone that cannot be used.
pub fn register(tx: &Tx<'_>, new: &NewCustomer, now: Timestamp) -> Result<Id, AccountError> {
    let id = Id::new(now);
    let made = tx
        .prepare_cached(
            "INSERT INTO customers (id, email, email_folded, name, phone, password_hash, created_at, updated_at)
             VALUES (:id, :email, :folded, :name, :phone, :hash, :now, :now)
             ON CONFLICT (email_folded) DO NOTHING",
        )?
        .execute(named_params! {
            ":id": id, ":email": new.email, ":folded": new.email.folded(), ":name": checked_name(&new.name)?,
            ":phone": checked_phone(new.phone.as_deref())?, ":hash": new.password_hash, ":now": to_ms(now),
        })?;
    if made == 1 { Ok(id) } else { Err(AccountError::EmailTaken) }
}

/// The customer of an address, typed in any case.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_by_email(conn: &Connection, email: &Email) -> rusqlite::Result<Option<Customer>> {
    conn.prepare_cached("SELECT id, email, name, phone, created_at FROM customers WHERE email_folded = :folded")?
        .query_row(named_params! { ":folded": email.folded() }, from_row)
        .optional()
}

/// The customer of an id.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find(conn: &Connection, id: Id) -> rusqlite::Result<Option<Customer>> {
    conn.prepare_cached("SELECT id, email, name, phone, created_at FROM customers WHERE id = :id")?
        .query_row(named_params! { ":id": id }, from_row)
        .optional()
}

/// Customers after `after`, those with the oldest accounts first.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection, after: Option<Id>, limit: u32) -> rusqlite::Result<Vec<Customer>> {
    let after = after.unwrap_or(Id::from_bytes([0; 16]));
    let mut statement = conn.prepare_cached(
        "SELECT id, email, name, phone, created_at FROM customers WHERE id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let rows = statement.query_map((after, limit), from_row)?;
    rows.collect()
}

/// What a sign-in is checked against.
pub(super) fn find_login(conn: &Connection, email: &Email) -> rusqlite::Result<Option<(Id, PasswordHash)>> {
    conn.prepare_cached("SELECT id, password_hash FROM customers WHERE email_folded = :folded")?
        .query_row(named_params! { ":folded": email.folded() }, |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Customer> {
    Ok(Customer {
        id: row.get("id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        phone: row.get("phone")?,
        created_at: from_ms(row.get("created_at")?),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::accounts::password::nobody;
    use crate::db::{memory, test_tx};

    fn ada(email: &str) -> NewCustomer {
        let email = email.parse().unwrap();
        NewCustomer { email, name: " Ada  Lovelace ".into(), phone: Some(" ".into()), password_hash: nobody() }
    }

    #[test]
    fn an_address_is_taken_in_any_case() {
        let conn = memory();
        let tx = test_tx(&conn);
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let id = register(&tx, &ada("Ada@Example.com"), now).unwrap();
        assert!(matches!(register(&tx, &ada("aDA@example.com"), now), Err(AccountError::EmailTaken)));
        let found = find_by_email(&conn, &"ADA@EXAMPLE.COM".parse().unwrap()).unwrap().unwrap();
        assert_eq!(find(&conn, id).unwrap().as_ref(), Some(&found));
        assert_eq!((found.email.as_str(), found.name.as_str()), ("Ada@example.com", "Ada Lovelace"));
        assert_eq!((found.phone, found.created_at), (None, now));
        assert_eq!(find_by_email(&conn, &"bob@example.com".parse().unwrap()).unwrap(), None);
    }

    #[test]
    fn names_and_phones_are_bounded() {
        let conn = memory();
        let make = |name: &str, phone: &str| {
            let new = NewCustomer { name: name.into(), phone: Some(phone.into()), ..ada("ada@example.com") };
            register(&test_tx(&conn), &new, Timestamp::UNIX_EPOCH)
        };
        assert!(matches!(make(" \n", ""), Err(AccountError::Name)));
        assert!(matches!(make(&"x".repeat(121), ""), Err(AccountError::Name)));
        assert!(matches!(make("Ada", "call me"), Err(AccountError::Phone)));
        assert!(matches!(make("Ada", &"1".repeat(41)), Err(AccountError::Phone)));
        assert!(make("Ada", "+44 (0)20 7946 0000").is_ok());
    }
}
