-- The audit log. The triggers keep it from honest mistakes; against others
-- there is the chain of hashes, which commonground audit verify checks.

-- +goose Up
CREATE TABLE audit (
	number  bigint      PRIMARY KEY,
	at      timestamptz NOT NULL CHECK (isfinite(at) AND at = date_trunc('milliseconds', at)),
	who     text        NOT NULL,
	name    text        NOT NULL,
	roles   text        NOT NULL,
	action  text        NOT NULL,
	subject text        NOT NULL,
	what    text        NOT NULL,
	records bigint      NOT NULL,
	why     text        NOT NULL,
	hash    bytea       NOT NULL CHECK (length(hash) = 32)
);
COMMENT ON TABLE audit IS 'The audit log: who looked at or changed what, when and why. Append-only; each entry''s hash is made from the one before.';
COMMENT ON COLUMN audit.at IS 'When it happened, in UTC, to the millisecond';
COMMENT ON COLUMN audit.records IS 'How many records were shown, changed or taken out; 0 where that isn''t known';
COMMENT ON COLUMN audit.hash IS 'Made with a key that is not in this database';

-- refuse is what triggers call for a statement that must not be; the argument
-- says why not.
-- +goose StatementBegin
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd

-- numbered refuses a row whose number is not the next.
-- +goose StatementBegin
CREATE FUNCTION numbered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	last bigint;
BEGIN
	EXECUTE format('SELECT coalesce(max(number), 0) FROM %I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO last;
	IF NEW.number IS DISTINCT FROM last + 1 THEN
		RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;
-- +goose StatementEnd

CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
	FOR EACH ROW EXECUTE FUNCTION numbered('the audit log is append-only');
CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION refuse('the audit log is append-only');
