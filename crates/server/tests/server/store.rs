//! What every database behind the store must do: one contract, run on each.
//!
//! Only SQLite is there so far; another arm of `Db` is tried by calling [`contract`] with it.

use holdfast_domain::{AgentId, MessageId, OperationId, Outcome, Refusal, Sight, TeamId, TicketId};
use holdfast_protocol::Row;
use holdfast_server::store::outcome::{self, New, Verdict};
use holdfast_server::store::{
    Db, Durability, Tx, attachment, delivery, desk, directory, feed, intake, meta, session, thread,
    ticket,
};
use holdfast_server::succession::{Line, Pair};
use holdfast_server::sync::sight::Part;
use uuid::Uuid;

use crate::world::*;

#[tokio::test]
async fn sqlite_keeps_the_contract_of_the_store() {
    let dir = tempfile::tempdir().expect("a folder");
    contract(&Db::open(dir.path()).await.expect("a database")).await;
}

async fn contract(db: &Db) {
    sequence_has_no_gaps_whatever_is_rolled_back(db).await;
    a_reader_sees_one_moment(db).await;
    feed_is_read_in_order_and_bounded(db).await;
    sight_is_replaced_with_its_ticket(db).await;
    outcomes_are_kept_and_forgotten(db).await;
    tries_are_counted_and_forgiven(db).await;
    tokens_open_what_they_are_for(db).await;
    deliveries_have_positions_when_they_are_ready(db).await;
    assert!(db.complaints().await.expect("a check").is_empty());
}

async fn write(db: &Db) -> Tx {
    db.write(Durability::Power).await.expect("the turn to write")
}

async fn sequence_has_no_gaps_whatever_is_rolled_back(db: &Db) {
    let mut tx = write(db).await;
    assert_eq!(meta::place(&mut tx).await.expect("a place"), None, "a new database");
    meta::begin(&mut tx, Uuid::from_u128(1)).await.expect("begun");
    tx.commit().await.expect("committed");
    let mut tx = write(db).await;
    assert_eq!(meta::take_seq(&mut tx).await.expect("a place"), 1);
    drop(tx);
    let mut tx = write(db).await;
    assert_eq!(meta::take_seq(&mut tx).await.expect("a place"), 1, "the first was rolled back");
    assert_eq!(meta::take_ticket_numbers(&mut tx, 3).await.expect("numbers"), 1);
    assert_eq!(meta::take_ticket_numbers(&mut tx, 1).await.expect("numbers"), 4);
    meta::raise_ticket_number(&mut tx, 2).await.expect("not lowered");
    assert_eq!(meta::take_ticket_numbers(&mut tx, 1).await.expect("numbers"), 5);
    tx.commit().await.expect("committed");
}

async fn a_reader_sees_one_moment(db: &Db) {
    let mut reader = db.read().await.expect("a reader");
    let before = meta::place(&mut reader).await.expect("a place").expect("a place").head;
    let mut tx = write(db).await;
    meta::take_seq(&mut tx).await.expect("a place");
    tx.commit().await.expect("committed");
    let still = meta::place(&mut reader).await.expect("a place").expect("a place").head;
    assert_eq!(still, before);
    drop(reader);
    let mut reader = db.read().await.expect("a reader");
    let now = meta::place(&mut reader).await.expect("a place").expect("a place").head;
    assert_eq!(now, before + 1);
    meta::take_seq(&mut reader).await.expect_err("a reader cannot write");
}

async fn feed_is_read_in_order_and_bounded(db: &Db) {
    let row = |seq, n| feed::FeedRow {
        seq,
        n,
        entity: "ticket".into(),
        id: Uuid::from_u128(7),
        sight_before: None,
        sight_after: Some("{}".into()),
        desk: None,
    };
    let mut tx = write(db).await;
    let rows = [row(2, 0), row(1, 1), row(1, 0), row(3, 0)];
    feed::insert(&mut tx, &rows).await.expect("inserted");
    let read = feed::after(&mut tx, 0, 3).await.expect("read");
    assert_eq!(read, [row(1, 0), row(1, 1), row(2, 0)]);
    assert_eq!(feed::after(&mut tx, 2, 10).await.expect("read"), [row(3, 0)]);

    for (head, at) in [(1, 100), (3, 200), (3, 300)] {
        feed::mark(&mut tx, head, at).await.expect("noted");
    }
    assert_eq!(feed::marked_before(&mut tx, 100).await.expect("read"), None);
    assert_eq!(feed::marked_before(&mut tx, 250).await.expect("read"), Some(3), "noted first");
    assert_eq!(feed::slice_end(&mut tx, 3, 1).await.expect("read"), Some(1));
    assert_eq!(feed::slice_end(&mut tx, 3, 3).await.expect("read"), Some(2));
    assert_eq!(feed::slice_end(&mut tx, 2, 9).await.expect("read"), Some(2), "not beyond");
    feed::forget(&mut tx, 1).await.expect("forgotten");
    assert_eq!(feed::extent(&mut tx).await.expect("read"), (2, Some(2)));
    meta::set_horizon(&mut tx, 1).await.expect("moved");
    meta::set_horizon(&mut tx, 0).await.expect("never back");
    let place = meta::place(&mut tx).await.expect("read").expect("a place");
    assert_eq!(place.horizon, 1);
}

