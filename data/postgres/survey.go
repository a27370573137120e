package postgres

import (
	"context"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

// survey says how one sort of record is placed anew.
type survey struct {
	data.Sort
	table string
	time  string   // what the place goes by
	tells []string // the columns that a data.Move tells, besides the time of a pickup
}

// surveys lists pickups, whose place goes by when they were made, and incidents,
// whose place goes by when they happened.
var surveys = []survey{
	{data.PickupSort, "pickup", "at", []string{"found"}},
	{data.IncidentSort, "incident", "happened", whenColumns("received")},
}

// surveySize is how many records are asked for the place of at once.
const surveySize = 1024

// surveyed is a number of records with the answers that are stored and those
// that a placer gives now, column by column.
type surveyed struct {
	survey
	ids         []int64
	before, now []geo.Place
	positions   []data.Position
	times       []data.When
	found       []string    // by pickups
	received    []data.When // incidents
}

// query selects the records of a span: those without a time too if it is all.
func (s survey) query(in data.Span) (query string, args []any) {
	columns := slices.Concat([]string{"id"}, positionColumns, whenColumns(s.time), s.tells)
	query = `SELECT ` + table[any]{columns: columns}.list(``) + ` FROM ` + s.table
	if in == (data.Span{}) {
		return query, nil
	}
	return query + ` WHERE (` + s.time + ` >= $1 OR $1 IS NULL) AND (` + s.time + ` < $2 OR $2 IS NULL) AND ` + s.time + ` IS NOT NULL`,
		[]any{orNull(in.From), orNull(in.To)}
}

// add reads a row of the query.
func (s *surveyed) add(rows pgx.Rows) error {
	var id int64
	var position storedPosition
	var when, received storedWhen
	var found string
	tells := []any{&found}
	if s.Sort == data.IncidentSort {
		tells = received.into()
	}
	if err := rows.Scan(slices.Concat([]any{&id}, position.into(), when.into(), tells)...); err != nil {
		return err
	}
	p, err := position.position()
	s.before = append(s.before, p.Place)
	p.Place = geo.Place{}
	s.ids, s.positions, s.times = append(s.ids, id), append(s.positions, p), append(s.times, when.when())
	s.found, s.received = append(s.found, found), append(s.received, received.when())
	return err
}

// ask asks for the places of the records.
func (s *surveyed) ask(place data.Placer) {
	s.now = make([]geo.Place, len(s.ids))
	place(s.now, s.positions, s.times)
}

func (s *surveyed) clear() { *s = surveyed{survey: s.survey} }

// moved reports whether record i gets another answer, and which. The version of
// the boundary is no part of an answer.
func (s *surveyed) moved(i int) (now geo.Place, moved bool) {
	now = s.now[i]
	now.Version = 0
	return now, now != s.before[i]
}

// run asks a placer for all records of a span that a query returns, and calls do
// with some after the other, until it says false.
func (s survey) run(rows func(query string, args []any, do func(pgx.Rows) (bool, error)) error, in data.Span, place data.Placer,
	do func(*surveyed) (bool, error),
) error {
	some := surveyed{survey: s}
	more := true
	ask := func() (err error) {
		some.ask(place)
		more, err = do(&some)
		some.clear()
		return err
	}
	query, args := s.query(in)
	err := rows(query, args, func(rows pgx.Rows) (bool, error) {
		if err := some.add(rows); err != nil || len(some.ids) < surveySize {
			return true, err
		}
		err := ask()
		return more, err
	})
	if err != nil || len(some.ids) == 0 {
		return err
	}
	return ask()
}

// Moves yields the pickups that would get another answer, then the incidents.
// Until the sequence was ranged over or ctx ends, the view keeps a connection.
func (s *Store) Moves(ctx context.Context, revision int64, in data.Span, place data.Placer) (iter.Seq2[data.Move, error], error) {
	v, err := s.viewOf(ctx, s.writer, "work out what would move")
	if err != nil {
		return nil, err
	}
	if err := checkRevision(revision, v.queryRow(`SELECT revision FROM settings`)); err != nil {
		defer v.end()
		return nil, v.failed(err)
	}
	return stream(v, func(do func(data.Move) bool) error {
		for _, survey := range surveys {
			more := true
			err := survey.run(v.rows, in, place, func(some *surveyed) (bool, error) {
				var err error
				more, err = some.tell(do)
				return more, err
			})
			if err != nil || !more {
				return err
			}
		}
		return nil
	}), nil
}

// tell calls do with each move, until it says false.
func (s *surveyed) tell(do func(data.Move) bool) (more bool, err error) {
	for i := range s.ids {
		now, moved := s.moved(i)
		if !moved {
			continue
		}
		move := data.Move{Sort: s.Sort, When: s.times[i], Before: s.before[i], After: now}
		if s.Sort == data.IncidentSort {
			move.When = s.received[i]
		} else if move.Found, err = engine.DecodeFound(s.found[i]); err != nil {
			return false, err
		}
		if !do(move) {
			return false, nil
		}
	}
	return true, nil
}

// placeAnew asks again for the place of every record in a span. Of those that get
// another answer it keeps the one before and writes the new one. The lock of the
// settings keeps every other writer away.
func (t *transaction) placeAnew(revision int64, in data.Span, place data.Placer) error {
	for _, survey := range surveys {
		var moves moves
		err := survey.run(t.someRows, in, place, func(some *surveyed) (bool, error) {
			for i := range some.ids {
				if now, moved := some.moved(i); moved {
					moves.add(some.ids[i], now)
				}
			}
			return true, nil
		})
		if err == nil {
			err = t.writeMoves(survey.table, revision, &moves)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// someRows is rows in the shape of those of a view.
func (t *transaction) someRows(query string, args []any, do func(pgx.Rows) (bool, error)) error {
	return t.rows(query, args, func(rows pgx.Rows) error {
		_, err := do(rows)
		return err
	})
}

// moves are records that get another answer, column by column: 40 bytes each
// until they are written, since a connection can't write while it reads.
type moves struct {
	ids   []int64
	class []int16
	area  []string
	hours []int16
	near  []bool
}

func (m *moves) add(id int64, now geo.Place) {
	m.ids, m.class, m.area = append(m.ids, id), append(m.class, int16(now.Class)), append(m.area, now.Area)
	m.hours, m.near = append(m.hours, int16(now.Hours)), append(m.near, now.NearBoundary)
}

// movesAtOnce is how many moves one statement writes.
const movesAtOnce = 20_000

func (t *transaction) writeMoves(table string, revision int64, m *moves) error {
	for from := 0; from < len(m.ids); from += movesAtOnce {
		to := min(from+movesAtOnce, len(m.ids))
		classes := make([]string, to-from)
		for i := range classes {
			classes[i] = geo.Class(m.class[from+i]).String()
		}
		_, err := t.exec(`
			WITH now AS (SELECT * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::smallint[], $6::boolean[])
				AS now (id, class, area, hours, near_boundary)),
			past AS (INSERT INTO `+table+`_moved (record, revision, class, area, hours, near_boundary)
				SELECT r.id, $1, r.class, r.area, r.hours, r.near_boundary FROM `+table+` AS r JOIN now USING (id))
			UPDATE `+table+` AS r SET class = now.class, area = now.area, hours = now.hours, near_boundary = now.near_boundary
			FROM now WHERE r.id = now.id`,
			revision, m.ids[from:to], classes, m.area[from:to], m.hours[from:to], m.near[from:to])
		if err != nil {
			return err
		}
	}
	return nil
}
