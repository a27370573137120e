package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

// IncidentSums returns the sums of incidents, in order.
func (s *Store) IncidentSums(ctx context.Context) (int64, []data.IncidentSum, error) {
	v, err := s.view(ctx, "read sums of incidents")
	if err != nil {
		return 0, nil, err
	}
	defer v.end()
	var sums []data.IncidentSum
	err = v.rows(selectIncidentSums, nil, func(rows pgx.Rows) (bool, error) {
		sum, err := readIncidentSum(rows)
		sums = append(sums, sum)
		return true, err
	})
	if err != nil {
		return 0, nil, v.failed(err)
	}
	return v.position, sums, nil
}

const selectIncidentSums = `SELECT ` + incidentSumColumns + ` FROM incident_sum
	ORDER BY received, received_precision, class COLLATE "C", category COLLATE "C", outcome COLLATE "C"`

func readIncidentSum(rows pgx.Rows) (sum data.IncidentSum, err error) {
	var when storedWhen
	var class string
	if err := rows.Scan(&when.at, &when.precision, &class, &sum.Category, &sum.Outcome, &sum.Incidents); err != nil {
		return sum, err
	}
	sum.Time = when.when()
	sum.Class, err = geo.ParseClass(class)
	return sum, err
}

const pickupSumColumns = `at, at_precision, centre, class, area, found, visits`

// readPickupSum reads pickupSumColumns, after what is read into before.
func readPickupSum(rows pgx.Rows, before ...any) (sum data.PickupSum, err error) {
	var when storedWhen
	var class, found string
	err = rows.Scan(slices.Concat(before, []any{&when.at, &when.precision, &sum.Centre, &class, &sum.Area, &found, &sum.Visits})...)
	if err != nil {
		return sum, err
	}
	sum.Time = when.when()
	if sum.Class, err = geo.ParseClass(class); err != nil {
		return sum, err
	}
	sum.Found, err = engine.DecodeFound(found)
	return sum, err
}

// settledVisits calls do with the visits of all sums of pickups, until it says
// false.
func settledVisits(v *view, do func([]data.Visit) bool) error {
	visits := engine.SettledVisits{Do: do, AtOnce: visitsAtOnce}
	more := true
	err := v.rows(`SELECT `+pickupSumColumns+` FROM pickup_sum ORDER BY id`, nil, func(rows pgx.Rows) (bool, error) {
		sum, err := readPickupSum(rows)
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

// Settled counts records that are left as sums only. Spans begin and end with
// days: so the middle of the last day of a week, or of a month at its longest,
// stands for its end, however clocks change.
func (s *Store) Settled(ctx context.Context, in data.Span) (pickups, incidents int64, err error) {
	v, err := s.viewOf(ctx, s.writer, "count sums")
	if err != nil {
		return 0, 0, err
	}
	defer v.end()
	meets := func(column string) string {
		return ` WHERE $3 OR ($2::timestamptz IS NULL OR ` + column + ` < $2) AND ($1::timestamptz IS NULL OR
			` + column + ` + CASE WHEN ` + column + `_precision = 3 THEN interval '732 hours' ELSE interval '156 hours' END > $1)`
	}
	err = v.queryRow(`
		SELECT (SELECT coalesce(sum(visits), 0)::bigint FROM pickup_sum`+meets(`at`)+`),
			(SELECT coalesce(sum(incidents), 0)::bigint FROM incident_sum`+meets(`received`)+`)`,
		orNull(in.From), orNull(in.To), in == (data.Span{})).Scan(&pickups, &incidents)
	if err != nil {
		return 0, 0, v.failed(err)
	}
	return pickups, incidents, nil
}
