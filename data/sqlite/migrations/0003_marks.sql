-- Each entry of the change feed has a mark that no other has, in whatever
-- store. So a store that was put back to an earlier state and went on from
-- there, or was filled again in the same way, is told from what it was.

-- +goose Up
ALTER TABLE change ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;
UPDATE change SET mark = random();
