package postgres

import (
	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/engine"
)

// known knows the records that were destroyed, by hashes of their keys.
type known struct {
	tx     *transaction
	secret []byte
	any    bool // whether anything was ever destroyed
}

func knownIn(t *transaction) (known, error) {
	k := known{tx: t}
	err := t.queryRow(`SELECT key, EXISTS (SELECT 1 FROM destroyed) FROM destroyed_key`).Scan(&k.secret, &k.any)
	return k, err
}

// among reports which records were destroyed.
func (k known) among(sort data.Sort, keys []data.Key) ([]bool, error) {
	gone := make([]bool, len(keys))
	if !k.any {
		return gone, nil
	}
	at := make(map[[16]byte][]int, len(keys))
	hashes := make([][]byte, len(keys))
	for i, key := range keys {
		hashes[i] = engine.HashKey(k.secret, sort, key)
		at[[16]byte(hashes[i])] = append(at[[16]byte(hashes[i])], i)
	}
	return gone, k.tx.rows(`SELECT hash FROM destroyed WHERE hash = ANY ($1)`, []any{hashes}, func(rows pgx.Rows) error {
		var hash []byte
		err := rows.Scan(&hash)
		for _, i := range at[[16]byte(hash)] {
			gone[i] = true
		}
		return err
	})
}

// add remembers records.
func (k known) add(sort data.Sort, keys []data.Key) error {
	hashes := make([][]byte, len(keys))
	for i, key := range keys {
		hashes[i] = engine.HashKey(k.secret, sort, key)
	}
	_, err := k.tx.exec(`INSERT INTO destroyed (hash) SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING`, hashes)
	return err
}

// rememberEnded remembers the records of which versions that ended are destroyed.
func (d *destruction) rememberEnded(e ending) error {
	return inParts(d.transaction, "ended_"+e.record, e.each(`SELECT DISTINCT source, ref FROM {record}_history JOIN past USING (id)`),
		func(rows pgx.Rows) (key data.Key, err error) {
			err = rows.Scan(&key.Source, &key.Ref)
			return key, err
		}, func(keys []data.Key) error { return d.known.add(e.Sort, keys) })
}
