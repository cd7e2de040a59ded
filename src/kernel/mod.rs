//! The words everything else is written in: pure, without I/O, without a clock.

pub mod country;
pub mod date;
pub mod email;
pub mod gtin;
pub mod guard;
pub mod ids;
pub mod isbn;
pub mod money;
pub mod text;
pub mod time;
pub mod xml;
