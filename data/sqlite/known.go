package sqlite

import (
	"database/sql"
	"fmt"

	"commonground/data"
	"commonground/data/engine"
)

// known knows the records that were destroyed, by hashes of their keys.
type known struct {
	tx   *sql.Tx
	key  []byte
	find *sql.Stmt // nil where nothing was ever destroyed
}

func knownIn(tx *sql.Tx) (known, error) {
	k := known{tx: tx}
	var ever bool
	err := tx.QueryRow(`SELECT key, EXISTS (SELECT 1 FROM destroyed) FROM destroyed_key`).Scan(&k.key, &ever)
	if err != nil || !ever {
		return k, err
	}
	k.find, err = tx.Prepare(`SELECT EXISTS (SELECT 1 FROM destroyed WHERE hash = ?)`)
	return k, err
}

// has reports whether a record was destroyed.
func (k known) has(sort data.Sort, source, ref any) (destroyed bool, err error) {
	if k.find == nil {
		return false, nil
	}
	err = k.find.QueryRow(engine.HashKey(k.key, sort, data.Key{Source: fmt.Sprint(source), Ref: fmt.Sprint(ref)})).Scan(&destroyed)
	return destroyed, err
}

// add remembers records.
func (k known) add(sort data.Sort, keys []data.Key) error {
	for _, key := range keys {
		if _, err := k.tx.Exec(`INSERT OR IGNORE INTO destroyed (hash) VALUES (?)`, engine.HashKey(k.key, sort, key)); err != nil {
			return err
		}
	}
	return nil
}

// rememberEnded remembers the records of which versions that ended are destroyed.
func (d *destruction) rememberEnded(e ending) error {
	for after := int64(0); ; {
		var keys []data.Key
		err := rowsIn(d.tx, e.ended, []any{after, sumAtOnce}, func(row *columns) error {
			after = row.integer()
			keys = append(keys, data.Key{Source: row.text(), Ref: row.text()})
			return nil
		})
		if err != nil || len(keys) == 0 {
			return err
		}
		if err := d.known.add(e.Sort, keys); err != nil {
			return err
		}
	}
}
