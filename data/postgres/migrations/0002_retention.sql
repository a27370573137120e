-- At the end of its retention a record becomes part of a sum, and nothing else
-- of it is left but a hash by which it is known again.

-- +goose Up

-- What was destroyed is known again, so that a file that is sent once more is
-- not counted twice: half the HMAC-SHA-256 of sort, source and ref, with a key
-- of this store alone. That is pseudonymous, not anonymous: who has this
-- database can try out a reference that they know.
CREATE TABLE destroyed (
	hash bytea PRIMARY KEY CHECK (length(hash) = 16)
);

CREATE TABLE destroyed_key (
	id  smallint PRIMARY KEY CHECK (id = 1),
	key bytea    NOT NULL CHECK (length(key) = 32)
);
INSERT INTO destroyed_key (id, key) VALUES (1, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
COMMENT ON TABLE destroyed IS 'Keyed hashes of sort, source and reference of what was destroyed, to know it again';

-- Of a week (precision 2, its first day) or a month (precision 3), and of the
-- square of 125 m whose middle is centre, NULL for none. found is as in pickup.
CREATE TABLE pickup_sum (
	id           bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	at           timestamptz NOT NULL,
	at_precision smallint    NOT NULL CHECK (at_precision IN (2, 3)),
	centre       geometry(Point, 4326),
	class        text        NOT NULL,
	area         text        NOT NULL,
	found        json        NOT NULL,
	visits       bigint      NOT NULL CHECK (visits > 0)
);
CREATE INDEX pickup_sum_at ON pickup_sum (at, at_precision);
CREATE INDEX pickup_sum_centre ON pickup_sum USING gist (centre);
COMMENT ON TABLE pickup_sum IS 'What is left of pickups that were destroyed at the end of their retention: how many there were by week, square of 125 m, class and area';
COMMENT ON COLUMN pickup_sum.at IS 'Start of the week''s first day, or of the month';
COMMENT ON COLUMN pickup_sum.at_precision IS '2 for a week, 3 for a month';
COMMENT ON COLUMN pickup_sum.centre IS 'Middle of the square; NULL where the records gave no usable place';
COMMENT ON COLUMN pickup_sum.class IS 'As in pickup, when they were destroyed: it does not change any more';
COMMENT ON COLUMN pickup_sum.found IS 'Items of all visits by kind, such as {"condom_used":2,"needle":5}';

CREATE TABLE incident_sum (
	received           timestamptz NOT NULL,
	received_precision smallint    NOT NULL CHECK (received_precision IN (2, 3)),
	class              text        NOT NULL,
	category           text        NOT NULL,
	outcome            text        NOT NULL,
	incidents          bigint      NOT NULL CHECK (incidents > 0),
	PRIMARY KEY (received, received_precision, class, category, outcome)
);
COMMENT ON TABLE incident_sum IS 'What is left of incidents that were destroyed: how many came in by week or month, class, category and outcome, without a place';

-- +goose StatementBegin
CREATE FUNCTION refuse_change_of_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'certificates are never changed';
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION check_next_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.number IS DISTINCT FROM (SELECT coalesce(max(number), 0) + 1 FROM commonground.certificate) THEN
		RAISE EXCEPTION 'certificates are in order, without a gap';
	END IF;
	RETURN NEW;
END $$;
-- +goose StatementEnd

-- text is the certificate as JSON, hash its SHA-256 in hexadecimal.
CREATE TABLE certificate (
	number bigint PRIMARY KEY,
	text   text   NOT NULL,
	hash   text   NOT NULL
);
CREATE TRIGGER certificate_in_order BEFORE INSERT ON certificate
	FOR EACH ROW EXECUTE FUNCTION check_next_certificate();
CREATE TRIGGER certificate_unchanged BEFORE UPDATE OR DELETE ON certificate
	FOR EACH ROW EXECUTE FUNCTION refuse_change_of_certificate();
CREATE TRIGGER certificate_kept BEFORE TRUNCATE ON certificate
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_certificate();
COMMENT ON TABLE certificate IS 'What was destroyed, when, by whom and up to which day. Rows are added, never changed.';

CREATE TABLE scrub (
	certificate bigint      PRIMARY KEY REFERENCES certificate (number),
	at          timestamptz NOT NULL
);
COMMENT ON TABLE scrub IS 'When the tables were freed of what a certificate says was destroyed';

-- The tables, and partitions of them, in which dead rows of what was destroyed
-- may lie until they are rewritten.
CREATE TABLE unscrubbed (
	certificate bigint   NOT NULL,
	relation    regclass NOT NULL,
	PRIMARY KEY (certificate, relation)
);
COMMENT ON TABLE unscrubbed IS 'What has to be rewritten so that nothing is left on the disk of what a certificate says was destroyed';

-- A row that is put in and deleted again is gone from the disk once nobody can
-- see it, and with it everything that was deleted before it.
CREATE TABLE scrub_probe (
	id smallint NOT NULL
);
COMMENT ON TABLE scrub_probe IS 'Empty; shows whether somebody can still see what was deleted';

-- sort is 1 for pickups, 2 for incidents, 0 for both.
CREATE TABLE hold (
	number   bigint      PRIMARY KEY,
	name     text        NOT NULL CHECK (name <> ''),
	sort     smallint    NOT NULL CHECK (sort IN (0, 1, 2)),
	from_day date        NOT NULL,
	to_day   date        NOT NULL CHECK (to_day > from_day),
	reason   text        NOT NULL CHECK (reason <> ''),
	who      text        NOT NULL CHECK (who <> ''),
	began    timestamptz NOT NULL,
	ended    timestamptz,
	ended_by text        NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX hold_name ON hold (name) WHERE ended IS NULL;
COMMENT ON TABLE hold IS 'Spans of days, half open, whose records are not destroyed while the hold stands (ended is NULL)';

-- The partition that holds records of a time.
-- +goose StatementBegin
CREATE FUNCTION partition_of(record text, at timestamptz) RETURNS regclass LANGUAGE sql STABLE AS $$
	SELECT coalesce(to_regclass(format('commonground.%s_%s', record, extract(year FROM at AT TIME ZONE 'UTC'))),
		format('commonground.%s_other', record)::regclass)
$$;
-- +goose StatementEnd

-- ANALYZE keeps samples of values in the catalog, where no destruction reaches
-- them: so there are none of what could tell a record. The planner does without.
-- A partition that is made later has to be told too.
-- +goose StatementBegin
DO $$
DECLARE
	one record;
BEGIN
	FOR one IN
		SELECT c.oid::regclass AS relation, a.attname AS name FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'commonground'::regnamespace AND c.relname IN
				('pickup', 'pickup_key', 'pickup_history', 'incident', 'incident_key', 'incident_history')
			AND a.attname IN ('source', 'ref', 'point', 'accuracy_m', 'at', 'received', 'happened', 'attended', 'until', 'reason')
	LOOP
		EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', one.relation, one.name);
	END LOOP;
END $$;
-- +goose StatementEnd
