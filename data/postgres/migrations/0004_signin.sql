-- Who is signed in, and the keys of machines. Neither holds what a caller
-- shows: a session goes by the SHA-256 of its token, a key has that of its
-- secret. So a copy of this database signs nobody in.

-- +goose Up
CREATE TABLE session (
	token   text        PRIMARY KEY,
	content bytea       NOT NULL,
	until   timestamptz NOT NULL,
	seen    timestamptz NOT NULL
);
CREATE INDEX session_until ON session (until);
COMMENT ON TABLE session IS 'Who is signed in at the moment';
COMMENT ON COLUMN session.token IS 'The hash of what the browser shows';
COMMENT ON COLUMN session.until IS 'When it ends in any case';
COMMENT ON COLUMN session.seen IS 'When it was last used, to the minute or so';

CREATE TABLE api_key (
	id        text        PRIMARY KEY CHECK (id <> ''),
	secret    bytea       NOT NULL CHECK (length(secret) = 32),
	roles     text        NOT NULL,
	source    text        NOT NULL,
	purpose   text        NOT NULL CHECK (purpose <> ''),
	created   timestamptz NOT NULL,
	expires   timestamptz NOT NULL,
	revoked   timestamptz,
	last_used date
);
COMMENT ON TABLE api_key IS 'The keys of machines that send or read records';
COMMENT ON COLUMN api_key.secret IS 'The hash of what the machine shows';
COMMENT ON COLUMN api_key.roles IS 'What its holder may do, with commas';
COMMENT ON COLUMN api_key.source IS 'The only source whose records it may send; empty for any';
COMMENT ON COLUMN api_key.revoked IS 'When it was taken back; NULL while it stands';
COMMENT ON COLUMN api_key.last_used IS 'The day on which it was last shown; NULL for never';
