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
