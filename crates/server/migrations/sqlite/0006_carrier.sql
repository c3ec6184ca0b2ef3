-- Through which channel a reply goes is decided when it is made and written down with it: a channel
-- that is renamed or removed keeps its replies, and one that is added is given no old ones.
-- delivery.channel: empty if there was no channel at all. delivery.kind: only of replies from before
-- this, which are given to their kind's channel at the first start; else empty.
UPDATE delivery SET kind = '' WHERE channel <> '';
DROP INDEX delivery_channel;
CREATE INDEX delivery_channel ON delivery (channel, position);

-- How far a channel has read, so that it is known what waits for one that is gone.
CREATE TABLE channel (
  name TEXT PRIMARY KEY NOT NULL,
  read INTEGER NOT NULL                            -- the position it asked after last
) STRICT;
