package geotest

import (
	"fmt"
	"math"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"commonground/geo"
)

// The distance is that of PostGIS, on the ellipsoid, to the border of the
// region of the point's own class, within the error that DistanceM states; at
// three latitudes, for the error grows with it.
func TestDistanceIsThatOfPostGISWithinTheStatedError(t *testing.T) {
	db := newPostGIS(t)
	for _, latitude := range []float64{0, 53.8, 66} {
		t.Run(fmt.Sprintf("latitude=%v", latitude), func(t *testing.T) {
			areas := northward(t, Workload(120), latitude-53.8)
			db.regions(areas)
			classifier, err := geo.NewClassifier(areas)
			check(t, err)
			points := append(Points(areas, 100, 1), Adversarial(areas, 50, 2)...)
			theirs := db.distances(classifier, points)
			near, worst := 0, 0.0
			for i, p := range points {
				ours, ok := classifier.DistanceM(p)
				if !ok {
					if theirs[i] < geo.FarM-10 {
						t.Errorf("%v is %v m away, but none was found within %v m", p, theirs[i], geo.FarM)
					}
					continue
				}
				near++
				stated := ours*ours*math.Tan(math.Abs(p.Orb().Lat())*math.Pi/180)/6_300_000 + 0.005
				worst = max(worst, math.Abs(ours-theirs[i])/stated)
				if math.Abs(ours-theirs[i]) > stated {
					t.Errorf("%v: %.4f m, by PostGIS %.4f m; more than %.4f m apart", p, ours, theirs[i], stated)
				}
			}
			t.Logf("%d of %d points within reach; the error is at most %.0f %% of what is stated", near, len(points), 100*worst)
			if near < len(points)/2 {
				t.Error("too few points are near enough to say anything")
			}
		})
	}
}

// northward moves areas by degrees of latitude.
func northward(t *testing.T, areas []geo.Area, by float64) []geo.Area {
	t.Helper()
	for i, area := range areas {
		for _, polygon := range area.Shape {
			for _, ring := range polygon {
				for k := range ring {
					ring[k][1] += by
				}
			}
		}
		var err error
		areas[i], err = area.Rounded()
		check(t, err)
	}
	return areas
}

// regions loads areas in degrees and makes of them, for each class, the border
// of what belongs to it once precedence is applied.
func (db *postgis) regions(areas []geo.Area) {
	db.t.Helper()
	db.run(`DROP TABLE IF EXISTS degrees, borders, pieces; CREATE TABLE degrees (class int, shape bytea)`)
	db.copy("degrees", []string{"class", "shape"}, len(areas), func(i int) ([]any, error) {
		encoded, err := wkb.Marshal(orb.MultiPolygon(areas[i].Shape))
		return []any{int(areas[i].Class), encoded}, err
	})
	db.run(`CREATE TABLE borders AS
		WITH one AS (SELECT class, ST_Union(ST_SetSRID(ST_GeomFromWKB(shape), 4326)) AS shape FROM degrees GROUP BY class),
		above AS (SELECT a.class, a.shape, (SELECT ST_Union(b.shape) FROM one b WHERE b.class > a.class) AS higher FROM one a)
		SELECT class, ST_Boundary(coalesce(ST_Difference(shape, higher), shape))::geography AS border FROM above
		UNION ALL SELECT 0, ST_Boundary(ST_Union(shape))::geography FROM one;
		CREATE TABLE pieces AS SELECT class, (ST_DumpSegments(ST_Segmentize(border, 1)::geometry)).geom AS piece FROM borders;
		CREATE INDEX ON pieces USING gist (piece);
		ANALYZE pieces`)
}

// distances returns the metres from each point to the border of its own class.
// PostGIS looks for the nearest part of a shape on a sphere and only then
// measures on the ellipsoid, so of a whole border it may take a part that is
// half a per cent too far. So it is asked for every piece of a metre that may
// be the nearest, one by one.
func (db *postgis) distances(classifier *geo.Classifier, points []geo.Point) []float64 {
	db.t.Helper()
	db.run(`DROP TABLE IF EXISTS places; CREATE TABLE places (i int, class int, lon float8, lat float8)`)
	db.copy("places", []string{"i", "class", "lon", "lat"}, len(points), func(i int) ([]any, error) {
		at := points[i].Orb()
		return []any{i, int(classifier.Class(points[i])), at.Lon(), at.Lat()}, nil
	})
	rows, err := db.connection.Query(db.t.Context(), `
		WITH asked AS (SELECT i, class, lat, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS place FROM places),
		about AS (SELECT i, class, place, ST_Expand(place, degrees / cos(radians(lat)), degrees) AS box
			FROM asked JOIN borders USING (class), LATERAL (SELECT (ST_Distance(place::geography, border) + 1) / 110500) AS reach (degrees))
		SELECT i, (SELECT min(ST_Distance(place::geography, piece::geography)) FROM pieces
			WHERE pieces.class = about.class AND piece && box) FROM about`)
	check(db.t, err)
	metres := make([]float64, len(points))
	var i int
	var m float64
	_, err = pgx.ForEachRow(rows, []any{&i, &m}, func() error {
		metres[i] = m
		return nil
	})
	check(db.t, err)
	return metres
}
