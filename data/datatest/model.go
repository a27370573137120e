package datatest

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/geo"
)

// model is what a store should hold, kept in plain maps. Places in it are
// without their versions: those are worked out when they are compared.
type model struct {
	revision   int64
	boundaries []geo.Boundary
	added      []int64 // the revision of each boundary
	pickups    map[data.Key]data.Pickup
	incidents  map[data.Key]data.Incident
	past       map[recordKey][]data.Past
	feed       []data.Key // the zero key stands for a change of settings
}

type recordKey struct {
	data.Sort
	data.Key
}

// modelStory makes random calls to a store and to a model of it; now and then
// the store is closed and opened again.
func modelStory(t *testing.T, e Engine) {
	rapid.Check(t, func(r *rapid.T) {
		s := e.Open(t)
		check(t, s.PutScheme(t.Context(), 0, "", unplaced.all))
		m := &model{
			revision: 1, feed: []data.Key{{}}, past: map[recordKey][]data.Past{},
			pickups: map[data.Key]data.Pickup{}, incidents: map[data.Key]data.Incident{},
		}
		for range rapid.IntRange(1, 10).Draw(r, "calls") {
			switch rapid.IntRange(0, 11).Draw(r, "call") {
			case 0:
				check(t, s.Close())
				s = e.Again(t, s)
			case 1:
				m.putScheme(t, r, s)
			case 2:
				m.putBoundary(t, r, s)
			case 3:
				m.withdraw(t, r, s)
			case 4, 5:
				m.putIncidents(t, s, rapid.SliceOfN(rapid.Custom(drawIncident), 0, 5).Draw(r, "incidents"))
			default:
				m.putPickups(t, s, rapid.SliceOfN(rapid.Custom(drawPickup), 0, 8).Draw(r, "pickups"))
			}
		}
		m.compare(t, s)
		check(t, s.Close())
	})
}

func (m *model) putPickups(t *testing.T, s data.Store, batch []data.Pickup) {
	receipts, err := s.PutPickups(t.Context(), m.revision, batch)
	check(t, err)
	want := expect(m.pickups, batch, keyOfPickup, data.Pickup.Same)
	equal(t, receipts, want)
	for i, receipt := range want {
		if receipt == data.Added {
			m.feed = append(m.feed, batch[i].Key)
		}
	}
}

func (m *model) putIncidents(t *testing.T, s data.Store, batch []data.Incident) {
	receipts, err := s.PutIncidents(t.Context(), m.revision, batch)
	check(t, err)
	equal(t, receipts, expect(m.incidents, batch, keyOfIncident, data.Incident.Same))
}

func (m *model) putScheme(t *testing.T, r *rapid.T, s data.Store) {
	answer := drawAnswer(r)
	m.checkMoves(t, s, data.Span{}, answer)
	check(t, s.PutScheme(t.Context(), m.revision, "", answer.all))
	m.change(data.Span{}, answer)
}

func (m *model) putBoundary(t *testing.T, r *rapid.T, s data.Store) {
	b := geo.Boundary{Version: int64(len(m.boundaries)) + 1, From: time.UnixMilli(rapid.Int64Range(-1000, 1000).Draw(r, "from")).UTC()}
	if rapid.Bool().Draw(r, "ends") {
		b.To = b.From.Add(time.Duration(rapid.IntRange(1, 1500).Draw(r, "length")) * time.Millisecond)
	}
	answer, in := drawAnswer(r), data.Span{From: b.From, To: b.To}
	m.checkMoves(t, s, in, answer)
	check(t, s.PutBoundary(t.Context(), m.revision, b, answer.all))
	m.change(in, answer)
	m.boundaries, m.added = append(m.boundaries, b), append(m.added, m.revision)
}

func (m *model) withdraw(t *testing.T, r *rapid.T, s data.Store) {
	if len(m.boundaries) == 0 {
		return
	}
	i := rapid.IntRange(0, len(m.boundaries)-1).Draw(r, "version")
	b := &m.boundaries[i]
	answer, in := drawAnswer(r), data.Span{From: b.From, To: b.To}
	err := s.WithdrawBoundary(t.Context(), m.revision, b.Version, answer.all)
	if b.Withdrawn != 0 {
		if err == nil {
			t.Fatalf("version %d was withdrawn twice", b.Version)
		}
		return
	}
	check(t, err)
	m.change(in, answer)
	b.Withdrawn = m.revision
}

