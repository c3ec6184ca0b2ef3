//! Drafts: nothing but their author ends them.

use holdfast_cache::CacheError;
use holdfast_cache::table::draft::{self, DISCARDED_KEPT, Draft, Kind, Saved, State, VERSIONS_MAX};
use holdfast_domain::{AgentId, By, DraftId, MessageId};
use holdfast_protocol::Row;
use holdfast_protocol::row::MessageRow;

use crate::world::{self, Home};

pub fn draft(n: u128, words: &str) -> Draft {
    Draft {
        id: DraftId(world::id(0xD4AF_0000 + n)),
        ticket: world::ticket_id(1),
        kind: Kind::Reply,
        version: 0,
        words: words.to_owned(),
        attachments: Vec::new(),
        seen_through: None,
        state: State::Active,
        updated_at: world::at(1),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_save_is_a_version_and_a_stale_window_overwrites_nothing() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    let first = draft(1, "Dear");
    assert_eq!(draft::save(&mut tx, &first, world::at(1)).await.expect("save"), Saved::Version(1));
    let second = Draft { version: 1, words: "Dear Wang".into(), ..first.clone() };
    assert_eq!(draft::save(&mut tx, &second, world::at(2)).await.expect("save"), Saved::Version(2));
    let stale = Draft { version: 1, words: "Hello".into(), ..first.clone() };
    let Saved::Stale(stands) = draft::save(&mut tx, &stale, world::at(3)).await.expect("save")
    else {
        panic!("a stale window must be told")
    };
    assert_eq!((stands.version, stands.words.as_str()), (2, "Dear Wang"));
    let history = draft::history(&mut tx, first.id).await.expect("history");
    assert_eq!(
        history.iter().map(|(_, words, _)| words.as_str()).collect::<Vec<_>>(),
        ["Dear Wang", "Dear"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_one_active_draft_of_a_kind_on_a_ticket() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    draft::save(&mut tx, &draft(1, "one"), world::at(1)).await.expect("save");
    let second = draft::save(&mut tx, &draft(2, "two"), world::at(2)).await.expect("save");
    assert!(matches!(second, Saved::Stale(stands) if stands.words == "one"));
    let note = Draft { kind: Kind::Note, ..draft(3, "inside") };
    draft::save(&mut tx, &note, world::at(3)).await.expect("a note is another kind");
    assert_eq!(draft::open_of(&mut tx, world::ticket_id(1)).await.expect("open").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_goes_only_where_its_picture_says() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    let id = draft(1, "").id;
    draft::save(&mut tx, &draft(1, "held words"), world::at(1)).await.expect("save");
    let sent = draft::set_state(&mut tx, id, State::Sent, world::at(2)).await;
    assert!(matches!(sent, Err(CacheError::Misuse(_))), "nothing is sent that was not sending");
    draft::set_state(&mut tx, id, State::Sending, world::at(2)).await.expect("sending");
    let typed = Draft { version: 1, words: "more".into(), ..draft(1, "") };
    let saved = draft::save(&mut tx, &typed, world::at(3)).await.expect("save");
    assert!(matches!(saved, Saved::Stale(_)), "what is being sent is not typed into");
    // Meanwhile another is begun; the held one comes back beside it.
    draft::save(&mut tx, &draft(2, "next"), world::at(4)).await.expect("save");
    draft::set_state(&mut tx, id, State::Active, world::at(5)).await.expect("undone");
    assert_eq!(draft::get(&mut tx, id).await.expect("get").expect("it").state, State::Returned);
    let open = draft::open_of(&mut tx, world::ticket_id(1)).await.expect("open");
    assert_eq!(open.len(), 2, "neither has vanished");
    draft::set_state(&mut tx, id, State::Sending, world::at(6)).await.expect("sent again");
    draft::set_state(&mut tx, id, State::Sent, world::at(7)).await.expect("accepted");
    for to in [State::Active, State::Discarded, State::Returned] {
        assert!(draft::set_state(&mut tx, id, to, world::at(8)).await.is_err(), "sent is the end");
    }
    let words = draft::get(&mut tx, id).await.expect("get").expect("it").words;
    assert_eq!(words, "held words");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_outlives_a_crash_and_keeps_its_newest_versions() {
    let home = Home::new();
    let cache = home.begin().await;
    for n in 0..VERSIONS_MAX + 5 {
        let mut tx = world::agent(&cache).await;
        let typed = Draft { version: n, words: format!("words {n}"), ..draft(1, "") };
        draft::save(&mut tx, &typed, world::at(n)).await.expect("save");
        tx.commit().await.expect("commit");
    }
    drop(cache);
    let cache = home.open().await;
    let mut tx = world::read(&cache).await;
    let found = draft::active(&mut tx, world::ticket_id(1), Kind::Reply).await.expect("active");
    let found = found.expect("it is there");
    assert_eq!(found.words, format!("words {}", VERSIONS_MAX + 4));
    let kept = draft::history(&mut tx, found.id).await.expect("history").len();
    assert_eq!(i64::try_from(kept).expect("small"), VERSIONS_MAX);
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_go_when_the_words_are_accepted_and_not_before() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    let id = draft(1, "").id;
    draft::save(&mut tx, &draft(1, "Dear"), world::at(1)).await.expect("save");
    let second = Draft { version: 1, words: "Dear Wang".into(), ..draft(1, "") };
    draft::save(&mut tx, &second, world::at(2)).await.expect("save");
    for (to, kept) in [(State::Sending, 2), (State::Returned, 2), (State::Sending, 2)] {
        draft::set_state(&mut tx, id, to, world::at(3)).await.expect("moved");
        assert_eq!(draft::history(&mut tx, id).await.expect("history").len(), kept, "{to:?}");
    }
    draft::set_state(&mut tx, id, State::Sent, world::at(4)).await.expect("accepted");
    assert!(draft::history(&mut tx, id).await.expect("history").is_empty());
    assert_eq!(draft::get(&mut tx, id).await.expect("get").expect("it").words, "Dear Wang");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_thrown_away_can_be_brought_back_for_thirty_days() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    for (n, thrown_s) in [(1, 0), (2, 60)] {
        let id = draft(n, "").id;
        draft::save(&mut tx, &draft(n, "not so"), world::at(0)).await.expect("save");
        draft::set_state(&mut tx, id, State::Discarded, world::at(thrown_s)).await.expect("thrown");
    }
    draft::save(&mut tx, &draft(3, "goes on"), world::at(0)).await.expect("save");
    let month = world::at(0) + DISCARDED_KEPT;
    let early = world::at(-1) + DISCARDED_KEPT;
    assert!(!draft::is_any_to_forget(&mut tx, early).await.expect("asked"));
    draft::forget_discarded(&mut tx, early, 10).await.expect("forgotten");
    assert_eq!(draft::history(&mut tx, draft(1, "").id).await.expect("history").len(), 1);
    assert!(draft::is_any_to_forget(&mut tx, month).await.expect("asked"));
    assert!(draft::forget_discarded(&mut tx, month, 1).await.expect("forgotten"), "perhaps more");
    assert!(!draft::forget_discarded(&mut tx, month, 1).await.expect("forgotten"));
    assert!(draft::history(&mut tx, draft(1, "").id).await.expect("history").is_empty());
    let left = [1, 2, 3].map(|n| draft(n, "").id);
    let mut there = Vec::new();
    for id in left {
        there.push(draft::get(&mut tx, id).await.expect("get").is_some());
    }
    assert_eq!(there, [false, true, true], "what is newer or not thrown away stays");
}

/// Her words on ticket 1, as the server has them.
fn hers(draft: &Draft, text: &str) -> MessageRow {
    let id = MessageId(draft.id.0);
    let by = By::Agent(AgentId(world::id(world::ME)));
    MessageRow { id, by, ..world::message(1, 6, 0, text) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_whose_words_come_from_the_server_was_sent_and_one_that_says_more_stays() {
    for (typed, came, state) in
        [("Dear Wang ", "Dear Wang", State::Sent), ("Dear Wang, also", "Dear Wang", State::Active)]
    {
        let home = Home::new();
        let cache = home.begin().await;
        let mut tx = world::agent(&cache).await;
        let words = draft(1, typed);
        draft::save(&mut tx, &words, world::at(1)).await.expect("save");
        tx.commit().await.expect("commit");
        let ticket = Row::Ticket(world::ticket(1, 6));
        world::apply(&cache, vec![ticket, Row::Message(hers(&words, came))]).await;
        let mut db = world::read(&cache).await;
        let stands = draft::get(&mut db, words.id).await.expect("read").expect("it is there");
        assert_eq!((stands.state, stands.words.as_str()), (state, typed));
        let open = draft::open_of(&mut db, world::ticket_id(1)).await.expect("open").len();
        assert_eq!(open, usize::from(state == State::Active));
    }
}
