package intake

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"commonground/geo"
)

// AreaOptions say how to read areas from a file.
type AreaOptions struct {
	// ClassProperty holds what decides the class. Default: "class".
	ClassProperty string
	// Class gives the class of a value of that property; "*" stands for every
	// value not named. Default: values are names of classes.
	Class map[string]geo.Class
	// Ignore lists values whose features are left out. Default: none.
	Ignore []string
	// IDProperty holds the id. Default: the feature's own id, else "id".
	IDProperty string
	// NameProperty holds the name. Default: "name", where there is one.
	NameProperty string
	// Layer is that of a GeoPackage, or the shapefile of a zip with several.
	// Required where there are several.
	Layer string
	// CRS is the coordinate system of the areas, such as "EPSG:27700". Default:
	// what the file says, and WGS 84 for GeoJSON that says nothing.
	CRS string
	// Option writes an option of these and a value as the caller would, for
	// errors that name a remedy. Default: as on the command line, such as
	// "--class residential=*".
	Option func(name, value string) string
}

func (o AreaOptions) option(name, value string) string {
	if o.Option != nil {
		return o.Option(name, value)
	}
	return "--" + name + " " + value
}

// ParseClasses reads what gives classes to values, such as "residential=R1,R2";
// "*" stands for all other values. A value with two classes is refused.
func ParseClasses(texts []string) (map[string]geo.Class, error) {
	classes := map[string]geo.Class{}
	for _, text := range texts {
		name, values, found := strings.Cut(text, "=")
		class, err := geo.ParseClass(name)
		if err != nil || !found || !class.OfArea() {
			return nil, fmt.Errorf("%s: write it as managed=…, residential=… or non_residential=…", text)
		}
		for value := range strings.SplitSeq(values, ",") {
			if before, ok := classes[value]; ok && before != class {
				return nil, fmt.Errorf("%q is given two classes, %v and %v", value, before, class)
			}
			classes[value] = class
		}
	}
	return classes, nil
}

// Areas is what a file of areas holds.
type Areas struct {
	Areas   []geo.Area // rounded to the lattice
	Flaws   []geo.Flaw // of rings that break a rule; they are read all the same
	Ignored int        // features left out because their value is ignored
}

// maxAreaFile bounds the memory that a file of areas can take.
const maxAreaFile = 256 << 20

// ReadAreas reads the polygons of a GeoJSON FeatureCollection or sequence, of a layer of a
// GeoPackage or of a shapefile in a zip, gzip or not, and returns them in
// longitude and latitude (WGS 84). The whole file is refused where a class is not
// known, an id is missing or there twice, or coordinates can't be of the
// file's coordinate system; the error lists every such fault.
func ReadAreas(file io.Reader, options AreaOptions) (Areas, error) {
	features, system, err := areaFeatures(file, options)
	if err != nil {
		return Areas{}, err
	}
	r := areaReader{options: options, features: features, crs: system, unmapped: map[string]int{}, ids: map[string]int{}}
	r.options.ClassProperty = cmp.Or(options.ClassProperty, "class")
	for i, feature := range features {
		if feature == nil {
			return Areas{}, fmt.Errorf("feature %d is null", i+1)
		}
		r.read(i+1, feature)
	}
	return r.areas, r.err()
}

// areaReader collects areas, and everything that is wrong with them.
type areaReader struct {
	options  AreaOptions
	features []*geojson.Feature
	crs      *crs // of their coordinates
	areas    Areas
	errs     []error
	unmapped map[string]int // features by a value that has no class
	ids      map[string]int // feature, counted from 1, by id
}

func (r *areaReader) refuse(number int, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("feature %d: %w", number, fmt.Errorf(format, args...)))
}

func (r *areaReader) read(number int, feature *geojson.Feature) {
	value := text(feature.Properties[r.options.ClassProperty])
	if slices.Contains(r.options.Ignore, value) {
		r.areas.Ignored++
		return
	}
	class, ok := r.classOf(value)
	if !ok {
		r.unmapped[value]++
		return
	}
	id := r.idOf(feature)
	switch {
	case id == "":
		r.refuse(number, "has no id")
		return
	case r.ids[id] > 0:
		r.refuse(number, "has the id %s, which feature %d has already", id, r.ids[id])
		return
	}
	r.ids[id] = number
	name := text(feature.Properties[cmp.Or(r.options.NameProperty, "name")])
	if strings.Contains(id+name, "\x00") { // which not every store can keep
		r.refuse(number, "has an id or a name with the character U+0000")
		return
	}
	shape, err := shapeOf(feature.Geometry, r.crs)
	if err != nil {
		r.refuse(number, "(%s) %w", id, err)
		return
	}
	area := geo.Area{ID: id, Name: name, Class: class, Shape: shape}
	rounded, err := area.Rounded()
	if err != nil {
		r.refuse(number, "(%s) %w", id, err)
		return
	}
	r.areas.Areas = append(r.areas.Areas, rounded)
	r.areas.Flaws = append(r.areas.Flaws, rounded.Flaws()...)
}

