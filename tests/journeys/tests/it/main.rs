//! Journeys of people through outages.

mod ages;
mod believing;
mod damage;
mod door;
mod files;
#[cfg(target_os = "linux")]
mod full_disk;
mod given_up;
mod grant;
mod lapse;
mod lost_disk;
mod offline;
mod restored;
mod revoked;
mod rights;
mod together;
mod tray;
