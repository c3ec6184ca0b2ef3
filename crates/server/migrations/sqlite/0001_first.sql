-- The first schema of the server's store. Times are microseconds since 1970 in UTC; ids are the
-- 16 bytes of a UUID; `body` is a row of the protocol as JSON, exactly as it travels.

-- One row: what the whole deployment counts.
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch BLOB NOT NULL,                             -- new at first start and on every restore
  head INTEGER NOT NULL DEFAULT 0,                 -- the last commit
  horizon INTEGER NOT NULL DEFAULT 0,              -- changes at or before it are gone
  next_ticket_number INTEGER NOT NULL DEFAULT 1,
  next_delivery INTEGER NOT NULL DEFAULT 1,
  sample TEXT NOT NULL DEFAULT ''                  -- marker of the sample desk, once loaded
) STRICT;

CREATE TABLE center (
  id BLOB PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;

CREATE TABLE team (
  id BLOB PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;

CREATE TABLE agent (
  id BLOB PRIMARY KEY NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  login TEXT UNIQUE,                               -- never leaves the server
  password TEXT NOT NULL DEFAULT ''                -- argon2id; empty: cannot sign in
) STRICT;

CREATE TABLE macro (
  id BLOB PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;

CREATE TABLE organization (
  id BLOB PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;

CREATE TABLE contact (
  id BLOB PRIMARY KEY NOT NULL,
  version INTEGER NOT NULL,
  organization BLOB NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX contact_organization ON contact (organization);

CREATE TABLE resource (
  id BLOB PRIMARY KEY NOT NULL,
  version INTEGER NOT NULL,
  organization BLOB NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX resource_organization ON resource (organization);

CREATE TABLE ticket (
  id BLOB PRIMARY KEY NOT NULL,
  number INTEGER NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  organization BLOB NOT NULL,
  requester BLOB NOT NULL,
  team BLOB NOT NULL,
  category INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX ticket_organization ON ticket (organization, number);

-- Whom a ticket may be shown to: teams and agents alike.
CREATE TABLE ticket_sight (
  who BLOB NOT NULL,
  ticket BLOB NOT NULL,
  PRIMARY KEY (who, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_sight_ticket ON ticket_sight (ticket);

-- key: the commit that made it, times 65,536, and its place therein.
CREATE TABLE message (
  key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, ticket BLOB NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX message_ticket ON message (ticket);

CREATE TABLE note (
  key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, ticket BLOB NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX note_ticket ON note (ticket);

CREATE TABLE event (
  key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, ticket BLOB NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX event_ticket ON event (ticket);

-- What each commit touched, without content. What a commit added to a thread is found by key.
CREATE TABLE feed (
  seq INTEGER NOT NULL,
  n INTEGER NOT NULL,
  entity TEXT NOT NULL,
  id BLOB NOT NULL,
  sight_before TEXT,                               -- tickets: whom it was shown to, if it was
  sight_after TEXT,
  desk BLOB,                                       -- outcomes: whose
  PRIMARY KEY (seq, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE desk (
  id BLOB PRIMARY KEY NOT NULL,
  agent BLOB NOT NULL,
  epoch BLOB NOT NULL,                             -- of last_number
  last_number INTEGER NOT NULL DEFAULT 0,
  acknowledged INTEGER NOT NULL DEFAULT 0,         -- outcomes up to here are on its disk
  seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE outcome (
  desk BLOB NOT NULL,
  epoch BLOB NOT NULL,
  number INTEGER NOT NULL,
  operation BLOB NOT NULL,
  author BLOB NOT NULL,
  digest TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL,                            -- kept for ever
  body TEXT,                                       -- the whole outcome, until acknowledged
  seq INTEGER NOT NULL,
  PRIMARY KEY (desk, epoch, number)
) STRICT;
CREATE INDEX outcome_operation ON outcome (operation);
CREATE INDEX outcome_desk ON outcome (desk, seq);

-- Operations that are being decided; what is left here after a crash was tried and failed.
CREATE TABLE attempt (
  desk BLOB NOT NULL,
  number INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  PRIMARY KEY (desk, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  id BLOB PRIMARY KEY NOT NULL,
  agent BLOB NOT NULL,
  desk BLOB,                                       -- since its hello
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX session_agent ON session (agent);

CREATE TABLE token (
  hash BLOB PRIMARY KEY NOT NULL,
  session BLOB NOT NULL,
  refresh INTEGER NOT NULL,                        -- 1: for refreshing, 0: for access
  expires_at INTEGER NOT NULL,
  used_at INTEGER                                  -- refresh only; a second use ends the session
) STRICT;
CREATE INDEX token_session ON token (session);

-- Replies on their way to customers; the position comes when every file is there.
CREATE TABLE delivery (
  message BLOB PRIMARY KEY NOT NULL,
  ticket BLOB NOT NULL,
  position INTEGER UNIQUE
) STRICT;

CREATE TABLE intake (
  channel TEXT NOT NULL,
  external_id TEXT NOT NULL,
  ticket BLOB NOT NULL,
  message BLOB NOT NULL,
  PRIMARY KEY (channel, external_id)
) STRICT, WITHOUT ROWID;

-- Which words name which file. Whoever names one must bring its bytes: completed_at is set by an
-- upload of the author's own, so that knowing a hash gives nobody somebody else's file.
CREATE TABLE attachment (
  hash TEXT NOT NULL,
  entry BLOB NOT NULL,
  ticket BLOB NOT NULL,
  author BLOB,                                     -- the agent; NULL for customers
  size_bytes INTEGER NOT NULL,
  completed_at INTEGER,
  PRIMARY KEY (hash, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_entry ON attachment (entry);
