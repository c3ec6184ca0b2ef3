//! Purge: nothing of what left an agent's sight stays on her disk.

use holdfast_cache::purge;
use holdfast_cache::table::{blob, contact, draft, mark, operation, organization, ticket, tray};
use holdfast_domain::escalation::{EscalationKind, Packet};
use holdfast_domain::operation::{Action, Create, Escalate, Write};
use holdfast_domain::outcome::HeldReason;
use holdfast_domain::{ContactId, Holder, MessageId, OrganizationId, Outcome, Refusal, TeamId};
use holdfast_protocol::Row;
use holdfast_protocol::row::{ContactRow, OrganizationRow};

use crate::disk::{decrypted, holds};
use crate::world::{self, Home, at, id};

/// Words that stand nowhere but in the ticket that is to go; one in two characters of Han.
const CANARIES: [&str; 7] =
    ["zorkmid", "quuxberry", "frobnitz", "plughole", "wibblesome", "xyzzyfile", "蓝屏"];

async fn fill(cache: &holdfast_cache::Cache) {
    let mut row = world::ticket(1, 5);
    row.subject = "zorkmid on fire".to_owned();
    row.organization = OrganizationId(id(0x0F99));
    row.tags.insert("plughole".to_owned());
    let company = OrganizationRow {
        id: OrganizationId(id(0x0F99)),
        version: 5,
        name: "wibblesome gmbh".to_owned(),
        region: "eu".to_owned(),
        industry: "bank".to_owned(),
        residency: "eu".to_owned(),
        plan: "basic".to_owned(),
        time_zone: "UTC".to_owned(),
        country: "DE".to_owned(),
    };
    let mut rows = vec![
        Row::Organization(company),
        Row::Contact(person()),
        Row::Ticket(row),
        Row::Message(world::message(1, 5, 0, "quuxberry 实例蓝屏")),
        Row::Note(world::note(1, 5, 1, "frobnitz inside")),
        Row::Event(world::event(1, 5, 2)),
    ];
    for n in 2..40 {
        let place = i64::try_from(n).expect("small");
        rows.push(Row::Ticket(world::ticket(n, 6)));
        rows.push(Row::Message(world::message(n, 6, place, "ordinary words of another")));
    }
    world::apply(cache, rows).await;
    let mut tx = world::agent(cache).await;
    let hash = "cd".repeat(32);
    blob::begin(&mut tx, &hash, 9, world::ticket_id(1)).await.expect("blob");
    blob::put_chunk(&mut tx, &hash, 0, b"xyzzyfile").await.expect("chunk");
    mark::read_through(&mut tx, world::ticket_id(1), 77).await.expect("mark");
    tx.commit().await.expect("commit");
    world::index_all(cache).await;
}

