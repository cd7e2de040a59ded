//! Staff, and what each role may do.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::json;

use super::password::PasswordHash;
use super::{AccountError, checked_name};
use crate::audit;
use crate::db::Tx;
use crate::error::{Fault, Kind};
use crate::kernel::email::Email;
use crate::kernel::ids::Id;
use crate::kernel::time::{from_ms, to_ms};

/// What somebody is in the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Answers for the shop.
    Owner,
    /// Runs the day.
    Manager,
    /// Sells books.
    Bookseller,
}

/// An act that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Add and edit books and their prices.
    EditCatalogue,
    /// Receive and correct stock.
    MoveStock,
    /// Mark orders paid, sent, handed over; cancel them.
    MoveOrders,
    /// Add staff and give roles.
    ManageStaff,
    /// Change the shop's facts, bank details among them.
    ChangeSettings,
}

impl Role {
    /// Every role, the one with most rights first.
    pub const ALL: [Role; 3] = [Role::Owner, Role::Manager, Role::Bookseller];

    /// Tells whether the role covers an act. This table is the only place that says so.
    pub fn may(self, act: Permission) -> bool {
        match (self, act) {
            (Role::Owner, _)
            | (Role::Manager | Role::Bookseller, Permission::MoveStock | Permission::MoveOrders)
            | (Role::Manager, Permission::EditCatalogue) => true,
            // Who sets the bank details decides where the money goes: that is the owner's alone.
            (Role::Manager, Permission::ManageStaff | Permission::ChangeSettings)
            | (Role::Bookseller, Permission::EditCatalogue | Permission::ManageStaff | Permission::ChangeSettings) => {
                false
            }
        }
    }

    /// Passes when the role covers an act.
    ///
    /// # Errors
    ///
    /// `NotAllowed`, which visitors see as 403.
    pub fn require(self, act: Permission) -> Result<(), NotAllowed> {
        self.may(act).then_some(()).ok_or(NotAllowed { role: self, act })
    }

    /// The word for it in tables and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Manager => "manager",
            Role::Bookseller => "bookseller",
        }
    }
}

/// The role does not cover the act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a {role} may not do this ({act:?})")]
pub struct NotAllowed {
    /// Who tried.
    pub role: Role,
    /// What.
    pub act: Permission,
}

impl Fault for NotAllowed {
    fn kind(&self) -> Kind {
        Kind::Forbidden
    }
}

/// The text names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is owner, manager or bookseller")]
pub struct NotARole;

impl FromStr for Role {
    type Err = NotARole;

    fn from_str(text: &str) -> Result<Role, NotARole> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or(NotARole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ToSql for Role {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.as_str()))
    }
}

impl FromSql for Role {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// Somebody who works in the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// The account.
    pub id: Id,
    /// As typed.
    pub email: Email,
    /// The whole name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// Somebody who begins to work in the shop.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// How the account is found.
    pub email: Email,
    /// The whole name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Made outside the transaction: hashing is slow.
    pub password_hash: PasswordHash,
}

/// Adds somebody, with a line in the audit log; `actor` is who did it, like `cli`.
///
/// # Errors
///
/// `EmailTaken` when the address is on the staff already, in any case; a name that cannot be used.
pub fn add(tx: &Tx<'_>, new: &NewStaff, actor: &str, now: Timestamp) -> Result<Id, AccountError> {
    let id = Id::new(now);
    let made = tx
        .prepare_cached(
            "INSERT INTO staff (id, email, email_folded, name, role, password_hash, created_at)
             VALUES (:id, :email, :folded, :name, :role, :hash, :now)
             ON CONFLICT (email_folded) DO NOTHING",
        )?
        .execute(named_params! {
            ":id": id, ":email": new.email, ":folded": new.email.folded(), ":name": checked_name(&new.name)?,
            ":role": new.role, ":hash": new.password_hash, ":now": to_ms(now),
        })?;
    if made == 0 {
        return Err(AccountError::EmailTaken);
    }
    audit::record(tx, actor, "staff.add", &id.to_string(), &json!({ "role": new.role.as_str() }), now)?;
    Ok(id)
}

