-- Times are in UTC, to the millisecond. A precision is 1 for an instant, 2 for a
-- day, 3 for a month, 0 for no time. Hours are 0 for unknown, 1 within, 2
-- outside. Points and shapes are WGS 84; their coordinates are whole numbers of
-- 1e-7 degree. found is a JSON object of items by kind,
-- {"condom_used":2,"needle":0}; json, not jsonb, keeps the order of the kinds.

-- +goose Up
COMMENT ON SCHEMA commonground IS 'Common Ground: what a managed area''s partnership records. Written by the program alone.';

CREATE TABLE settings (
	id       smallint PRIMARY KEY CHECK (id = 1),
	revision bigint   NOT NULL,
	scheme   text     NOT NULL
);
COMMENT ON TABLE settings IS 'The scheme: kinds, classes, hours, periods. One row.';

CREATE TABLE boundary (
	version    bigint      PRIMARY KEY,
	valid_from timestamptz NOT NULL,
	valid_to   timestamptz CHECK (valid_to > valid_from),
	added      bigint      NOT NULL,
	withdrawn  bigint
);
COMMENT ON TABLE boundary IS 'Versions of the boundary. Of those that stand (withdrawn is NULL) the latest whose span holds a time is in force then.';
COMMENT ON COLUMN boundary.added IS 'Revision of the settings that put the version in';
COMMENT ON COLUMN boundary.withdrawn IS 'Revision of the settings that took the version back; NULL while it stands';

CREATE TABLE area (
	boundary bigint  NOT NULL REFERENCES boundary (version),
	ordinal  integer NOT NULL,
	id       text    NOT NULL CHECK (id <> ''),
	name     text    NOT NULL,
	class    text    NOT NULL CHECK (class IN ('managed', 'residential', 'non_residential')),
	shape    geometry(MultiPolygon, 4326) NOT NULL,
	PRIMARY KEY (boundary, ordinal),
	UNIQUE (boundary, id)
);
CREATE INDEX area_shape ON area USING gist (shape);
COMMENT ON TABLE area IS 'Areas of each version of the boundary, as they were put in, rounded to 1e-7 degree';

-- Source and reference name a record. They are unique here, since they can't be
-- in a table that is parted by time. A version of a record is known by its id,
-- which no other version gets.
CREATE SEQUENCE version AS bigint CACHE 1;

CREATE TABLE pickup_key (
	source text NOT NULL,
	ref    text NOT NULL,
	id     bigint,
	PRIMARY KEY (source, ref)
);
COMMENT ON COLUMN pickup_key.id IS 'That of the present version in pickup; NULL where the record was deleted';

