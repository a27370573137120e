package intake

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"commonground/geo"
	"commonground/geo/grid"
)

// crs is a coordinate system in which a file can give places.
type crs struct {
	code int // of EPSG
	name string
	// called are names by which files call it, in small letters.
	called []string
	// fields and columns are those of the coordinates, the one to the east first.
	fields, columns [2]string
	lonLat          func(x, y float64) (lon, lat float64, err error)
}

func (c *crs) String() string { return fmt.Sprintf("EPSG:%d (%s)", c.code, c.name) }

// systems are the coordinate systems that are understood.
var systems = []*crs{
	{4326, "longitude and latitude, WGS 84", []string{"wgs 84", "gcs_wgs_1984", "wgs84", "crs84", "urn:ogc:def:crs:ogc:1.3:crs84", "urn:ogc:def:crs:ogc::crs84", "http://www.opengis.net/def/crs/ogc/1.3/crs84"},
		[2]string{fieldLon, fieldLat}, [2]string{"lon", "lat"}, degrees},
	{27700, "British National Grid", []string{"british_national_grid", "british national grid", "osgb36 / british national grid", "osgb 1936 / british national grid", "osgb_1936_british_national_grid"},
		[2]string{fieldEasting, fieldNorthing}, [2]string{"easting", "northing"}, grid.National{}.LonLat},
	{3857, "web Mercator", []string{"wgs_1984_web_mercator_auxiliary_sphere", "wgs 84 / pseudo-mercator", "wgs 84 / pseudo mercator"},
		[2]string{fieldEasting, fieldNorthing}, [2]string{"x", "y"}, webMercator},
}

// wgs84 and nationalGrid are two of the systems.
var wgs84, nationalGrid = systems[0], systems[1]

func degrees(lon, lat float64) (float64, float64, error) {
	if _, err := geo.NewPoint(lon, lat); err != nil {
		return 0, 0, fmt.Errorf("%v, %v is no longitude and latitude in degrees", lon, lat)
	}
	return lon, lat, nil
}

// mercatorEdgeM is half the side of the square that web Mercator makes of the world.
const mercatorEdgeM = math.Pi * 6378137

func webMercator(x, y float64) (lon, lat float64, err error) {
	// Within a few metres of where the equator meets Greenwich lies open sea:
	// what looks like degrees is.
	if !(math.Abs(x) <= mercatorEdgeM && math.Abs(y) <= mercatorEdgeM) || math.Abs(x) <= 180 && math.Abs(y) <= 90 {
		return 0, 0, fmt.Errorf("%v, %v is no place in metres of web Mercator (EPSG:3857)", x, y)
	}
	p := project.Mercator.ToWGS84(orb.Point{x, y})
	return p.Lon(), p.Lat(), nil
}

// projected reports whether the coordinates are no degrees.
func (c *crs) projected() bool { return c != nil && c != wgs84 }

// looksLike says, in a clause, of what coordinates look like that can't be of
// the system that they are said to be of.
func looksLike(x, y float64) string {
	if _, _, err := degrees(x, y); err == nil {
		return "these look like longitude and latitude in degrees (EPSG:4326)"
	}
	if math.Abs(x) <= 90 && math.Abs(y) <= 180 {
		return "these look like latitude and longitude, swapped"
	}
	if _, _, err := nationalGrid.lonLat(x, y); err == nil {
		return "it looks like feet or metres of another coordinate system, perhaps eastings and northings of the British National Grid (EPSG:27700)"
	}
	if lon, lat, err := webMercator(x, y); err == nil {
		if _, _, err := (grid.National{}).EastNorth(lon, lat); err == nil {
			return "it looks like feet or metres of another coordinate system, perhaps metres of web Mercator (EPSG:3857)"
		}
	}
	return "it looks like feet or metres of another coordinate system"
}

var epsgCode = regexp.MustCompile(`(?i)^(?:urn:ogc:def:crs:)?(?:https?://www\.opengis\.net/def/crs/)?(?:EPSG)?[:/]*(?:[0-9.]*[:/])?([0-9]+)$`)

// parseCRS returns the system that a text names, such as "27700",
// "EPSG:27700" or "urn:ogc:def:crs:EPSG::27700"; nil where there is no text.
func parseCRS(text string) (*crs, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	code := 0
	if match := epsgCode.FindStringSubmatch(text); match != nil {
		code, _ = strconv.Atoi(match[1]) // too long a number is no code either
	}
	for _, c := range systems {
		if c.code == code || slices.Contains(c.called, strings.ToLower(text)) {
			return c, nil
		}
	}
	return nil, unknownCRS(text)
}

// CheckCRS returns an error, a sentence, where a text names no coordinate system
// that is understood. No text is none, and no error.
func CheckCRS(text string) error {
	_, err := parseCRS(text)
	return err
}

func unknownCRS(name string) error {
	var known []string
	for _, c := range systems {
		known = append(known, c.String())
	}
	return &crsError{fmt.Sprintf("the coordinate system %q is not understood, only %s; convert the file first, "+
		"for instance with: ogr2ogr -t_srs EPSG:4326 new.gpkg old-file", name, strings.Join(known, ", "))}
}

// crsError is that of a file whose coordinate system is not known.
type crsError struct{ reason string }

func (e *crsError) Error() string { return e.reason }

var (
	wktName = regexp.MustCompile(`^\s*[A-Za-z]+\s*[\[(]\s*"([^"]*)"`)
	wktCode = regexp.MustCompile(`(?:AUTHORITY|ID)\s*[\[(]\s*"EPSG"\s*,\s*"?([0-9]+)"?\s*[\])][\s\])]*$`)
)

// parseWKT returns the system that well-known text describes, as .prj files
// hold it: by its own code of EPSG, else by its name.
func parseWKT(text string) (*crs, error) {
	if code := wktCode.FindStringSubmatch(text); code != nil {
		return parseCRS("EPSG:" + code[1])
	}
	name := wktName.FindStringSubmatch(text)
	if name == nil {
		return nil, unknownCRS(text[:min(len(text), 100)])
	}
	return parseCRS(name[1])
}

// settle says in which system the places of a file are: the one asked for,
// else the one that the file says.
func (a *about) settle(asked *crs) {
	switch {
	case asked == nil && a.crs == nil:
		return
	case asked != nil && a.crs != nil && asked != a.crs:
		a.note("The file says that its coordinates are %v; they are read as %v, as asked for.", a.crs, asked)
		a.crs = asked
	case asked != nil:
		a.crs = asked
		fallthrough
	default:
		a.note("Coordinates are read as %v.", a.crs)
	}
	if a.placed {
		a.header[0], a.header[1] = a.crs.columns[0], a.crs.columns[1]
		a.rawHead = csvRow(a.header)
	}
}

// undeclared is the error of a file that does not say what its coordinates are.
func undeclared(what string) error {
	return &crsError{fmt.Sprintf("%s does not say in which coordinate system its places are; say which, such as EPSG:27700 "+
		"for eastings and northings of the British National Grid, or EPSG:4326 for longitude and latitude (--crs 27700)", what)}
}
