//! Pictures of books: the covers the shop draws itself.
//!
//! Owns no table. Decision 2026-11-22: a book without an image gets a drawn cover
//! rather than a grey box, because covers are how readers find their way; refused:
//! drawing bitmaps, which would need a font in the program and cost more bytes.

pub mod cover;
pub mod icon;
