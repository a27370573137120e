package main

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/project"

	"commonground/data"
	"commonground/geo/geotest"
	"commonground/geo/grid"
)

// benchPostGIS is a database with the pickups of a town, and functions that
// draw its tiles.
type benchPostGIS struct {
	*pgx.Conn
	t      testing.TB
	grid   grid.Grid
	source string // how to connect
	loaded time.Duration

	workers [workers]*pgx.Conn // for who measures
}

// newBenchPostGIS copies the store of a town into a database of its own, and
// sums up what is asked for at some levels.
func newBenchPostGIS(t testing.TB, town *benchTown, levels []uint8) *benchPostGIS {
	t.Helper()
	db := &benchPostGIS{t: t, grid: town.scheme.Grid, source: geotest.Postgres(t)}
	db.Conn = db.connect()
	started := time.Now()
	db.loadPickups(town)
	db.loadSquares(levels)
	for _, statement := range summed {
		db.run(statement)
	}
	for name := range tileFunctions {
		db.run(forItsValues.create(name))
		db.run(onceForAll.create(name))
	}
	db.loaded = time.Since(started)
	for worker := range db.workers {
		db.workers[worker] = db.connect()
	}
	return db
}

// connect opens a connection with the settings that were found to be the best
// for requests like these: to compile a query, or to start workers for it,
// takes longer than to run it; and all that is read is in memory.
func (db *benchPostGIS) connect() *pgx.Conn {
	db.t.Helper()
	connection, err := pgx.Connect(db.t.Context(), db.source)
	if err != nil {
		db.t.Fatal(err)
	}
	db.t.Cleanup(func() { _ = connection.Close(context.Background()) }) // its database goes too
	for _, setting := range bestSettings {
		if _, err := connection.Exec(db.t.Context(), "SET "+setting); err != nil {
			db.t.Fatal(err)
		}
	}
	return connection
}

var bestSettings = []string{"jit = off", "max_parallel_workers_per_gather = 0", "random_page_cost = 1.1", "work_mem = '256MB'"}

// plan sets how the connections of who measures plan.
func (db *benchPostGIS) plan(p planning) {
	db.t.Helper()
	for _, connection := range append(db.workers[:], db.Conn) {
		settings := append([]string{"plan_cache_mode = " + p.mode}, bestSettings...)
		if p == ownSettings {
			settings = []string{"jit = default", "max_parallel_workers_per_gather = default", "random_page_cost = default", "work_mem = default", "plan_cache_mode = auto"}
		}
		for _, setting := range settings {
			if _, err := connection.Exec(db.t.Context(), "SET "+setting); err != nil {
				db.t.Fatal(err)
			}
		}
	}
}

func (db *benchPostGIS) run(statement string) {
	db.t.Helper()
	if _, err := db.Exec(db.t.Context(), statement); err != nil {
		db.t.Fatalf("%v\n%s", err, statement)
	}
}

func (db *benchPostGIS) copy(table string, columns []string, rows iter.Seq2[[]any, error]) {
	db.t.Helper()
	next, stop := iter.Pull2(rows)
	defer stop()
	_, err := db.CopyFrom(db.t.Context(), pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		row, err, _ := next() // a nil row ends the copy
		return row, err
	}))
	if err != nil {
		db.t.Fatal(err)
	}
}

// loadPickups copies the records as the store has them, class and all, into a
// table in the order of a Hilbert curve: that of geometries.
func (db *benchPostGIS) loadPickups(town *benchTown) {
	db.t.Helper()
	db.run(`CREATE UNLOGGED TABLE sent (x float8, y float8, sx int, sy int, week int, class int, area text,
		visits int, needle int, condom_used int, condom_unused int)`)
	db.copy("sent", []string{"x", "y", "sx", "sy", "week", "class", "area", "visits", "needle", "condom_used", "condom_unused"},
		town.rows(db.t))
	db.run(`CREATE TABLE pickup AS
		SELECT ST_SetSRID(ST_MakePoint(x, y), 3857)::geometry(Point, 3857) AS geom,
			sx, sy, week, class, area, visits, needle, condom_used, condom_unused
		FROM sent ORDER BY 1`)
	db.run(`DROP TABLE sent`)
	db.run(`CREATE INDEX ON pickup USING gist (geom)`)
	db.run(`VACUUM ANALYZE pickup`)
}

