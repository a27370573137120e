package sqlite

import (
	"database/sql"

	"commonground/data"
	"commonground/data/engine"
)

// countsOf returns the hash of all counts, for comparison.
func countsOf(tx *sql.Tx, plan *data.Destruction) (string, error) {
	counts := engine.NewCounts(plan)
	for _, query := range []string{
		`SELECT at_ms, at_precision, class, found, 1 FROM pickup JOIN pickup_answer ON record = pickup.id JOIN answer ON answer.id = answer`,
		`SELECT time_ms, time_precision, class, found, visits FROM pickup_sum`,
	} {
		err := rowsIn(tx, query, nil, func(row *columns) error {
			return counts.AddPickups(row.sumTime(), row.text(), row.text(), row.integer())
		})
		if err != nil {
			return "", err
		}
	}
	for _, query := range []string{
		`SELECT received_ms, received_precision, class, category, outcome, 1 FROM incident JOIN incident_answer ON record = incident.id JOIN answer ON answer.id = answer`,
		`SELECT time_ms, time_precision, class, category, outcome, incidents FROM incident_sum`,
	} {
		err := rowsIn(tx, query, nil, func(row *columns) error {
			counts.AddIncidents(row.sumTime(), row.text(), row.text(), row.text(), row.integer())
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return counts.Hash(), nil
}
