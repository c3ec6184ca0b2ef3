-- An import that was found right and is being carried out; it goes on after a stop.
CREATE TABLE import (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  file TEXT NOT NULL,                              -- the copy in the data folder
  line INTEGER NOT NULL DEFAULT 0                  -- lines that are in
) STRICT;
