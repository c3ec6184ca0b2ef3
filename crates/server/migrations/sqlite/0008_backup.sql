-- Where this server is copied to without end; one row or none.
CREATE TABLE replica (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  folder TEXT NOT NULL
) STRICT;

-- The last backup that was made whole; one row or none.
CREATE TABLE backup (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,                            -- commits up to here are in it
  at INTEGER NOT NULL,                             -- what was there then is in it
  folder TEXT NOT NULL
) STRICT;

-- Each time this database was put back from a copy: why the sequence has a gap.
CREATE TABLE restoration (
  epoch BLOB PRIMARY KEY NOT NULL,                 -- that began then
  epoch_before BLOB NOT NULL,                      -- of the copy
  at INTEGER NOT NULL,
  head INTEGER NOT NULL,                           -- the last commit of the copy
  copied_at INTEGER NOT NULL                       -- what was there then was in it; 0: nobody knows
) STRICT;

-- Words of others that desks hold and this server, put back from a copy, lacks.
CREATE TABLE salvage (
  id BLOB PRIMARY KEY NOT NULL,                    -- of the message or the note
  ticket BLOB NOT NULL,
  brought_by BLOB NOT NULL,                        -- the agent at whose desk they were
  brought_at INTEGER NOT NULL,
  body TEXT NOT NULL                               -- the row as that desk had it, JSON
) STRICT;
CREATE INDEX salvage_ticket ON salvage (ticket);
CREATE INDEX salvage_brought ON salvage (brought_at);

-- What was uploaded since the last look goes into the copies.
CREATE INDEX attachment_completed ON attachment (completed_at);
