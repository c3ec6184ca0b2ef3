//! A cache in a folder of its own, and rows to put into it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use holdfast_cache::batch::{self, Applied, Origin};
use holdfast_cache::table::{operation, sync};
use holdfast_cache::{Cache, Key, OpenError, OpenOptions, Tokeniser, WritePriority, WriteTx};
use holdfast_domain::clock::{Clock, Metric};
use holdfast_domain::operation::{Action, Reply};
use holdfast_domain::ticket::Channel;
use holdfast_domain::words::Attachment;
use holdfast_domain::{
    AgentId, By, Category, ContactId, Fact, Holder, MessageId, NoteId, Operation, OperationId,
    OrganizationId, ResourceId, Severity, Stage, TeamId, TicketId,
};
use holdfast_protocol::Row;
use holdfast_protocol::row::{EventRow, MessageRow, NoteRow, TicketRow, thread_key};
use jiff::Timestamp;
use uuid::Uuid;

pub const ME: u128 = 0xA1;
pub const OTHER: u128 = 0xA2;
pub const TEAM: u128 = 0x71;
pub const OTHER_TEAM: u128 = 0x72;
pub const EPOCH: Uuid = Uuid::from_u128(0xE1);
pub const DESK: Uuid = Uuid::from_u128(0xD1);

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub fn at(s: i64) -> Timestamp {
    Timestamp::from_second(s).expect("a small number of seconds")
}

pub fn ticket_id(n: u128) -> TicketId {
    TicketId(id(0x1000_0000 + n))
}

pub fn tokens(text: &str) -> holdfast_cache::search::Tokens {
    let holdfast_search::Tokens { words, grams } = holdfast_search::tokens(text);
    holdfast_cache::search::Tokens { words, grams }
}

/// A profile's folder; gone with the test.
pub struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A folder in which these files lie.
    pub fn with(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let home = Self::new();
        for (name, bytes) in files {
            std::fs::write(home.folder.path().join(name), bytes).expect("written");
        }
        home
    }

    /// Every file as it is now, by its name.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder is there");
        let file = |entry: std::io::Result<std::fs::DirEntry>| {
            let entry = entry.expect("an entry");
            let bytes = std::fs::read(entry.path()).expect("a file that can be read");
            (entry.file_name().to_string_lossy().into_owned(), bytes)
        };
        entries.map(file).collect()
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("desk.db")
    }

    pub fn key() -> Key {
        Key::new([7; 32])
    }

    pub fn options() -> OpenOptions {
        let tokeniser = Tokeniser { version: holdfast_search::TOKENS_VERSION, tokens };
        OpenOptions { agent: AgentId(id(ME)), create: true, tokeniser, probe: None }
    }

    pub async fn try_open(&self) -> Result<Cache, OpenError> {
        Cache::open(&self.path(), &Self::key(), Self::options()).await
    }

    pub async fn open(&self) -> Cache {
        self.try_open().await.expect("the cache opens")
    }

    /// Open, with a desk id and an epoch, holding the personal scope and a team's.
    pub async fn begin(&self) -> Cache {
        let cache = self.open().await;
        let mut tx = agent(&cache).await;
        sync::set_desk(&mut tx, DESK).await.expect("a desk id");
        sync::adopt_epoch(&mut tx, EPOCH).await.expect("an epoch");
        let scopes = ["personal".to_owned(), format!("team:{}", id(TEAM))];
        holdfast_cache::table::scope::set_held(&mut tx, &scopes).await.expect("scopes");
        tx.commit().await.expect("a commit");
        cache
    }

    /// Nothing of the database can be read any more, neither file nor log.
    pub fn ruin(&self) {
        for ending in ["", "-wal"] {
            let mut name = self.path().into_os_string();
            name.push(ending);
            std::fs::write(name, vec![0xFF; 8192]).expect("garbled");
        }
    }

    /// All files of the profile, read raw.
    pub fn raw(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(self.folder.path()).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            all.extend(std::fs::read(path).expect("a file that can be read"));
        }
        all
    }
}

pub async fn agent(cache: &Cache) -> WriteTx {
    cache.write(WritePriority::Agent).await.expect("the writing connection")
}

pub async fn bulk(cache: &Cache) -> WriteTx {
    cache.write(WritePriority::Bulk).await.expect("the writing connection")
}

pub async fn read(cache: &Cache) -> holdfast_cache::ReadTx {
    cache.read().await.expect("a reading connection")
}

/// Takes rows in as changes, in a transaction of their own.
pub async fn apply(cache: &Cache, rows: Vec<Row>) -> Applied {
    apply_from(cache, Origin::Changes, rows).await
}

pub async fn apply_from(cache: &Cache, origin: Origin, rows: Vec<Row>) -> Applied {
    let mut tx = bulk(cache).await;
    let applied = batch::apply_rows(&mut tx, EPOCH, origin, rows).await.expect("rows");
    tx.commit().await.expect("a commit");
    applied
}

