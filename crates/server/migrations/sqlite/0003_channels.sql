-- A channel reads its own deliveries: of tickets whose customer wrote through it first, and of those
-- of a kind that it carries, if nobody wrote through any channel.

-- Through which channel a ticket's customer wrote first.
CREATE TABLE origin (
  ticket BLOB PRIMARY KEY NOT NULL,
  channel TEXT NOT NULL
) STRICT;
INSERT INTO origin (ticket, channel) SELECT ticket, min(channel) FROM intake GROUP BY ticket;

-- The ticket's when the reply was accepted; empty if it came through none.
ALTER TABLE delivery ADD COLUMN channel TEXT NOT NULL DEFAULT '';
-- What the ticket says of how it came in: phone, chat, portal, mail.
ALTER TABLE delivery ADD COLUMN kind TEXT NOT NULL DEFAULT 'portal';
UPDATE delivery SET
  channel = coalesce((SELECT o.channel FROM origin o WHERE o.ticket = delivery.ticket), ''),
  kind = coalesce((SELECT json_extract(t.body, '$.channel') FROM ticket t
    WHERE t.id = delivery.ticket), 'portal');
CREATE INDEX delivery_channel ON delivery (channel, kind, position);
