package sqlite

import (
	"context"
	"iter"
	"time"

	"commonground/data"
	"commonground/geo"
)

const (
	incidentColumns  = keyColumns + `, ` + positionColumns + `, ` + reportColumns
	incidentReported = keyColumns + `, ` + pointColumns + `, ` + reportColumns
	reportColumns    = `received_ms, received_precision, received_ambiguous,
	happened_ms, happened_precision, happened_ambiguous,
	attended_ms, attended_precision, attended_ambiguous,
	channel, category, outcome, answered, reason`
)

var incidents = table[data.Incident]{
	ledger:  ledgers[data.IncidentSort],
	columns: incidentColumns, reported: incidentReported,
	insert: `INSERT INTO incident (` + incidentReported + `)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, ref) DO NOTHING`,
	insertNew: `INSERT INTO incident (` + incidentReported + `)
		SELECT * FROM (VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))
		WHERE NOT EXISTS (SELECT 1 FROM incident_history WHERE source = column1 AND ref = column2)
		ON CONFLICT (source, ref) DO NOTHING`,
	answer: `INSERT INTO incident_answer (record, answer) VALUES (?, ?)`,
	find:   `SELECT id, ` + incidentColumns + ` FROM placed_incident WHERE source = ? AND ref = ?`,
	all:    `SELECT ` + incidentColumns + ` FROM placed_incident ORDER BY id`,
	past: `SELECT number, until_ms, deleted, ` + incidentColumns + ` FROM past_incident
		WHERE source = ? AND ref = ? ORDER BY number`,
	append: appendIncident,
	place:  func(i data.Incident) geo.Place { return i.Place },
	read:   readIncident,
	same: func(stored, given data.Incident) bool {
		given.Received, given.Happened, given.Attended =
			kept(given.Received), kept(given.Happened), kept(given.Attended)
		return stored.Same(given)
	},
	sides: func(c *data.Change) (before, after **data.Incident) { return &c.IncidentBefore, &c.Incident },
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

// PutIncidents is PutPickups for incidents.
func (s *Store) PutIncidents(ctx context.Context, revision int64, batch []data.Incident) ([]data.Receipt, error) {
	return putAll(ctx, s, incidents, revision, batch)
}

// ReplaceIncident is ReplacePickup for an incident.
func (s *Store) ReplaceIncident(ctx context.Context, revision int64, i data.Incident, at time.Time) (data.Receipt, error) {
	return replaceOne(ctx, s, incidents, replacement[data.Incident]{i, revision, at})
}

// Incidents yields every incident in the order in which their versions came.
// Until the sequence was ranged over or ctx ends, the view keeps a connection.
func (s *Store) Incidents(ctx context.Context) (int64, iter.Seq2[data.Incident, error], error) {
	v, err := s.view(ctx, "read incidents")
	if err != nil {
		return 0, nil, err
	}
	return v.position, streamAll(v, incidents), nil
}
