package sqlite

import (
	"math"
	"time"

	"commonground/data"
	"commonground/geo"
)

// sort says how one sort of record is placed anew.
type sort struct {
	data.Sort
	// survey selects what a place depends on and the stored answer, of the
	// records in a span; tell selects besides what a data.Move tells.
	survey, tell string
	// move inserts moves, update writes the answers after those of a revision.
	move, update string
}

// sorts lists pickups, whose place goes by when they were made, and incidents,
// whose place goes by when they happened.
//
// Longitude and latitude come in one column, and so do the answer, the
// precision and whether the time is ambiguous: every column that is read costs
// a tenth of a microsecond, however little is in it.
var sorts = []sort{{
	Sort: data.PickupSort,
	survey: `SELECT id, lon << 32 | (lat & 0xffffffff), accuracy_m, at_ms,
			answer * 8 + at_precision * 2 + at_ambiguous
		FROM pickup JOIN pickup_answer ON record = id
		WHERE ? OR (at_ms >= ? AND at_ms < ?) ORDER BY id`,
	tell: `SELECT id, lon << 32 | (lat & 0xffffffff), accuracy_m, at_ms,
			answer * 8 + at_precision * 2 + at_ambiguous, found
		FROM pickup JOIN pickup_answer ON record = id
		WHERE ? OR (at_ms >= ? AND at_ms < ?) ORDER BY id`,
	move:   `INSERT INTO pickup_moved (revision, record, before, after) VALUES `,
	update: `REPLACE INTO pickup_answer (record, answer) SELECT record, after FROM pickup_moved WHERE revision = ?`,
}, {
	Sort: data.IncidentSort,
	survey: `SELECT id, lon << 32 | (lat & 0xffffffff), accuracy_m, happened_ms,
			answer * 8 + happened_precision * 2 + happened_ambiguous
		FROM incident JOIN incident_answer ON record = id
		WHERE ? OR (happened_ms >= ? AND happened_ms < ?) ORDER BY id`,
	tell: `SELECT id, lon << 32 | (lat & 0xffffffff), accuracy_m, happened_ms,
			answer * 8 + happened_precision * 2 + happened_ambiguous, received_ms, received_precision, received_ambiguous
		FROM incident JOIN incident_answer ON record = id
		WHERE ? OR (happened_ms >= ? AND happened_ms < ?) ORDER BY id`,
	move:   `INSERT INTO incident_moved (revision, record, before, after) VALUES `,
	update: `REPLACE INTO incident_answer (record, answer) SELECT record, after FROM incident_moved WHERE revision = ?`,
}}

// spanArgs are the parameters of a survey: whether all records are meant,
// those without a time included, and the span in milliseconds.
func spanArgs(in data.Span) []any {
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if !in.From.IsZero() {
		from = in.From.UnixMilli()
	}
	if !in.To.IsZero() {
		to = in.To.UnixMilli()
	}
	return []any{bit(in == data.Span{}), from, to}
}

// surveySize is how many records a survey asks for the place of at once.
const surveySize = 1024

// surveyed is a number of records with the answers that are stored and those
// that a placer gives now, column by column.
type surveyed struct {
	ids       []int64
	answers   []int64 // ids of before
	before    []geo.Place
	now       []geo.Place
	points    []geo.Point // room for those of positions
	positions []data.Position
	times     []data.When
	// Where they are told: what pickups found, or when incidents were received.
	found    []string
	received []data.When
}

// surveyor asks a placer for all records of a span.
type surveyor struct {
	*view
	known []geo.Place // answers by id
	in    data.Span
	place data.Placer
}

func (v *view) surveyor(in data.Span, place data.Placer) (surveyor, error) {
	known, err := v.answersByID()
	return surveyor{view: v, known: known, in: in, place: place}, err
}

// survey asks for the records of a sort and calls do with some after the
// other.
func (s surveyor) survey(sort sort, do func(*surveyed) error) error {
	return s.run(sort.survey, func(*surveyed, *columns) {}, do)
}

// tell is survey for who needs to know also what a record is about.
func (s surveyor) tell(sort sort, do func(*surveyed) error) error {
	more := func(some *surveyed, row *columns) { some.found = append(some.found, row.text()) }
	if sort.Sort == data.IncidentSort {
		more = func(some *surveyed, row *columns) { some.received = append(some.received, row.when()) }
	}
	return s.run(sort.tell, more, do)
}

func (s surveyor) run(query string, more func(*surveyed, *columns), do func(*surveyed) error) error {
	some := surveyed{points: make([]geo.Point, 0, surveySize), now: make([]geo.Place, surveySize)}
	ask := func() error {
		s.place(some.now[:len(some.ids)], some.positions, some.times)
		err := do(&some)
		some.clear()
		return err
	}
	err := s.rows(query, spanArgs(s.in), func(row *columns) (bool, error) {
		some.add(row, s.known)
		more(&some, row)
		if len(some.ids) < surveySize {
			return true, nil
		}
		return true, ask()
	})
	if err != nil || len(some.ids) == 0 {
		return err
	}
	return ask()
}

func (s *surveyed) add(row *columns, known []geo.Place) {
	s.ids = append(s.ids, row.integer())
	var p data.Position
	if at, located := row.value().(int64); located {
		s.points = append(s.points, unpackPoint(at))
		p.Point = &s.points[len(s.points)-1]
	}
	p.AccuracyM = row.number()
	s.positions = append(s.positions, p)
	ms, dated := row.value().(int64)
	answer, when := unpackAnswer(row.integer())
	if dated {
		when.At = time.UnixMilli(ms).UTC()
	}
	s.times = append(s.times, when)
	s.answers = append(s.answers, answer)
	s.before = append(s.before, known[answer])
}

func (s *surveyed) clear() {
	s.ids, s.answers, s.before = s.ids[:0], s.answers[:0], s.before[:0]
	s.points, s.positions, s.times = s.points[:0], s.positions[:0], s.times[:0]
	s.found, s.received = s.found[:0], s.received[:0]
}

// moved reports whether record i gets another answer, and which.
func (s *surveyed) moved(i int) (now geo.Place, moved bool) {
	now = s.now[i]
	now.Version = 0
	return now, now != s.before[i]
}
