-- What agencies returned for the report: figures, never a row about a person. Days
-- are counted from 1970, times are milliseconds since then in UTC. The triggers
-- keep it from honest mistakes; against others there is the audit log.

-- +goose Up

-- The days are half open. A withdrawn figure takes the one before it back.
CREATE TABLE agency_return (
	number    INTEGER PRIMARY KEY,
	measure   TEXT    NOT NULL CHECK (measure <> ''),
	from_day  INTEGER NOT NULL,
	to_day    INTEGER NOT NULL CHECK (to_day > from_day),
	least     INTEGER NOT NULL CHECK (least >= 0),
	most      INTEGER NOT NULL CHECK (most >= least),
	withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1) AND most * withdrawn = 0),
	at_ms     INTEGER NOT NULL,
	who       TEXT    NOT NULL CHECK (who <> '')
) STRICT;

-- The last of a measure and window is looked up here.
CREATE INDEX agency_return_window ON agency_return (measure, from_day, to_day, number);

-- This one refuses REPLACE too, for which SQLite asks no trigger of DELETE.
-- +goose StatementBegin
CREATE TRIGGER agency_return_in_order BEFORE INSERT ON agency_return
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM agency_return)
BEGIN
	SELECT RAISE(ABORT, 'what was returned is never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER agency_return_unchanged BEFORE UPDATE ON agency_return
BEGIN
	SELECT RAISE(ABORT, 'what was returned is never changed');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER agency_return_kept BEFORE DELETE ON agency_return
BEGIN
	SELECT RAISE(ABORT, 'what was returned is never changed');
END;
-- +goose StatementEnd
