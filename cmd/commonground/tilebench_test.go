package main

import (
	"cmp"
	"flag"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/jackc/pgx/v5"

	"commonground/tiles"
)

var (
	tilesRecords = flag.Int("tiles.records", 0, "pickups to draw tiles of; 0 is 1,000,000 for the benchmark, 20,000 with -short and for the test")
	tilesTime    = flag.Duration("tiles.time", 3*time.Second, "how long each server is asked for each sort of tile")
)

// fewRecords is for tests, and benchmarks in short.
const fewRecords = 20_000

// BenchmarkTiles puts the server beside PostGIS: tiles, filters and weekly
// counts of the same records, asked by the same program over loopback, in one
// run. It first checks that all say the same, and prints a table:
//
//	go test ./cmd/commonground -run '^$' -bench Tiles -timeout 60m -tiles.records 1000000
//
// Two workers ask at a time, each on a connection of its own that stays open.
// What stands as not cached was asked in words that were new to the server.
func BenchmarkTiles(b *testing.B) {
	records := cmp.Or(*tilesRecords, 1_000_000)
	if testing.Short() && *tilesRecords == 0 {
		records = fewRecords
	}
	town := newBenchTown(b, records)
	db := newBenchPostGIS(b, town, town.levelsOf(benchZooms))
	for b.Loop() {
		started := time.Now()
		s := startServing(b, town.path)
		race := &race{t: b, town: town, db: db, origin: s.origin, ready: time.Since(started), nothing: startNothing(b)}
		race.keepsNone = startServing(b, town.path, "--tile-cache=0").origin
		for _, zoom := range benchZooms {
			race.firstTime(zoom)
		}
		bothSaySame(b, town, s, db)
		race.warm()
		for _, zoom := range benchZooms {
			race.uncached(zoom)
			race.cached(zoom)
		}
		race.weekly()
		race.bare()
		race.print(records, s)
	}
	b.ReportMetric(0, "ns/op")
}

// race measures both sides.
type race struct {
	t               testing.TB
	town            *benchTown
	db              *benchPostGIS
	origin, nothing string
	keepsNone       string        // a server that keeps no tiles
	ready           time.Duration // from its start until the server was
	rows            []row
}

// row is a line of the table.
type row struct {
	about, selects, server string
	speed
	than []float64 // how many times as fast as each way of PostGIS
}

// leastRequests are made of the slowest server too.
const leastRequests = 5

// run measures, after some requests that don't count.
func (r *race) run(open func(worker int) asker) speed {
	r.t.Helper()
	var askers [workers]asker
	for worker := range askers {
		askers[worker] = open(worker)
	}
	measure(r.t, askers, limits{time: *tilesTime / 6, least: 2 * workers})
	return measure(r.t, askers, limits{time: *tilesTime, least: leastRequests})
}

// ask opens connections to our server.
func (r *race) ask(path func(i int) string, header func(path string) string, status int) func(worker int) asker {
	return func(int) asker { return newClient(r.t, r.origin).ask(path, header, status) }
}

func zoomName(zoom int) string { return fmt.Sprintf("z%d", zoom) }

// firstTime asks for each tile of a zoom once, right after the start.
func (r *race) firstTime(zoom int) {
	r.t.Helper()
	once := distinct(r.town.tilesAt(zoom))
	var askers [workers]asker
	for worker := range askers {
		askers[worker] = r.ask(func(i int) string { return address(once[i], "") }, noHeader, http.StatusOK)(worker)
	}
	s := measure(r.t, askers, limits{time: time.Hour, most: len(once)})
	r.rows = append(r.rows, row{about: zoomName(zoom), selects: "everything", server: "ours, each for the first time", speed: s})
}

// warm has our servers draw tiles, unmeasured, until their caches are full: before that
// they take memory from the system, for the first time, with each tile.
func (r *race) warm() {
	r.t.Helper()
	list, everything := r.town.tilesAt(benchZooms[0]), r.town.selections()[0]
	path := func(i int) string { return address(list[i%len(list)], r.town.never(everything).query(r.town.scheme)) }
	for _, origin := range []string{r.origin, r.keepsNone} {
		r.run(func(int) asker { return newClient(r.t, origin).ask(path, noHeader, http.StatusOK) })
	}
}

// uncached asks for tiles of a zoom, filtered in every way, in words that our
// server never heard before, and PostGIS for the same tiles.
func (r *race) uncached(zoom int) {
	r.t.Helper()
	list := r.town.tilesAt(zoom)
	defer r.keepingNone(zoom, list)
	for _, selected := range r.town.selections() {
		r.contest(contest{
			about: zoomName(zoom), selected: selected, ways: waysOf(selected),
			plan: func(way string) planning { return planningFor(way, zoom) },
			path: func(i int) string {
				return address(list[i%len(list)], r.town.never(selected).query(r.town.scheme))
			},
			query: func(connection *pgx.Conn, way string, i int) (int, error) {
				body, err := r.db.tile(connection, way, list[i%len(list)], selected)
				return len(body), err
			},
		})
	}
}

