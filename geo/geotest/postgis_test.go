package geotest

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"commonground/geo"
)

// postgis is a database that holds areas and points on the lattice: whole
// numbers, which are exact in doubles.
type postgis struct {
	t          testing.TB
	connection *pgx.Conn
}

func newPostGIS(t testing.TB) *postgis {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), Postgres(t))
	check(t, err)
	t.Cleanup(func() { check(t, connection.Close(context.Background())) })
	db := &postgis{t, connection}
	db.run(`SET max_parallel_workers_per_gather = 0; SET work_mem = '256MB'; SET jit = off`)
	return db
}

func (db *postgis) run(statement string) {
	db.t.Helper()
	_, err := db.connection.Exec(db.t.Context(), statement)
	check(db.t, err)
}

// load replaces the areas: one row for each polygon, made valid by the
// linework method where it isn't. It returns how many were not.
func (db *postgis) load(ranked []geo.Area) (invalid int) {
	db.t.Helper()
	db.run(`DROP TABLE IF EXISTS areas, drawn; CREATE TABLE drawn (rank int, shape bytea)`)
	polygons := polygonsOf(ranked)
	db.copy("drawn", []string{"rank", "shape"}, len(polygons), func(i int) ([]any, error) {
		var shape orb.Polygon
		for _, ring := range polygons[i].rings {
			var line orb.Ring
			for _, p := range ring {
				line = append(line, orb.Point{float64(p.Lon), float64(p.Lat)})
			}
			shape = append(shape, line)
		}
		encoded, err := wkb.Marshal(shape)
		return []any{polygons[i].rank, encoded}, err
	})
	db.run(`CREATE TABLE areas AS
		SELECT rank, valid, CASE WHEN valid THEN shape
			ELSE ST_CollectionExtract(ST_MakeValid(shape, 'method=linework'), 3) END AS shape
		FROM (SELECT rank, ST_IsValid(shape) AS valid, shape
			FROM (SELECT rank, ST_GeomFromWKB(shape) AS shape FROM drawn) AS read) AS checked;
		CREATE INDEX ON areas USING gist (shape);
		ANALYZE areas`)
	check(db.t, db.connection.QueryRow(db.t.Context(), `SELECT count(*) FROM areas WHERE NOT valid`).Scan(&invalid))
	return invalid
}

// valid says of each of n areas of one polygon whether it is.
func (db *postgis) valid(n int) []bool {
	db.t.Helper()
	all := make([]bool, n)
	rows, err := db.connection.Query(db.t.Context(), `SELECT rank, valid FROM areas`)
	check(db.t, err)
	var rank int
	var valid bool
	_, err = pgx.ForEachRow(rows, []any{&rank, &valid}, func() error {
		all[rank] = valid
		return nil
	})
	check(db.t, err)
	return all
}

// ask replaces the points.
func (db *postgis) ask(points []geo.Point) {
	db.t.Helper()
	db.run(`DROP TABLE IF EXISTS points, asked; CREATE UNLOGGED TABLE asked (i int, lon float8, lat float8)`)
	db.copy("asked", []string{"i", "lon", "lat"}, len(points), func(i int) ([]any, error) {
		return []any{i, float64(points[i].Lon), float64(points[i].Lat)}, nil
	})
	db.run(`CREATE TABLE points AS SELECT i, ST_MakePoint(lon, lat) AS place FROM asked ORDER BY i;
		CREATE INDEX ON points USING gist (place);
		ANALYZE points`)
}

func (db *postgis) copy(table string, columns []string, n int, row func(int) ([]any, error)) {
	db.t.Helper()
	_, err := db.connection.CopyFrom(db.t.Context(), pgx.Identifier{table}, columns, pgx.CopyFromSlice(n, row))
	check(db.t, err)
}

// Each finds the first area in precedence that covers a point: in the way that
// it is usually asked; by ST_Intersects, which for a point is the same and may
// get another plan; and in the best way known, area by area.
const (
	plainly      = `SELECT i, min(rank) FROM points JOIN areas ON ST_Covers(shape, place) GROUP BY i`
	intersecting = `SELECT i, min(rank) FROM points JOIN areas ON ST_Intersects(shape, place) GROUP BY i`

	byArea = `SELECT i, min(rank) FROM areas CROSS JOIN LATERAL
		(SELECT i FROM points WHERE ST_Covers(shape, place) OFFSET 0) AS within GROUP BY i`
)

// answers returns the ranks of n points.
func (db *postgis) answers(question string, n int) []int32 {
	db.t.Helper()
	ranks := make([]int32, n)
	for i := range ranks {
		ranks[i] = geo.None
	}
	rows, err := db.connection.Query(db.t.Context(), question)
	check(db.t, err)
	var i, rank int32
	_, err = pgx.ForEachRow(rows, []any{&i, &rank}, func() error {
		ranks[i] = rank
		return nil
	})
	check(db.t, err)
	return ranks
}

// time has the server answer in full and send a sum.
func (db *postgis) time(question string) {
	db.t.Helper()
	db.run(`SELECT count(*), sum(min) FROM (` + question + `) AS answered`)
}

// size is what a table and its indexes take.
func (db *postgis) size(table string) (bytes int64) {
	db.t.Helper()
	check(db.t, db.connection.QueryRow(db.t.Context(), `SELECT pg_total_relation_size($1::text::regclass)`, table).Scan(&bytes))
	return bytes
}
