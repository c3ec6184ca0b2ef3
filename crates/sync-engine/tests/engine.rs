//! The engine's rules, each a short story: what happened, what the desk does.

mod engine {
    mod desk;
    mod feed;
    mod link;
    mod outbox;
    mod snapshot;
    mod trust;
}
