package sqlite

import (
	"cmp"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

// sumAtOnce is how many records that are due are read at once.
const sumAtOnce = 4096

// pickupCell is what pickups of one sum have in common. The times of records that
// are due come in order, so that few cells are open at a time.
type pickupCell struct {
	ms          int64
	precision   data.Precision
	located     bool
	centre      geo.Point
	class, area string
}

func (c pickupCell) compare(other pickupCell) int {
	return cmp.Or(
		cmp.Compare(c.ms, other.ms), cmp.Compare(c.precision, other.precision),
		cmp.Compare(c.centre.Lon, other.centre.Lon), cmp.Compare(c.centre.Lat, other.centre.Lat),
		strings.Compare(c.class, other.class), strings.Compare(c.area, other.area),
	)
}

// key returns the parameters by which a sum is found.
func (c pickupCell) key() []any {
	args := []any{c.ms, int64(c.precision), nil, nil, c.class, c.area}
	if c.located {
		args[2], args[3] = int64(c.centre.Lon), int64(c.centre.Lat)
	}
	return args
}

// pickupTally is what a sum adds up.
type pickupTally struct {
	visits int64
	found  map[string]int
}

func (t *pickupTally) add(visits int64, found []data.Quantity) {
	t.visits += visits
	for _, quantity := range found {
		if quantity.Items != 0 {
			t.found[quantity.Kind] += quantity.Items
		}
	}
}

func (t *pickupTally) quantities() []data.Quantity {
	var found []data.Quantity
	for _, kind := range slices.Sorted(maps.Keys(t.found)) {
		found = append(found, data.Quantity{Kind: kind, Items: t.found[kind]})
	}
	return found
}

// sumPickups adds the pickups that are due to their sums, and remembers them.
func (d *destruction) sumPickups() error {
	cells := map[pickupCell]*pickupTally{}
	current := data.When{}
	for n := int64(0); ; {
		some, err := d.someDue(data.PickupSort, &n, `SELECT n, source, ref, at_ms, at_precision, lon, lat, class, area, found
			FROM temp.due JOIN pickup ON pickup.id = due.id JOIN pickup_answer ON record = due.id JOIN answer ON answer.id = answer
			WHERE n > ? ORDER BY n LIMIT ?`)
		if err != nil || len(some) == 0 {
			return errors.Join(err, d.storePickupSums(cells))
		}
		for _, row := range some {
			if time := d.plan.SumTime(row.when); !time.Equal(current) {
				if err := d.storePickupSums(cells); err != nil {
					return err
				}
				current = time
			}
			if err := row.addPickup(cells, current, d.plan); err != nil {
				return err
			}
		}
	}
}

// dueRow is a record that is due; columns hold what is left to read.
type dueRow struct {
	when data.When
	rest columns
}

// someDue returns the next records that are due, and remembers their keys. The
// first columns of a query are n, source, ref and the time.
func (d *destruction) someDue(sort data.Sort, n *int64, query string) ([]dueRow, error) {
	var some []dueRow
	var keys []data.Key
	err := rowsIn(d.tx, query, []any{*n, sumAtOnce}, func(row *columns) error {
		*n = row.integer()
		keys = append(keys, data.Key{Source: row.text(), Ref: row.text()})
		ms := row.integer()
		when := data.When{At: time.UnixMilli(ms).UTC(), Precision: data.Precision(row.integer())}
		some = append(some, dueRow{when, columns{values: slices.Clone(row.values), next: row.next}})
		return nil
	})
	return some, errors.Join(err, d.known.add(sort, keys))
}

func (r *dueRow) addPickup(cells map[pickupCell]*pickupTally, time data.When, plan *data.Destruction) error {
	cell := pickupCell{ms: time.At.UnixMilli(), precision: time.Precision}
	if centre := plan.Centre(r.rest.point()); centre != nil {
		cell.located, cell.centre = true, *centre
	}
	cell.class, cell.area = r.rest.text(), r.rest.text()
	found, err := engine.DecodeFound(r.rest.text())
	tally := cells[cell]
	if tally == nil {
		tally = &pickupTally{found: map[string]int{}}
		cells[cell] = tally
	}
	tally.add(1, found)
	return err
}

// storePickupSums adds what was added up to the sums in the store.
func (d *destruction) storePickupSums(cells map[pickupCell]*pickupTally) error {
	for _, cell := range slices.SortedFunc(maps.Keys(cells), pickupCell.compare) {
		if err := d.storePickupSum(cell, cells[cell]); err != nil {
			return err
		}
	}
	clear(cells)
	return nil
}

func (d *destruction) storePickupSum(cell pickupCell, tally *pickupTally) error {
	key := cell.key()
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
	tally.add(visits, before)
	if found, err = engine.EncodeFound(tally.quantities()); err != nil {
		return err
	}
	_, err = d.tx.Exec(`INSERT OR REPLACE INTO pickup_sum (time_ms, time_precision, lon, lat, class, area, id, visits, found)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, append(key, id, tally.visits, found)...)
	return err
}

// sumIncidents adds the incidents that are due to their sums, and remembers them.
func (d *destruction) sumIncidents() error {
	for n := int64(0); ; {
		some, err := d.someDue(data.IncidentSort, &n, `SELECT n, source, ref, received_ms, received_precision, class, category, outcome
			FROM temp.due JOIN incident ON incident.id = due.id JOIN incident_answer ON record = due.id JOIN answer ON answer.id = answer
			WHERE n > ? ORDER BY n LIMIT ?`)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, row := range some {
			time := d.plan.SumTime(row.when)
			_, err := d.tx.Exec(`INSERT INTO incident_sum (time_ms, time_precision, class, category, outcome, incidents) VALUES (?, ?, ?, ?, ?, 1)
				ON CONFLICT (time_ms, time_precision, class, category, outcome) DO UPDATE SET incidents = incidents + 1`,
				time.At.UnixMilli(), int64(time.Precision), row.rest.text(), row.rest.text(), row.rest.text())
			if err != nil {
				return err
			}
		}
	}
}