async fn sight_is_replaced_with_its_ticket(db: &Db) {
    let id = TicketId(Uuid::from_u128(11));
    let (red, blue) = (TeamId(Uuid::from_u128(1)), TeamId(Uuid::from_u128(2)));
    let sight = |team: TeamId| Sight { teams: [team].into(), agents: [].into() };
    let mut tx = write(db).await;
    ticket::put_sights(&mut tx, &[(id, true, sight(red))]).await.expect("put");
    assert_eq!(ticket::sight_of(&mut tx, id).await.expect("read"), [ticket::EVERYBODY, red.0]);
    ticket::put_sights(&mut tx, &[(id, false, sight(blue))]).await.expect("put");
    assert_eq!(ticket::sight_of(&mut tx, id).await.expect("read"), [ticket::EVERYBODY, blue.0]);
    assert_eq!(ticket::get(&mut tx, id).await.expect("read"), None);
    let part = Part { who: blue.0, ranks: 0..i64::MAX };
    assert!(ticket::versions(&mut tx, &part).await.expect("read").is_empty());
    assert!(thread::whole(&mut tx, id).await.expect("read").is_empty());
    let none = directory::agent(&mut tx, AgentId(Uuid::from_u128(1))).await.expect("read");
    assert_eq!(none, None);
    let macros = directory::bodies(&mut tx, "macro").await.expect("read");
    assert!(macros.is_empty());
    let row = Row::Center(holdfast_protocol::row::CenterRow {
        id: holdfast_domain::CenterId(Uuid::from_u128(3)),
        version: 1,
        name: "North".into(),
        city: "Oslo".into(),
        time_zone: "Europe/Oslo".into(),
        country: "NO".into(),
    });
    for _ in 0..2 {
        assert!(directory::put(&mut tx, &row).await.expect("put over itself"));
    }
    assert_eq!(directory::bodies(&mut tx, "center").await.expect("read").len(), 1);
}

async fn outcomes_are_kept_and_forgotten(db: &Db) {
    let (id, epoch) = (Uuid::from_u128(21), Uuid::from_u128(1));
    let refusal = Outcome::Refused { refusal: Refusal::NotFound };
    let new = |number| New {
        desk: id,
        epoch,
        number,
        operation: OperationId(Uuid::from_u128(u128::try_from(number).expect("small"))),
        author: AgentId(Uuid::from_u128(1)),
        digest: "d".into(),
        name: "note@1".into(),
        verdict: Verdict::of(&refusal).expect("JSON"),
    };
    let mut tx = write(db).await;
    for number in 1..=3 {
        outcome::insert(&mut tx, &new(number), number * 10).await.expect("inserted");
    }
    outcome::forget(&mut tx, id, 20).await.expect("forgotten");
    let stored = outcome::after(&mut tx, id, 10).await.expect("read");
    let settled: Vec<_> =
        stored.iter().map(|stored| stored.settled().expect("an outcome").outcome).collect();
    assert_eq!(settled, [None, Some(refusal.clone())]);
    let found = outcome::by_number(&mut tx, id, epoch, 1).await.expect("read").expect("kept");
    assert_eq!((found.seq, found.status.as_str()), (10, "refused"));
    outcome::insert(&mut tx, &new(3), 40).await.expect_err("a number settles once");
}

async fn tries_are_counted_and_forgiven(db: &Db) {
    let id = Uuid::from_u128(31);
    let mut tx = write(db).await;
    desk::greet(&mut tx, id, AgentId(Uuid::from_u128(1)), Uuid::from_u128(1), 0).await.expect("in");
    desk::set_last_number(&mut tx, id, 9).await.expect("moved");
    desk::set_last_number(&mut tx, id, 4).await.expect("never back");
    let known = desk::get(&mut tx, id).await.expect("read").expect("known");
    assert_eq!(known.last_number, 9);
    desk::greet(&mut tx, id, AgentId(Uuid::from_u128(1)), Uuid::from_u128(2), 0).await.expect("in");
    let known = desk::get(&mut tx, id).await.expect("read").expect("known");
    assert_eq!(known.last_number, 0, "another epoch counts anew");
    desk::set_cursor(&mut tx, id, 7).await.expect("noted");
    let needed = desk::oldest_cursor(&mut tx, Uuid::from_u128(2), 0).await.expect("read");
    assert_eq!(needed, Some(7));
    let away = desk::oldest_cursor(&mut tx, Uuid::from_u128(2), 1).await.expect("read");
    assert_eq!(away, None, "not seen since");
    desk::count_attempts(&mut tx, id, &[1, 2]).await.expect("counted");
    desk::count_attempts(&mut tx, id, &[2]).await.expect("counted");
    assert_eq!(desk::attempts(&mut tx, id).await.expect("read"), [(1, 1), (2, 2)]);
    desk::forgive_attempts(&mut tx, id, &[1, 2]).await.expect("forgiven");
    assert_eq!(desk::attempts(&mut tx, id).await.expect("read"), [(2, 1)]);
    desk::clear_attempts(&mut tx, id, 2).await.expect("cleared");
    assert!(desk::attempts(&mut tx, id).await.expect("read").is_empty());
}

