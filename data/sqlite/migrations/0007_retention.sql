-- At the end of its retention a record becomes part of a sum, and nothing else
-- of it is left but a hash by which it is known again.

-- +goose Up

-- Of a week (precision 2, its first day) or a month (precision 3), and of the
-- square of 125 m whose middle is lon and lat, NULL for none. found is as in
-- pickup.
CREATE TABLE pickup_sum (
	id             INTEGER PRIMARY KEY,
	time_ms        INTEGER NOT NULL,
	time_precision INTEGER NOT NULL,
	lon            INTEGER,
	lat            INTEGER CHECK ((lat IS NULL) = (lon IS NULL)),
	class          TEXT    NOT NULL,
	area           TEXT    NOT NULL,
	found          TEXT    NOT NULL,
	visits         INTEGER NOT NULL CHECK (visits > 0)
) STRICT;

CREATE INDEX pickup_sum_of ON pickup_sum (time_ms, time_precision, lon, lat, class, area);

CREATE TABLE incident_sum (
	time_ms        INTEGER NOT NULL,
	time_precision INTEGER NOT NULL,
	class          TEXT    NOT NULL,
	category       TEXT    NOT NULL,
	outcome        TEXT    NOT NULL,
	incidents      INTEGER NOT NULL CHECK (incidents > 0),
	PRIMARY KEY (time_ms, time_precision, class, category, outcome)
) STRICT, WITHOUT ROWID;

-- What was destroyed is known again, so that a file that is sent once more is
-- not counted twice: half the HMAC-SHA-256 of sort, source and ref, with a key
-- of this store alone. That is pseudonymous, not anonymous: who has this file
-- can try out a reference that they know. In the order of hashes nothing shows
-- what belonged together.
CREATE TABLE destroyed (
	hash BLOB PRIMARY KEY CHECK (length(hash) = 16)
) STRICT, WITHOUT ROWID;

CREATE TABLE destroyed_key (
	id  INTEGER PRIMARY KEY CHECK (id = 1),
	key BLOB NOT NULL
) STRICT;

INSERT INTO destroyed_key (id, key) VALUES (1, randomblob(32));

-- text is the certificate as JSON, hash its SHA-256.
CREATE TABLE certificate (
	number INTEGER PRIMARY KEY,
	text   TEXT NOT NULL,
	hash   TEXT NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER certificate_in_order BEFORE INSERT ON certificate
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM certificate)
BEGIN
	SELECT RAISE(ABORT, 'certificates are never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER certificate_unchanged BEFORE UPDATE ON certificate
BEGIN
	SELECT RAISE(ABORT, 'certificates are never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER certificate_kept BEFORE DELETE ON certificate
BEGIN
	SELECT RAISE(ABORT, 'certificates are never changed');
END;
-- +goose StatementEnd

-- When the file was freed of what a certificate says was destroyed.
CREATE TABLE scrub (
	certificate INTEGER PRIMARY KEY,
	at_ms       INTEGER NOT NULL
) STRICT;

-- Days are counted from 1970; sort is 1 for pickups, 2 for incidents, 0 for both.
CREATE TABLE hold (
	number   INTEGER PRIMARY KEY,
	name     TEXT    NOT NULL CHECK (name <> ''),
	sort     INTEGER NOT NULL CHECK (sort IN (0, 1, 2)),
	from_day INTEGER NOT NULL,
	to_day   INTEGER NOT NULL CHECK (to_day > from_day),
	reason   TEXT    NOT NULL CHECK (reason <> ''),
	who      TEXT    NOT NULL CHECK (who <> ''),
	began_ms INTEGER NOT NULL,
	ended_ms INTEGER,
	ended_by TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX hold_name ON hold (name) WHERE ended_ms IS NULL;

-- An entry about a record that was destroyed keeps its position and its mark.
CREATE TABLE change_of_all (
	position INTEGER PRIMARY KEY AUTOINCREMENT,
	record   TEXT    NOT NULL CHECK (record IN ('pickup', 'incident', 'settings', 'destroyed')),
	before   INTEGER,
	after    INTEGER,
	mark     INTEGER NOT NULL
) STRICT;

INSERT INTO change_of_all (position, record, before, after, mark)
SELECT position, record, before, after, mark FROM change ORDER BY position;

DROP TABLE change;
ALTER TABLE change_of_all RENAME TO change;
