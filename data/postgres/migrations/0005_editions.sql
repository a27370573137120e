-- What was released to the public, and by whom. Hashes are SHA-256 in
-- hexadecimal. The triggers keep it from honest mistakes; against others there
-- are the chain of manifests, which the public has, and the audit log.

-- +goose Up
CREATE TABLE epoch (
	from_day date        PRIMARY KEY,
	content  text        NOT NULL CHECK (content <> ''),
	hash     text        NOT NULL CHECK (hash <> ''),
	at       timestamptz NOT NULL,
	who      text        NOT NULL CHECK (who <> '')
);
COMMENT ON TABLE epoch IS 'Spans of periods with one partition of the ground into squares; each lasts until the next begins';
COMMENT ON COLUMN epoch.content IS 'The partition, as JSON';
COMMENT ON COLUMN epoch.hash IS 'That of the partition';

CREATE TABLE signature (
	id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	period date        NOT NULL,
	draft  text        NOT NULL CHECK (draft <> ''),
	who    text        NOT NULL CHECK (who <> ''),
	name   text        NOT NULL,
	at     timestamptz NOT NULL,
	UNIQUE (period, draft, who)
);
COMMENT ON TABLE signature IS 'Who looked at the draft of a period''s edition and stands for it';
COMMENT ON COLUMN signature.draft IS 'The hash of what was signed';

CREATE TABLE sealing (
	number    bigint      PRIMARY KEY,
	period    date        NOT NULL,
	withdrawn boolean     NOT NULL,
	manifest  text        NOT NULL CHECK (manifest <> ''),
	hash      text        NOT NULL CHECK (hash <> ''),
	published text        NOT NULL CHECK ((published = '') = withdrawn),
	revision  bigint      NOT NULL,
	at        timestamptz NOT NULL,
	who       text        NOT NULL CHECK (who <> ''),
	why       text        NOT NULL,
	UNIQUE (period, withdrawn)
);
COMMENT ON TABLE sealing IS 'The chain of editions: each link is one that was sealed, or that the one of a period was taken back';
COMMENT ON COLUMN sealing.manifest IS 'JSON, the same to the byte as what the public gets';
COMMENT ON COLUMN sealing.hash IS 'That of the manifest';
COMMENT ON COLUMN sealing.published IS 'Every number that was published, as JSON; empty for a withdrawal';
COMMENT ON COLUMN sealing.revision IS 'That of the settings by which the edition was made; 0 for a withdrawal';
COMMENT ON COLUMN sealing.why IS 'The reason for a withdrawal, which the public doesn''t get';

-- +goose StatementBegin
CREATE FUNCTION later_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.from_day <= (SELECT max(from_day) FROM commonground.epoch) THEN
		RAISE EXCEPTION 'an epoch is never changed' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
-- +goose StatementEnd

CREATE TRIGGER epoch_in_order BEFORE INSERT ON epoch
	FOR EACH ROW EXECUTE FUNCTION later_epoch();
CREATE TRIGGER epoch_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON epoch
	FOR EACH STATEMENT EXECUTE FUNCTION refuse('an epoch is never changed');
CREATE TRIGGER signature_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON signature
	FOR EACH STATEMENT EXECUTE FUNCTION refuse('a signature is never changed');
CREATE TRIGGER sealing_in_order BEFORE INSERT ON sealing
	FOR EACH ROW EXECUTE FUNCTION numbered('what was sealed is never changed');
CREATE TRIGGER sealing_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON sealing
	FOR EACH STATEMENT EXECUTE FUNCTION refuse('what was sealed is never changed');
