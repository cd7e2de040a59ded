pub mod audit;
pub mod catalog;
pub mod changes;
pub mod db;
pub mod error;
pub mod kernel;
pub mod settings;
pub mod stock;