// keepingNone asks a server that keeps no tiles for everything.
func (r *race) keepingNone(zoom int, list []tiles.Tile) {
	r.t.Helper()
	ours := row{about: zoomName(zoom), selects: "everything", server: "ours, keeping no tiles"}
	ours.speed = r.run(func(int) asker {
		return newClient(r.t, r.keepsNone).ask(func(i int) string { return address(list[i%len(list)], "") }, noHeader, http.StatusOK)
	})
	ours.than = r.againstAll(zoomName(zoom), ours.speed)
	r.rows = append(r.rows, ours)
}

// weekly asks for counts by week, class and kind.
func (r *race) weekly() {
	r.t.Helper()
	for _, selected := range r.town.selections() {
		r.contest(contest{
			about: "weekly counts", selected: selected, ways: []string{weeklyPoints, weeklyCells, weeklyTotals},
			plan: func(string) planning { return forItsValues },
			path: func(int) string { return r.town.weeklyPath(r.town.never(selected)) },
			query: func(connection *pgx.Conn, way string, _ int) (int, error) {
				rows, err := r.db.weekly(connection, way, selected)
				return len(rows) * int(unsafe.Sizeof(weekly{})), err
			},
		})
	}
}

// contest is a sort of question, put to our server and to PostGIS in several
// ways.
type contest struct {
	about    string
	selected selection
	ways     []string
	plan     func(way string) planning
	path     func(i int) string
	query    func(connection *pgx.Conn, way string, i int) (bytes int, err error)
}

func (r *race) contest(c contest) {
	r.t.Helper()
	ours := row{about: c.about, selects: c.selected.name, server: "ours, not cached"}
	ours.speed = r.run(r.ask(c.path, noHeader, http.StatusOK))
	var theirs []row
	for _, way := range c.ways {
		r.db.plan(c.plan(way))
		s := r.run(func(worker int) asker {
			return func(i int) (int, error) { return c.query(r.db.workers[worker], way, i) }
		})
		theirs = append(theirs, row{about: c.about, selects: c.selected.name, server: way, speed: s})
		ours.than = append(ours.than, ours.perSecond()/s.perSecond())
	}
	r.rows = append(append(r.rows, ours), theirs...)
}

// cached asks for the same tiles again and again: as they are, compressed, and
// whether they changed.
func (r *race) cached(zoom int) {
	r.t.Helper()
	list := r.town.tilesAt(zoom)
	path := func(i int) string { return address(list[i%len(list)], "") }
	tags := map[string]string{}
	for _, way := range []struct {
		server string
		header func(path string) string
		status int
	}{
		{"ours, asked again", noHeader, http.StatusOK},
		{"ours, asked again, gzip", func(string) string { return "Accept-Encoding: gzip\r\n" }, http.StatusOK},
		{"ours, asked again, not changed", func(path string) string { return tags[path] }, http.StatusNotModified},
	} {
		if way.status == http.StatusNotModified {
			r.readTags(tags, list)
		}
		again := row{about: zoomName(zoom), selects: "everything", server: way.server}
		again.speed = r.run(r.ask(path, way.header, way.status))
		again.than = r.againstAll(zoomName(zoom), again.speed)
		r.rows = append(r.rows, again)
	}
}

// againstAll compares a speed with that of PostGIS for everything.
func (r *race) againstAll(about string, s speed) (than []float64) {
	for _, other := range r.rows {
		if other.about == about && other.selects == "everything" && !strings.HasPrefix(other.server, "ours") {
			than = append(than, s.perSecond()/other.perSecond())
		}
	}
	return than
}

// readTags makes a header line of the ETag of each tile.
func (r *race) readTags(tags map[string]string, list []tiles.Tile) {
	r.t.Helper()
	c := newClient(r.t, r.origin)
	for _, tile := range distinct(list) {
		path := address(tile, "")
		got, err := c.do(http.MethodGet, path, "", "")
		if err != nil || got.tag == "" {
			r.t.Fatalf("%s: ETag %q, %v", path, got.tag, err)
		}
		tags[path] = "If-None-Match: " + got.tag + "\r\n"
	}
}

// bare asks a server that answers nothing.
func (r *race) bare() {
	r.t.Helper()
	s := r.run(func(int) asker {
		return newClient(r.t, r.nothing).ask(func(int) string { return "/" }, noHeader, http.StatusNoContent)
	})
	r.rows = append(r.rows, row{about: "204", selects: "nothing", server: "a bare http.Server", speed: s})
}
