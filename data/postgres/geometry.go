package postgres

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"commonground/geo"
)

// srid is WGS 84.
const srid = 4326

// registerGeometry lets a connection read and write geometries in PostGIS's
// binary form, EWKB. The type's number differs from database to database.
func registerGeometry(ctx context.Context, conn *pgx.Conn) error {
	var oid uint32
	if err := conn.QueryRow(ctx, `SELECT 'geometry'::regtype::oid`).Scan(&oid); err != nil {
		return err
	}
	conn.TypeMap().RegisterType(&pgtype.Type{Name: "geometry", OID: oid, Codec: geometryCodec{}})
	return nil
}

// geometryCodec writes geo.Point and orb.Geometry, and reads geo.Point and
// orb.MultiPolygon.
type geometryCodec struct{}

func (geometryCodec) FormatSupported(format int16) bool { return format == pgtype.BinaryFormatCode }
func (geometryCodec) PreferredFormat() int16            { return pgtype.BinaryFormatCode }

func (geometryCodec) PlanEncode(_ *pgtype.Map, _ uint32, _ int16, value any) pgtype.EncodePlan {
	switch value.(type) {
	case geo.Point:
		return encodePoint{}
	case orb.Geometry:
		return encodeGeometry{}
	}
	return nil
}

type encodePoint struct{}

// The head of a point in EWKB: little endian, a point with a reference system.
const (
	pointHead = 9
	pointSize = pointHead + 16
)

func (encodePoint) Encode(value any, buf []byte) ([]byte, error) {
	at := value.(geo.Point).Orb()
	buf = append(buf, 1)
	buf = binary.LittleEndian.AppendUint32(buf, 1|1<<29)
	buf = binary.LittleEndian.AppendUint32(buf, srid)
	buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(at.Lon()))
	return binary.LittleEndian.AppendUint64(buf, math.Float64bits(at.Lat())), nil
}

type encodeGeometry struct{}

func (encodeGeometry) Encode(value any, buf []byte) ([]byte, error) {
	content, err := ewkb.Marshal(value.(orb.Geometry), srid)
	return append(buf, content...), err
}

func (geometryCodec) PlanScan(_ *pgtype.Map, _ uint32, _ int16, target any) pgtype.ScanPlan {
	switch target.(type) {
	case *geo.Point:
		return scanPoint{}
	case *orb.MultiPolygon:
		return scanMultiPolygon{}
	}
	return nil
}

type scanPoint struct{}

func (scanPoint) Scan(content []byte, target any) (err error) {
	*target.(*geo.Point), err = parsePoint(content)
	return err
}

var errNotAPoint = errors.New("the geometry is not a point of the lattice")

// parsePoint reads a point as PostGIS sends it.
func parsePoint(content []byte) (geo.Point, error) {
	if len(content) != pointSize || content[0] != 1 {
		return geo.Point{}, errNotAPoint
	}
	lon := math.Float64frombits(binary.LittleEndian.Uint64(content[pointHead:]))
	lat := math.Float64frombits(binary.LittleEndian.Uint64(content[pointHead+8:]))
	return geo.NewPoint(lon, lat)
}

type scanMultiPolygon struct{}

func (scanMultiPolygon) Scan(content []byte, target any) error {
	geometry, _, err := ewkb.Unmarshal(content)
	if err != nil {
		return err
	}
	shape, ok := geometry.(orb.MultiPolygon)
	if !ok {
		return fmt.Errorf("the geometry is a %s", geometry.GeoJSONType())
	}
	*target.(*orb.MultiPolygon) = shape
	return nil
}

func (geometryCodec) DecodeDatabaseSQLValue(*pgtype.Map, uint32, int16, []byte) (driver.Value, error) {
	return nil, errors.New("postgres: geometries are read by pgx only")
}

func (geometryCodec) DecodeValue(_ *pgtype.Map, _ uint32, _ int16, content []byte) (any, error) {
	geometry, _, err := ewkb.Unmarshal(content)
	return geometry, err
}
