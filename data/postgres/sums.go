package postgres

import (
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

// dueRecord is a record that is due, as the sum of that record alone.
type dueRecord[T any] struct {
	key data.Key
	sum T
}

// rememberDue remembers the records of some rows.
func rememberDue[T any](d *destruction, sort data.Sort, some []dueRecord[T]) error {
	keys := make([]data.Key, len(some))
	for i := range some {
		keys[i] = some[i].key
	}
	return d.known.add(sort, keys)
}

// sumPickups adds the pickups that are due to their sums, and remembers them.
func (d *destruction) sumPickups(e ending) error {
	sums := engine.PickupSums{Plan: d.plan, Store: d.storePickupSums}
	err := inParts(d.transaction, "due_pickup", `
		SELECT source, ref, at, at_precision, point, class, area, found FROM due JOIN pickup USING (id) ORDER BY n`,
		readDuePickup, func(some []dueRecord[data.Visit]) error {
			for _, record := range some {
				if err := sums.Add(record.sum); err != nil {
					return err
				}
			}
			return rememberDue(d, e.Sort, some)
		})
	if err != nil {
		return err
	}
	return sums.End()
}

func readDuePickup(rows pgx.Rows) (record dueRecord[data.Visit], err error) {
	visit := &record.sum
	var when storedWhen
	var point *geo.Point
	var class, found string
	err = rows.Scan(&record.key.Source, &record.key.Ref, &when.at, &when.precision, &point, &class, &visit.Area, &found)
	if err != nil {
		return record, err
	}
	visit.At = when.when()
	if point != nil {
		visit.Point, visit.Located = *point, true
	}
	if visit.Class, err = geo.ParseClass(class); err != nil {
		return record, err
	}
	visit.Found, err = engine.DecodeFound(found)
	return record, err
}

// storePickupSums adds what was added up of one week or month to the sums in the
// store.
func (d *destruction) storePickupSums(sums []data.PickupSum) error {
	stored, err := d.storedPickupSums(sums[0].Time)
	if err != nil {
		return err
	}
	var added [][]any
	var ids, visits []int64
	var founds []string
	for i := range sums {
		sum := &sums[i]
		before, there := stored[engine.CellOf(sum)]
		found, err := engine.EncodeFound(engine.AddFound(before.sum.Found, sum.Found))
		if err != nil {
			return err
		}
		if there {
			ids, visits, founds = append(ids, before.id), append(visits, before.sum.Visits+sum.Visits), append(founds, found)
			continue
		}
		var centre any
		if sum.Centre != nil {
			centre = *sum.Centre
		}
		added = append(added, []any{sum.Time.At, int16(sum.Time.Precision), centre, sum.Class.String(), sum.Area, found, sum.Visits})
	}
	_, err = d.exec(`
		UPDATE pickup_sum SET visits = now.visits, found = now.found::json
		FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS now (id, visits, found) WHERE pickup_sum.id = now.id`, ids, visits, founds)
	if err != nil {
		return err
	}
	_, err = d.conn.CopyFrom(d.ctx, pgx.Identifier{"pickup_sum"},
		[]string{"at", "at_precision", "centre", "class", "area", "found", "visits"}, pgx.CopyFromRows(added))
	return err
}

// storedSum is a sum of pickups that is in the store.
type storedSum struct {
	id  int64
	sum data.PickupSum
}

func (d *destruction) storedPickupSums(at data.When) (map[engine.Cell]storedSum, error) {
	stored := map[engine.Cell]storedSum{}
	return stored, d.rows(`SELECT id, `+pickupSumColumns+` FROM pickup_sum WHERE at = $1 AND at_precision = $2`,
		[]any{at.At, int16(at.Precision)}, func(rows pgx.Rows) (err error) {
			var one storedSum
			one.sum, err = readPickupSum(rows, &one.id)
			stored[engine.CellOf(&one.sum)] = one
			return err
		})
}

// sumIncidents adds the incidents that are due to their sums, and remembers them.
func (d *destruction) sumIncidents(e ending) error {
	sums := engine.IncidentSums{}
	err := inParts(d.transaction, "due_incident", `
		SELECT source, ref, received, received_precision, class, category, outcome FROM due JOIN incident USING (id) ORDER BY n`,
		readDueIncident, func(some []dueRecord[data.IncidentSum]) error {
			for _, record := range some {
				record.sum.Time = d.plan.SumTime(record.sum.Time)
				sums.Add(record.sum)
			}
			return rememberDue(d, e.Sort, some)
		})
	if err != nil {
		return err
	}
	for _, sum := range sums.Sums() {
		_, err := d.exec(`
			INSERT INTO incident_sum AS s (received, received_precision, class, category, outcome, incidents) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (received, received_precision, class, category, outcome) DO UPDATE SET incidents = s.incidents + excluded.incidents`,
			sum.Time.At, int16(sum.Time.Precision), sum.Class.String(), string(sum.Category), sum.Outcome, sum.Incidents)
		if err != nil {
			return err
		}
	}
	return nil
}

func readDueIncident(rows pgx.Rows) (record dueRecord[data.IncidentSum], err error) {
	sum := &record.sum
	var when storedWhen
	var class string
	err = rows.Scan(&record.key.Source, &record.key.Ref, &when.at, &when.precision, &class, &sum.Category, &sum.Outcome)
	if err != nil {
		return record, err
	}
	sum.Time = when.when()
	sum.Class, err = geo.ParseClass(class)
	return record, err
}

// countsOf returns the hash of all counts, for comparison.
func (t *transaction) countsOf(plan *data.Destruction) (string, error) {
	counts := engine.NewCounts(plan)
	var at *time.Time
	var precision int16
	var class, found, category, outcome string
	var n int64
	when := func() data.When { return data.When{At: orZero(at), Precision: data.Precision(precision)} }
	for _, query := range []string{
		`SELECT at, at_precision, class, found, 1::bigint FROM pickup`,
		`SELECT at, at_precision, class, found, visits FROM pickup_sum`,
	} {
		err := t.rows(query, nil, func(rows pgx.Rows) error {
			if err := rows.Scan(&at, &precision, &class, &found, &n); err != nil {
				return err
			}
			return counts.AddPickups(when(), class, found, n)
		})
		if err != nil {
			return "", err
		}
	}
	for _, query := range []string{
		`SELECT received, received_precision, class, category, outcome, 1::bigint FROM incident`,
		`SELECT received, received_precision, class, category, outcome, incidents FROM incident_sum`,
	} {
		err := t.rows(query, nil, func(rows pgx.Rows) error {
			err := rows.Scan(&at, &precision, &class, &category, &outcome, &n)
			if err == nil {
				counts.AddIncidents(when(), class, category, outcome, n)
			}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return counts.Hash(), nil
}
