package main

import (
	"fmt"
	"strings"
)

// summed are the tables that a careful administrator would keep beside the
// pickups: sums by square, week and class, found by one index that has all of
// them; at the highest level the town is one square, so those are by week and
// class alone; sums by square alone; and what the functions below have in
// common.
var summed = []string{
	`CREATE TABLE cell (level int, sx int, sy int, week int, class int,
		n int, visits int, needle int, condom_used int, condom_unused int) PARTITION BY LIST (level)`,
	`DO $$ DECLARE part int; BEGIN
		FOR part IN SELECT DISTINCT level FROM square UNION SELECT 13 LOOP
			EXECUTE format('CREATE TABLE cell_%s PARTITION OF cell FOR VALUES IN (%1$s)', part);
			INSERT INTO cell SELECT part, sx >> part, sy >> part, week, class,
				sum(needle + condom_used + condom_unused), sum(visits), sum(needle), sum(condom_used), sum(condom_unused)
			FROM pickup GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5;
		END LOOP;
	END $$`,
	`CREATE UNIQUE INDEX ON cell (level, sx, sy, week, class) INCLUDE (n, visits, needle, condom_used, condom_unused)`,
	`VACUUM ANALYZE cell`,
	`INSERT INTO cell_total
		SELECT level, key, geom, sum(n), sum(visits), sum(needle), sum(condom_used), sum(condom_unused)
		FROM square JOIN cell USING (level, sx, sy) GROUP BY level, key, geom ORDER BY level, geom`,
	`CREATE INDEX ON cell_total USING gist (geom)`,
	`VACUUM ANALYZE cell_total`,

	// A square that sticks out of the box may still lie beside it: the box
	// around it is larger than itself. Written as a CASE, since an OR would
	// have the index searched twice.
	`CREATE FUNCTION meets(geom geometry, box geometry) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
		SELECT geom && box AND CASE WHEN geom @ box THEN true ELSE ST_Intersects(geom, box) END
	$$`,

	// The same as ST_AsMVTGeom for whole convex shapes, in a fourth of its time.
	`CREATE FUNCTION onto(geom geometry, box geometry) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
		SELECT ST_SnapToGrid(ST_TransScale(geom, -ST_XMin(box), -ST_YMax(box),
			4096 / (ST_XMax(box) - ST_XMin(box)), 4096 / (ST_YMin(box) - ST_YMax(box))), 1)
	$$`,
}

// The ways of drawing a tile: from the points, which then are put on the tile
// by hand or as one usually does; from the sums by square, week and class; and
// from those by square alone, which can't be filtered.
const (
	fromPoints, fromPointsUsually, fromCells, fromTotals = "tile_points", "tile_points_usually", "tile_cells", "tile_totals"
	// asItComes is fromPointsUsually with PostgreSQL's own settings, which is
	// what the published tile servers are measured with.
	asItComes = "tile_points_as_it_comes"
)

var tileFunctions = map[string]string{
	fromPoints:        tilePoints,
	fromPointsUsually: strings.ReplaceAll(tilePoints, "onto(geom, {box})", "ST_AsMVTGeom(geom, {box}, 4096, 0, false)"),
	asItComes:         strings.ReplaceAll(tilePoints, "onto(geom, {box})", "ST_AsMVTGeom(geom, {box}, 4096, 0, false)"),
	fromCells:         tileCells,
	fromTotals:        tileTotals,
}

// planning is how PostgreSQL makes a plan for a tile: for its very values, or
// once for all tiles.
type planning struct {
	mode, suffix string
	box, tile    string // where the outline of the tile comes from
}

var (
	forItsValues = planning{"force_custom_plan", "_for_values", "ST_TileEnvelope(z, x, y)", ""}
	onceForAll   = planning{"force_generic_plan", "_for_all", "box", "(SELECT ST_TileEnvelope(z, x, y) AS box OFFSET 0) AS tile, "}
	ownSettings  = planning{"auto", "_for_values", "ST_TileEnvelope(z, x, y)", ""}
)

// planningFor is what was found to be faster. To make a plan takes longer than
// to look up the sums of a tile of a high zoom. It is well worth its time at
// low zooms, and where one tile has a few points and another thousands.
func planningFor(way string, zoom int) planning {
	if way == asItComes {
		return ownSettings
	}
	if zoom >= 14 && (way == fromCells || way == fromTotals) {
		return onceForAll
	}
	return forItsValues
}

