package datatest

import (
	"testing"
	"time"

	"commonground/data"
)

// modelRecords are the records of one sort in a model. Versions are pointers: an
// entry of the feed or of the history holds the same as now, until the version
// ends and is not changed any more.
type modelRecords[T any] struct {
	traits[T]
	now     map[data.Key]*T
	history map[data.Key][]data.Version
	past    map[data.Key][]data.Past
	gone    map[data.Key]bool // those that were destroyed
}

// traits says where a sort of record has what all sorts have.
type traits[T any] struct {
	sort     data.Sort
	key      func(T) data.Key
	same     func(T, T) bool
	position func(*T) *data.Position
	times    func(T) (place, week data.When)
	found    func(T) []data.Quantity
	version  func(*data.Version) **T
	sides    func(*data.Change) (before, after **T)
}

var pickupTraits = traits[data.Pickup]{
	sort: data.PickupSort, key: func(p data.Pickup) data.Key { return p.Key }, same: data.Pickup.Same,
	position: func(p *data.Pickup) *data.Position { return &p.Position },
	times:    func(p data.Pickup) (place, week data.When) { return p.At, p.At },
	found:    func(p data.Pickup) []data.Quantity { return p.Found },
	version:  func(v *data.Version) **data.Pickup { return &v.Pickup },
	sides:    func(c *data.Change) (before, after **data.Pickup) { return &c.PickupBefore, &c.Pickup },
}

var incidentTraits = traits[data.Incident]{
	sort: data.IncidentSort, key: func(i data.Incident) data.Key { return i.Key }, same: data.Incident.Same,
	position: func(i *data.Incident) *data.Position { return &i.Position },
	times:    func(i data.Incident) (place, week data.When) { return i.Happened, i.Received },
	found:    func(data.Incident) []data.Quantity { return nil },
	version:  func(v *data.Version) **data.Incident { return &v.Incident },
	sides:    func(c *data.Change) (before, after **data.Incident) { return &c.IncidentBefore, &c.Incident },
}

func newModelRecords[T any](of traits[T]) modelRecords[T] {
	return modelRecords[T]{of, map[data.Key]*T{}, map[data.Key][]data.Version{}, map[data.Key][]data.Past{}, map[data.Key]bool{}}
}

// change returns an entry of the feed.
func (m *modelRecords[T]) change(before, after *T) data.Change {
	var c data.Change
	intoBefore, intoAfter := m.sides(&c)
	*intoBefore, *intoAfter = before, after
	return c
}

// put puts a batch and returns the receipts and the entries of the feed.
func (m *modelRecords[T]) put(batch []T) (receipts []data.Receipt, feed []data.Change) {
	for _, record := range batch {
		key := m.key(record)
		there := m.now[key]
		switch {
		case m.gone[key], there == nil && len(m.history[key]) > 0:
			receipts = append(receipts, data.Gone)
		case there == nil:
			m.now[key] = &record
			receipts, feed = append(receipts, data.Added), append(feed, m.change(nil, &record))
		case m.same(*there, record):
			receipts = append(receipts, data.Unchanged)
		default:
			receipts = append(receipts, data.Conflict)
		}
	}
	return receipts, feed
}

// end ends the present version of a record, and returns it.
func (m *modelRecords[T]) end(key data.Key, at time.Time, version int64) *T {
	there := m.now[key]
	m.position(there).Place.Version = version
	ended := data.Version{Number: len(m.history[key]) + 1, Until: at}
	*m.version(&ended) = there
	m.history[key] = append(m.history[key], ended)
	delete(m.now, key)
	delete(m.past, key)
	return there
}

// replace replaces a record. version is that of the boundary in force for the
// one before.
func (m *modelRecords[T]) replace(record T, at time.Time, version func(T) int64) (data.Receipt, []data.Change) {
	key := m.key(record)
	if m.gone[key] {
		return data.Gone, nil
	}
	before := m.now[key]
	receipt := data.Added
	if before != nil {
		if m.same(*before, record) {
			return data.Unchanged, nil
		}
		receipt = data.Corrected
		m.end(key, at, version(*before))
	}
	m.now[key] = &record
	return receipt, []data.Change{m.change(before, &record)}
}

func (m *modelRecords[T]) remove(key data.Key, at time.Time, version func(T) int64) (bool, []data.Change) {
	there := m.now[key]
	if there == nil {
		return false, nil
	}
	m.end(key, at, version(*there))
	m.history[key][len(m.history[key])-1].Deleted = true
	return true, []data.Change{m.change(there, nil)}
}

