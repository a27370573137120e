// Package editionstest makes small archives of made-up editions by hand, for
// tests of those who read archives.
package editionstest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/release"
)

// Archive is a folder of editions that a test seals and withdraws.
type Archive struct {
	Dir string
	// Alter changes an edition, as JSON, before it is sealed. Default: it stays.
	Alter func(string) string

	t     testing.TB
	index release.Index
}

// New returns an archive in a new folder, with nothing in it.
func New(t testing.TB) *Archive {
	t.Helper()
	return &Archive{Dir: t.TempDir(), t: t}
}

// Open returns an archive in a folder that may not be there yet.
func Open(t testing.TB, dir string) *Archive { return &Archive{Dir: dir, t: t} }

// Tiles are the tiles of every edition: one with squares that are shown, one
// with such that are not.
var Tiles = []string{"tiles/0/0/0.mvt", "tiles/14/8082/5204.mvt", "tiles/14/8083/5204.mvt"}

// Seal seals the edition of four weeks from a day on.
func (a *Archive) Seal(from string) {
	a.t.Helper()
	edition := Edition(from)
	content, err := json.Marshal(edition)
	a.must(err)
	if a.Alter != nil {
		content = []byte(a.Alter(string(content)))
	}
	files := map[string]string{
		"edition.json": string(content), "map.csv": "square,band\r\na,1\r\n", "map.geojson": `{"type":"FeatureCollection","features":[]}`,
		"map.pmtiles": "PMTiles" + strings.Repeat("tile bytes ", 500), "tables.csv": strings.Repeat("week,class,family,items\r\n", 100),
		"report.html": "<!doctype html><title>report of " + from + "</title>", "report.csv": "part,number\r\n",
		"boundary.geojson": `{"type":"FeatureCollection","features":[]}`, "index.html": "<!doctype html><title>" + from + "</title>" + strings.Repeat("<p>text</p>", 200),
	}
	for i, tile := range Tiles {
		files[tile] = strings.Repeat(fmt.Sprint("tile", i), 400)
	}
	manifest := release.Manifest{
		Period: edition.Period, Folder: from, Epoch: "2019-01-02", Policy: edition.Policy,
		Audit: map[string]string{"subtraction": "passed", "another check": "passed: 1.2 km²"},
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		a.Write(from+"/"+name, files[name])
		manifest.Files = append(manifest.Files, release.ManifestFile{Path: name, SHA256: hash([]byte(files[name])), Bytes: len(files[name])})
	}
	number := a.link(manifest)
	a.index.Editions = slices.Insert(a.index.Editions, 0, release.Listed{Number: number, From: from, To: edition.Period.To, Folder: from})
	a.WriteIndex()
}

// Withdraw takes the edition that begins on a day back.
func (a *Archive) Withdraw(from string) {
	a.t.Helper()
	a.link(release.Manifest{Period: Edition(from).Period, Folder: from, Withdrawn: true})
	for i := range a.index.Editions {
		if e := &a.index.Editions[i]; e.From == from {
			e.Withdrawn = true
		}
	}
	a.WriteIndex()
	a.must(os.RemoveAll(filepath.Join(a.Dir, from)))
}

func (a *Archive) link(m release.Manifest) int64 {
	a.t.Helper()
	a.index.Manifests++
	m.Number, m.Previous = a.index.Manifests, a.index.SHA256
	content, err := json.Marshal(m)
	a.must(err)
	a.index.SHA256 = hash(content)
	a.Write(fmt.Sprintf("chain/%d.json", m.Number), string(content))
	return m.Number
}

// WriteIndex writes the list of editions.
func (a *Archive) WriteIndex() {
	a.t.Helper()
	content, err := json.Marshal(a.index)
	a.must(err)
	a.Write("editions.json", string(content))
}

// Write writes any file into the archive, as another process would: it is there
// whole or not.
func (a *Archive) Write(name, content string) {
	a.t.Helper()
	path := filepath.Join(a.Dir, filepath.FromSlash(name))
	a.must(os.MkdirAll(filepath.Dir(path), 0o755))
	a.must(os.WriteFile(path+".new", []byte(content), 0o644))
	a.must(os.Rename(path+".new", path))
}

// Read returns a file of the archive.
func (a *Archive) Read(name string) string {
	a.t.Helper()
	content, err := os.ReadFile(filepath.Join(a.Dir, filepath.FromSlash(name)))
	a.must(err)
	return string(content)
}

func (a *Archive) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

// Edition is a made-up edition of four weeks from a day on.
func Edition(from string) release.Edition {
	e := release.Edition{
		Place: "Millbeck", Synthetic: true, Policy: data.DefaultPolicy(), Period: period(from),
		Map: release.Map{SmallestM: 250, LargestM: 1000, Epoch: "2019-01-02", Legend: []release.Band{
			{Text: "not shown: too few, too rarely, or none"}, {Band: 1, Text: "under 25", Below: 25}, {Band: 2, Text: "25 or more", From: 25},
		}},
		Tables: release.Tables{
			Classes:  []release.Titled{{ID: "managed", Title: "Managed area"}, {ID: "residential", Title: "Residential"}},
			Families: []release.Titled{{ID: "needle", Title: "Needles"}, {ID: "condom", Title: "Condoms"}},
			Totals:   []release.Total{{Family: "needle", Figure: release.Figure{Text: "1450"}}, {Family: "condom", Figure: release.Figure{Text: "fewer than 10"}}},
		},
	}
	for i, week := range e.Period.Weeks {
		for j, class := range e.Tables.Classes {
			for k, family := range e.Tables.Families {
				figure := release.Figure{Text: fmt.Sprint(1000 + 100*i + 10*j + 5*k)}
				e.Tables.Rows = append(e.Tables.Rows, release.Row{Week: week, Class: class.ID, Family: family.ID, Figure: figure})
			}
		}
	}
	return e
}

func period(from string) release.Period {
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		panic(err) // a test's own mistake
	}
	p := release.Period{From: from, To: first.AddDate(0, 0, 28).Format(time.DateOnly)}
	for week := range 4 {
		p.Weeks = append(p.Weeks, first.AddDate(0, 0, 7*week).Format(time.DateOnly))
	}
	return p
}

func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
