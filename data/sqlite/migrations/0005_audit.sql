-- The audit log. Times are milliseconds since 1970 in UTC. The triggers keep
-- it from honest mistakes; against others there is the chain of hashes, which
-- commonground audit verify checks.

-- +goose Up
CREATE TABLE audit (
	number  INTEGER PRIMARY KEY,
	at_ms   INTEGER NOT NULL,
	who     TEXT    NOT NULL,
	name    TEXT    NOT NULL,
	roles   TEXT    NOT NULL,
	action  TEXT    NOT NULL,
	subject TEXT    NOT NULL,
	what    TEXT    NOT NULL,
	records INTEGER NOT NULL,
	why     TEXT    NOT NULL,
	hash    BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- This one refuses REPLACE too, for which SQLite asks no trigger of DELETE.
-- +goose StatementBegin
CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM audit)
BEGIN
	SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
BEGIN
	SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
BEGIN
	SELECT RAISE(ABORT, 'the audit log is append-only');
END;
-- +goose StatementEnd