pub fn person() -> ContactRow {
    ContactRow {
        id: ContactId(id(0xC099)),
        version: 5,
        organization: OrganizationId(id(0x0F99)),
        name: "wibblesome anna".to_owned(),
        role: "cto".to_owned(),
        language: "de".to_owned(),
        also_reads: Vec::new(),
        time_zone: "UTC".to_owned(),
        city: "Berlin".to_owned(),
        email: "anna@example.org".to_owned(),
        phone: "1".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_leaves_nothing_in_any_page_used_or_free() {
    let home = Home::new();
    let cache = home.begin().await;
    fill(&cache).await;
    cache.close().await.expect("closed");
    let before = decrypted(&home);
    for canary in CANARIES {
        assert!(holds(&before, canary), "{canary} is there before, so the search could find it");
    }
    let cache = home.open().await;
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(1), 9, at(1)).await.expect("begin");
    assert_eq!(ticket::get(&mut tx, world::ticket_id(1)).await.expect("get"), None, "hidden now");
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("erased");
    let after = decrypted(&home);
    for canary in CANARIES {
        assert!(!holds(&after, canary), "{canary} is still there, with the cache open");
    }
    assert!(holds(&after, "ordinary"), "others are untouched");
    let mut tx = world::read(&cache).await;
    assert_eq!(contact::get(&mut tx, ContactId(id(0xC099))).await.expect("get"), None);
    let company = organization::get(&mut tx, OrganizationId(id(0x0F99))).await.expect("get");
    assert_eq!(company, None);
    assert_eq!(blob::get(&mut tx, &"cd".repeat(32)).await.expect("get"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_purge_is_finished_before_anything_is_shown() {
    let home = Home::new();
    let cache = home.begin().await;
    fill(&cache).await;
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(1), 9, at(1)).await.expect("begin");
    let done = purge::step(&mut tx, 1).await.expect("a step");
    assert!(!done, "one row is not all");
    tx.commit().await.expect("commit");
    drop(cache);
    let cache = home.open().await;
    let after = decrypted(&home);
    for canary in CANARIES {
        assert!(!holds(&after, canary), "{canary} survived a crash in mid-purge");
    }
    drop(cache);
}

#[tokio::test(flavor = "multi_thread")]
async fn her_own_unsent_words_go_to_the_tray_sealed_and_her_operations_stay() {
    let home = Home::new();
    let cache = home.begin().await;
    fill(&cache).await;
    let words = crate::draft::draft(1, "mine: gnusto rezrov");
    let mut tx = world::agent(&cache).await;
    draft::save(&mut tx, &words, at(1)).await.expect("draft");
    tx.commit().await.expect("commit");
    let reply = world::reply(7, world::ticket_id(1), "on its way");
    world::write(&cache, &reply).await;
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(1), 9, at(2)).await.expect("begin");
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("erased");
    assert!(!holds(&decrypted(&home), "gnusto"), "sealed, not only moved");
    let mut tx = world::agent(&cache).await;
    assert!(draft::open(&mut tx, 10).await.expect("drafts").is_empty());
    let items = tray::list(&mut tx).await.expect("tray");
    assert_eq!((items.len(), items[0].ticket), (1, world::ticket_id(1)));
    assert_eq!((items[0].kind, items[0].written_at), (tray::Kind::Reply, at(1)));
    let opened = tray::open(&mut tx, items[0].key).await.expect("open");
    assert_eq!(opened.as_deref(), Some("mine: gnusto rezrov"));
    let waiting = operation::waiting(&mut tx).await.expect("outbox");
    assert_eq!(waiting[0].kept.id, reply.id, "nothing expires it; the server will refuse it");
    tray::remove(&mut tx, items[0].key).await.expect("thrown away");
    assert!(tray::list(&mut tx).await.expect("tray").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_are_refused_after_the_purge_go_to_the_tray_and_nowhere_else() {
    let home = Home::new();
    let cache = home.begin().await;
    fill(&cache).await;
    let reply = world::reply(7, world::ticket_id(1), "mine: gnusto rezrov");
    world::write(&cache, &reply).await;
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(1), 9, at(2)).await.expect("begin");
    assert_eq!(tray::count(&mut tx).await.expect("tray"), 0, "it waits in the outbox");
    let refused = Outcome::Refused { refusal: Refusal::NotFound };
    let stored = operation::settle(&mut tx, reply.id, Some(&refused), 10).await.expect("settled");
    let stored = stored.expect("it waited");
    assert!(purge::settled(&mut tx, &stored, at(3)).await.expect("put away"));
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("erased");
    assert!(!holds(&decrypted(&home), "gnusto"), "sealed, and the operation is gone");
    let mut tx = world::agent(&cache).await;
    let items = tray::list(&mut tx).await.expect("tray");
    assert_eq!((items[0].written_at, items[0].at), (reply.written_at, at(3)));
    let opened = tray::open(&mut tx, items[0].key).await.expect("open");
    assert_eq!(opened.as_deref(), Some("mine: gnusto rezrov"));
    assert!(operation::needs_you(&mut tx).await.expect("needs").is_empty(), "told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_could_not_begin_keeps_its_words_although_more_on_it_is_refused() {
    let home = Home::new();
    let cache = home.begin().await;
    let row = world::ticket(77, 1);
    let begun = Create {
        subject: "By phone".to_owned(),
        requester: row.requester,
        channel: row.channel,
        severity: row.severity,
        holder: row.holder,
        language: "en".to_owned(),
        words: Some(Write {
            message: MessageId(id(0x77)),
            text: "gnusto does not answer".to_owned(),
            language: None,
            attachments: Vec::new(),
        }),
    };
    let begun = world::operation_of(7, row.id, Action::Create(begun));
    let claim = world::operation_of(8, row.id, Action::Claim { team: row.holder.team });
    world::write(&cache, &begun).await;
    world::write(&cache, &claim).await;
    let mut tx = world::bulk(&cache).await;
    let refused = Outcome::Refused { refusal: Refusal::NotFound };
    for operation in [&begun, &claim] {
        let stored = operation::settle(&mut tx, operation.id, Some(&refused), 10).await;
        let stored = stored.expect("settled").expect("it waited");
        purge::settled(&mut tx, &stored, at(3)).await.expect("put away");
    }
    tx.commit().await.expect("commit");
    let mut tx = world::agent(&cache).await;
    let items = tray::list(&mut tx).await.expect("tray");
    let opened = tray::open(&mut tx, items[0].key).await.expect("open");
    assert_eq!(opened.as_deref(), Some("By phone\n\ngnusto does not answer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_on_their_way_are_a_draft_still_when_their_ticket_leaves_and_comes_back() {
    let home = Home::new();
    let cache = home.begin().await;
    fill(&cache).await;
    let mut tx = world::agent(&cache).await;
    let words = crate::draft::draft(7, "on its way");
    draft::save(&mut tx, &words, at(1)).await.expect("draft");
    draft::set_state(&mut tx, words.id, draft::State::Sending, at(1)).await.expect("sending");
    tx.commit().await.expect("commit");
    world::write(&cache, &world::reply(7, world::ticket_id(1), "on its way")).await;
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(1), 9, at(4)).await.expect("begin");
    let kept = draft::get(&mut tx, words.id).await.expect("draft").expect("it is kept");
    assert_eq!((kept.words.as_str(), kept.state), ("on its way", draft::State::Sending));
    assert_eq!(tray::count(&mut tx).await.expect("tray"), 0, "nothing is given up yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn held_words_whose_ticket_leaves_lie_in_the_tray_once_as_they_were_edited_last() {
    let home = Home::new();
    let cache = home.begin().await;
    fill(&cache).await;
    let mut tx = world::agent(&cache).await;
    let words = crate::draft::draft(7, "as it was sent");
    draft::save(&mut tx, &words, at(1)).await.expect("draft");
    draft::set_state(&mut tx, words.id, draft::State::Sending, at(1)).await.expect("sending");
    tx.commit().await.expect("commit");
    let reply = world::reply(7, world::ticket_id(1), "as it was sent");
    world::write(&cache, &reply).await;
    let mut tx = world::bulk(&cache).await;
    let message = MessageId(id(0x3E55));
    let held = Outcome::Held { reason: HeldReason::NewerWords { message } };
    operation::settle(&mut tx, reply.id, Some(&held), 8).await.expect("settled");
    draft::set_state(&mut tx, words.id, draft::State::Returned, at(2)).await.expect("returned");
    let edited = draft::Draft { version: 1, words: "as it was edited".into(), ..words };
    draft::save(&mut tx, &edited, at(3)).await.expect("edited");
    purge::begin(&mut tx, world::ticket_id(1), 9, at(4)).await.expect("begin");
    let items = tray::list(&mut tx).await.expect("tray");
    assert_eq!(items.len(), 1);
    let opened = tray::open(&mut tx, items[0].key).await.expect("open");
    assert_eq!(opened.as_deref(), Some("as it was edited"));
    assert!(operation::needs_you(&mut tx).await.expect("needs").is_empty(), "told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_refused_request_only_what_its_author_typed_is_kept() {
    let home = Home::new();
    let cache = home.begin().await;
    fill(&cache).await;
    let packet = Packet {
        asked: "look at the driver".to_owned(),
        tried: String::new(),
        found: "it is old".to_owned(),
        next: String::new(),
        customer_words: "quuxberry".to_owned(),
        evidence: "xyzzyfile".to_owned(),
    };
    let to = Holder { team: TeamId(id(world::OTHER_TEAM)), agent: None };
    let ask = Escalate { kind: EscalationKind::Functional, to, packet, accept_within_s: 600 };
    let operation = world::operation_of(8, world::ticket_id(1), Action::Escalate(ask));
    world::write(&cache, &operation).await;
    let mut tx = world::bulk(&cache).await;
    let refused = Outcome::Refused { refusal: Refusal::NotAllowed };
    operation::settle(&mut tx, operation.id, Some(&refused), 8).await.expect("settled");
    purge::begin(&mut tx, world::ticket_id(1), 9, at(4)).await.expect("begin");
    let items = tray::list(&mut tx).await.expect("tray");
    assert_eq!((items.len(), items[0].kind), (1, tray::Kind::Other));
    let opened = tray::open(&mut tx, items[0].key).await.expect("open");
    assert_eq!(opened.as_deref(), Some("look at the driver\n\nit is old"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_tag_on_a_ticket_that_left_is_told_without_a_word_of_the_ticket() {
    let home = Home::new();
    let cache = home.begin().await;
    fill(&cache).await;
    let tags = Action::Tags { add: ["plughole".to_owned()].into(), remove: [].into() };
    let operation = world::operation_of(9, world::ticket_id(1), tags);
    world::write(&cache, &operation).await;
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(1), 9, at(4)).await.expect("begin");
    let refused = Outcome::Refused { refusal: Refusal::NotFound };
    let stored = operation::settle(&mut tx, operation.id, Some(&refused), 10).await.expect("done");
    purge::settled(&mut tx, &stored.expect("it waited"), at(5)).await.expect("put away");
    let needs = operation::needs_you(&mut tx).await.expect("needs");
    assert_eq!(needs.len(), 1, "every refusal is seen by its author");
    assert!(!needs[0].kept.bytes.contains("plughole"));
    assert_eq!(tray::count(&mut tx).await.expect("tray"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_and_a_company_that_another_ticket_names_stay() {
    let home = Home::new();
    let cache = home.begin().await;
    fill(&cache).await;
    let mut neighbour = world::ticket(2, 8);
    neighbour.organization = OrganizationId(id(0x0F99));
    world::apply(&cache, vec![Row::Ticket(neighbour)]).await;
    let hash = "cd".repeat(32);
    let mut tx = world::bulk(&cache).await;
    blob::begin(&mut tx, &hash, 9, world::ticket_id(2)).await.expect("blob");
    purge::begin(&mut tx, world::ticket_id(1), 9, at(1)).await.expect("begin");
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("erased");
    let mut tx = world::read(&cache).await;
    assert!(blob::get(&mut tx, &hash).await.expect("get").is_some());
    assert!(contact::get(&mut tx, ContactId(id(0xC099))).await.expect("get").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_comes_back_comes_back_without_its_old_thread() {
    let home = Home::new();
    let cache = home.begin().await;
    fill(&cache).await;
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(1), 9, at(1)).await.expect("begin");
    tx.commit().await.expect("commit");
    let back = vec![
        Row::Ticket(world::ticket(1, 12)),
        Row::Message(world::message(1, 5, 0, "quuxberry 实例蓝屏")),
    ];
    world::apply(&cache, back).await;
    let mut tx = world::read(&cache).await;
    let id = world::ticket_id(1);
    let thread = holdfast_cache::table::thread::entries(&mut tx, id, None, 10).await;
    assert_eq!(thread.expect("thread").len(), 1, "the note is not shown to her any more");
}
