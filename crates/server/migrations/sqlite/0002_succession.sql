-- Tokens come in pairs, and a pair stays good until the one it was changed for has been used: an
-- answer that is lost must not end a session. The session knows which pair is in use, since when,
-- and which was before it.
ALTER TABLE session ADD COLUMN pair BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE session ADD COLUMN pair_before BLOB NOT NULL
  DEFAULT x'00000000000000000000000000000000';
ALTER TABLE session ADD COLUMN pair_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE token ADD COLUMN pair BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
-- The pair it was given for; zero after a sign-in.
ALTER TABLE token ADD COLUMN parent BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';

UPDATE session SET pair = id;
UPDATE token SET pair = session WHERE used_at IS NULL;
ALTER TABLE token DROP COLUMN used_at;
