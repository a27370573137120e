package intake_test

import (
	"context"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sqlite"
	"commonground/geo"
)

// schemeText is that of a town with two kinds.
const schemeText = `name = "Testham"
time_zone = "Europe/London"
first_weekday = "Wednesday"
period_weeks = 4
period_anchor = 2019-04-24
channels = ["phone", "online"]
reasons = ["bank_holiday"]

[grid]
origin = [-1.55, 53.79]

[[kind]]
id = "needle"
title = "Needles"
family = "needles"

[[kind]]
id = "condom_used"
title = "Condoms, used"
family = "condoms"

[[outcome]]
id = "spoken_to"
title = "Spoken to or moved on"

[hours]
monday = ["19:00-07:00"]
`

// town is a store with a scheme and a door to it.
type town struct {
	t     testing.TB
	store *sqlite.Store
	door  *intake.Door
	path  string // of the database file
}

// newTown opens a store with the scheme, and with areas in force from 2019.
func newTown(t testing.TB, scheme string, areas ...geo.Area) town {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	store, err := sqlite.Open(t.Context(), path)
	check(t, err)
	t.Cleanup(func() { check(t, store.Close()) })
	w := town{t: t, store: store, door: intake.New(store), path: path}
	_, err = w.door.PutScheme(t.Context(), scheme)
	check(t, err)
	if len(areas) > 0 {
		w.putBoundary("2019-01-01", "", areas...)
	}
	return w
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustDate(t testing.TB, text string) data.Date {
	t.Helper()
	d, err := data.ParseDate(text)
	check(t, err)
	return d
}

// putBoundary puts areas in force from a day up to another, or without end.
func (w town) putBoundary(from, to string, areas ...geo.Area) geo.Boundary {
	w.t.Helper()
	var end *data.Date
	if to != "" {
		day := mustDate(w.t, to)
		end = &day
	}
	b, err := w.door.PutBoundary(w.t.Context(), mustDate(w.t, from), end, areas)
	check(w.t, err)
	return b
}

// The areas of Testham: the managed one lies in the middle of the residential.
var (
	managed     = box("m", geo.Managed, -1.56, 53.78, -1.54, 53.80)
	residential = box("r", geo.Residential, -1.60, 53.76, -1.50, 53.82)
)

func box(id string, class geo.Class, west, south, east, north float64) geo.Area {
	ring := orb.Ring{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}
	return geo.Area{ID: id, Class: class, Shape: orb.MultiPolygon{{ring}}}
}

// sent is what came of a file.
type sent struct {
	intake.Summary
	refused  string // the rows handed back
	refusals []intake.Refusal
}

// sender is a door's method for a file of one type of record.
type sender func(*intake.Door, context.Context, io.Reader, intake.Options) (intake.Summary, error)

// send sends a file of pickups or incidents.
func (w town) send(put sender, text string, options intake.Options) (sent, error) {
	var s sent
	var back strings.Builder
	options.Refused = &back
	options.Refusal = func(r intake.Refusal) { s.refusals = append(s.refusals, r) }
	var err error
	s.Summary, err = put(w.door, w.t.Context(), strings.NewReader(text), options)
	s.refused = back.String()
	return s, err
}

// pickups sends a file of pickups, which must be read.
func (w town) pickups(text string, options intake.Options) sent {
	w.t.Helper()
	s, err := w.send((*intake.Door).Pickups, text, options)
	check(w.t, err)
	return s
}

// incidents sends a file of incidents, which must be read.
func (w town) incidents(text string, options intake.Options) sent {
	w.t.Helper()
	s, err := w.send((*intake.Door).Incidents, text, options)
	check(w.t, err)
	return s
}

// came checks the numbers of a summary.
func (s sent) came(t testing.TB, added, unchanged, refused int) {
	t.Helper()
	if s.Rows != added+unchanged+refused || s.Added != added || s.Unchanged != unchanged || s.Refused != refused || len(s.refusals) != refused {
		t.Fatalf("of %d rows added %d, unchanged %d, refused %d: %v; want %d, %d, %d",
			s.Rows, s.Added, s.Unchanged, s.Refused, s.refusals, added, unchanged, refused)
	}
}

func (w town) storedPickups() []data.Pickup {
	w.t.Helper()
	_, all, err := w.store.Pickups(w.t.Context())
	check(w.t, err)
	return collect(w.t, all)
}

func (w town) storedIncidents() []data.Incident {
	w.t.Helper()
	_, all, err := w.store.Incidents(w.t.Context())
	check(w.t, err)
	return collect(w.t, all)
}

func collect[T any](t testing.TB, all iter.Seq2[T, error]) []T {
	t.Helper()
	var records []T
	for record, err := range all {
		check(t, err)
		records = append(records, record)
	}
	return records
}

// only is the one pickup of the store.
func (w town) only() data.Pickup {
	w.t.Helper()
	all := w.storedPickups()
	if len(all) != 1 {
		w.t.Fatalf("there are %d pickups: %v", len(all), all)
	}
	return all[0]
}

func open(t testing.TB, path string) *os.File {
	t.Helper()
	file, err := os.Open(path)
	check(t, err)
	t.Cleanup(func() { check(t, file.Close()) })
	return file
}
