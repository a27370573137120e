package sqlite

import "commonground/data"

// ending says how one sort of record is destroyed. While that goes on, two
// temporary tables list ids: due those of the present versions of records whose
// time is over, in the order of their times, and past those of versions that
// have ended. Nothing else of a record goes into a temporary table, which may
// become a file.
type ending struct {
	data.Sort
	record   string
	begin    [4]string
	due      string // lists what is due, before a week's and a month's time
	dueEnded string // lists the last versions of those that had been deleted
	held     [3]string
	earlier  [2]string // lists the earlier versions of both
	undated  string
	days     string
	ended    string // selects ids, sources and references of past, some after another
	destroy  [6]string
	drop     [2]string
	sum      func(*destruction) error
}

const countDue = `SELECT (SELECT count(*) FROM temp.due), (SELECT count(*) FROM temp.past)`

var endings = []ending{
	newEnding("pickup", "at", ""),
	newEnding("incident", "received", "happened"),
}

// over selects times before the parameters 1 and 2.
func over(column string) string {
	return `((` + column + `_precision IN (1, 2) AND ` + column + `_ms < ?1) OR (` + column + `_precision = 3 AND ` + column + `_ms < ?2))`
}

// meets selects times in the span of the parameters 1 and 2, or, where the month
// alone is known, from 3 on.
func meets(column string) string {
	return `(` + column + `_ms < ?2 AND ` + column + `_ms >= iif(` + column + `_precision = 3, ?3, ?1))`
}

// newEnding returns the ending of records that go by one time, and are held by
// another too if there is one. The words are ours: none comes from a caller.
func newEnding(record, time, other string) ending {
	history := record + `_history`
	held := func(table string) string {
		if other == "" {
			return meets(table + `.` + time)
		}
		return `(` + meets(table+`.`+time) + ` OR ` + meets(table+`.`+other) + `)`
	}
	e := ending{
		record: record,
		begin: [4]string{
			`CREATE TEMP TABLE IF NOT EXISTS due (n INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE)`,
			`CREATE TEMP TABLE IF NOT EXISTS past (id INTEGER PRIMARY KEY)`,
			`DELETE FROM temp.due`,
			`DELETE FROM temp.past`,
		},
		due: `INSERT INTO temp.due (id) SELECT id FROM ` + record + ` WHERE ` + over(time) + ` ORDER BY ` + time + `_precision = 3, ` + time + `_ms, id`,
		dueEnded: `INSERT INTO temp.past (id) SELECT id FROM ` + history + ` AS last WHERE deleted AND ` + over(time) + `
			AND number = (SELECT max(number) FROM ` + history + ` AS h WHERE h.source = last.source AND h.ref = last.ref)
			AND NOT EXISTS (SELECT 1 FROM ` + record + ` AS r WHERE r.source = last.source AND r.ref = last.ref)`,
		held: [3]string{
			`DELETE FROM temp.due WHERE id IN (SELECT id FROM ` + record + ` AS r WHERE ` + held(`r`) + `)`,
			`DELETE FROM temp.due WHERE id IN (SELECT r.id FROM ` + record + ` AS r JOIN ` + history + ` AS h USING (source, ref) WHERE ` + held(`h`) + `)`,
			`DELETE FROM temp.past WHERE id IN (SELECT last.id FROM ` + history + ` AS last JOIN ` + history + ` AS h USING (source, ref) WHERE ` + held(`h`) + `)`,
		},
		earlier: [2]string{
			`INSERT OR IGNORE INTO temp.past (id) SELECT h.id FROM ` + history + ` AS h JOIN ` + record + ` AS r USING (source, ref) WHERE r.id IN (SELECT id FROM temp.due)`,
			`INSERT OR IGNORE INTO temp.past (id) SELECT h.id FROM ` + history + ` AS h JOIN ` + history + ` AS last USING (source, ref) WHERE last.id IN (SELECT id FROM temp.past)`,
		},
		undated: `SELECT count(*) FROM ` + record + ` WHERE ` + time + `_precision = 0`,
		days: `SELECT min(` + time + `_ms), max(` + time + `_ms) FROM ` + record + `
			WHERE id IN (SELECT id FROM temp.due) AND (` + time + `_precision = 3) = ?`,
		ended: `SELECT id, source, ref FROM ` + history + ` WHERE id > ? AND id IN (SELECT id FROM temp.past) ORDER BY id LIMIT ?`,
		destroy: [6]string{
			`DELETE FROM ` + record + `_answer WHERE record IN (SELECT id FROM temp.due)`,
			`DELETE FROM ` + record + `_moved WHERE record IN (SELECT id FROM temp.due UNION ALL SELECT id FROM temp.past)`,
			`UPDATE change SET record = 'destroyed', before = NULL, after = NULL
				WHERE record = '` + record + `' AND (before IN (SELECT id FROM temp.past)
					OR after IN (SELECT id FROM temp.due UNION ALL SELECT id FROM temp.past))`,
			`DELETE FROM ` + history + ` WHERE id IN (SELECT id FROM temp.past)`,
			`DELETE FROM ` + record + ` WHERE id IN (SELECT id FROM temp.due)`,
			`DELETE FROM answer WHERE id NOT IN (SELECT answer FROM pickup_answer UNION SELECT answer FROM incident_answer
				UNION SELECT answer FROM pickup_history UNION SELECT answer FROM incident_history
				UNION SELECT before FROM pickup_moved UNION SELECT after FROM pickup_moved
				UNION SELECT before FROM incident_moved UNION SELECT after FROM incident_moved)`,
		},
		drop: [2]string{`DROP TABLE temp.due`, `DROP TABLE temp.past`},
	}
	e.Sort, e.sum = data.PickupSort, (*destruction).sumPickups
	if record == "incident" {
		e.Sort, e.sum = data.IncidentSort, (*destruction).sumIncidents
	}
	return e
}