CREATE TABLE pickup (
	id            bigint   NOT NULL,
	source        text     NOT NULL,
	ref           text     NOT NULL,
	point         geometry(Point, 4326),
	accuracy_m    double precision NOT NULL,
	class         text     NOT NULL,
	area          text     NOT NULL,
	hours         smallint NOT NULL,
	near_boundary boolean  NOT NULL,
	at            timestamptz,
	at_precision  smallint NOT NULL,
	at_ambiguous  boolean  NOT NULL,
	found         json     NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX pickup_id ON pickup (id);
CREATE INDEX pickup_point ON pickup USING gist (point);

CREATE TABLE incident_key (
	source text NOT NULL,
	ref    text NOT NULL,
	id     bigint,
	PRIMARY KEY (source, ref)
);
COMMENT ON COLUMN incident_key.id IS 'That of the present version in incident; NULL where the record was deleted';

CREATE TABLE incident (
	id                 bigint   NOT NULL,
	source             text     NOT NULL,
	ref                text     NOT NULL,
	point              geometry(Point, 4326),
	accuracy_m         double precision NOT NULL,
	class              text     NOT NULL,
	area               text     NOT NULL,
	hours              smallint NOT NULL,
	near_boundary      boolean  NOT NULL,
	received           timestamptz,
	received_precision smallint NOT NULL,
	received_ambiguous boolean  NOT NULL,
	happened           timestamptz,
	happened_precision smallint NOT NULL,
	happened_ambiguous boolean  NOT NULL,
	attended           timestamptz,
	attended_precision smallint NOT NULL,
	attended_ambiguous boolean  NOT NULL,
	channel            text     NOT NULL,
	category           text     NOT NULL,
	outcome            text     NOT NULL,
	answered           text     NOT NULL,
	reason             text     NOT NULL
) PARTITION BY RANGE (received);
CREATE INDEX incident_id ON incident (id);

-- A partition for each year; earlier and later times, and none, go to the last.
-- Within a year no index of times is worth its room.
-- +goose StatementBegin
DO $$
BEGIN
	FOR year IN 2015..2034 LOOP
		EXECUTE format('CREATE TABLE pickup_%s PARTITION OF pickup FOR VALUES FROM (%L) TO (%L)',
			year, make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'));
		EXECUTE format('CREATE TABLE incident_%s PARTITION OF incident FOR VALUES FROM (%L) TO (%L)',
			year, make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'), make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'));
	END LOOP;
END $$;
-- +goose StatementEnd
CREATE TABLE pickup_other PARTITION OF pickup DEFAULT;
CREATE TABLE incident_other PARTITION OF incident DEFAULT;

COMMENT ON TABLE pickup IS 'Visits of cleansing crews, each with what it found. Those that were corrected or deleted are in pickup_history.';
COMMENT ON COLUMN pickup.id IS 'Of this version of the record; a correction has another';
COMMENT ON COLUMN pickup.source IS 'Who sent the record; with ref it is unique';
COMMENT ON COLUMN pickup.ref IS 'The sender''s own reference';
COMMENT ON COLUMN pickup.point IS 'NULL where the record gives no usable place';
COMMENT ON COLUMN pickup.accuracy_m IS 'Radius in metres within which the point was fixed; 0 where that isn''t known';
COMMENT ON COLUMN pickup.class IS 'managed, residential, non_residential, outside (in no area), unlocated (no point) or unclassified (no boundary was in force)';
COMMENT ON COLUMN pickup.area IS 'id of the area that the point lies in, or empty';
COMMENT ON COLUMN pickup.hours IS 'Within the managed area''s hours: 0 unknown, 1 yes, 2 no';
COMMENT ON COLUMN pickup.near_boundary IS 'Whether the point lies nearer to another class than its accuracy';
COMMENT ON COLUMN pickup.at IS 'When the visit was made, in UTC';
COMMENT ON COLUMN pickup.at_precision IS 'How exactly that is known: 1 instant, 2 day, 3 month, 0 not at all';
COMMENT ON COLUMN pickup.at_ambiguous IS 'Whether the clock showed that time twice';
COMMENT ON COLUMN pickup.found IS 'Items by kind, such as {"condom_used":2,"needle":0}; a kind that is not there was not counted';
COMMENT ON TABLE incident IS 'Reports of the public and of services. Never for GIS staff: the places of people who may be in danger.';

-- The earlier versions of records. number is 1 for a record's first one.
CREATE TABLE pickup_history (
	id            bigint   PRIMARY KEY,
	source        text     NOT NULL,
	ref           text     NOT NULL,
	number        integer  NOT NULL,
	until         timestamptz NOT NULL,
	deleted       boolean  NOT NULL,
	boundary      bigint   NOT NULL,
	point         geometry(Point, 4326),
	accuracy_m    double precision NOT NULL,
	class         text     NOT NULL,
	area          text     NOT NULL,
	hours         smallint NOT NULL,
	near_boundary boolean  NOT NULL,
	at            timestamptz,
	at_precision  smallint NOT NULL,
	at_ambiguous  boolean  NOT NULL,
	found         json     NOT NULL,
	UNIQUE (source, ref, number)
);
COMMENT ON TABLE pickup_history IS 'Versions of pickups that ended by a correction or a deletion, with the answers that held then';

CREATE TABLE incident_history (
	id                 bigint   PRIMARY KEY,
	source             text     NOT NULL,
	ref                text     NOT NULL,
	number             integer  NOT NULL,
	until              timestamptz NOT NULL,
	deleted            boolean  NOT NULL,
	boundary           bigint   NOT NULL,
	point              geometry(Point, 4326),
	accuracy_m         double precision NOT NULL,
	class              text     NOT NULL,
	area               text     NOT NULL,
	hours              smallint NOT NULL,
	near_boundary      boolean  NOT NULL,
	received           timestamptz,
	received_precision smallint NOT NULL,
	received_ambiguous boolean  NOT NULL,
	happened           timestamptz,
	happened_precision smallint NOT NULL,
	happened_ambiguous boolean  NOT NULL,
	attended           timestamptz,
	attended_precision smallint NOT NULL,
	attended_ambiguous boolean  NOT NULL,
	channel            text     NOT NULL,
	category           text     NOT NULL,
	outcome            text     NOT NULL,
	answered           text     NOT NULL,
	reason             text     NOT NULL,
	UNIQUE (source, ref, number)
);
COMMENT ON TABLE incident_history IS 'As pickup_history, for incidents';

-- The answers that a change of the settings replaced. record is the id of a
-- version; revision is that of the settings from which on another answer held.
CREATE TABLE pickup_moved (
	record        bigint   NOT NULL,
	revision      bigint   NOT NULL,
	class         text     NOT NULL,
	area          text     NOT NULL,
	hours         smallint NOT NULL,
	near_boundary boolean  NOT NULL,
	PRIMARY KEY (record, revision)
);
CREATE TABLE incident_moved (
	record        bigint   NOT NULL,
	revision      bigint   NOT NULL,
	class         text     NOT NULL,
	area          text     NOT NULL,
	hours         smallint NOT NULL,
	near_boundary boolean  NOT NULL,
	PRIMARY KEY (record, revision)
);

-- The change feed. before and after are ids of versions; sort is 1 for pickups,
-- 2 for incidents, 3 where the settings changed, 4 where records were destroyed.
-- mark is one number for all entries of a transaction that no other store has.
CREATE TABLE change (
	position bigint   PRIMARY KEY,
	sort     smallint NOT NULL CHECK (sort BETWEEN 1 AND 4),
	before   bigint,
	after    bigint,
	mark     bigint   NOT NULL
);
COMMENT ON TABLE change IS 'The change feed: positions are in the order of the commits, without a gap';

-- publish writes entries of the feed and wakes who waits for them. It must be the
-- last statement before COMMIT, and sent together with it: from its lock to the
-- commit everybody else's commits wait. So the order of positions is that in
-- which others come to see them, and whoever sees one sees all before it.
-- +goose StatementBegin
CREATE FUNCTION publish(sorts smallint[], befores bigint[], afters bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	last bigint;
	mark bigint := ('x' || right(gen_random_uuid()::text, 12) || left(gen_random_uuid()::text, 4))::bit(64)::bigint;
BEGIN
	PERFORM pg_advisory_xact_lock(1128746564, 2);
	-- After the lock: a statement of its own sees what was committed until now.
	SELECT coalesce(max(position), 0) INTO last FROM change;
	INSERT INTO change (position, sort, before, after, mark)
	SELECT last + entry.n, entry.sort, entry.before, entry.after, mark
	FROM unnest(sorts, befores, afters) WITH ORDINALITY AS entry (sort, before, after, n);
	PERFORM pg_notify('commonground', (last + cardinality(sorts))::text);
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION publish FROM PUBLIC;
