package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

// rowsIn calls do for every row that a query of a transaction returns.
func rowsIn(tx *sql.Tx, query string, args []any, do func(*columns) error) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var row columns
	for rows.Next() {
		if err := row.scan(rows); err != nil {
			return err
		}
		if err := errors.Join(do(&row), row.err); err != nil {
			return err
		}
	}
	return rows.Err()
}

// IncidentSums returns the sums of incidents, in order.
func (s *Store) IncidentSums(ctx context.Context) (int64, []data.IncidentSum, error) {
	v, err := s.view(ctx, "read sums of incidents")
	if err != nil {
		return 0, nil, err
	}
	defer v.end()
	var sums []data.IncidentSum
	err = v.rows(selectIncidentSums, nil, func(row *columns) (bool, error) {
		sum, err := row.incidentSum()
		sums = append(sums, sum)
		return true, err
	})
	if err != nil {
		return 0, nil, v.failed(err)
	}
	return v.position, sums, nil
}

const (
	incidentSumColumns = `time_ms, time_precision, class, category, outcome, incidents`
	selectIncidentSums = `SELECT ` + incidentSumColumns + ` FROM incident_sum ORDER BY time_ms, time_precision, class, category, outcome`
)

// incidentSum reads incidentSumColumns.
func (c *columns) incidentSum() (data.IncidentSum, error) {
	sum := data.IncidentSum{Time: c.sumTime()}
	class, err := geo.ParseClass(c.text())
	sum.Class, sum.Category, sum.Outcome, sum.Incidents = class, data.Category(c.text()), c.text(), c.integer()
	return sum, err
}

// sumTime reads the time of a sum.
func (c *columns) sumTime() data.When {
	return data.When{At: time.UnixMilli(c.integer()).UTC(), Precision: data.Precision(c.integer())}
}

const pickupSumColumns = `time_ms, time_precision, lon, lat, class, area, found, visits`

// pickupSum reads pickupSumColumns.
func (c *columns) pickupSum() (data.PickupSum, error) {
	sum := data.PickupSum{Time: c.sumTime(), Centre: c.point()}
	class, err := geo.ParseClass(c.text())
	if err != nil {
		return sum, err
	}
	sum.Class, sum.Area = class, c.text()
	sum.Found, err = engine.DecodeFound(c.text())
	sum.Visits = c.integer()
	return sum, err
}

// settledVisits calls do with the visits of all sums of pickups, until it says
// false.
func settledVisits(v *view, do func([]data.Visit) bool) error {
	visits := engine.SettledVisits{Do: do, AtOnce: visitsAtOnce}
	more := true
	err := v.rows(`SELECT `+pickupSumColumns+` FROM pickup_sum ORDER BY id`, nil, func(row *columns) (bool, error) {
		sum, err := row.pickupSum()
		if err == nil {
			more = visits.Add(sum)
		}
		return more, err
	})
	if err == nil && more {
		visits.End()
	}
	return err
}

// lastOfWeekMS and lastOfMonthMS lead from the start of a week to the middle of
// its last day, and from that of a month to the middle of the last it may have:
// clocks that change make no difference, for spans begin and end with days.
const lastOfWeekMS, lastOfMonthMS = (6*24 + 12) * 3_600_000, (30*24 + 12) * 3_600_000

// Settled counts records that are left as sums only.
func (s *Store) Settled(ctx context.Context, in data.Span) (pickups, incidents int64, err error) {
	v, err := s.view(ctx, "count sums")
	if err != nil {
		return 0, 0, err
	}
	defer v.end()
	args := append(spanArgs(in), int64(lastOfWeekMS), int64(lastOfMonthMS))
	for _, count := range []struct {
		query string
		into  *int64
	}{
		{`SELECT coalesce(sum(visits), 0) FROM pickup_sum`, &pickups},
		{`SELECT coalesce(sum(incidents), 0) FROM incident_sum`, &incidents},
	} {
		err := v.tx.QueryRowContext(v.ctx, count.query+`
			WHERE ?1 OR (time_ms < ?3 AND time_ms + iif(time_precision = 3, ?5, ?4) > ?2)`, args...).Scan(count.into)
		if err != nil {
			return 0, 0, v.failed(err)
		}
	}
	return pickups, incidents, nil
}
