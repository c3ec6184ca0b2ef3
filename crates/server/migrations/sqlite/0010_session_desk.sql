-- In which sessions each desk has said hello: a profile and its copy share one.
CREATE TABLE session_desk (
  desk    BLOB NOT NULL,
  session BLOB NOT NULL,
  PRIMARY KEY (desk, session)
) STRICT, WITHOUT ROWID;
INSERT INTO session_desk (desk, session) SELECT desk, id FROM session WHERE desk IS NOT NULL;
