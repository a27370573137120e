package sqlite

import (
	"context"
	"database/sql"
	"iter"

	"commonground/data"
)

const incidentColumns = keyColumns + `, ` + positionColumns + `,
	received_ms, received_precision, received_ambiguous,
	happened_ms, happened_precision, happened_ambiguous,
	attended_ms, attended_precision, attended_ambiguous,
	channel, category, outcome, answered, reason`

var incidents = table[data.Incident]{
	insert: `INSERT INTO incident (` + incidentColumns + `)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (source, ref) DO NOTHING`,
	find:   `SELECT ` + incidentColumns + ` FROM incident WHERE source = ? AND ref = ?`,
	all:    `SELECT ` + incidentColumns + ` FROM incident ORDER BY id`,
	append: appendIncident,
	newRow: func() row[data.Incident] { return &incidentRow{} },
	same: func(stored, given data.Incident) bool {
		given.Received, given.Happened, given.Attended =
			kept(given.Received), kept(given.Happened), kept(given.Attended)
		return stored.Same(given)
	},
}

type incidentRow struct {
	incident data.Incident // the columns that need no conversion
	positionRow
	received, happened, attended whenRow
}

func (r *incidentRow) columns() []any {
	i := &r.incident
	columns := append([]any{&i.Source, &i.Ref}, r.positionRow.columns()...)
	columns = append(columns, r.received.columns()...)
	columns = append(columns, r.happened.columns()...)
	columns = append(columns, r.attended.columns()...)
	return append(columns, &i.Channel, &i.Category, &i.Outcome, &i.Answered, &i.Reason)
}

func (r *incidentRow) record() (data.Incident, error) {
	incident := r.incident
	var err error
	incident.Position, err = r.position()
	incident.Received, incident.Happened, incident.Attended =
		r.received.when(), r.happened.when(), r.attended.when()
	return incident, err
}

func appendIncident(args []any, i data.Incident) ([]any, error) {
	args = append(args, i.Source, i.Ref)
	args = appendPosition(args, i.Position)
	args = appendWhen(args, i.Received)
	args = appendWhen(args, i.Happened)
	args = appendWhen(args, i.Attended)
	return append(args, i.Channel, string(i.Category), i.Outcome, string(i.Answered), i.Reason), nil
}

// PutIncidents is PutPickups for incidents. They make no entry in the change
// feed.
func (s *Store) PutIncidents(ctx context.Context, revision int64, batch []data.Incident) ([]data.Receipt, error) {
	var receipts []data.Receipt
	err := s.write(ctx, "put incidents", func(tx *sql.Tx) error {
		err := checkRevision(tx, revision)
		if err == nil {
			receipts, err = put(tx, incidents, batch)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return receipts, nil
}

// Incidents yields every incident in the order in which they were added. Until
// the sequence was ranged over or ctx ends, the view keeps a connection.
func (s *Store) Incidents(ctx context.Context) (iter.Seq2[data.Incident, error], error) {
	v, err := s.view(ctx, "read incidents")
	if err != nil {
		return nil, err
	}
	return stream(v, incidents), nil
}
