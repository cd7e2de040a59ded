pub mod kernel;
pub mod media;
pub mod web;
