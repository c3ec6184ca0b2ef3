-- The desk's tables, all of them. Held against the real schema by a test of crates/cache, which
-- writes this file anew when HOLDFAST_BLESS is set. Ids are 16-byte blobs (UUIDs), times
-- microseconds since 1970 in UTC, `key` a local row, `ticket` elsewhere than said the ticket's id,
-- `version` the commit that changed a row last. See sync.md, "The desk's disk".

CREATE TABLE sync (
  one            INTEGER PRIMARY KEY CHECK (one = 1), -- there is one row
  agent          BLOB NOT NULL,                -- whose desk this is
  desk           BLOB NOT NULL DEFAULT x'',    -- this desk's id; empty before the first hello
  epoch          INTEGER NOT NULL DEFAULT 0,   -- ordinal of the epoch in use; 0 before any
  cursor         INTEGER NOT NULL DEFAULT 0,   -- the last commit this desk holds
  next_number    INTEGER NOT NULL DEFAULT 1,   -- for the next operation that is pushed
  generation     INTEGER NOT NULL DEFAULT 0,   -- of the newest snapshot begun
  offset_us      INTEGER NOT NULL DEFAULT 0,   -- server clock minus wall clock
  last_contact   INTEGER NOT NULL DEFAULT 0,   -- server time of the last answer
  durable_seq    INTEGER NOT NULL DEFAULT 0,   -- commits up to here are in the server's backup
  read_from      INTEGER NOT NULL DEFAULT 0,   -- thread key before which nothing counts as unread
  attachment_bytes INTEGER NOT NULL DEFAULT 0, -- largest file it takes; 0: it has not said so
  tokens_version INTEGER NOT NULL DEFAULT 0    -- of the tokens the search index was filled with
) STRICT;
CREATE TABLE epoch (
  ordinal INTEGER PRIMARY KEY,                 -- order in which this desk met them
  id      BLOB NOT NULL UNIQUE                 -- the server's name for it
) STRICT;

CREATE TABLE operation (
  position    INTEGER PRIMARY KEY AUTOINCREMENT, -- order of writing, never reused
  id          BLOB NOT NULL UNIQUE,              -- for ever
  ticket      BLOB NOT NULL,                     -- what it changes
  author      BLOB NOT NULL,                     -- who wrote it
  epoch       INTEGER NOT NULL DEFAULT 0,        -- ordinal the number belongs to; 0 without number
  desk        BLOB NOT NULL DEFAULT x'',         -- desk the number belongs to
  number      INTEGER,                           -- NULL until the first push starts
  bytes       TEXT NOT NULL,                     -- the operation; frozen once numbered
  digest      TEXT NOT NULL DEFAULT '',          -- of the frozen bytes
  release_at  INTEGER NOT NULL,                  -- not pushed before (undo)
  pushed      INTEGER NOT NULL DEFAULT 0,        -- 1: a push of it was begun, under whatever number
  state       INTEGER NOT NULL DEFAULT 0,        -- waiting, numbered, accepted, conflict, held …
  outcome     TEXT NOT NULL DEFAULT '',          -- as the server said it; empty until then
  outcome_seq INTEGER NOT NULL DEFAULT 0,        -- the commit that settled it
  seen        INTEGER NOT NULL DEFAULT 0         -- its author has seen the outcome
) STRICT;
CREATE UNIQUE INDEX operation_number ON operation (epoch, desk, number) WHERE number IS NOT NULL;
CREATE INDEX operation_ticket ON operation (ticket, position);
CREATE INDEX operation_waiting ON operation (position) WHERE state < 2;
CREATE INDEX operation_needs_you ON operation (ticket) WHERE state > 2 AND seen = 0;

