-- The feed is forgotten by age. Commits have no time of their own; every round of jobs notes where
-- the sequence stands, so what is older than a note is older than its time.
CREATE TABLE feed_mark (
  seq INTEGER PRIMARY KEY NOT NULL,                -- the head
  at INTEGER NOT NULL                              -- when it stood there first
) STRICT;

-- What a desk needs of the feed: the changes after this commit. As of its last hello.
ALTER TABLE desk ADD COLUMN cursor INTEGER NOT NULL DEFAULT 0;
UPDATE desk SET cursor = CASE WHEN acknowledged > 0 THEN acknowledged
  ELSE coalesce((SELECT head FROM meta), 0) END;