// create writes one of the functions. It has one SELECT, so that PostgreSQL
// plans it as a part of the query that calls it. A parameter of NULL selects
// everything. Squares with visits are there also where no item is of the kinds
// asked for, as in our tiles.
func (p planning) create(name string) string {
	return fmt.Sprintf(`CREATE FUNCTION %s%s(lv int, z int, x int, y int, from_week int, to_week int, kinds text[], classes int[])
		RETURNS TABLE (mvt bytea) LANGUAGE sql STABLE PARALLEL SAFE AS $$%s$$`,
		name, p.suffix, strings.NewReplacer("{box}", p.box, "{tile}", p.tile).Replace(tileFunctions[name]))
}

const (
	sums = `sum(visits) AS visits,
			sum(CASE WHEN kinds IS NULL OR 'needle' = ANY (kinds) THEN needle ELSE 0 END) AS needle,
			sum(CASE WHEN kinds IS NULL OR 'condom_used' = ANY (kinds) THEN condom_used ELSE 0 END) AS condom_used,
			sum(CASE WHEN kinds IS NULL OR 'condom_unused' = ANY (kinds) THEN condom_unused ELSE 0 END) AS condom_unused`

	selected = `(from_week IS NULL OR week >= from_week) AND (to_week IS NULL OR week < to_week)
			AND (classes IS NULL OR class = ANY (classes))`

	features = `SELECT onto(geom, {box}) AS geom, key, lv AS level, needle + condom_used + condom_unused AS n, visits,
			nullif(needle, 0) AS needle, nullif(condom_used, 0) AS condom_used, nullif(condom_unused, 0) AS condom_unused`
)

// tilePoints adds up the pickups about a tile by square. Those of squares
// that the tile only cuts must all be there, so the box is wider than it by a
// square: on the ground of the town at most 217 m × 2^level of web Mercator.
const tilePoints = `
	WITH counted AS MATERIALIZED (
		SELECT sx >> lv AS sx, sy >> lv AS sy, ` + sums + `
		FROM pickup
		WHERE geom && ST_Expand(ST_TileEnvelope(z, x, y), 220 * (1 << lv)) AND ` + selected + `
		GROUP BY 1, 2
	)
	SELECT ST_AsMVT(feature, 'hotspots', 4096, 'geom', 'key') FROM (
		` + features + `
		FROM {tile}square JOIN counted USING (sx, sy)
		WHERE level = lv AND meets(geom, {box})
	) AS feature`

// tileCells looks up the cells of each square that meets a tile, in the index
// alone.
const tileCells = `
	SELECT ST_AsMVT(feature, 'hotspots', 4096, 'geom', 'key') FROM (
		` + features + `
		FROM {tile}square CROSS JOIN LATERAL (
			SELECT ` + sums + ` FROM cell
			WHERE level = lv AND sx = square.sx AND sy = square.sy AND ` + selected + `
		) AS counted
		WHERE level = lv AND meets(geom, {box}) AND visits > 0
	) AS feature`

// tileTotals has its sums ready, and selects nothing.
const tileTotals = `
	SELECT ST_AsMVT(feature, 'hotspots', 4096, 'geom', 'key') FROM (
		` + features + `
		FROM {tile}cell_total
		WHERE level = lv AND meets(geom, {box})
	) AS feature`

// Counts by week and class, with a column for each kind: from the points, and
// from sums by square, week and class or by week and class alone.
const (
	weeklyPoints = `SELECT week, class, ` + sums + ` FROM pickup WHERE ` + selected + ` GROUP BY week, class ORDER BY week, class`
	weeklyCells  = `SELECT week, class, ` + sums + ` FROM cell WHERE level = 2 AND ` + selected + ` GROUP BY week, class ORDER BY week, class`
	weeklyTotals = `SELECT week, class, ` + sums + ` FROM cell WHERE level = 13 AND ` + selected + ` GROUP BY week, class ORDER BY week, class`
)

// counting makes a query of one of counts, with the parameters in the order
// of those of tiles.
func counting(query string) string {
	return strings.NewReplacer("from_week", "$1::int", "to_week", "$2::int", "kinds", "$3::text[]", "classes", "$4::int[]").Replace(query)
}
