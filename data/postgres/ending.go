package postgres

import (
	"strings"

	"github.com/jackc/pgx/v5"

	"commonground/data"
)

// ending says how one sort of record is destroyed. While that goes on, two
// temporary tables list ids: due those of the present versions of records whose
// time is over, in the order of their times, and past those of versions that
// have ended.
type ending struct {
	data.Sort
	record string
	time   string // what it goes by
	other  string // another time by which it is held; may be empty
	sum    func(*destruction, ending) error
}

var endings = []ending{
	{data.PickupSort, "pickup", "at", "", (*destruction).sumPickups},
	{data.IncidentSort, "incident", "received", "happened", (*destruction).sumIncidents},
}

// startLists makes the temporary tables. They end with the transaction.
func (t *transaction) startLists() error {
	_, err := t.exec(`CREATE TEMPORARY TABLE due (n bigint PRIMARY KEY, id bigint NOT NULL UNIQUE) ON COMMIT DROP`)
	if err == nil {
		_, err = t.exec(`CREATE TEMPORARY TABLE past (id bigint PRIMARY KEY) ON COMMIT DROP`)
	}
	return err
}

// each fills in the words of an ending into a statement. The words are ours: none
// comes from a caller.
func (e ending) each(statement string) string {
	return strings.NewReplacer(`{record}`, e.record, `{time}`, e.time).Replace(statement)
}

// over selects the times of a table before the parameters 1 and 2.
func (e ending) over(table string) string {
	return strings.NewReplacer(`{t}`, table+`.`+e.time).Replace(
		`({t}_precision IN (1, 2) AND {t} < $1 OR {t}_precision = 3 AND {t} < $2)`)
}

// held selects the rows of a table with a time in the span of the parameters 1 and
// 2, or, where the month alone is known, from 3 on.
func (e ending) held(table string) string {
	meets := func(column string) string {
		return strings.NewReplacer(`{t}`, table+`.`+column).Replace(
			`({t} < $2 AND {t} >= CASE WHEN {t}_precision = 3 THEN $3::timestamptz ELSE $1::timestamptz END)`)
	}
	if e.other == "" {
		return meets(e.time)
	}
	return `(` + meets(e.time) + ` OR ` + meets(e.other) + `)`
}

// list lists what is due, and the last versions of records that had been deleted.
func (e ending) list() []string {
	return []string{
		e.each(`INSERT INTO due (n, id) SELECT row_number() OVER (ORDER BY {time}_precision = 3, {time}, id), id
			FROM {record} WHERE `) + e.over(e.record),
		e.each(`INSERT INTO past (id) SELECT last.id FROM {record}_history AS last JOIN {record}_key AS k USING (source, ref)
			WHERE k.id IS NULL AND last.deleted
				AND last.number = (SELECT max(number) FROM {record}_history AS h WHERE h.source = last.source AND h.ref = last.ref)
				AND `) + e.over(`last`),
	}
}

// keep takes from the lists the records of which a version is held.
func (e ending) keep() []string {
	return []string{
		e.each(`DELETE FROM due USING {record} AS r WHERE r.id = due.id AND `) + e.held(`r`),
		e.each(`DELETE FROM due WHERE id IN (SELECT r.id FROM {record} AS r JOIN {record}_history AS h USING (source, ref) WHERE `) + e.held(`h`) + `)`,
		e.each(`DELETE FROM past WHERE id IN (SELECT last.id FROM {record}_history AS last JOIN {record}_history AS h USING (source, ref) WHERE `) + e.held(`h`) + `)`,
	}
}

// earlier lists the earlier versions of both.
func (e ending) earlier() []string {
	return []string{
		e.each(`INSERT INTO past (id) SELECT h.id FROM {record}_history AS h JOIN {record} AS r USING (source, ref) JOIN due ON due.id = r.id
			ON CONFLICT DO NOTHING`),
		e.each(`INSERT INTO past (id) SELECT h.id FROM past JOIN {record}_history AS last ON last.id = past.id
			JOIN {record}_history AS h USING (source, ref) ON CONFLICT DO NOTHING`),
	}
}

// destroy destroys what is listed. An entry of the feed keeps its position and its
// mark.
func (e ending) destroy() []string {
	return []string{
		e.each(`DELETE FROM {record}_key AS k USING due WHERE k.id = due.id`),
		e.each(`DELETE FROM {record}_key AS k USING {record}_history AS h, past WHERE h.id = past.id AND k.source = h.source AND k.ref = h.ref`),
		e.each(`DELETE FROM {record}_moved AS m USING due WHERE m.record = due.id`),
		e.each(`DELETE FROM {record}_moved AS m USING past WHERE m.record = past.id`),
		e.each(`DELETE FROM {record}_history AS h USING past WHERE h.id = past.id`),
		e.each(`DELETE FROM {record} AS r USING due WHERE r.id = due.id`),
	}
}

// forget has the entries of the feed about a sort of record say no more than that
// it was destroyed.
const forget = `
	UPDATE change SET sort = $2, before = NULL, after = NULL
	FROM (SELECT id FROM due UNION ALL SELECT id FROM past) AS gone WHERE sort = $1 AND `

// noteUnscrubbed notes where dead rows of what is listed lie. A version was in the
// partition of its time until it ended.
func (e ending) noteUnscrubbed() string {
	return e.each(`
		INSERT INTO unscrubbed (certificate, relation)
		SELECT $1, relation FROM (
			SELECT r.tableoid::regclass AS relation FROM {record} AS r JOIN due ON due.id = r.id
			UNION SELECT partition_of('{record}', year) FROM (
				SELECT DISTINCT date_trunc('year', h.{time}) AS year FROM {record}_history AS h JOIN past ON past.id = h.id) AS years
			UNION VALUES ('{record}_key'::regclass), ('{record}_history'), ('{record}_moved'), ('change'), ('destroyed')) AS relations
		ON CONFLICT DO NOTHING`)
}

// inParts calls do with the rows of a query, some after the other, each read by a
// function; a connection can't write while it reads.
func inParts[T any](t *transaction, name, query string, read func(pgx.Rows) (T, error), do func([]T) error) error {
	if _, err := t.exec(`DECLARE ` + name + ` CURSOR FOR ` + query); err != nil {
		return err
	}
	for {
		var some []T
		err := t.rows(`FETCH 4096 FROM `+name, nil, func(rows pgx.Rows) error {
			one, err := read(rows)
			some = append(some, one)
			return err
		})
		if err != nil {
			return err
		}
		if len(some) == 0 {
			_, err := t.exec(`CLOSE ` + name)
			return err
		}
		if err := do(some); err != nil {
			return err
		}
	}
}
