pub mod audit;
pub mod catalog;
pub mod changes;
pub mod db;
pub mod error;
pub mod imports;
pub mod kernel;
pub mod settings;
pub mod stock;
pub mod cli {
    pub mod import;
}
