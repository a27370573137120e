-- What the program answers for a record stands apart from what was reported: a
-- change of the settings writes narrow rows, and only for records that get
-- another answer.
--
-- answer holds each different answer once. The version of the boundary is no
-- part of it: it is the latest that stands and whose span holds the record's
-- time. So a version that changes no answer writes no row. The views put
-- everything together again, for programs and for people.

-- +goose Up
CREATE TABLE answer (
	id            INTEGER PRIMARY KEY,
	class         TEXT    NOT NULL,
	area          TEXT    NOT NULL,
	hours         INTEGER NOT NULL,
	near_boundary INTEGER NOT NULL,
	UNIQUE (class, area, hours, near_boundary)
) STRICT;

CREATE TABLE pickup_answer (
	record INTEGER PRIMARY KEY, -- id of the pickup
	answer INTEGER NOT NULL
) STRICT;

CREATE TABLE incident_answer (
	record INTEGER PRIMARY KEY,
	answer INTEGER NOT NULL
) STRICT;

-- The records for which a change of the settings gave another answer: the
-- revision that it made, and the answers before and after.
CREATE TABLE pickup_moved (
	revision INTEGER NOT NULL,
	record   INTEGER NOT NULL,
	before   INTEGER NOT NULL,
	after    INTEGER NOT NULL,
	PRIMARY KEY (revision, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_moved (
	revision INTEGER NOT NULL,
	record   INTEGER NOT NULL,
	before   INTEGER NOT NULL,
	after    INTEGER NOT NULL,
	PRIMARY KEY (revision, record)
) STRICT, WITHOUT ROWID;

INSERT INTO answer (class, area, hours, near_boundary)
SELECT class, area, hours, near_boundary FROM pickup
UNION SELECT class, area, hours, near_boundary FROM incident;

INSERT INTO pickup_answer (record, answer)
SELECT pickup.id, answer.id FROM pickup JOIN answer USING (class, area, hours, near_boundary) ORDER BY pickup.id;

INSERT INTO incident_answer (record, answer)
SELECT incident.id, answer.id FROM incident JOIN answer USING (class, area, hours, near_boundary) ORDER BY incident.id;

ALTER TABLE pickup DROP COLUMN class;
ALTER TABLE pickup DROP COLUMN area;
ALTER TABLE pickup DROP COLUMN boundary;
ALTER TABLE pickup DROP COLUMN hours;
ALTER TABLE pickup DROP COLUMN near_boundary;
ALTER TABLE incident DROP COLUMN class;
ALTER TABLE incident DROP COLUMN area;
ALTER TABLE incident DROP COLUMN boundary;
ALTER TABLE incident DROP COLUMN hours;
ALTER TABLE incident DROP COLUMN near_boundary;

-- The revisions of the settings that put a version in and that took it back.
-- Versions from before this migration were in from the start.
ALTER TABLE boundary ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
ALTER TABLE boundary ADD COLUMN withdrawn INTEGER;

CREATE VIEW placed_pickup AS
SELECT pickup.*, class, area, hours, near_boundary,
	CASE WHEN lat IS NULL THEN 0 ELSE (
		SELECT coalesce(max(version), 0) FROM boundary
		WHERE withdrawn IS NULL AND at_ms >= from_ms AND (to_ms IS NULL OR at_ms < to_ms)) END AS boundary
FROM pickup
JOIN pickup_answer ON pickup_answer.record = pickup.id
JOIN answer ON answer.id = pickup_answer.answer;

CREATE VIEW placed_incident AS
SELECT incident.*, class, area, hours, near_boundary,
	CASE WHEN lat IS NULL THEN 0 ELSE (
		SELECT coalesce(max(version), 0) FROM boundary
		WHERE withdrawn IS NULL AND happened_ms >= from_ms AND (to_ms IS NULL OR happened_ms < to_ms)) END AS boundary
FROM incident
JOIN incident_answer ON incident_answer.record = incident.id
JOIN answer ON answer.id = incident_answer.answer;
