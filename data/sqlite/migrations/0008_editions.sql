-- What was released to the public, and by whom. Days are counted from 1970,
-- times are milliseconds since then in UTC, hashes SHA-256 in hexadecimal. The
-- triggers keep it from honest mistakes; against others there are the chain of
-- manifests, which the public has, and the audit log.

-- +goose Up

-- content is the partition of the ground, hash its hash.
CREATE TABLE epoch (
	from_day INTEGER PRIMARY KEY,
	content  TEXT    NOT NULL CHECK (content <> ''),
	hash     TEXT    NOT NULL CHECK (hash <> ''),
	at_ms    INTEGER NOT NULL,
	who      TEXT    NOT NULL CHECK (who <> '')
) STRICT;

-- draft is the hash of what was signed.
CREATE TABLE signature (
	id     INTEGER PRIMARY KEY,
	period INTEGER NOT NULL,
	draft  TEXT    NOT NULL CHECK (draft <> ''),
	who    TEXT    NOT NULL CHECK (who <> ''),
	name   TEXT    NOT NULL,
	at_ms  INTEGER NOT NULL,
	UNIQUE (period, draft, who)
) STRICT;

-- A link of the chain: an edition, or that the one of the period is taken back.
CREATE TABLE sealing (
	number    INTEGER PRIMARY KEY,
	period    INTEGER NOT NULL,
	withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
	manifest  TEXT    NOT NULL CHECK (manifest <> ''),
	hash      TEXT    NOT NULL CHECK (hash <> ''),
	published TEXT    NOT NULL CHECK ((published = '') = (withdrawn = 1)),
	revision  INTEGER NOT NULL,
	at_ms     INTEGER NOT NULL,
	who       TEXT    NOT NULL CHECK (who <> ''),
	why       TEXT    NOT NULL,
	UNIQUE (period, withdrawn)
) STRICT;

-- This one refuses REPLACE too, for which SQLite asks no trigger of DELETE.
-- +goose StatementBegin
CREATE TRIGGER sealing_in_order BEFORE INSERT ON sealing
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM sealing)
BEGIN
	SELECT RAISE(ABORT, 'what was sealed is never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sealing_unchanged BEFORE UPDATE ON sealing
BEGIN
	SELECT RAISE(ABORT, 'what was sealed is never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER sealing_kept BEFORE DELETE ON sealing
BEGIN
	SELECT RAISE(ABORT, 'what was sealed is never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER signature_unchanged BEFORE UPDATE ON signature
BEGIN
	SELECT RAISE(ABORT, 'a signature is never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER signature_kept BEFORE DELETE ON signature
BEGIN
	SELECT RAISE(ABORT, 'a signature is never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER epoch_in_order BEFORE INSERT ON epoch
WHEN NEW.from_day <= (SELECT max(from_day) FROM epoch)
BEGIN
	SELECT RAISE(ABORT, 'an epoch is never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER epoch_unchanged BEFORE UPDATE ON epoch
BEGIN
	SELECT RAISE(ABORT, 'an epoch is never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER epoch_kept BEFORE DELETE ON epoch
BEGIN
	SELECT RAISE(ABORT, 'an epoch is never changed');
END;
-- +goose StatementEnd
