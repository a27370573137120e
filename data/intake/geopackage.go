package intake

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"modernc.org/sqlite"
)

// geoPackage reads a layer of points, or a table without geometry, of an OGC
// GeoPackage, which is an SQLite file.
type geoPackage struct {
	of     about
	db     *sql.DB
	layer  gpkgLayer
	rows   *sql.Rows
	values []any
	n      int // rows read
}

// gpkgLayer is what a GeoPackage says of one layer.
type gpkgLayer struct {
	table, geometry string // geometry is empty where it has none
	organization    string
	code            int
	system          string // its name
	geometryType    string
}

func isGeoPackage(o *opening) bool { return bytes.HasPrefix(o.start, []byte("SQLite format 3\x00")) }

func openGeoPackage(o *opening) (records, error) { return newGeoPackage(o) }

func newGeoPackage(o *opening) (*geoPackage, error) {
	path, err := spoolNamed(o.stream)
	if err != nil {
		return nil, err
	}
	defer os.Remove(path)
	g := &geoPackage{}
	dsn := "file:" + path + "?mode=ro&immutable=1&_pragma=query_only(1)&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)"
	if g.db, err = sql.Open("sqlite", dsn); err != nil {
		return nil, err
	}
	connection, err := g.connect(o.ctx, max(o.rowLimit, maxRow))
	if err == nil {
		err = g.open(o, connection)
	}
	if err != nil {
		return nil, errors.Join(err, g.db.Close())
	}
	return g, nil
}

// limitLength is SQLITE_LIMIT_LENGTH, the bound of a text or a blob.
const limitLength = 0

// connect opens the file by the one connection that there will be, so that its
// name can go: read only, trusting nothing that it says how to compute.
func (g *geoPackage) connect(ctx context.Context, rowLimit int) (*sql.Conn, error) {
	connection, err := g.db.Conn(ctx)
	if err != nil {
		return nil, broken(err)
	}
	if _, err := sqlite.Limit(connection, limitLength, rowLimit); err != nil {
		return nil, err
	}
	var tables int
	err = connection.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE type = 'table'
		AND name IN ('gpkg_contents', 'gpkg_geometry_columns', 'gpkg_spatial_ref_sys') AND sql NOT LIKE 'CREATE VIRTUAL%'`).Scan(&tables)
	if err == nil && tables != 3 {
		err = errors.New("it is a database, but no GeoPackage; export the table as CSV or as a GeoPackage")
	}
	return connection, broken(err)
}

// broken says what to do about a file that SQLite can't read.
func broken(err error) error {
	if err == nil || !strings.Contains(err.Error(), "malformed") && !strings.Contains(err.Error(), "not a database") {
		return err
	}
	return errors.New("it is damaged or cut off; send it again, or export it anew")
}

// open chooses the layer and begins to read it.
func (g *geoPackage) open(o *opening, connection *sql.Conn) error {
	layers, err := gpkgLayers(o.ctx, connection)
	if err != nil {
		return broken(err)
	}
	for _, l := range layers {
		o.layers = append(o.layers, l.table)
	}
	at, err := chooseLayer(o.layers, o.layer)
	if err != nil {
		return err
	}
	g.layer, g.of.part = layers[at], layers[at].table
	if g.layer.geometry != "" {
		if g.of.crs, err = g.layer.crs(); err != nil && o.crs == nil {
			return err
		}
		g.of.placed, g.of.header = true, []string{"", ""}
	}
	if len(layers) > 1 {
		g.of.note("Layer %q is read.", g.layer.table)
	}
	return broken(g.query(o.ctx, connection))
}

func gpkgLayers(ctx context.Context, connection *sql.Conn) ([]gpkgLayer, error) {
	rows, err := connection.QueryContext(ctx, `SELECT c.table_name, coalesce(g.column_name, ''), coalesce(g.geometry_type_name, ''),
			coalesce(s.organization, ''), coalesce(s.organization_coordsys_id, 0), coalesce(s.srs_name, '')
		FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
		LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
		WHERE c.data_type IN ('features', 'attributes') ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var layers []gpkgLayer
	for rows.Next() {
		var l gpkgLayer
		if err := rows.Scan(&l.table, &l.geometry, &l.geometryType, &l.organization, &l.code, &l.system); err != nil {
			return nil, err
		}
		if layers = append(layers, l); len(layers) > maxColumns {
			return nil, fmt.Errorf("it has more than %d layers", maxColumns)
		}
	}
	return layers, rows.Err()
}