/// Puts every word of threads and tickets into the index, as the desk does behind the agent.
pub async fn index_all(cache: &Cache) {
    use holdfast_cache::search;
    let mut tx = bulk(cache).await;
    let texts = search::unindexed(&mut tx, None, 10_000).await.expect("texts");
    let tokens_of = |found: search::Unindexed| (found.clone(), tokens(&found.text));
    let rows: Vec<_> = texts.into_iter().map(tokens_of).collect();
    search::index_threads(&mut tx, &rows).await.expect("an index");
    for (_, ticket) in search::unindexed_tickets(&mut tx, None, 10_000).await.expect("tickets") {
        let seen = holdfast_cache::table::ticket::get(&mut tx, ticket).await.expect("a ticket");
        let subject = seen.expect("it is there").row.subject;
        search::index_tickets(&mut tx, &[(ticket, tokens(&subject))]).await.expect("an index");
    }
    tx.commit().await.expect("a commit");
}

/// What no snapshot has shown leaves, if it can be judged.
pub async fn judge(cache: &Cache) {
    if cache.judge(at(4)).await.expect("judged") {
        cache.erase_purged().await.expect("erased");
    }
}

/// Ticket `n` as it stands at commit `version`: P2, open, in my hands.
pub fn ticket(n: u128, version: i64) -> TicketRow {
    let since = at(1_000_000 + i64::try_from(n).expect("small"));
    TicketRow {
        id: ticket_id(n),
        version,
        number: Some(i64::try_from(n).expect("small") + 40_000),
        entries: 1,
        subject: format!("ticket number {n}"),
        preview: "first words".to_owned(),
        requester: ContactId(id(0xC000 + n % 7)),
        organization: OrganizationId(id(0x0F00 + n % 5)),
        channel: Channel::Portal,
        language: "en".to_owned(),
        category: Category::Open,
        pending_until: None,
        severity: Severity::P2,
        holder: Holder { team: TeamId(id(TEAM)), agent: Some(AgentId(id(ME))) },
        held_since: since,
        hands: 1,
        stage: Stage::Intake,
        resolution: None,
        tags: BTreeSet::from(["network".to_owned()]),
        resources: BTreeSet::from([ResourceId(id(0x5E00 + n % 3))]),
        last_message: None,
        last_message_at: None,
        last_from_customer: true,
        escalations: Vec::new(),
        clocks: vec![Clock::start(Metric::FirstReply, Severity::P2, since)],
        touched: BTreeMap::new(),
        created_at: since,
        updated_at: since,
    }
}

/// The customer's words on ticket `n`, the `place`th entry of commit `seq`.
pub fn message(n: u128, seq: i64, place: i64, text: &str) -> MessageRow {
    let key = thread_key(seq, place);
    MessageRow {
        id: MessageId(id(0x3E55_0000_0000 + u128::from(key.unsigned_abs()))),
        ticket: ticket_id(n),
        key,
        version: seq,
        operation: OperationId(id(0x0B00 + u128::from(key.unsigned_abs()))),
        by: By::Customer(ContactId(id(0xC000 + n % 7))),
        text: text.to_owned(),
        language: Some("en".to_owned()),
        attachments: Vec::new(),
        at: at(seq),
        written_at: at(seq),
    }
}

pub fn note(n: u128, seq: i64, place: i64, text: &str) -> NoteRow {
    let key = thread_key(seq, place);
    NoteRow {
        id: NoteId(id(0x4073_0000_0000 + u128::from(key.unsigned_abs()))),
        ticket: ticket_id(n),
        key,
        version: seq,
        operation: OperationId(id(0x0B00 + u128::from(key.unsigned_abs()))),
        by: AgentId(id(OTHER)),
        text: text.to_owned(),
        language: None,
        attachments: Vec::new(),
        at: at(seq),
        written_at: at(seq),
    }
}

pub fn event(n: u128, seq: i64, place: i64) -> EventRow {
    let key = thread_key(seq, place);
    EventRow {
        id: holdfast_domain::EventId(id(0xEE00_0000_0000 + u128::from(key.unsigned_abs()))),
        ticket: ticket_id(n),
        key,
        version: seq,
        operation: OperationId(id(0x0B00 + u128::from(key.unsigned_abs()))),
        by: By::System,
        fact: Fact::Tagged { tags: vec!["network".to_owned()] },
        at: at(seq),
        written_at: at(seq),
    }
}

/// My reply number `n` to a ticket.
pub fn reply(n: u128, ticket: TicketId, text: &str) -> Operation {
    let action = Action::Reply(Reply {
        message: MessageId(id(0xD4AF_0000 + n)),
        text: text.to_owned(),
        language: None,
        attachments: Vec::new(),
        seen_through: None,
    });
    operation_of(n, ticket, action)
}

/// The same, with this file under its words.
pub fn with_file(mut reply: Operation, file: Attachment) -> Operation {
    if let Action::Reply(words) = &mut reply.action {
        words.attachments.push(file);
    }
    reply
}

/// A file as words name it.
pub fn attachment(hash: &str, size_bytes: usize) -> Attachment {
    Attachment {
        hash: hash.to_owned(),
        name: "log.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        size_bytes: size_bytes as u64,
    }
}

pub fn operation_of(n: u128, ticket: TicketId, action: Action) -> Operation {
    Operation {
        id: OperationId(id(0x0900_0000 + n)),
        ticket,
        written_at: at(2_000_000),
        needs: Vec::new(),
        replaces: None,
        action,
    }
}

/// Writes an operation in a transaction of its own.
pub async fn write(cache: &Cache, operation: &Operation) -> i64 {
    let mut tx = agent(cache).await;
    let me = AgentId(id(ME));
    let position = operation::insert(&mut tx, operation, me, at(0)).await.expect("an insert");
    tx.commit().await.expect("a commit");
    position
}