// rows yields a row for each pickup of the store.
func (town *benchTown) rows(t testing.TB) iter.Seq2[[]any, error] {
	t.Helper()
	_, pickups, err := town.store.Pickups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func([]any, error) bool) {
		for p, err := range pickups {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(town.row(p), nil) {
				return
			}
		}
	}
}

func (town *benchTown) row(p data.Pickup) []any {
	at := project.Point(p.Point.Orb(), project.WGS84.ToMercator)
	square, _ := town.scheme.Grid.Square(*p.Point) // all of the town is on the grid
	row := []any{at.X(), at.Y(), square.X, square.Y, int32(town.scheme.WeekOf(p.At)), int32(p.Place.Class), p.Place.Area, 1, 0, 0, 0}
	for _, found := range p.Found {
		kind, _ := town.scheme.KindIndex(found.Kind)
		row[len(row)-len(town.scheme.Kinds)+kind] = found.Items
	}
	return row
}

// loadSquares draws all squares with pickups, in a part of the table for each
// level: only so does PostgreSQL know how many of a level meet a box.
func (db *benchPostGIS) loadSquares(levels []uint8) {
	db.t.Helper()
	db.run(`CREATE TABLE square (level int, sx int, sy int, key bigint, geom geometry(Polygon, 3857)) PARTITION BY LIST (level)`)
	db.run(`CREATE TABLE cell_total (level int, key bigint, geom geometry(Polygon, 3857),
		n bigint, visits bigint, needle bigint, condom_used bigint, condom_unused bigint) PARTITION BY LIST (level)`)
	db.run(`CREATE UNLOGGED TABLE drawn (level int, sx int, sy int, key bigint, shape bytea)`)
	for _, level := range levels {
		for _, table := range []string{"square", "cell_total"} {
			db.run(fmt.Sprintf(`CREATE TABLE %s_%d PARTITION OF %[1]s FOR VALUES IN (%[2]d)`, table, level))
		}
		squares := db.occupied(level)
		db.copy("drawn", []string{"level", "sx", "sy", "key", "shape"}, func(yield func([]any, error) bool) {
			for _, s := range squares {
				shape, err := wkb.Marshal(orb.Polygon{outline(db.grid, s)})
				if !yield([]any{int32(s.Level), s.X, s.Y, int64(s.Key()), shape}, err) {
					return
				}
			}
		})
	}
	db.run(`INSERT INTO square SELECT level, sx, sy, key, ST_GeomFromWKB(shape, 3857) FROM drawn ORDER BY level, 5`)
	db.run(`DROP TABLE drawn`)
	db.run(`CREATE INDEX ON square USING gist (geom)`)
	db.run(`VACUUM ANALYZE square`)
}

func (db *benchPostGIS) occupied(level uint8) []grid.Square {
	db.t.Helper()
	rows, err := db.Query(db.t.Context(), `SELECT DISTINCT sx >> $1, sy >> $1 FROM pickup`, int32(level))
	if err != nil {
		db.t.Fatal(err)
	}
	squares, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (grid.Square, error) {
		s := grid.Square{Level: level}
		return s, row.Scan(&s.X, &s.Y)
	})
	if err != nil {
		db.t.Fatal(err)
	}
	return squares
}

// outline draws a square in web Mercator, so that it runs clockwise on a tile,
// where y points down.
func outline(g grid.Grid, s grid.Square) orb.Ring {
	at := func(dx, dy int32) orb.Point {
		lon, lat := g.Corner(s, dx, dy)
		return project.Point(orb.Point{lon, lat}, project.WGS84.ToMercator)
	}
	southWest := at(0, 0)
	return orb.Ring{southWest, at(0, 1), at(1, 1), at(1, 0), southWest}
}

// size is what a table takes, or the sum of its parts, with its indexes.
func (db *benchPostGIS) size(table string) (tableBytes, indexBytes int64) {
	db.t.Helper()
	err := db.QueryRow(db.t.Context(), `
		SELECT sum(pg_table_size(part)), sum(pg_indexes_size(part)) FROM (
			SELECT relid AS part FROM pg_partition_tree($1::text::regclass) WHERE isleaf
			UNION SELECT $1::text::regclass) AS parts`, table).Scan(&tableBytes, &indexBytes)
	if err != nil {
		db.t.Fatal(err)
	}
	return tableBytes, indexBytes
}
