//! Pages: the only place that knows HTTP and HTML.

pub mod ui;
