pub mod accounts;
pub mod audit;
pub mod changes;
pub mod cli {
    pub mod staff;
}
pub mod db;
pub mod error;
pub mod kernel;
pub mod settings;
pub mod web {
    pub mod session;
}
