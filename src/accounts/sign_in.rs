//! Who stands at the door: an address and a password, checked without telling which of them was wrong.

use rusqlite::Connection;

use super::password::{self, HashError, PasswordHash};
use super::{customers, staff};
use crate::kernel::email::Email;
use crate::kernel::ids::Id;

/// An attempt to sign in, looked up but not yet checked.
///
/// One exists for every text that is typed. Without an account behind it, it holds a hash that no password
/// fits, so that `check` does the same work and gives the same answer.
#[derive(Clone, Debug)]
pub struct Claim {
    account: Option<Id>,
    hash: PasswordHash,
}

impl Claim {
    /// Looks for a customer. Microseconds: for a database reader.
    ///
    /// # Errors
    ///
    /// Only SQLite's own.
    pub fn as_customer(conn: &Connection, email: &str) -> rusqlite::Result<Claim> {
        Claim::find(email, |email| customers::find_login(conn, email))
    }

    /// Looks for a member of staff. Microseconds: for a database reader.
    ///
    /// # Errors
    ///
    /// Only SQLite's own.
    pub fn as_staff(conn: &Connection, email: &str) -> rusqlite::Result<Claim> {
        Claim::find(email, |email| staff::find_login(conn, email))
    }

    fn find(
        email: &str, look_up: impl FnOnce(&Email) -> rusqlite::Result<Option<(Id, PasswordHash)>>,
    ) -> rusqlite::Result<Claim> {
        let login = email.parse().ok().map(|email| look_up(&email)).transpose()?.flatten();
        Ok(match login {
            Some((id, hash)) => Claim { account: Some(id), hash },
            None => Claim { account: None, hash: password::nobody() },
        })
    }

    /// The account, if the password is its own. Some 20 ms: for a blocking thread.
    ///
    /// # Errors
    ///
    /// `HashError` when there is no memory to check with, or the stored hash is damaged.
    pub fn check(&self, typed: &str) -> Result<Option<Id>, HashError> {
        self.check_by(typed, password::verify)
    }

    fn check_by(
        &self, typed: &str, verify: impl FnOnce(&str, &PasswordHash) -> Result<bool, HashError>,
    ) -> Result<Option<Id>, HashError> {
        // Nothing is decided before the hash: an unknown account and a wrong password take the same road.
        let fits = verify(typed, &self.hash)?;
        Ok(self.account.filter(|_| fits))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use jiff::Timestamp;

    use super::*;
    use crate::accounts::customers::NewCustomer;
    use crate::accounts::password::{Password, needs_rehash};
    use crate::accounts::staff::{NewStaff, Role};
    use crate::db::{memory, test_tx};

    fn shop() -> (Connection, Id, Id) {
        let conn = memory();
        let email: Email = "Ada@example.com".parse().unwrap();
        let hashed = |text| password::hash(&Password::new(text, &email).unwrap()).unwrap();
        let reader =
            NewCustomer { email: email.clone(), name: "Ada".into(), phone: None, password_hash: hashed("reads a lot") };
        let seller = NewStaff {
            email: email.clone(),
            name: "Ada".into(),
            role: Role::Owner,
            password_hash: hashed("sells a lot"),
        };
        let customer = customers::register(&test_tx(&conn), &reader, Timestamp::UNIX_EPOCH).unwrap();
        let staff = staff::add(&test_tx(&conn), &seller, "cli", Timestamp::UNIX_EPOCH).unwrap();
        (conn, customer, staff)
    }

    #[test]
    fn the_right_password_opens_its_own_door_only() {
        let (conn, customer, staff) = shop();
        let shop = |email, typed| Claim::as_customer(&conn, email).unwrap().check(typed).unwrap();
        let office = |email, typed| Claim::as_staff(&conn, email).unwrap().check(typed).unwrap();
        assert_eq!(shop(" ADA@example.com", "reads a lot"), Some(customer));
        assert_eq!(office("ada@example.com", "sells a lot"), Some(staff));
        assert_eq!(shop("ada@example.com", "sells a lot"), None);
        assert_eq!(office("ada@example.com", "reads a lot"), None);
        assert_eq!(shop("bob@example.com", "reads a lot"), None);
    }

    #[test]
    fn an_unknown_account_is_checked_like_a_known_one() {
        let (conn, ..) = shop();
        for email in ["ada@example.com", "bob@example.com", "no address", ""] {
            for claim in [Claim::as_customer(&conn, email).unwrap(), Claim::as_staff(&conn, email).unwrap()] {
                let mut hashes = Vec::new();
                let verdict = claim.check_by("wrong", |_, hash| {
                    hashes.push(hash.clone());
                    Ok(false)
                });
                assert_eq!(verdict, Ok(None));
                assert_eq!(hashes.len(), 1, "{email}: one hash is computed, whoever asks");
                assert!(hashes.iter().all(|hash| !needs_rehash(hash)), "{email}: at today's cost");
            }
        }
    }

    #[test]
    fn a_verdict_without_an_account_opens_nothing() {
        let (conn, ..) = shop();
        let claim = Claim::as_customer(&conn, "bob@example.com").unwrap();
        assert_eq!(claim.check_by("even if it fitted", |_, _| Ok(true)), Ok(None));
    }
}
