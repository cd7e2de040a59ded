pub mod accounts;
pub mod audit;
pub mod cart;
pub mod catalog;
pub mod changes;
pub mod cli {
    pub mod staff;
}
pub mod db;
pub mod delivery;
pub mod error;
pub mod kernel;
pub mod mail;
pub mod orders;
pub mod payments;
pub mod settings;
pub mod stock;
pub mod tax;
pub mod web {
    pub mod session;
}