func (r *areaReader) classOf(value string) (geo.Class, bool) {
	if class, ok := r.options.Class[value]; ok {
		return class, true
	}
	if class, ok := r.options.Class["*"]; ok {
		return class, true
	}
	class, err := geo.ParseClass(value)
	return class, err == nil && class.OfArea()
}

func (r *areaReader) idOf(feature *geojson.Feature) string {
	if r.options.IDProperty != "" {
		return text(feature.Properties[r.options.IDProperty])
	}
	return cmp.Or(text(feature.ID), text(feature.Properties["id"]))
}

// text writes a JSON value as an id or a name.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// errNotDegrees is a position that is no longitude and latitude.
var errNotDegrees = errors.New("no longitude and latitude in degrees")

// shapeOf returns the polygons of a geometry in degrees. It changes the geometry.
func shapeOf(geometry orb.Geometry, system *crs) (orb.MultiPolygon, error) {
	var shape orb.MultiPolygon
	switch g := geometry.(type) {
	case orb.Polygon:
		shape = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		shape = g
	case nil:
		return nil, errors.New("has no geometry")
	default:
		return nil, fmt.Errorf("is a %s; areas are polygons", g.GeoJSONType())
	}
	for _, polygon := range shape {
		for _, ring := range polygon {
			for i, p := range ring {
				lon, lat, err := system.lonLat(p[0], p[1])
				if err != nil && system == wgs84 {
					return nil, fmt.Errorf("has the position %.1f, %.1f: %w", p[0], p[1], errNotDegrees)
				}
				if err != nil {
					return nil, fmt.Errorf("has the position %.1f, %.1f: %w; %s", p[0], p[1], err, looksLike(p[0], p[1]))
				}
				ring[i] = orb.Point{lon, lat}
			}
		}
	}
	return shape, nil
}

// maxListed is how many faults of one sort an error lists.
const maxListed = 5

func (r *areaReader) err() error {
	errs := slices.Clone(r.errs[:min(len(r.errs), maxListed)])
	if more := len(r.errs) - maxListed; more > 0 {
		errs = append(errs, fmt.Errorf("and %d features more", more))
	}
	if errors.Is(errors.Join(r.errs...), errNotDegrees) {
		errs = append(errs, errors.New("these look like feet or metres of another coordinate system, which the file does not name; "+
			"find out which it is and convert the file, for instance with: ogr2ogr -s_srs EPSG:… -t_srs EPSG:4326 new.geojson old.geojson"))
	}
	if len(r.unmapped) > 0 {
		errs = append(errs, r.unmappedError())
	}
	if len(r.errs) > 0 && len(r.ids) == 0 {
		errs = append(errs, fmt.Errorf("these properties differ in every feature, so one may be the id (%s): %s",
			r.options.option("id-property", "…"), strings.Join(r.distinct(), ", ")))
	}
	return errors.Join(errs...)
}

func (r *areaReader) unmappedError() error {
	if r.unmapped[""] == len(r.features) {
		return fmt.Errorf("no feature has the property %q, which should tell its class; name another with %s, "+
			"or give all of them one class with %s", r.options.ClassProperty,
			r.options.option("class-property", "…"), r.options.option("class", "residential=*"))
	}
	var values []string
	for value, n := range r.unmapped {
		values = append(values, fmt.Sprintf("%q (%d)", value, n))
	}
	slices.Sort(values)
	listed := values[:min(len(values), maxListed)]
	more := ""
	if len(values) > len(listed) {
		more = fmt.Sprintf(" and %d values more", len(values)-len(listed))
	}
	return fmt.Errorf("the property %q has values without a class: %s%s. Give each one with %s, all others with %s, or leave features out with %s",
		r.options.ClassProperty, strings.Join(listed, ", "), more, r.options.option("class", "residential=VALUE,…"),
		r.options.option("class", "non_residential=*"), r.options.option("ignore", "VALUE"))
}

// distinct lists the properties that have another value in every feature.
func (r *areaReader) distinct() []string {
	var names []string
	for name := range r.features[0].Properties {
		seen := map[string]bool{"": true}
		unique := true
		for _, feature := range r.features {
			value := text(feature.Properties[name])
			unique = unique && !seen[value]
			seen[value] = true
		}
		if unique {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
