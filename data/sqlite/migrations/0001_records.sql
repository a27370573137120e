-- Times are milliseconds since 1970 in UTC. A precision is 1 for an instant,
-- 2 for a day, 3 for a month, 0 for no time. Longitude and latitude are whole
-- numbers of 1e-7 degree. Classes go by their names, so that a town's own
-- staff can read the tables. Hours are 0 for unknown, 1 within, 2 outside.

-- +goose Up
PRAGMA application_id = 0x43474e44; -- "CGND"

CREATE TABLE settings (
	id       INTEGER PRIMARY KEY CHECK (id = 1),
	revision INTEGER NOT NULL,
	scheme   TEXT    NOT NULL
) STRICT;

CREATE TABLE boundary (
	version INTEGER PRIMARY KEY,
	from_ms INTEGER NOT NULL,
	to_ms   INTEGER CHECK (to_ms > from_ms)
) STRICT;

CREATE TABLE area (
	boundary INTEGER NOT NULL REFERENCES boundary (version),
	ordinal  INTEGER NOT NULL,
	id       TEXT    NOT NULL CHECK (id <> ''),
	name     TEXT    NOT NULL,
	class    TEXT    NOT NULL CHECK (class IN ('managed', 'residential', 'non_residential')),
	shape    BLOB    NOT NULL, -- a MultiPolygon as WKB, rounded to the lattice
	PRIMARY KEY (boundary, ordinal),
	UNIQUE (boundary, id)
) STRICT;

-- found is a JSON object of items by kind, {"condom_used":2,"needle":0}. As a
-- table of its own it made intake 1.6 times as slow, and every reading would be
-- a join; nothing here asks for items by kind: that is the cube's work.
CREATE TABLE pickup (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,
	source        TEXT    NOT NULL,
	ref           TEXT    NOT NULL,
	lon           INTEGER,
	lat           INTEGER CHECK ((lat IS NULL) = (lon IS NULL)),
	accuracy_m    REAL    NOT NULL,
	class         TEXT    NOT NULL,
	area          TEXT    NOT NULL,
	boundary      INTEGER NOT NULL,
	hours         INTEGER NOT NULL,
	near_boundary INTEGER NOT NULL,
	at_ms         INTEGER,
	at_precision  INTEGER NOT NULL,
	at_ambiguous  INTEGER NOT NULL,
	found         TEXT    NOT NULL,
	UNIQUE (source, ref)
) STRICT;

CREATE INDEX pickup_point ON pickup (lat, lon) WHERE lat IS NOT NULL;

CREATE TABLE incident (
	id                 INTEGER PRIMARY KEY AUTOINCREMENT,
	source             TEXT    NOT NULL,
	ref                TEXT    NOT NULL,
	lon                INTEGER,
	lat                INTEGER CHECK ((lat IS NULL) = (lon IS NULL)),
	accuracy_m         REAL    NOT NULL,
	class              TEXT    NOT NULL,
	area               TEXT    NOT NULL,
	boundary           INTEGER NOT NULL,
	hours              INTEGER NOT NULL,
	near_boundary      INTEGER NOT NULL,
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
	UNIQUE (source, ref)
) STRICT;

-- The change feed. Positions are given out under the write lock, so their
-- order is that of the commits; AUTOINCREMENT never gives one out again.
CREATE TABLE change (
	position INTEGER PRIMARY KEY AUTOINCREMENT,
	record   TEXT NOT NULL CHECK (record IN ('pickup', 'settings')),
	pickup   INTEGER REFERENCES pickup (id)
) STRICT;
