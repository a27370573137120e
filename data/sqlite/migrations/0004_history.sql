-- Records are corrected and deleted. A version that is not the present one any
-- more moves from the table of its sort into the history of it, and a record's
-- next version is a row of its own with an id of its own: so whatever speaks of
-- a version by its id (the change feed, the answers that were replaced) never
-- comes to mean another. All of a record's rows are found by source and ref.

-- +goose Up

-- number is 1 for a record's first version. until_ms is when it ended, deleted
-- whether by a deletion. answer and boundary are those that held then.
CREATE TABLE pickup_history (
	id           INTEGER PRIMARY KEY, -- that it had in pickup
	source       TEXT    NOT NULL,
	ref          TEXT    NOT NULL,
	number       INTEGER NOT NULL,
	until_ms     INTEGER NOT NULL,
	deleted      INTEGER NOT NULL,
	lon          INTEGER,
	lat          INTEGER CHECK ((lat IS NULL) = (lon IS NULL)),
	accuracy_m   REAL    NOT NULL,
	answer       INTEGER NOT NULL,
	boundary     INTEGER NOT NULL,
	at_ms        INTEGER,
	at_precision INTEGER NOT NULL,
	at_ambiguous INTEGER NOT NULL,
	found        TEXT    NOT NULL,
	UNIQUE (source, ref, number)
) STRICT;

CREATE TABLE incident_history (
	id                 INTEGER PRIMARY KEY,
	source             TEXT    NOT NULL,
	ref                TEXT    NOT NULL,
	number             INTEGER NOT NULL,
	until_ms           INTEGER NOT NULL,
	deleted            INTEGER NOT NULL,
	lon                INTEGER,
	lat                INTEGER CHECK ((lat IS NULL) = (lon IS NULL)),
	accuracy_m         REAL    NOT NULL,
	answer             INTEGER NOT NULL,
	boundary           INTEGER NOT NULL,
	received_ms        INTEGER,
	received_precision INTEGER NOT NULL,
	received_ambiguous INTEGER NOT NULL,
	happened_ms        INTEGER,
	happened_precision INTEGER NOT NULL,
	happened_ambiguous INTEGER NOT NULL,
	attended_ms        INTEGER,
	attended_precision INTEGER NOT NULL,
	attended_ambiguous INTEGER NOT NULL,
	channel            TEXT    NOT NULL,
	category           TEXT    NOT NULL,
	outcome            TEXT    NOT NULL,
	answered           TEXT    NOT NULL,
	reason             TEXT    NOT NULL,
	UNIQUE (source, ref, number)
) STRICT;

CREATE VIEW past_pickup AS
SELECT pickup_history.*, class, area, hours, near_boundary
FROM pickup_history JOIN answer ON answer.id = pickup_history.answer;

CREATE VIEW past_incident AS
SELECT incident_history.*, class, area, hours, near_boundary
FROM incident_history JOIN answer ON answer.id = incident_history.answer;

-- An entry of the feed names the versions before and after it by their ids,
-- NULL where there was none. A version stands in the table of its sort or in
-- the history of it.
CREATE TABLE change_of_versions (
	position INTEGER PRIMARY KEY AUTOINCREMENT,
	record   TEXT    NOT NULL CHECK (record IN ('pickup', 'incident', 'settings')),
	before   INTEGER,
	after    INTEGER,
	mark     INTEGER NOT NULL
) STRICT;

INSERT INTO change_of_versions (position, record, after, mark)
SELECT position, record, pickup, mark FROM change ORDER BY position;

DROP TABLE change;
ALTER TABLE change_of_versions RENAME TO change;
