package sqlite

import (
	"database/sql"
	"errors"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

// sumAtOnce is how many records that are due are read at once.
const sumAtOnce = 4096

// eachDue calls do for every record that is due, with the columns of a query that
// follow n, source and ref, and remembers the records.
func (d *destruction) eachDue(sort data.Sort, query string, do func(*columns) error) error {
	for n := int64(0); ; {
		var keys []data.Key
		err := rowsIn(d.tx, query, []any{n, sumAtOnce}, func(row *columns) error {
			n = row.integer()
			keys = append(keys, data.Key{Source: row.text(), Ref: row.text()})
			return do(row)
		})
		if err != nil || len(keys) == 0 {
			return err
		}
		if err := d.known.add(sort, keys); err != nil {
			return err
		}
	}
}

// sumPickups adds the pickups that are due to their sums, and remembers them.
func (d *destruction) sumPickups() error {
	sums := engine.PickupSums{Plan: d.plan, Store: d.storePickupSums}
	err := d.eachDue(data.PickupSort, `
		SELECT n, source, ref, at_ms, at_precision, lon, lat, class, area, found
		FROM temp.due JOIN pickup ON pickup.id = due.id JOIN pickup_answer ON record = due.id JOIN answer ON answer.id = answer
		WHERE n > ? ORDER BY n LIMIT ?`, func(row *columns) error {
		visit := data.Visit{At: row.sumTime()}
		if point := row.point(); point != nil {
			visit.Point, visit.Located = *point, true
		}
		class, err := geo.ParseClass(row.text())
		if err != nil {
			return err
		}
		visit.Class, visit.Area = class, row.text()
		if visit.Found, err = engine.DecodeFound(row.text()); err != nil {
			return err
		}
		return sums.Add(visit)
	})
	if err != nil {
		return err
	}
	return sums.End()
}

// storePickupSums adds what was added up to the sums in the store.
func (d *destruction) storePickupSums(sums []data.PickupSum) error {
	for i := range sums {
		if err := d.storePickupSum(&sums[i]); err != nil {
			return err
		}
	}
	return nil
}

func (d *destruction) storePickupSum(sum *data.PickupSum) error {
	key := []any{sum.Time.At.UnixMilli(), int64(sum.Time.Precision), nil, nil, sum.Class.String(), sum.Area}
	if sum.Centre != nil {
		key[2], key[3] = int64(sum.Centre.Lon), int64(sum.Centre.Lat)
	}
	var id any // a new one
	var visits int64
	found := "{}"
	err := d.tx.QueryRow(`SELECT id, visits, found FROM pickup_sum
		WHERE time_ms = ? AND time_precision = ? AND lon IS ? AND lat IS ? AND class = ? AND area = ?`, key...).Scan(&id, &visits, &found)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	before, err := engine.DecodeFound(found)
	if err != nil {
		return err
	}
	if found, err = engine.EncodeFound(engine.AddFound(before, sum.Found)); err != nil {
		return err
	}
	_, err = d.tx.Exec(`INSERT OR REPLACE INTO pickup_sum (time_ms, time_precision, lon, lat, class, area, id, visits, found)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, append(key, id, visits+sum.Visits, found)...)
	return err
}

// sumIncidents adds the incidents that are due to their sums, and remembers them.
func (d *destruction) sumIncidents() error {
	sums := engine.IncidentSums{}
	err := d.eachDue(data.IncidentSort, `
		SELECT n, source, ref, received_ms, received_precision, class, category, outcome
		FROM temp.due JOIN incident ON incident.id = due.id JOIN incident_answer ON record = due.id JOIN answer ON answer.id = answer
		WHERE n > ? ORDER BY n LIMIT ?`, func(row *columns) error {
		time := d.plan.SumTime(row.sumTime())
		class, err := geo.ParseClass(row.text())
		sums.Add(data.IncidentSum{Time: time, Class: class, Category: data.Category(row.text()), Outcome: row.text()})
		return err
	})
	if err != nil {
		return err
	}
	for _, sum := range sums.Sums() {
		_, err := d.tx.Exec(`INSERT INTO incident_sum (time_ms, time_precision, class, category, outcome, incidents) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (time_ms, time_precision, class, category, outcome) DO UPDATE SET incidents = incidents + excluded.incidents`,
			sum.Time.At.UnixMilli(), int64(sum.Time.Precision), sum.Class.String(), string(sum.Category), sum.Outcome, sum.Incidents)
		if err != nil {
			return err
		}
	}
	return nil
}