/// The member of staff of an address, typed in any case.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find_by_email(conn: &Connection, email: &Email) -> rusqlite::Result<Option<StaffMember>> {
    conn.prepare_cached("SELECT id, email, name, role, created_at FROM staff WHERE email_folded = :folded")?
        .query_row(named_params! { ":folded": email.folded() }, from_row)
        .optional()
}

/// The member of staff of an id.
///
/// # Errors
///
/// Only SQLite's own.
pub fn find(conn: &Connection, id: Id) -> rusqlite::Result<Option<StaffMember>> {
    conn.prepare_cached("SELECT id, email, name, role, created_at FROM staff WHERE id = :id")?
        .query_row(named_params! { ":id": id }, from_row)
        .optional()
}

/// Everybody, in the order they came.
///
/// # Errors
///
/// Only SQLite's own.
pub fn list(conn: &Connection) -> rusqlite::Result<Vec<StaffMember>> {
    conn.prepare_cached("SELECT id, email, name, role, created_at FROM staff ORDER BY id")?
        .query_map([], from_row)?
        .collect()
}

/// What a sign-in is checked against.
pub(super) fn find_login(conn: &Connection, email: &Email) -> rusqlite::Result<Option<(Id, PasswordHash)>> {
    conn.prepare_cached("SELECT id, password_hash FROM staff WHERE email_folded = :folded")?
        .query_row(named_params! { ":folded": email.folded() }, |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<StaffMember> {
    Ok(StaffMember {
        id: row.get("id")?,
        email: row.get("email")?,
        name: row.get("name")?,
        role: row.get("role")?,
        created_at: from_ms(row.get("created_at")?),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::accounts::password::nobody;
    use crate::db::{memory, test_tx};

    #[test]
    fn each_role_may_do_its_work_and_no_more() {
        use Permission::{ChangeSettings, EditCatalogue, ManageStaff, MoveOrders, MoveStock};
        let acts = [EditCatalogue, MoveStock, MoveOrders, ManageStaff, ChangeSettings];
        let rights = |role: Role| acts.map(|act| role.may(act));
        assert_eq!(rights(Role::Owner), [true, true, true, true, true]);
        assert_eq!(rights(Role::Manager), [true, true, true, false, false]);
        assert_eq!(rights(Role::Bookseller), [false, true, true, false, false]);
        assert_eq!(Role::Bookseller.require(ManageStaff).unwrap_err().kind(), Kind::Forbidden);
    }

    #[test]
    fn staff_are_added_once_found_and_audited() {
        let conn = memory();
        let tx = test_tx(&conn);
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let new = |email: &str, role| NewStaff {
            email: email.parse().unwrap(),
            name: "Marta".into(),
            role,
            password_hash: nobody(),
        };
        let id = add(&tx, &new("Marta@example.com", Role::Owner), "cli", now).unwrap();
        let again = add(&tx, &new("marta@EXAMPLE.com", Role::Bookseller), "cli", now);
        assert!(matches!(again, Err(AccountError::EmailTaken)));
        add(&tx, &new("ben@example.com", Role::Bookseller), "cli", now).unwrap();
        let marta = find(&conn, id).unwrap().unwrap();
        assert_eq!(find_by_email(&conn, &"MARTA@example.com".parse().unwrap()).unwrap().as_ref(), Some(&marta));
        let roles: Vec<Role> = list(&conn).unwrap().into_iter().map(|member| member.role).collect();
        assert_eq!(roles, [Role::Owner, Role::Bookseller]);
        let audited: i64 = conn
            .query_row("SELECT count(*) FROM audit_log WHERE action = 'staff.add' AND actor = 'cli'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(audited, 2);
    }
}
