//! Journeys of people through outages.

mod ages;
mod believing;
mod canaries;
mod damage;
mod digest;
mod door;
#[cfg(target_os = "linux")]
mod failing_disk;
mod files;
#[cfg(target_os = "linux")]
mod full_disk;
mod given_up;
mod grant;
mod lapse;
mod lost_disk;
mod markup;
mod offline;
mod restored;
mod revoked;
mod rights;
mod stolen;
mod together;
mod tray;