async fn tokens_open_what_they_are_for(db: &Db) {
    let (id, who) = (Uuid::from_u128(41), AgentId(Uuid::from_u128(1)));
    let pair = Pair { id: Uuid::from_u128(42), parent: Uuid::nil() };
    let (access, refresh) = ([1; 32], [2; 32]);
    let token = |hash, refresh, expires_us| session::Fresh { hash, refresh, expires_us };
    let mut tx = write(db).await;
    session::begin(&mut tx, id, who, pair.id, 5).await.expect("begun");
    session::add_token(&mut tx, id, pair, token(access, false, 100)).await.expect("added");
    session::add_token(&mut tx, id, pair, token(refresh, true, 1000)).await.expect("added");
    assert!(
        session::find(&mut tx, access, true, None).await.expect("read").is_none(),
        "no refresh"
    );
    let known = session::find(&mut tx, access, false, None).await.expect("read").expect("known");
    let begun = Line { pair: pair.id, before: Uuid::nil(), since_us: 5 };
    assert_eq!((known.pair(), known.line()), (pair, begun));
    let line = Line { pair: Uuid::from_u128(43), before: pair.id, since_us: 50 };
    session::set_line(&mut tx, id, line).await.expect("moved");
    session::drop_expired(&mut tx, id, 2000).await.expect("dropped");
    assert!(session::find(&mut tx, access, false, None).await.expect("read").is_none(), "expired");
    let known =
        session::find(&mut tx, refresh, true, None).await.expect("read").expect("remembered");
    assert_eq!((known.line(), known.ended_at), (line, None));
    session::end_all(&mut tx, who, 60).await.expect("ended");
    let known =
        session::find(&mut tx, refresh, true, None).await.expect("read").expect("remembered");
    assert_eq!(known.ended_at, Some(60));
    session::sweep(&mut tx, 2000).await.expect("swept");
    assert!(session::find(&mut tx, refresh, true, None).await.expect("read").is_none());
}

async fn deliveries_have_positions_when_they_are_ready(db: &Db) {
    let (message, id) = (MessageId(new_id()), ticket("t"));
    let who = AgentId(Uuid::from_u128(1));
    let file = holdfast_domain::words::Attachment {
        hash: "AB".repeat(32),
        name: "f".into(),
        media_type: "text/plain".into(),
        size_bytes: 1,
    };
    let naming = attachment::Naming { entry: message.0, ticket: id, author: Some(who) };
    let mut tx = write(db).await;
    attachment::name(&mut tx, naming, &file).await.expect("named");
    delivery::insert(&mut tx, message, id, "portal").await.expect("inserted");
    delivery::release(&mut tx, &[message.0]).await.expect("looked at");
    let waiting = delivery::after(&mut tx, "portal", 0, 10).await.expect("read");
    assert!(waiting.is_empty(), "it waits");
    let unread = delivery::unread(&mut tx).await.expect("read");
    assert_eq!(unread, [("portal".to_owned(), 1)], "for its files, too");
    attachment::complete(&mut tx, &"ab".repeat(32), who, 5).await.expect("complete");
    for _ in 0..2 {
        delivery::release(&mut tx, &[message.0]).await.expect("released once");
    }
    let read = delivery::after(&mut tx, "portal", 0, 10).await.expect("read");
    assert_eq!(read, [(1, message)]);
    assert!(delivery::after(&mut tx, "other", 0, 10).await.expect("read").is_empty());
    assert!(delivery::is_of(&mut tx, "portal", message).await.expect("read"));
    assert!(!delivery::is_of(&mut tx, "other", message).await.expect("read"));
    for (asked, noted) in [(i64::MAX, 1), (0, 1)] {
        delivery::set_read(&mut tx, "portal", asked).await.expect("noted");
        let read = delivery::read_by(&mut tx, "portal").await.expect("read");
        assert_eq!(read, noted, "not beyond what there is, and never back");
    }
    assert!(delivery::unread(&mut tx).await.expect("read").is_empty());
    intake::insert(&mut tx, ("portal", "1"), id, message).await.expect("taken");
    intake::insert(&mut tx, ("portal", "1"), id, message).await.expect_err("once");
    let found = intake::find(&mut tx, "portal", "1").await.expect("read");
    assert_eq!(found, Some((id, message)));
}
