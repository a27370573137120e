package sqlite

import (
	"context"
	"database/sql"
	"iter"

	"commonground/data"
	"commonground/geo"
)

const (
	incidentColumns = keyColumns + `, ` + positionColumns + `, ` + reportColumns
	reportColumns   = `received_ms, received_precision, received_ambiguous,
	happened_ms, happened_precision, happened_ambiguous,
	attended_ms, attended_precision, attended_ambiguous,
	channel, category, outcome, answered, reason`
)

var incidents = table[data.Incident]{
	insert: `INSERT INTO incident (` + keyColumns + `, ` + pointColumns + `, ` + reportColumns + `)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (source, ref) DO NOTHING`,
	answer: `INSERT INTO incident_answer (record, answer) VALUES (?, ?)`,
	find:   `SELECT ` + incidentColumns + ` FROM placed_incident WHERE source = ? AND ref = ?`,
	all:    `SELECT ` + incidentColumns + ` FROM placed_incident ORDER BY id`,
	append: appendIncident,
	place:  func(i data.Incident) geo.Place { return i.Place },
	read:   readIncident,
	same: func(stored, given data.Incident) bool {
		given.Received, given.Happened, given.Attended =
			kept(given.Received), kept(given.Happened), kept(given.Attended)
		return stored.Same(given)
	},
}

func readIncident(c *columns) (data.Incident, error) {
	return data.Incident{
		Key: data.Key{Source: c.text(), Ref: c.text()}, Position: c.position(),
		Received: c.when(), Happened: c.when(), Attended: c.when(),
		Channel: c.text(), Category: data.Category(c.text()), Outcome: c.text(),
		Answered: data.Answer(c.text()), Reason: c.text(),
	}, nil
}

func appendIncident(args []any, i data.Incident) ([]any, error) {
	args = append(args, i.Source, i.Ref)
	args = appendPoint(args, i.Position)
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
	return streamAll(v, incidents), nil
}
