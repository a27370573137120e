package datatest

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/geo"
)

// model is what a store should hold, kept in plain maps.
type model struct {
	revision  int64
	pickups   map[data.Key]data.Pickup
	incidents map[data.Key]data.Incident
	feed      []data.Key // the zero key stands for a change of settings
}

// modelStory makes random calls to a store and to a model of it; now and then
// the store is closed and opened again.
func modelStory(t *testing.T, e Engine) {
	rapid.Check(t, func(r *rapid.T) {
		s := e.Open(t)
		check(t, s.PutScheme(t.Context(), 0, "", unplaced))
		m := &model{
			revision: 1, feed: []data.Key{{}},
			pickups: map[data.Key]data.Pickup{}, incidents: map[data.Key]data.Incident{},
		}
		for range rapid.IntRange(1, 8).Draw(r, "calls") {
			switch rapid.IntRange(0, 9).Draw(r, "call") {
			case 0:
				check(t, s.Close())
				s = e.Again(t, s)
			case 1:
				m.putScheme(t, r, s)
			case 2, 3:
				batch := rapid.SliceOfN(rapid.Custom(drawIncident), 0, 5).Draw(r, "incidents")
				receipts, err := s.PutIncidents(t.Context(), m.revision, batch)
				check(t, err)
				equal(t, receipts, expect(m.incidents, batch, keyOfIncident, data.Incident.Same))
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

func (m *model) putScheme(t *testing.T, r *rapid.T, s data.Store) {
	place := rapid.Custom(drawPlace).Draw(r, "place")
	late := time.UnixMilli(rapid.Int64Range(0, 1000).Draw(r, "late"))
	answer := func(p data.Position, when data.When) geo.Place {
		if when.At.Before(late) {
			return p.Place
		}
		return place
	}
	check(t, s.PutScheme(t.Context(), m.revision, "", answer))
	m.revision++
	m.feed = append(m.feed, data.Key{})
	for key, p := range m.pickups {
		p.Place = answer(p.Position, p.At)
		m.pickups[key] = p
	}
	for key, i := range m.incidents {
		i.Place = answer(i.Position, i.Happened)
		m.incidents[key] = i
	}
}

func (m *model) compare(t *testing.T, s data.Store) {
	same(t, stored(t, s), slices.Collect(maps.Values(m.pickups)))
	same(t, storedIncidents(t, s), slices.Collect(maps.Values(m.incidents)))
	var feed []data.Key
	for _, change := range changes(t, s, 0) {
		if change.Settings {
			feed = append(feed, data.Key{})
			continue
		}
		feed = append(feed, change.Pickup.Key)
		equal(t, *change.Pickup, m.pickups[change.Pickup.Key])
	}
	equal(t, feed, m.feed)
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

// text draws what a person or program may send; PostgreSQL keeps no NUL.
func text(r *rapid.T, label string) string {
	return strings.ReplaceAll(rapid.StringN(0, 8, -1).Draw(r, label), "\x00", "")
}

// drawKey draws one of few, so that records often meet.
func drawKey(r *rapid.T) data.Key {
	return data.Key{
		Source: rapid.SampledFrom([]string{"crew", "line"}).Draw(r, "source"),
		Ref:    rapid.SampledFrom([]string{"1", "2", "3", "4", "ä"}).Draw(r, "ref"),
	}
}

func drawWhen(r *rapid.T) data.When {
	return data.When{
		At:        time.UnixMilli(rapid.Int64Range(-1000, 1000).Draw(r, "ms")).UTC(),
		Precision: data.Precision(rapid.IntRange(1, 3).Draw(r, "precision")),
		Ambiguous: rapid.Bool().Draw(r, "ambiguous"),
	}
}

func drawPlace(r *rapid.T) geo.Place {
	return geo.Place{
		Class: rapid.SampledFrom(geo.Classes()).Draw(r, "class"), Area: text(r, "area"),
		Version:      rapid.Int64Min(0).Draw(r, "version"),
		Hours:        geo.HoursAnswer(rapid.IntRange(0, 2).Draw(r, "hours")),
		NearBoundary: rapid.Bool().Draw(r, "near"),
	}
}

func drawPosition(r *rapid.T) data.Position {
	p := data.Position{AccuracyM: rapid.SampledFrom([]float64{0, 5, 1e300}).Draw(r, "accuracy"), Place: drawPlace(r)}
	if rapid.Bool().Draw(r, "located") {
		p.Point = &geo.Point{
			Lon: rapid.Int32Range(-1_800_000_000, 1_800_000_000).Draw(r, "lon"),
			Lat: rapid.Int32Range(-900_000_000, 900_000_000).Draw(r, "lat"),
		}
	}
	return p
}

func drawPickup(r *rapid.T) data.Pickup {
	p := data.Pickup{Key: drawKey(r), Position: drawPosition(r), At: drawWhen(r)}
	items := rapid.MapOfN(rapid.SampledFrom([]string{"needle", "condom", "", "\"", "é"}), rapid.IntMin(0), 0, 3).Draw(r, "items")
	for _, kind := range slices.Sorted(maps.Keys(items)) {
		p.Found = append(p.Found, data.Quantity{Kind: kind, Items: items[kind]})
	}
	return p
}

func drawIncident(r *rapid.T) data.Incident {
	return data.Incident{
		Key: drawKey(r), Position: drawPosition(r),
		Received: drawWhen(r), Happened: drawWhen(r), Attended: drawWhen(r),
		Channel: text(r, "channel"), Outcome: text(r, "outcome"), Reason: text(r, "reason"),
		Category: rapid.SampledFrom([]data.Category{data.Harm, data.Nuisance}).Draw(r, "category"),
		Answered: rapid.SampledFrom([]data.Answer{data.Unknown, data.Yes, data.No}).Draw(r, "answered"),
	}
}
