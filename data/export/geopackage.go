package export

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"commonground/data"

	_ "modernc.org/sqlite" // the driver
)

// Coordinate systems of a GeoPackage by their EPSG code.
const (
	wgs84    = 4326
	national = 27700
)

// geoPackageSchema are the tables that a GeoPackage must have (OGC 12-128r18, C.1 to
// C.3), and the systems that it must know (1.1.2.1.2). The mark and version stand in
// the file's head (1.1.1.1.1).
const geoPackageSchema = `
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (
	srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
	definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
	table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
	last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
	CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
	table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
	CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
	CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
	CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
	('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL), ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL),
	('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', NULL),
	('OSGB36 / British National Grid', 27700, 'EPSG', 27700, 'PROJCS["OSGB36 / British National Grid",GEOGCS["OSGB36",DATUM["Ordnance_Survey_of_Great_Britain_1936",SPHEROID["Airy 1830",6377563.396,299.3249646,AUTHORITY["EPSG","7001"]],AUTHORITY["EPSG","6277"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4277"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",49],PARAMETER["central_meridian",-2],PARAMETER["scale_factor",0.9996012717],PARAMETER["false_easting",400000],PARAMETER["false_northing",-100000],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","27700"]]', 'Converted from WGS 84 by OSTN15');
`

// writeGeoPackage writes a table as a layer of a GeoPackage, or as one without
// geometry: in the National Grid (EPSG:27700) where that is the scheme's, converted by
// OSTN15, else in WGS 84. What the file says of itself is the layer's description.
// SQLite needs a file with a name: one for its owner alone, which is gone at the
// end.
func writeGeoPackage(ctx context.Context, about About, t *Table, out io.Writer) (err error) {
	file, err := os.CreateTemp("", "commonground-export-*.gpkg")
	if err != nil {
		return fmt.Errorf("making a file for the GeoPackage: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	db, err := sql.Open("sqlite", "file:"+file.Name()+"?_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=locking_mode(exclusive)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	g := &geoPackage{about: about, table: t, db: db, srs: wgs84}
	if onNationalGrid(about.Scheme) {
		g.srs = national
	}
	if err := errors.Join(g.write(ctx), db.Close()); err != nil {
		return fmt.Errorf("writing a GeoPackage: %w", err)
	}
	_, err = io.Copy(out, file)
	return err
}

// geoPackage is one that is being written.
type geoPackage struct {
	about About
	table *Table
	db    *sql.DB
	srs   int
	bound orb.Bound // of what was written; good where some is true
	some  bool
}

// write makes all tables in one transaction. Statements don't end with ctx, which is
// looked at between rows: for each of them it would take a goroutine.
func (g *geoPackage) write(ctx context.Context) error {
	steady := context.WithoutCancel(ctx)
	if _, err := g.db.ExecContext(steady, geoPackageSchema); err != nil {
		return err
	}
	if _, err := g.db.ExecContext(steady, g.definition()); err != nil {
		return err
	}
	tx, err := g.db.BeginTx(steady, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing to do once it is committed
	if err := g.rows(ctx, tx); err != nil {
		return err
	}
	if err := g.describe(steady, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// sqlTypes are the types of columns in a GeoPackage (1.1.1.1.3).
var sqlTypes = map[Kind]string{Text: "TEXT", Whole: "INTEGER", Real: "DOUBLE", Day: "DATE"}

// definition is the statement that makes the table.
func (g *geoPackage) definition() string {
	columns := []string{"fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"}
	if g.table.Geometry != "" {
		columns = append(columns, "geom "+g.table.Geometry)
	}
	for _, column := range g.table.Columns {
		columns = append(columns, quoteName(column.Name)+" "+sqlTypes[column.Kind])
	}
	return "CREATE TABLE " + quoteName(g.table.Name) + " (" + strings.Join(columns, ", ") + ")"
}

// quoteName quotes a name, which may be an id of the scheme.
func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// rows puts the rows in.
func (g *geoPackage) rows(ctx context.Context, tx *sql.Tx) error {
	var names []string
	if g.table.Geometry != "" {
		names = append(names, "geom")
	}
	for _, column := range g.table.Columns {
		names = append(names, quoteName(column.Name))
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(names)), ",")
	steady := context.WithoutCancel(ctx)
	insert, err := tx.PrepareContext(steady, "INSERT INTO "+quoteName(g.table.Name)+" ("+strings.Join(names, ", ")+") VALUES ("+marks+")")
	if err != nil {
		return err
	}
	defer insert.Close()
	values := make([]any, 0, len(names))
	_, err = g.table.each(ctx, func(row Row) error {
		values = values[:0]
		if g.table.Geometry != "" {
			blob, err := g.geometry(row.Shape)
			if err != nil {
				return err
			}
			values = append(values, blob)
		}
		for _, cell := range row.Cells {
			if day, is := cell.(data.Date); is {
				cell = day.String()
			}
			values = append(values, cell)
		}
		_, err := insert.ExecContext(steady, values...)
		return err
	})
	return err
}

// geometry returns a shape as a GeoPackage has it (2.1.3): a head, its box but for a
// point, and well-known binary, all little-endian; nil for none.
func (g *geoPackage) geometry(s Shape) (any, error) {
	if s == nil {
		return nil, nil
	}
	shape, err := s.degrees(g.about.Scheme.Grid), error(nil)
	if g.srs == national {
		shape, err = s.metres()
	}
	if shape == nil || err != nil {
		return nil, err
	}
	bound := shape.Bound()
	if !g.some {
		g.bound, g.some = bound, true
	}
	g.bound = g.bound.Union(bound)
	const littleEndian, withBox = 1, 1 << 1
	blob := []byte{'G', 'P', 0, littleEndian}
	if _, is := shape.(orb.Point); !is {
		blob[3] |= withBox
	}
	blob = binary.LittleEndian.AppendUint32(blob, uint32(g.srs))
	if blob[3]&withBox != 0 {
		for _, v := range []float64{bound.Min[0], bound.Max[0], bound.Min[1], bound.Max[1]} {
			blob = binary.LittleEndian.AppendUint64(blob, math.Float64bits(v))
		}
	}
	body, err := wkb.Marshal(shape, binary.LittleEndian)
	return append(blob, body...), err
}

// describe says in the file what the layer is, and where.
func (g *geoPackage) describe(ctx context.Context, tx *sql.Tx) error {
	t := g.table
	kind, srs := "attributes", any(nil)
	if t.Geometry != "" {
		kind, srs = "features", g.srs
	}
	box := []any{nil, nil, nil, nil}
	if g.some {
		box = []any{g.bound.Min[0], g.bound.Min[1], g.bound.Max[0], g.bound.Max[1]}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, append([]any{t.Name, kind, t.Name,
		g.about.sentence(t), g.about.At.UTC().Format("2006-01-02T15:04:05.000Z")}, append(box, srs)...)...)
	if err == nil && t.Geometry != "" {
		_, err = tx.ExecContext(ctx, `INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)`, t.Name, t.Geometry, g.srs)
	}
	return err
}
