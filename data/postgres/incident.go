package postgres

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/geo"
)

var incidents = table[data.Incident]{
	Sort: data.IncidentSort,
	name: "incident",
	columns: slices.Concat([]string{"source", "ref"}, positionColumns, whenColumns("received"), whenColumns("happened"),
		whenColumns("attended"), []string{"channel", "category", "outcome", "answered", "reason"}),
	values: func(i data.Incident) ([]any, error) {
		return slices.Concat([]any{i.Source, i.Ref}, positionValues(i.Position), whenValues(i.Received), whenValues(i.Happened),
			whenValues(i.Attended), []any{i.Channel, string(i.Category), i.Outcome, string(i.Answered), i.Reason}), nil
	},
	read: readIncident,
	key:  func(i data.Incident) data.Key { return i.Key },
	placed: func(i *data.Incident) (data.When, *geo.Place, bool) {
		return i.Happened, &i.Place, i.Point != nil
	},
	same:   func(stored, given data.Incident) bool { return stored.Same(keptIncident(given)) },
	asKept: keptIncident,
	sides:  func(c *data.Change) (before, after **data.Incident) { return &c.IncidentBefore, &c.Incident },
}

func keptIncident(i data.Incident) data.Incident {
	i.Received, i.Happened, i.Attended = keptWhen(i.Received), keptWhen(i.Happened), keptWhen(i.Attended)
	return i
}

func readIncident(rows pgx.Rows, before ...any) (i data.Incident, err error) {
	var position storedPosition
	var received, happened, attended storedWhen
	if err = rows.Scan(slices.Concat(before, []any{&i.Source, &i.Ref}, position.into(), received.into(), happened.into(), attended.into(),
		[]any{&i.Channel, &i.Category, &i.Outcome, &i.Answered, &i.Reason})...); err != nil {
		return i, err
	}
	i.Received, i.Happened, i.Attended = received.when(), happened.when(), attended.when()
	i.Position, err = position.position()
	return i, err
}

// PutIncidents is PutPickups for incidents.
func (s *Store) PutIncidents(ctx context.Context, revision int64, batch []data.Incident) ([]data.Receipt, error) {
	return putAll(ctx, s, incidents, revision, batch)
}

// ReplaceIncident is ReplacePickup for an incident.
func (s *Store) ReplaceIncident(ctx context.Context, revision int64, i data.Incident, at time.Time) (data.Receipt, error) {
	return replaceOne(ctx, s, incidents, replacement[data.Incident]{i, revision, at})
}

// Incidents yields every incident. Until the sequence was ranged over or ctx ends,
// the view keeps a connection.
func (s *Store) Incidents(ctx context.Context) (int64, iter.Seq2[data.Incident, error], error) {
	v, err := s.view(ctx, "read incidents")
	if err != nil {
		return 0, nil, err
	}
	return v.position, streamAll(v, incidents), nil
}
