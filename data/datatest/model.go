package datatest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/geo"
)

// model is what a store should hold, kept in plain maps. Places in it are
// without their versions, those of ended versions aside: they are worked out
// when they are compared.
type model struct {
	revision   int64
	boundaries []geo.Boundary
	added      []int64 // the revision of each boundary
	pickups    modelRecords[data.Pickup]
	incidents  modelRecords[data.Incident]
	feed       []data.Change // without positions
	settled    map[string]int64
	reported   map[data.IncidentSum]int64 // without their numbers
}

// modelStory makes random calls to a store and to a model of it; now and then
// the store is closed and opened again.
func modelStory(t *testing.T, e Engine) {
	rapid.Check(t, func(r *rapid.T) {
		s := e.Open(t)
		check(t, s.PutScheme(t.Context(), 0, "", unplaced.all))
		m := &model{
			revision: 1, feed: []data.Change{{Settings: true}},
			pickups: newModelRecords(pickupTraits), incidents: newModelRecords(incidentTraits),
			settled: map[string]int64{}, reported: map[data.IncidentSum]int64{},
		}
		for range rapid.IntRange(1, 12).Draw(r, "calls") {
			switch rapid.IntRange(0, 16).Draw(r, "call") {
			case 0:
				check(t, s.Close())
				s = e.Again(t, s)
			case 1:
				m.putScheme(t, r, s)
			case 2:
				m.putBoundary(t, r, s)
			case 3:
				m.withdraw(t, r, s)
			case 16:
				m.destroy(t, r, s)
			case 4, 5, 6, 7, 8:
				m.changeOne(t, r, s)
			case 9, 10:
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
	want, feed := m.pickups.put(batch)
	equal(t, receipts, want)
	m.feed = append(m.feed, feed...)
}

func (m *model) putIncidents(t *testing.T, s data.Store, batch []data.Incident) {
	receipts, err := s.PutIncidents(t.Context(), m.revision, batch)
	check(t, err)
	want, feed := m.incidents.put(batch)
	equal(t, receipts, want)
	m.feed = append(m.feed, feed...)
}

// changeOne replaces or deletes one record.
func (m *model) changeOne(t *testing.T, r *rapid.T, s data.Store) {
	at := time.UnixMilli(rapid.Int64Range(-1000, 1000).Draw(r, "changed at")).UTC()
	var got, want any
	var feed []data.Change
	var err error
	switch rapid.IntRange(0, 3).Draw(r, "change") {
	case 0:
		p := drawPickup(r)
		got, err = s.ReplacePickup(t.Context(), m.revision, p, at)
		want, feed = m.pickups.replace(p, at, m.versionOfPickup)
	case 1:
		i := drawIncident(r)
		got, err = s.ReplaceIncident(t.Context(), m.revision, i, at)
		want, feed = m.incidents.replace(i, at, m.versionOfIncident)
	case 2:
		key := drawKey(r)
		got, err = s.Delete(t.Context(), data.PickupSort, key, at)
		want, feed = m.pickups.remove(key, at, m.versionOfPickup)
	default:
		key := drawKey(r)
		got, err = s.Delete(t.Context(), data.IncidentSort, key, at)
		want, feed = m.incidents.remove(key, at, m.versionOfIncident)
	}
	check(t, err)
	equal(t, got, want)
	m.feed = append(m.feed, feed...)
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
	m.feed = append(m.feed, data.Change{Settings: true})
	m.pickups.answer(in, answer, m.revision+1, m.versionOfPickup)
	m.incidents.answer(in, answer, m.revision+1, m.versionOfIncident)
	m.revision++
}

func (m *model) versionOfPickup(p data.Pickup) int64 { return m.inForce(p.Position, p.At, m.revision) }
func (m *model) versionOfIncident(i data.Incident) int64 {
	return m.inForce(i.Position, i.Happened, m.revision)
}

// checkMoves compares what the store says would move with what will.
func (m *model) checkMoves(t *testing.T, s data.Store, in data.Span, answer answer) {
	t.Helper()
	want := append(m.pickups.moves(in, answer), m.incidents.moves(in, answer)...)
	same(t, moves(t, s, m.revision, in, answer.all), want)
}

func (m *model) compare(t *testing.T, s data.Store) {
	pickups, incidents := m.pickups.settle(m.versionOfPickup), m.incidents.settle(m.versionOfIncident)
	same(t, stored(t, s), pickups)
	m.compareVisits(t, s, pickups)
	same(t, storedIncidents(t, s), incidents)
	m.pickups.compare(t, s)
	m.incidents.compare(t, s)
	feed := changes(t, s, 0)
	same(t, applied(t, pickupTraits, feed), pickups)
	same(t, applied(t, incidentTraits, feed), incidents)
	for i := range feed {
		feed[i].Position = 0
	}
	equal(t, feed, m.feed)
}

// destroy destroys what is due by one of a few plans.
func (m *model) destroy(t *testing.T, r *rapid.T, s data.Store) {
	plan := planFor(t, time.UnixMilli(0))
	plan.Revision = m.revision
	plan.Scheme.FirstWeekday = time.Thursday // on which 1970 began
	plan.Pickups.Before = 7 * data.Date(rapid.IntRange(0, 1).Draw(r, "pickup weeks"))
	plan.Pickups.MonthsBefore = 31 * data.Date(rapid.IntRange(0, 1).Draw(r, "pickup months"))
	if rapid.Bool().Draw(r, "incidents are kept") {
		plan.Incidents = data.Cut{}
	}
	pickups, deletedPickups := m.pickups.destroy(over(plan.Pickups))
	incidents, deletedIncidents := m.incidents.destroy(over(plan.Incidents))
	certificate := destroy(t, s, plan)
	equal(t, certificate.Pickups.Records, int64(len(pickups)))
	equal(t, certificate.Pickups.Deleted, int64(deletedPickups))
	equal(t, certificate.Incidents.Records, int64(len(incidents)))
	equal(t, certificate.Incidents.Deleted, int64(deletedIncidents))
	for _, p := range pickups {
		m.settled[settledText(plan.SumTime(p.At), p.Place)]++
	}
	for _, i := range incidents {
		m.reported[data.IncidentSum{Time: utc(plan.SumTime(i.Received)), Class: i.Place.Class, Category: i.Category, Outcome: i.Outcome}]++
	}
	if certificate.Destroyed() == 0 {
		return
	}
	for i := range m.feed {
		m.pickups.hide(&m.feed[i])
		m.incidents.hide(&m.feed[i])
	}
	m.feed = append(m.feed, data.Change{Destroyed: true})
}

// over reports whether a time is over by a cut.
func over(cut data.Cut) func(data.When) bool {
	weeks, months := cut.Milliseconds(time.UTC)
	return func(when data.When) bool {
		switch when.Precision {
		case data.Instant, data.Day:
			return when.At.UnixMilli() < weeks
		case data.Month:
			return when.At.UnixMilli() < months
		}
		return false
	}
}

func utc(when data.When) data.When {
	when.At = when.At.UTC()
	return when
}

func settledText(when data.When, place geo.Place) string {
	return fmt.Sprint(when.At.UnixMilli(), when.Precision, place.Class, place.Area)
}

// compareVisits compares visits, those of sums by time and place only: what is
// found here is too much to be added up.
func (m *model) compareVisits(t *testing.T, s data.Store, pickups []data.Pickup) {
	t.Helper()
	_, visits := storedVisits(t, s)
	settled := map[string]int64{}
	visits = slices.DeleteFunc(visits, func(v data.Visit) bool {
		if v.Settled {
			settled[settledText(v.At, geo.Place{Class: v.Class, Area: v.Area})]++
		}
		return v.Settled
	})
	checkVisits(t, visits, pickups)
	equal(t, settled, m.settled)
	_, sums, err := s.IncidentSums(t.Context())
	check(t, err)
	reported := map[data.IncidentSum]int64{}
	for _, sum := range sums {
		n := sum.Incidents
		sum.Incidents = 0
		reported[sum] += n
	}
	equal(t, reported, m.reported)
}
