-- What agencies returned for the report: figures, never a row about a person. The
-- triggers keep it from honest mistakes; against others there is the audit log.

-- +goose Up
CREATE TABLE agency_return (
	number    bigint      PRIMARY KEY,
	measure   text        NOT NULL CHECK (measure <> ''),
	from_day  date        NOT NULL,
	to_day    date        NOT NULL CHECK (to_day > from_day),
	least     bigint      NOT NULL CHECK (least >= 0),
	most      bigint      NOT NULL CHECK (most >= least),
	withdrawn boolean     NOT NULL CHECK (NOT withdrawn OR most = 0),
	at        timestamptz NOT NULL,
	who       text        NOT NULL CHECK (who <> '')
);
COMMENT ON TABLE agency_return IS 'Figures that agencies returned for the report; of a measure and window the last one counts';
COMMENT ON COLUMN agency_return.number IS 'From 1 without a gap, in the order in which they came';
COMMENT ON COLUMN agency_return.measure IS 'id of a measure of the scheme';
COMMENT ON COLUMN agency_return.from_day IS 'First day of the window';
COMMENT ON COLUMN agency_return.to_day IS 'First day after it';
COMMENT ON COLUMN agency_return.least IS 'The figure, or the least of a range';
COMMENT ON COLUMN agency_return.most IS 'The figure again, or the most of a range';
COMMENT ON COLUMN agency_return.withdrawn IS 'The figure for the window was taken back, and none stands';
COMMENT ON COLUMN agency_return.who IS 'Who returned it, as in the audit log';

-- The last of a measure and window is looked up here.
CREATE INDEX agency_return_window ON agency_return (measure, from_day, to_day, number);

CREATE TRIGGER agency_return_in_order BEFORE INSERT ON agency_return
	FOR EACH ROW EXECUTE FUNCTION numbered('what was returned is never changed');
CREATE TRIGGER agency_return_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON agency_return
	FOR EACH STATEMENT EXECUTE FUNCTION refuse('what was returned is never changed');
