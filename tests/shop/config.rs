//! Configuration as an operator meets it.
