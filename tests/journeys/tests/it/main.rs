//! Journeys of people through outages.

mod files;
mod offline;
mod rights;
mod together;
