//! How an error of any room says what it means to a visitor.

/// What kind of refusal an error is; `web::error` alone turns it into a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request can be mended by who sent it.
    Invalid,
    /// There is no such thing, or not for this visitor.
    NotFound,
    /// It was here and will not come back.
    Gone,
    /// It cannot be done as things stand now.
    Conflict,
    /// The visitor may not do this.
    Forbidden,
    /// The shop cannot do it at the moment: busy, disk full, a provider away.
    Unavailable,
    /// A bug or a broken machine.
    Internal,
}

/// An error that a request can meet.
pub trait Fault: std::error::Error + Send + Sync + 'static {
    /// What the error means to the visitor.
    fn kind(&self) -> Kind;
}

impl Fault for rusqlite::Error {
    fn kind(&self) -> Kind {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, OutOfMemory, ReadOnly, SystemIoFailure,
        };
        match self.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked | DiskFull | ReadOnly | SystemIoFailure | OutOfMemory | CannotOpen) => {
                Kind::Unavailable
            }
            _ => Kind::Internal,
        }
    }
}
