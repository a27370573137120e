-- Who is signed in, and the keys of machines. Neither holds what a caller
-- shows: a session goes by the SHA-256 of its token, a key has that of its
-- secret. So a copy of this file signs nobody in.

-- +goose Up
CREATE TABLE session (
	token    TEXT    PRIMARY KEY, -- hashed
	content  BLOB    NOT NULL,
	until_ms INTEGER NOT NULL,
	seen_ms  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_until ON session (until_ms);

CREATE TABLE api_key (
	id         TEXT    PRIMARY KEY CHECK (id <> ''),
	secret     BLOB    NOT NULL CHECK (length(secret) = 32), -- hashed
	roles      TEXT    NOT NULL, -- with commas
	source     TEXT    NOT NULL,
	purpose    TEXT    NOT NULL CHECK (purpose <> ''),
	created_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,
	revoked_ms INTEGER,
	last_used  INTEGER NOT NULL DEFAULT 0 -- a day since 1970
) STRICT;