// answer gives the records in a span their new answers, and keeps those before.
func (m *modelRecords[T]) answer(in data.Span, answer answer, revision int64, version func(T) int64) {
	for key, record := range m.now {
		position := m.position(record)
		when, _ := m.times(*record)
		now := answer(*position, when)
		if !holds(in, when) || now == position.Place {
			continue
		}
		before := position.Place
		before.Version = version(*record)
		m.past[key] = append(m.past[key], data.Past{Place: before, Revision: revision})
		position.Place = now
	}
}

// moves are those that an answer would make.
func (m *modelRecords[T]) moves(in data.Span, answer answer) (moves []data.Move) {
	for _, record := range m.now {
		position := *m.position(record)
		when, week := m.times(*record)
		if now := answer(position, when); holds(in, when) && now != position.Place {
			moves = append(moves, data.Move{Sort: m.sort, When: week, Found: m.found(*record), Before: position.Place, After: now})
		}
	}
	return moves
}

// destroy takes the records out whose time is over, with all that is known of
// them, and returns those that counted.
func (m *modelRecords[T]) destroy(over func(data.When) bool) (counted []T, deleted int) {
	for key, record := range m.now {
		if _, week := m.times(*record); over(week) {
			counted = append(counted, *record)
			m.gone[key] = true
		}
	}
	for key, versions := range m.history {
		if m.now[key] != nil {
			continue
		}
		if _, week := m.times(**m.version(&versions[len(versions)-1])); over(week) {
			m.gone[key] = true
			deleted++
		}
	}
	for key := range m.gone {
		delete(m.now, key)
		delete(m.history, key)
		delete(m.past, key)
	}
	return counted, deleted
}

// hide makes an entry of the feed about a record that was destroyed say only that.
func (m *modelRecords[T]) hide(c *data.Change) {
	before, after := m.sides(c)
	if *before != nil && m.gone[m.key(**before)] || *after != nil && m.gone[m.key(**after)] {
		*c = data.Change{Destroyed: true}
	}
}

// settle fills in the versions of the boundary, and returns all records.
func (m *modelRecords[T]) settle(version func(T) int64) (all []T) {
	for _, record := range m.now {
		m.position(record).Place.Version = version(*record)
		all = append(all, *record)
	}
	return all
}

// compare compares history and earlier answers of each record there ever was.
func (m *modelRecords[T]) compare(t *testing.T, s data.Store) {
	t.Helper()
	for key := range m.now {
		past, err := s.Before(t.Context(), m.sort, key)
		check(t, err)
		equal(t, past, m.past[key])
	}
	for key := range m.gone {
		past, err := s.Before(t.Context(), m.sort, key)
		check(t, err)
		versions, err := s.History(t.Context(), m.sort, key)
		check(t, err)
		equal(t, len(past)+len(versions), 0)
	}
	for key := range m.history {
		past, err := s.Before(t.Context(), m.sort, key)
		check(t, err)
		equal(t, past, m.past[key])
		versions, err := s.History(t.Context(), m.sort, key)
		check(t, err)
		equal(t, versions, m.history[key])
	}
}

// applied are the records that come of entries of a feed after some were there.
func applied[T any](t *testing.T, of traits[T], feed []data.Change, before ...T) []T {
	t.Helper()
	there := map[data.Key]*T{}
	for _, record := range before {
		there[of.key(record)] = &record
	}
	for _, change := range feed {
		before, after := of.sides(&change)
		if *before != nil {
			key := of.key(**before)
			equal(t, there[key], *before)
			delete(there, key)
		}
		if *after != nil {
			key := of.key(**after)
			if there[key] != nil {
				t.Fatalf("%v is added to the one that is there", key)
			}
			there[key] = *after
		}
	}
	var all []T
	for _, record := range there {
		all = append(all, *record)
	}
	return all
}

func holds(in data.Span, when data.When) bool {
	if (in == data.Span{}) {
		return true
	}
	return !when.At.IsZero() && !when.At.Before(in.From) && (in.To.IsZero() || when.At.Before(in.To))
}

// inForce returns the version in force for a record as of a revision.
func (m *model) inForce(p data.Position, when data.When, revision int64) (version int64) {
	for i, b := range m.boundaries {
		if p.Point != nil && m.added[i] <= revision && (b.Withdrawn == 0 || b.Withdrawn > revision) &&
			holds(data.Span{From: b.From, To: b.To}, when) {
			version = b.Version
		}
	}
	return version
}