// change gives the records in a span their new answers and keeps those before.
func (m *model) change(in data.Span, answer answer) {
	m.revision++
	m.feed = append(m.feed, data.Key{})
	for key, p := range m.pickups {
		if now, ok := m.moved(recordKey{data.PickupSort, key}, p.Position, p.At, in, answer); ok {
			p.Place = now
			m.pickups[key] = p
		}
	}
	for key, i := range m.incidents {
		if now, ok := m.moved(recordKey{data.IncidentSort, key}, i.Position, i.Happened, in, answer); ok {
			i.Place = now
			m.incidents[key] = i
		}
	}
}

// moved returns the new answer for a record, and keeps the one before, where
// they differ.
func (m *model) moved(key recordKey, p data.Position, when data.When, in data.Span, answer answer) (geo.Place, bool) {
	now := answer(p, when)
	if !holds(in, when) || now == p.Place {
		return now, false
	}
	before := p.Place
	before.Version = m.versionAt(p, when, m.revision-1)
	m.past[key] = append(m.past[key], data.Past{Place: before, Revision: m.revision})
	return now, true
}

func holds(in data.Span, when data.When) bool {
	if (in == data.Span{}) {
		return true
	}
	return !when.At.IsZero() && !when.At.Before(in.From) && (in.To.IsZero() || when.At.Before(in.To))
}

// versionAt returns the version in force for a record as of a revision.
func (m *model) versionAt(p data.Position, when data.When, revision int64) (version int64) {
	for i, b := range m.boundaries {
		if p.Point != nil && m.added[i] <= revision && (b.Withdrawn == 0 || b.Withdrawn > revision) &&
			holds(data.Span{From: b.From, To: b.To}, when) {
			version = b.Version
		}
	}
	return version
}

// checkMoves compares what the store says would move with what will.
func (m *model) checkMoves(t *testing.T, s data.Store, in data.Span, answer answer) {
	t.Helper()
	var want []data.Move
	add := func(sort data.Sort, p data.Position, at, when data.When, found []data.Quantity) {
		if now := answer(p, at); holds(in, at) && now != p.Place {
			want = append(want, data.Move{Sort: sort, When: when, Found: found, Before: p.Place, After: now})
		}
	}
	for _, p := range m.pickups {
		add(data.PickupSort, p.Position, p.At, p.At, p.Found)
	}
	for _, i := range m.incidents {
		add(data.IncidentSort, i.Position, i.Happened, i.Received, nil)
	}
	same(t, moves(t, s, m.revision, in, answer.all), want)
}

func (m *model) compare(t *testing.T, s data.Store) {
	pickups := maps.Clone(m.pickups)
	for key, p := range pickups {
		p.Place.Version = m.versionAt(p.Position, p.At, m.revision)
		pickups[key] = p
		m.comparePast(t, s, recordKey{data.PickupSort, key})
	}
	incidents := maps.Clone(m.incidents)
	for key, i := range incidents {
		i.Place.Version = m.versionAt(i.Position, i.Happened, m.revision)
		incidents[key] = i
		m.comparePast(t, s, recordKey{data.IncidentSort, key})
	}
	same(t, stored(t, s), slices.Collect(maps.Values(pickups)))
	sameVisits(t, s, slices.Collect(maps.Values(pickups)))
	same(t, storedIncidents(t, s), slices.Collect(maps.Values(incidents)))
	var feed []data.Key
	for _, change := range changes(t, s, 0) {
		if change.Settings {
			feed = append(feed, data.Key{})
			continue
		}
		feed = append(feed, change.Pickup.Key)
		equal(t, *change.Pickup, pickups[change.Pickup.Key])
	}
	equal(t, feed, m.feed)
}

func (m *model) comparePast(t *testing.T, s data.Store, key recordKey) {
	t.Helper()
	past, err := s.Before(t.Context(), key.Sort, key.Key)
	check(t, err)
	equal(t, past, m.past[key])
}

func keyOfPickup(p data.Pickup) data.Key     { return p.Key }
func keyOfIncident(i data.Incident) data.Key { return i.Key }

// expect puts a batch into a map and returns the receipts.
func expect[T any](kept map[data.Key]T, batch []T, key func(T) data.Key, same func(T, T) bool) []data.Receipt {
	var receipts []data.Receipt
	for _, record := range batch {
		there, ok := kept[key(record)]
		switch {
		case !ok:
			kept[key(record)] = record
			receipts = append(receipts, data.Added)
		case same(there, record):
			receipts = append(receipts, data.Unchanged)
		default:
			receipts = append(receipts, data.Conflict)
		}
	}
	return receipts
}
