-- The key to which a revoked desk seals what it had not sent. It lies in the store so that no copy
-- of the store can be without it: a letter may be opened years after it was sealed.
CREATE TABLE sealing_key (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  private BLOB NOT NULL,                           -- X25519
  public  BLOB NOT NULL
) STRICT;

-- Desks that may never come again, and the letter that each has brought.
CREATE TABLE revoked_desk (
  desk       BLOB PRIMARY KEY NOT NULL,
  agent      BLOB NOT NULL,
  revoked_at INTEGER NOT NULL,
  letter     BLOB NOT NULL DEFAULT x'',            -- sealed; empty until it is brought
  letter_at  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