CREATE TABLE draft (
  id           BLOB PRIMARY KEY,              -- the id its message or note will have
  ticket       BLOB NOT NULL,
  kind         INTEGER NOT NULL,              -- 0 reply, 1 note
  version      INTEGER NOT NULL,              -- counts saves, from 1
  words        TEXT NOT NULL,                 -- as typed
  attachments  TEXT NOT NULL,                 -- JSON
  seen_through BLOB,                          -- last public words its author had seen
  state        INTEGER NOT NULL,              -- active, sending, sent, returned, discarded
  open         INTEGER NOT NULL,              -- 1 while active or returned
  updated_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX draft_active ON draft (ticket, kind) WHERE state = 0;
CREATE INDEX draft_ticket ON draft (ticket);
CREATE INDEX draft_open ON draft (updated_at) WHERE open = 1;
CREATE INDEX draft_discarded ON draft (updated_at) WHERE state = 4;
CREATE TABLE draft_version (
  draft      BLOB NOT NULL,
  version    INTEGER NOT NULL,
  words      TEXT NOT NULL,                   -- as they were in that version
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (draft, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE tray (
  key        INTEGER PRIMARY KEY AUTOINCREMENT,
  ticket     BLOB NOT NULL,    -- which ticket it was
  kind       INTEGER NOT NULL, -- 0 reply, 1 note, 2 other
  written_at INTEGER NOT NULL, -- when she wrote it
  at         INTEGER NOT NULL, -- when it left her sight
  sealed     BLOB NOT NULL     -- her words, sealed with a key of their own
) STRICT;

CREATE TABLE ticket (
  key          INTEGER PRIMARY KEY,        -- local; also the row of its words in the search index
  id           BLOB NOT NULL UNIQUE,
  number       INTEGER,                    -- the server's; NULL while the ticket waits here
  version      INTEGER NOT NULL DEFAULT 0, -- of the server's image; 0 while the server has none
  epoch        INTEGER NOT NULL DEFAULT 0, -- ordinal, of the server's image
  scopes       TEXT NOT NULL DEFAULT '[]', -- keys of the scopes that show the server's image
  pending      INTEGER NOT NULL DEFAULT 0, -- operations that wait on it
  team         BLOB NOT NULL,
  assignee     BLOB,                       -- NULL: in nobody's hands
  category     INTEGER NOT NULL,           -- 0 new to 5 closed
  active       INTEGER NOT NULL,           -- 1 while category < 4
  severity     INTEGER NOT NULL,           -- 0 gravest to 4
  due          INTEGER NOT NULL,           -- next promise broken; far future for none
  risk_at      INTEGER NOT NULL,           -- three quarters of a promise used; far future for none
  language     TEXT NOT NULL,
  organization BLOB NOT NULL,
  requester    BLOB NOT NULL,
  updated_at   INTEGER NOT NULL,
  body         TEXT NOT NULL               -- the whole row as it is seen, JSON
) STRICT;
CREATE INDEX ticket_mine ON ticket (assignee, due, key, severity, updated_at) WHERE active = 1;
CREATE INDEX ticket_team ON ticket (team, due) WHERE active = 1;
CREATE INDEX ticket_team_updated ON ticket (team, updated_at) WHERE active = 1;
CREATE INDEX ticket_team_severity ON ticket (team, severity, due) WHERE active = 1;
CREATE INDEX ticket_unassigned ON ticket (team, due, key, severity, updated_at, assignee)
  WHERE active = 1 AND assignee IS NULL;
CREATE INDEX ticket_risk ON ticket (risk_at) WHERE active = 1;
CREATE INDEX ticket_all ON ticket (active, due);
CREATE INDEX ticket_all_updated ON ticket (active, updated_at);
CREATE INDEX ticket_all_severity ON ticket (active, severity, due);
CREATE INDEX ticket_organization ON ticket (organization, updated_at);
CREATE INDEX ticket_requester ON ticket (requester, updated_at);
CREATE INDEX ticket_filter
  ON ticket (active, due, key, category, severity, language, team, assignee, updated_at);
CREATE INDEX ticket_number ON ticket (number) WHERE number IS NOT NULL;
CREATE TABLE ticket_confirmed (
  ticket INTEGER PRIMARY KEY,              -- key of a ticket on which operations wait
  body   TEXT NOT NULL                     -- the server's image of it, JSON
) STRICT;
CREATE TABLE ticket_tag (
  ticket INTEGER NOT NULL,                 -- key
  tag    TEXT NOT NULL,
  PRIMARY KEY (ticket, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_tag_tag ON ticket_tag (tag, ticket);
CREATE TABLE ticket_resource (
  ticket   INTEGER NOT NULL,               -- key
  resource BLOB NOT NULL,
  PRIMARY KEY (ticket, resource)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_resource_resource ON ticket_resource (resource, ticket);
CREATE TABLE ticket_asked (
  ticket INTEGER NOT NULL,                 -- key
  asked  BLOB NOT NULL,                    -- agent, or team as a whole, that has not answered yet
  PRIMARY KEY (ticket, asked)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_asked_asked ON ticket_asked (asked, ticket);

CREATE TABLE message (
  key         INTEGER PRIMARY KEY, -- place in the thread; also the row in the search index
  id          BLOB NOT NULL UNIQUE,
  ticket      BLOB NOT NULL,
  version     INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,    -- ordinal; 0 for a forecast
  operation   BLOB NOT NULL,       -- what brought it about
  author_kind INTEGER NOT NULL,    -- 0 Holdfast itself, 1 agent, 2 customer
  author      BLOB NOT NULL,       -- empty for Holdfast itself
  text        TEXT NOT NULL,
  language    TEXT,                -- NULL: not detected
  attachments TEXT NOT NULL DEFAULT '[]', -- JSON
  at          INTEGER NOT NULL,    -- when the server took it
  written_at  INTEGER NOT NULL     -- when it was written at a desk
) STRICT;
CREATE INDEX message_ticket ON message (ticket, key);
CREATE INDEX message_waiting ON message (ticket) WHERE key >= 4503599627370496;

CREATE TABLE note (
  key         INTEGER PRIMARY KEY, -- place in the thread; also the row in the search index
  id          BLOB NOT NULL UNIQUE,
  ticket      BLOB NOT NULL,
  version     INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,    -- ordinal; 0 for a forecast
  operation   BLOB NOT NULL,       -- what brought it about
  author      BLOB NOT NULL,       -- agent
  text        TEXT NOT NULL,
  language    TEXT,                -- NULL: not detected
  attachments TEXT NOT NULL DEFAULT '[]', -- JSON
  at          INTEGER NOT NULL,    -- when the server took it
  written_at  INTEGER NOT NULL     -- when it was written at a desk
) STRICT;
CREATE INDEX note_ticket ON note (ticket, key);
CREATE INDEX note_waiting ON note (ticket) WHERE key >= 4503599627370496;

CREATE TABLE event (
  key         INTEGER PRIMARY KEY, -- place in the thread
  id          BLOB NOT NULL UNIQUE,
  ticket      BLOB NOT NULL,
  version     INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,    -- ordinal; 0 for a forecast
  operation   BLOB NOT NULL,       -- what brought it about
  author_kind INTEGER NOT NULL,    -- 0 Holdfast itself, 1 agent, 2 customer
  author      BLOB NOT NULL,       -- empty for Holdfast itself
  fact        TEXT NOT NULL,       -- code and parameters, JSON
  at          INTEGER NOT NULL,    -- when the server took it
  written_at  INTEGER NOT NULL     -- when it was written at a desk
) STRICT;
CREATE INDEX event_ticket ON event (ticket, key);
CREATE INDEX event_waiting ON event (ticket) WHERE key >= 4503599627370496;

CREATE TABLE mark (
  ticket       BLOB PRIMARY KEY,
  read_through INTEGER NOT NULL -- thread key, inclusive
) STRICT, WITHOUT ROWID;
CREATE TABLE unread (
  ticket BLOB PRIMARY KEY       -- holds words of others after what was read
) STRICT, WITHOUT ROWID;

CREATE TABLE agent (
  id         BLOB PRIMARY KEY,
  version    INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,           -- ordinal
  generation INTEGER NOT NULL DEFAULT 0, -- snapshot that saw it last
  body       TEXT NOT NULL               -- the whole row, JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE team (
  id         BLOB PRIMARY KEY,
  version    INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,           -- ordinal
  generation INTEGER NOT NULL DEFAULT 0, -- snapshot that saw it last
  body       TEXT NOT NULL               -- the whole row, JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE center (
  id         BLOB PRIMARY KEY,
  version    INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,           -- ordinal
  generation INTEGER NOT NULL DEFAULT 0, -- snapshot that saw it last
  body       TEXT NOT NULL               -- the whole row, JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
  id         BLOB PRIMARY KEY,
  version    INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,           -- ordinal
  generation INTEGER NOT NULL DEFAULT 0, -- snapshot that saw it last
  organization BLOB NOT NULL,
  body       TEXT NOT NULL               -- the whole row, JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_organization ON contact (organization);

CREATE TABLE organization (
  id         BLOB PRIMARY KEY,
  version    INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,           -- ordinal
  generation INTEGER NOT NULL DEFAULT 0, -- snapshot that saw it last
  body       TEXT NOT NULL               -- the whole row, JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE resource (
  id         BLOB PRIMARY KEY,
  version    INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,           -- ordinal
  generation INTEGER NOT NULL DEFAULT 0, -- snapshot that saw it last
  organization BLOB NOT NULL,
  body       TEXT NOT NULL               -- the whole row, JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX resource_organization ON resource (organization);

CREATE TABLE macro (
  id         BLOB PRIMARY KEY,
  version    INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,           -- ordinal
  generation INTEGER NOT NULL DEFAULT 0, -- snapshot that saw it last
  body       TEXT NOT NULL               -- the whole row, JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE scope (
  key        INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,          -- personal, team:<id>, everywhere, worked
  held       INTEGER NOT NULL DEFAULT 0,    -- the server says that the agent may hold it
  generation INTEGER NOT NULL DEFAULT 0,    -- of its newest snapshot; unique among scopes
  snapshot   BLOB NOT NULL DEFAULT x'',     -- that snapshot
  seq        INTEGER NOT NULL DEFAULT 0,    -- the commit it stands at
  next_chunk INTEGER NOT NULL DEFAULT 0,
  complete   INTEGER NOT NULL DEFAULT 0,    -- 1: everything of it is here; 2: and was judged
  digest     BLOB NOT NULL                  -- over its tickets here, 16 bytes, big end first
) STRICT;
CREATE TABLE ticket_scope (
  scope      INTEGER NOT NULL,              -- key
  ticket     INTEGER NOT NULL,              -- key
  generation INTEGER NOT NULL,              -- the scope's snapshot that accounts for it
  PRIMARY KEY (scope, ticket)
) STRICT, WITHOUT ROWID;
CREATE TABLE tombstone (
  ticket BLOB PRIMARY KEY,                  -- left the agent's sight while a snapshot was fetched
  seq    INTEGER NOT NULL                   -- the commit that said so
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
  key             INTEGER PRIMARY KEY AUTOINCREMENT,
  hash            TEXT NOT NULL UNIQUE,       -- BLAKE3 of the bytes, hexadecimal
  size_bytes      INTEGER NOT NULL,
  state           INTEGER NOT NULL DEFAULT 0, -- partial, kept, uploading, delivered, refused
  chunks          INTEGER NOT NULL DEFAULT 0, -- that are here
  uploaded_chunks INTEGER NOT NULL DEFAULT 0, -- that the server has confirmed
  copied          INTEGER NOT NULL DEFAULT 0  -- 1: the second copy has it, too
) STRICT;
CREATE INDEX blob_uploading ON blob (key) WHERE state = 2;
CREATE INDEX blob_copied ON blob (key) WHERE copied = 1;
CREATE TABLE blob_chunk (
  blob  INTEGER NOT NULL, -- key
  n     INTEGER NOT NULL, -- from 0
  bytes BLOB NOT NULL,
  PRIMARY KEY (blob, n)
) STRICT;
CREATE TABLE blob_ticket (
  ticket  BLOB NOT NULL,
  blob    INTEGER NOT NULL,           -- key
  settled INTEGER NOT NULL DEFAULT 0, -- 1: words of the server name it there; 0: a draft did
  PRIMARY KEY (ticket, blob)
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_ticket_blob ON blob_ticket (blob);
CREATE INDEX blob_ticket_unsettled ON blob_ticket (blob, ticket) WHERE settled = 0;

CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_view (
  id     BLOB PRIMARY KEY,
  name   TEXT NOT NULL,    -- as its author calls it
  place  INTEGER NOT NULL, -- in the rail, ascending
  query  TEXT NOT NULL     -- in the query language, so that `me` and `7d` are understood anew
) STRICT, WITHOUT ROWID;

CREATE TABLE purge (
  ticket       BLOB PRIMARY KEY,      -- whose rows are to be erased
  whole        INTEGER NOT NULL,      -- 1: all of them; 0: those of earlier epochs only
  organization BLOB NOT NULL          -- its company, which may go too
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search USING fts5(
  words, grams, content='', tokenize="ascii tokenchars '-_.'"
);
CREATE VIRTUAL TABLE search_ticket USING fts5(
  words, grams, content='', tokenize="ascii tokenchars '-_.'"
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
INSERT INTO search_ticket (search_ticket, rank) VALUES ('secure-delete', 1);
CREATE TABLE ticket_tokens (
  ticket INTEGER PRIMARY KEY, -- key
  words  TEXT NOT NULL,       -- as the index holds them
  grams  TEXT NOT NULL        -- as the index holds them
) STRICT;

CREATE TABLE escrow (
  position    INTEGER PRIMARY KEY, -- of the operation, in order of writing
  id          BLOB NOT NULL UNIQUE,
  ticket      BLOB NOT NULL,       -- which has left
  left_seq    INTEGER NOT NULL,    -- the commit with which it left; the largest of all: it is here
  epoch       INTEGER NOT NULL,    -- ordinal of the epoch in which it was accepted
  outcome_seq INTEGER NOT NULL,    -- the commit that settled it
  sealed      BLOB NOT NULL        -- to the server's key
) STRICT;
CREATE INDEX escrow_ticket ON escrow (ticket, position);

ALTER TABLE tombstone RENAME TO tombstone_of_all;
CREATE TABLE tombstone (
  ticket BLOB NOT NULL,                     -- left the agent's sight while a snapshot was fetched
  scope  INTEGER NOT NULL,                  -- key; one that was held then
  seq    INTEGER NOT NULL,                  -- the commit that said so
  PRIMARY KEY (ticket, scope)
) STRICT, WITHOUT ROWID;
INSERT INTO tombstone SELECT t.ticket, s.key, t.seq FROM tombstone_of_all t, scope s
  WHERE s.held = 1;
DROP TABLE tombstone_of_all;

CREATE TABLE escrow_piece (
  hash      TEXT NOT NULL,    -- of the file
  n         INTEGER NOT NULL, -- chunk, from 0
  operation BLOB NOT NULL,    -- whose words name it
  sealed    BLOB NOT NULL,    -- to the server's key
  PRIMARY KEY (hash, n, operation)
) STRICT;
