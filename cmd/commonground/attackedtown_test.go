package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/release"
	"commonground/data/report"
	"commonground/data/sample"
	"commonground/data/sqlite"
	"commonground/geo"
	"commonground/geo/grid"
	"commonground/tiles"
)

// The periods of the attacked town, by their first days. The first is sealed and
// taken back, the second passed over, the next two are public, and the last is
// signed by two people and not sealed.
var attackedPeriods = []string{"2019-04-24", "2019-05-22", "2019-06-19", "2019-07-17", "2019-08-14"}

const (
	takenBack, passedOver, early, late, signedOnly = 0, 1, 2, 3, 4
)

// signers' names, which nothing public may tell.
var signerNames = []string{"Quillfeather", "Ostrander"}

// attackedTown is a store with its archive, as the program makes them, and a
// desk at it.
type attackedTown struct {
	*release.Desk
	t      testing.TB
	file   string // of the store
	scheme *data.Scheme
	number int
	// copied is what the public had of the edition that was taken back.
	copied map[string][]byte
}

// emptyTown is a town without records.
func emptyTown(t testing.TB) *attackedTown {
	file := filepath.Join(t.TempDir(), "town.db")
	w := openTown(t, file)
	scheme, err := w.Door.PutScheme(t.Context(), sample.SchemeText())
	if err == nil {
		w.scheme = scheme
		_, err = w.Door.PutBoundary(t.Context(), mustDate(t, "2018-01-01"), nil, sample.Areas(1))
	}
	if err == nil {
		_, _, err = w.Begin(t.Context(), release.Beginning{From: mustDate(t, attackedPeriods[0]), Who: "cli:test"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// openTown is one more desk at a store, as another process would have.
func openTown(t testing.TB, file string) *attackedTown {
	store, err := sqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return &attackedTown{t: t, file: file, Desk: &release.Desk{
		Store: store, Door: intake.New(store), Archive: release.Archive{Dir: file + ".editions"}, Tiles: tiles.Editions{}, Accounts: report.Accounts{Store: store}, Now: time.Now,
	}}
}

func mustDate(t testing.TB, text string) data.Date {
	t.Helper()
	d, err := data.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// at is the middle of a square of 500 m, so many of them east and north of the
// middle of the town.
func (w *attackedTown) at(east, north int32) geo.Point {
	lon, lat := w.scheme.Grid.Centre(grid.Square{Level: 2, X: east, Y: north})
	p, err := geo.NewPoint(lon, lat)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// find has a crew find so many items of a kind at a place, on days of a period.
func (w *attackedTown) find(p geo.Point, kind string, items int, period string, days ...data.Date) {
	w.t.Helper()
	var batch []data.Pickup
	for _, day := range days {
		w.number++
		batch = append(batch, data.Pickup{
			Key: data.Key{Source: "crew", Ref: fmt.Sprint(w.number)}, Position: data.Position{Point: &p},
			At: data.DayOf(mustDate(w.t, period)+day, w.scheme.Location), Found: []data.Quantity{{Kind: kind, Items: items}},
		})
	}
	if _, refused, err := w.Door.PutPickups(context.Background(), batch); err != nil || len(refused) > 0 {
		w.t.Fatal(err, refused)
	}
}

// busy has finds in squares of every band in a period: four, four and five of them.
func (w *attackedTown) busy(period string) {
	for k := range int32(4) {
		w.find(w.at(k-2, 0), "needle", 95+int(k), period, 1, 9, 17, 23)
		w.find(w.at(k-2, 1), "condom_used", 33+2*int(k), period, 2, 10, 18, 24)
		w.find(w.at(k-3, -2), "needle", 5, period, 3, 11, 19)
	}
	w.find(w.at(4, 3), "condom_unused", 4, period, 5, 12, 20)
	w.find(w.at(-5, -3), "needle", 2, period, 6) // hidden: one day
	w.find(w.at(5, -3), "needle", 40, period, 4) // hidden: all on one day
}

// signed has two people sign the draft of a period, and returns its hash.
func (w *attackedTown) signed(period string) string {
	w.t.Helper()
	ctx, from := context.Background(), mustDate(w.t, period)
	draft, err := w.Draft(ctx, from, "")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, name := range signerNames {
		if err := w.Sign(ctx, from, draft.SHA256, "oidc:"+name, name); err != nil {
			w.t.Fatal(err, draft.Findings)
		}
	}
	return draft.SHA256
}

func (w *attackedTown) seal(period string) {
	w.t.Helper()
	if _, err := w.Seal(context.Background(), mustDate(w.t, period), w.signed(period), "oidc:"+signerNames[0]); err != nil {
		w.t.Fatal(err)
	}
}

// newAttackedTown is the town with all its periods as they are told above, and
// what a careless or cut-off process could leave in the archive.
func newAttackedTown(t testing.TB) *attackedTown {
	w := emptyTown(t)
	for _, period := range append(attackedPeriods, "2019-09-11") {
		w.busy(period)
	}
	p := w.at(4, 4)
	at := data.DayOf(mustDate(t, attackedPeriods[early])+3, w.scheme.Location)
	incident := data.Incident{Key: data.Key{Source: "line", Ref: "1"}, Position: data.Position{Point: &p}, Received: at, Happened: at, Category: data.Harm}
	if _, refused, err := w.Door.PutIncidents(t.Context(), []data.Incident{incident}); err != nil || len(refused) > 0 {
		t.Fatal(err, refused)
	}
	w.seal(attackedPeriods[takenBack])
	w.copied = w.publicFiles()[attackedPeriods[takenBack]]
	if _, err := w.Withdraw(t.Context(), mustDate(t, attackedPeriods[takenBack]), "a crew's place was in it", "oidc:"+signerNames[1]); err != nil {
		t.Fatal(err)
	}
	w.seal(attackedPeriods[early])
	w.seal(attackedPeriods[late])
	w.signed(attackedPeriods[signedOnly])
	return w
}

// publicFiles are the files of the editions that stand, by folder and path, as
// the archive has them and the index and the manifests name them.
func (w *attackedTown) publicFiles() map[string]map[string][]byte {
	w.t.Helper()
	var index release.Index
	w.json(release.IndexFile, &index)
	all := map[string]map[string][]byte{}
	for _, e := range index.Editions {
		if e.Withdrawn {
			continue
		}
		var m release.Manifest
		w.json(fmt.Sprintf("%s/%d.json", release.ChainDir, e.Number), &m)
		all[e.Folder] = map[string][]byte{}
		for _, f := range m.Files {
			all[e.Folder][f.Path] = w.archived(e.Folder + "/" + f.Path)
		}
	}
	return all
}

func (w *attackedTown) json(name string, v any) {
	w.t.Helper()
	if err := json.Unmarshal(w.archived(name), v); err != nil {
		w.t.Fatal(name, err)
	}
}

func (w *attackedTown) archived(name string) []byte {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.Archive.Dir, filepath.FromSlash(name)))
	if err != nil {
		w.t.Fatal(err)
	}
	return content
}

// leave puts a file into the archive that no manifest names.
func (w *attackedTown) leave(name, content string) {
	w.t.Helper()
	whole := filepath.Join(w.Archive.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(whole), 0o755); err != nil {
		w.t.Fatal(err)
	}
	write(w.t.(*testing.T), whole, content)
}
