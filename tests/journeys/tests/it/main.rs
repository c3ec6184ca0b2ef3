//! Journeys of people through outages.

mod offline;
mod rights;
mod together;
