//! Taking rows in: versions, epochs, snapshots, digests.

use std::collections::BTreeMap;

use holdfast_cache::CacheError;
use holdfast_cache::batch::{self, Origin};
use holdfast_cache::table::{agent, operation, scope, sync, thread, ticket};
use holdfast_cache::{Cache, purge};
use holdfast_domain::{AgentId, Holder, TeamId, TicketId};
use holdfast_protocol::Row;
use holdfast_protocol::digest::Digest;
use holdfast_protocol::row::{AgentRow, TicketRow};
use proptest::prelude::*;

use crate::world::{self, EPOCH, Home, at, id};

fn subject(n: u128, version: i64, subject: &str) -> Row {
    Row::Ticket(TicketRow { subject: subject.to_owned(), ..world::ticket(n, version) })
}

async fn subject_of(cache: &Cache, n: u128) -> Option<String> {
    let seen = ticket::get(&mut *world::read(cache).await, world::ticket_id(n)).await;
    seen.expect("read").map(|seen| seen.row.subject)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_higher_version_wins_in_either_order_and_twice_is_once() {
    let home = Home::new();
    let cache = home.begin().await;
    let (old, new) = (subject(1, 5, "old"), subject(1, 6, "new"));
    for rows in [vec![old.clone()], vec![new.clone()], vec![new.clone()], vec![old.clone()]] {
        world::apply(&cache, rows).await;
    }
    assert_eq!(subject_of(&cache, 1).await.as_deref(), Some("new"));
    world::apply(&cache, vec![subject(2, 6, "new"), subject(2, 5, "old")]).await;
    assert_eq!(subject_of(&cache, 2).await.as_deref(), Some("new"), "within one batch too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_epoch_always_wins_and_an_epoch_not_in_use_is_refused() {
    let home = Home::new();
    let cache = home.begin().await;
    let rows = vec![
        subject(1, 500, "before the restore"),
        Row::Message(world::message(1, 400, 0, "forgotten by the backup")),
        Row::Message(world::message(1, 300, 0, "in the backup")),
    ];
    world::apply(&cache, rows).await;
    let restored = id(0xE2);
    let mut tx = world::bulk(&cache).await;
    sync::adopt_epoch(&mut tx, restored).await.expect("epoch");
    let name = format!("team:{}", id(world::TEAM));
    let scope = scope::begin_snapshot(&mut tx, &name, id(0x5A), 410).await.expect("begin");
    let origin = Origin::Snapshot { generation: scope.generation };
    let other = batch::apply_rows(&mut tx, EPOCH, origin, vec![subject(1, 900, "late")]).await;
    assert!(matches!(other, Err(CacheError::Misuse(_))));
    // The restored server has given the place of a forgotten message to another one.
    let mut taken = world::message(1, 400, 0, "after the restore");
    taken.id = holdfast_domain::MessageId(id(0x3E56));
    let rows = vec![
        subject(1, 400, "restored"),
        Row::Message(world::message(1, 300, 0, "in the backup")),
        Row::Message(taken),
    ];
    batch::apply_rows(&mut tx, restored, origin, rows).await.expect("rows");
    for scope in ["personal", name.as_str()] {
        batch::finish_scope(&mut tx, scope).await.expect("finish");
    }
    sync::set_cursor(&mut tx, 500).await.expect("cursor");
    tx.commit().await.expect("commit");
    world::judge(&cache).await;
    assert_eq!(subject_of(&cache, 1).await.as_deref(), Some("restored"));
    let mut tx = world::read(&cache).await;
    let entries = thread::entries(&mut tx, world::ticket_id(1), None, 10).await.expect("thread");
    let texts: Vec<_> = entries
        .iter()
        .map(|entry| match entry {
            thread::Entry::Message(row) => row.text.as_str(),
            _ => panic!("only messages"),
        })
        .collect();
    assert_eq!(texts, ["in the backup", "after the restore"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_finished_snapshot_did_not_show_goes_and_what_is_newer_stays() {
    let home = Home::new();
    let cache = home.begin().await;
    let rows = vec![subject(1, 5, "gone"), subject(2, 5, "shown"), subject(3, 99, "newer")];
    world::apply(&cache, rows).await;
    let name = format!("team:{}", id(world::TEAM));
    for scope in ["personal", name.as_str()] {
        let mut tx = world::bulk(&cache).await;
        let begun = scope::begin_snapshot(&mut tx, scope, id(0x5A), 50).await.expect("begin");
        let again = scope::begin_snapshot(&mut tx, scope, id(0x5A), 50).await.expect("begin");
        assert_eq!(begun, again, "the same snapshot goes on");
        let origin = Origin::Snapshot { generation: begun.generation };
        let rows = vec![subject(2, 5, "shown"), subject(3, 40, "older than what is here")];
        batch::apply_rows(&mut tx, EPOCH, origin, rows).await.expect("rows");
        scope::chunk_done(&mut tx, scope, 1).await.expect("chunk");
        batch::finish_scope(&mut tx, scope).await.expect("finish");
        tx.commit().await.expect("commit");
    }
    let mut tx = world::bulk(&cache).await;
    sync::set_cursor(&mut tx, 50).await.expect("cursor");
    tx.commit().await.expect("commit");
    world::judge(&cache).await;
    assert_eq!(subject_of(&cache, 1).await, None);
    assert_eq!(subject_of(&cache, 2).await.as_deref(), Some("shown"));
    assert_eq!(subject_of(&cache, 3).await.as_deref(), Some("newer"));
    let scopes = scope::held(&mut *world::read(&cache).await).await.expect("scopes");
    assert!(scopes.iter().all(|scope| scope.complete && scope.next_chunk == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_does_not_bring_back_what_left_after_it_stood() {
    let home = Home::new();
    let cache = home.begin().await;
    let name = format!("team:{}", id(world::TEAM));
    let mut tx = world::bulk(&cache).await;
    let begun = scope::begin_snapshot(&mut tx, &name, id(0x5A), 50).await.expect("begin");
    purge::begin(&mut tx, world::ticket_id(1), 60, at(1)).await.expect("left at 60");
    purge::begin(&mut tx, world::ticket_id(2), 45, at(1)).await.expect("left at 45, came back");
    tx.commit().await.expect("commit");
    let origin = Origin::Snapshot { generation: begun.generation };
    let words = Row::Message(world::message(1, 30, 0, "words"));
    world::apply_from(&cache, origin, vec![subject(1, 30, "ghost"), words]).await;
    world::apply_from(&cache, origin, vec![subject(2, 48, "came back")]).await;
    assert_eq!(subject_of(&cache, 1).await, None);
    assert_eq!(subject_of(&cache, 2).await.as_deref(), Some("came back"));
    world::apply(&cache, vec![subject(1, 70, "shown again")]).await;
    assert_eq!(subject_of(&cache, 1).await.as_deref(), Some("shown again"), "changes may");
}

fn person(n: u128, version: i64) -> Row {
    Row::Agent(AgentRow {
        id: AgentId(id(n)),
        version,
        name: "Ada".to_owned(),
        role: holdfast_domain::Role::Agent,
        teams: [TeamId(id(world::TEAM))].into(),
        centers: [].into(),
        languages: Vec::new(),
        skills: Vec::new(),
        certificates: Vec::new(),
        shift: holdfast_protocol::row::Shift::default(),
        capacity: 5,
        active: true,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_played_again_when_somebody_changes_teams() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    world::write(&cache, &world::reply(1, world::ticket_id(1), "words")).await;
    let applied = world::apply(&cache, vec![person(1, 6)]).await;
    assert_eq!(applied.replay, [world::ticket_id(1)].into(), "it may be allowed no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_whom_the_personal_snapshot_does_not_show_are_gone() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![person(1, 5), person(2, 5), person(3, 99)]).await;
    let mut tx = world::bulk(&cache).await;
    let begun = scope::begin_snapshot(&mut tx, "personal", id(0x5A), 50).await.expect("begin");
    let origin = Origin::Snapshot { generation: begun.generation };
    batch::apply_rows(&mut tx, EPOCH, origin, vec![person(1, 5)]).await.expect("rows");
    batch::finish_scope(&mut tx, "personal").await.expect("finish");
    let people = agent::all(&mut tx).await.expect("people");
    let ids: Vec<_> = people.iter().map(|person| person.id.0).collect();
    assert_eq!(ids, [id(1), id(3)], "shown, and newer than the snapshot");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cursor_moves_with_its_data_and_never_back() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::bulk(&cache).await;
    sync::set_cursor(&mut tx, 10).await.expect("forward");
    let rows = vec![subject(1, 10, "with it")];
    batch::apply_rows(&mut tx, EPOCH, Origin::Changes, rows).await.expect("rows");
    drop(tx);
    let mut tx = world::bulk(&cache).await;
    assert_eq!(sync::get(&mut tx).await.expect("sync").cursor, 0, "neither");
    assert_eq!(ticket::get(&mut tx, world::ticket_id(1)).await.expect("get"), None, "nor");
    sync::set_cursor(&mut tx, 10).await.expect("forward");
    assert!(sync::set_cursor(&mut tx, 9).await.is_err());
    assert_eq!(sync::get(&mut tx).await.expect("sync").cursor, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_digest_of_a_scope_follows_the_servers_images_not_the_forecasts() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![subject(1, 5, "a"), subject(2, 6, "b")]).await;
    let name = format!("team:{}", id(world::TEAM));
    let sum = |rows: &[(u128, i64)]| {
        let add =
            |sum: Digest, (n, version): &(u128, i64)| sum.with(world::ticket_id(*n), *version);
        rows.iter().fold(Digest::default(), add)
    };
    let of = async |name: &str| {
        let found = scope::get(&mut *world::read(&cache).await, name).await.expect("read");
        found.map_or(Digest::default(), |found| found.digest)
    };
    assert_eq!(of(&name).await, sum(&[(1, 5), (2, 6)]));
    assert_eq!(of("personal").await, sum(&[(1, 5), (2, 6)]), "both are in my hands");
    world::write(&cache, &world::reply(1, world::ticket_id(1), "words")).await;
    assert_eq!(of(&name).await, sum(&[(1, 5), (2, 6)]), "a forecast changes nothing");
    world::apply(&cache, vec![subject(1, 8, "newer image under a forecast")]).await;
    assert_eq!(of(&name).await, sum(&[(1, 8), (2, 6)]));
    let mut moved = world::ticket(2, 9);
    moved.holder = Holder { team: TeamId(id(world::OTHER_TEAM)), agent: None };
    world::apply(&cache, vec![Row::Ticket(moved)]).await;
    assert_eq!(of(&name).await, sum(&[(1, 8)]), "moved away");
    assert_eq!(of("personal").await, sum(&[(1, 8)]));
    let mut tx = world::bulk(&cache).await;
    let listed = scope::tickets(&mut tx, &name).await.expect("tickets");
    assert_eq!(listed, [(world::ticket_id(1), 8)]);
    purge::begin(&mut tx, world::ticket_id(1), 10, at(1)).await.expect("purge");
    tx.commit().await.expect("commit");
    assert_eq!(of(&name).await, Digest::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_that_are_lost_name_the_tickets_that_must_go() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut other = world::ticket(2, 5);
    other.holder.agent = None;
    world::apply(&cache, vec![subject(1, 5, "mine"), Row::Ticket(other)]).await;
    let mut tx = world::agent(&cache).await;
    let lost = scope::set_held(&mut tx, &["personal".to_owned()]).await.expect("held");
    assert_eq!(lost, [world::ticket_id(2)], "the one in my hands is still shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_message_takes_the_place_of_its_forecast() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![subject(1, 5, "a")]).await;
    let reply = world::reply(1, world::ticket_id(1), "our words");
    let position = world::write(&cache, &reply).await;
    let mut forecast = world::message(1, 9, 0, "our words");
    let truth = forecast.clone();
    forecast.key = thread::WAITING + position;
    let mut tx = world::agent(&cache).await;
    holdfast_cache::table::message::put_waiting(&mut tx, &forecast).await.expect("forecast");
    tx.commit().await.expect("commit");
    world::index_all(&cache).await;
    let applied = world::apply(&cache, vec![subject(1, 9, "a"), Row::Message(truth.clone())]).await;
    assert_eq!(applied.words, [truth.key]);
    let mut tx = world::bulk(&cache).await;
    let accepted = Some(&holdfast_domain::Outcome::Accepted);
    operation::settle(&mut tx, reply.id, accepted, 9).await.expect("settle");
    let thread = thread::entries(&mut tx, world::ticket_id(1), None, 10).await.expect("thread");
    assert_eq!(thread, [thread::Entry::Message(truth)], "once, at its place");
}

fn rows_of_an_epoch() -> impl Strategy<Value = Vec<(u128, i64)>> {
    prop::collection::vec((0_u128..4, 1_i64..6), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever order rows of one epoch come in, however often, and however they are cut into
    /// batches: the highest version of each is what stands, and the digest says so.
    #[test]
    fn order_and_repetition_do_not_matter_within_an_epoch(
        rows in rows_of_an_epoch(),
        repeat in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        cut in 1_usize..5,
    ) {
        // As a desk has it: what closes a cache must not wait for itself.
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build()?;
        runtime.block_on(async {
            let home = Home::new();
            let cache = home.begin().await;
            let mut all = rows.clone();
            all.extend(repeat.iter().map(|index| rows[index.index(rows.len())]));
            for batch in all.chunks(cut) {
                let batch = batch.iter().map(|(n, v)| subject(*n, *v, &format!("{n} at {v}")));
                world::apply(&cache, batch.collect()).await;
            }
            let mut want: BTreeMap<u128, i64> = BTreeMap::new();
            for (n, version) in &rows {
                let best = want.entry(*n).or_default();
                *best = (*best).max(*version);
            }
            let mut digest = Digest::default();
            for (n, version) in &want {
                let stands = subject_of(&cache, *n).await;
                prop_assert_eq!(stands, Some(format!("{n} at {version}")));
                digest = digest.with(TicketId(world::ticket_id(*n).0), *version);
            }
            let name = format!("team:{}", id(world::TEAM));
            let scope = scope::get(&mut *world::read(&cache).await, &name).await;
            prop_assert_eq!(scope.expect("read").expect("a scope").digest, digest);
            Ok(())
        })?;
    }
}
