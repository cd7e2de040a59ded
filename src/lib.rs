pub mod audit;
pub mod changes;
pub mod db;
pub mod error;
pub mod kernel;
pub mod mail;
pub mod settings;
