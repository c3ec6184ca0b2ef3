-- Every ticket is in the sight of nobody in particular, too: the scope of those who see everywhere.
INSERT INTO ticket_sight (who, ticket) SELECT zeroblob(16), id FROM ticket;