// chooseLayer returns the index of the layer that is asked for, or of the only one.
func chooseLayer(names []string, asked string) (int, error) {
	at := slices.Index(names, asked)
	switch {
	case at >= 0:
		return at, nil
	case len(names) == 0:
		return 0, errors.New("it has no layer of records")
	case asked != "":
		return 0, fmt.Errorf("there is no layer %q; it has %s", asked, quoted(names))
	case len(names) == 1:
		return 0, nil
	}
	return 0, fmt.Errorf("it has several layers, %s; say which to read (--layer)", quoted(names))
}

// crs returns the layer's system. The numbers 0 and -1 are for none.
func (l *gpkgLayer) crs() (*crs, error) {
	switch {
	case l.code <= 0:
		return nil, undeclared("the layer")
	case strings.EqualFold(l.organization, "EPSG"):
		return parseCRS("EPSG:" + strconv.Itoa(l.code))
	}
	return nil, unknownCRS(l.organization + ":" + strconv.Itoa(l.code) + " " + l.system)
}

// query names the columns and begins to read the rows, of a true table only: a
// view or a virtual table computes what it likes.
func (g *geoPackage) query(ctx context.Context, connection *sql.Conn) error {
	var is int
	err := connection.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ? AND sql NOT LIKE 'CREATE VIRTUAL%'`, g.layer.table).Scan(&is)
	if err != nil {
		return err
	}
	if is != 1 {
		return fmt.Errorf("the layer %q is no table but a view; export it as a layer of its own", g.layer.table)
	}
	// What is damaged may be read for ever.
	var health string
	if err := connection.QueryRowContext(ctx, `PRAGMA quick_check(`+quoteName(g.layer.table)+`)`).Scan(&health); err != nil || health != "ok" {
		return fmt.Errorf("the layer %q is damaged (%s); export it anew", g.layer.table, health)
	}
	columns, err := g.columns(ctx, connection)
	if err != nil {
		return err
	}
	g.rows, err = connection.QueryContext(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+quoteName(g.layer.table))
	return err
}

// quoteName quotes a name that the file gives. It is one that the file has.
func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// columns names the columns and returns how each is selected, the geometry first.
func (g *geoPackage) columns(ctx context.Context, connection *sql.Conn) ([]string, error) {
	var selected []string
	if g.of.placed {
		selected = append(selected, quoteName(g.layer.geometry))
		g.values = append(g.values, new([]byte))
	}
	rows, err := connection.QueryContext(ctx, `SELECT name FROM pragma_table_info(?)`, g.layer.table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if strings.EqualFold(name, g.layer.geometry) {
			continue
		}
		selected = append(selected, `CAST(`+quoteName(name)+` AS TEXT)`)
		g.values = append(g.values, new(sql.NullString))
		g.of.header = append(g.of.header, strings.TrimSpace(name))
	}
	g.of.comma, g.of.rawHead = ',', csvRow(g.of.header)
	return selected, rows.Err()
}

func (g *geoPackage) about() *about { return &g.of }

func (g *geoPackage) Close() error {
	return errors.Join(g.rows.Close(), g.db.Close())
}

// scan reads the next row into the values, or returns io.EOF.
func (g *geoPackage) scan() error {
	if !g.rows.Next() {
		if err := g.rows.Err(); err != nil {
			return broken(err)
		}
		return io.EOF
	}
	g.n++
	return g.rows.Scan(g.values...)
}

func (g *geoPackage) next() (row, error) {
	if err := g.scan(); err != nil {
		return row{}, err
	}
	r := row{line: g.n, fields: make([]string, 0, len(g.of.header))}
	for _, value := range g.values {
		switch v := value.(type) {
		case *[]byte:
			p, refusal := gpkgPoint(*v)
			r.fields, r.refusal = append(r.fields, p.x, p.y), refusal
		case *sql.NullString:
			if !utf8.ValidString(v.String) {
				r.faults = append(r.faults, fault{len(r.fields), "is no text"})
				v.String = strings.ToValidUTF8(v.String, "\uFFFD")
			}
			r.fields = append(r.fields, v.String)
		}
	}
	return r, nil
}

// placeText is a place as a table would have it.
type placeText struct{ x, y string }

// textOf writes coordinates; what is no number is no place.
func textOf(x, y float64) placeText {
	if math.IsNaN(x) && math.IsNaN(y) {
		return placeText{}
	}
	return placeText{strconv.FormatFloat(x, 'f', -1, 64), strconv.FormatFloat(y, 'f', -1, 64)}
}

// notAPoint refuses another geometry, and says so where its place would be.
func notAPoint(what string) (placeText, *Refusal) {
	return placeText{x: what}, refuse("geometry", "is %s; a record has one point", what)
}

// gpkgEnvelopes are the bytes of an envelope by what the flags say of it.
var gpkgEnvelopes = []int{0, 32, 48, 48, 64}

// gpkgBody returns the well-known binary of a geometry (OGC 12-128r18, 2.1.3),
// which comes after a header and an envelope; nothing where it is empty.
func gpkgBody(blob []byte) (wkb []byte, ok bool) {
	const header, empty = 8, 0x10
	if len(blob) == 0 {
		return nil, true
	}
	if len(blob) < header || blob[0] != 'G' || blob[1] != 'P' {
		return nil, false
	}
	envelope := int(blob[3] >> 1 & 7)
	if envelope >= len(gpkgEnvelopes) || len(blob) < header+gpkgEnvelopes[envelope] {
		return nil, false
	}
	if blob[3]&empty != 0 {
		return nil, true
	}
	return blob[header+gpkgEnvelopes[envelope]:], true
}

// gpkgPoint reads a geometry that is to be a point. Empty is a point without a
// place.
func gpkgPoint(blob []byte) (placeText, *Refusal) {
	wkb, ok := gpkgBody(blob)
	switch {
	case !ok:
		return notAPoint("no geometry of a GeoPackage")
	case wkb == nil:
		return placeText{}, nil
	}
	return wkbPoint(wkb)
}

// wkbNames are the types of geometry by their number in well-known binary.
var wkbNames = []string{"a geometry", "a Point", "a LineString", "a Polygon", "a MultiPoint", "a MultiLineString", "a MultiPolygon", "a GeometryCollection"}

// wkbPoint reads a point, or the one point of several, with or without height
// and measure.
func wkbPoint(wkb []byte) (placeText, *Refusal) {
	const typed, multiPoint = 5, 4
	if len(wkb) < typed {
		return notAPoint("a geometry that is cut off")
	}
	order := byteOrder(wkb[0])
	kind := order.Uint32(wkb[1:]) % 1000
	body := wkb[typed:]
	switch {
	case kind == multiPoint && len(body) >= 4 && order.Uint32(body) == 1 && len(body) > 4+typed:
		order, kind, body = byteOrder(body[4]), byteOrder(body[4]).Uint32(body[5:])%1000, body[4+typed:]
	case kind == multiPoint && len(body) >= 4 && order.Uint32(body) == 0:
		return placeText{}, nil
	}
	if kind != 1 {
		return notAPoint(wkbNames[min(int(kind), len(wkbNames))%len(wkbNames)])
	}
	if len(body) < 16 {
		return notAPoint("a geometry that is cut off")
	}
	return textOf(math.Float64frombits(order.Uint64(body)), math.Float64frombits(order.Uint64(body[8:]))), nil
}

func byteOrder(mark byte) binary.ByteOrder {
	if mark == 0 {
		return binary.BigEndian
	}
	return binary.LittleEndian
}
