//! A file of people, customers and histories, as an administrator gives it.

use super::world::world;

pub(super) const WORDS: &[&str] = &[
    "{\"center\":",
    "{\"team\":",
    "{\"agent\":",
    "{\"macro\":",
    "{\"organization\":",
    "{\"contact\":",
    "{\"resource\":",
    "{\"ticket\":",
    "\"key\":",
    "\"entries\":[",
    "\"category\":\"solved\"",
    "\n",
    "\"stage\":\"done\"",
    "\"2026-11-20T09:00:00Z\"",
    "\"9999-12-31T23:59:59Z\"",
    "\"by\":\"customer\"",
    "\"red\"",
    "\"ana\"",
    "\"ada\"",
    "null",
    "{}",
    "[]",
];

pub(super) fn run(bytes: &[u8]) {
    let world = world();
    let before = world.core.head();
    match world.import(bytes) {
        Ok(()) => {}
        Err(error) => {
            assert_eq!(world.core.head(), before, "refused, and yet something changed");
            assert!(!format!("{error:#}").is_empty());
        }
    }
    let left = std::fs::read_dir(world.folder.path().join("data/import"));
    assert_eq!(left.into_iter().flatten().count(), 0, "a copy of the file was left");
    world.check().expect("what is stored is sound");
}
