package intake

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"commonground/data"
)

// Names of the fields to which a column can be mapped. The ids of kinds are
// field names too: a column of its own for each kind.
const (
	fieldSource   = "source"
	fieldRef      = "ref"
	fieldLon      = "lon"
	fieldLat      = "lat"
	fieldEasting  = "easting"
	fieldNorthing = "northing"
	fieldGridRef  = "grid_ref"
	fieldAccuracy = "accuracy"
	fieldAt       = "at"
	fieldTime     = "time"
	fieldKind     = "kind"
	fieldItems    = "items"
	fieldReceived = "received"
	fieldHappened = "happened"
	fieldChannel  = "channel"
	fieldCategory = "category"
	fieldOutcome  = "outcome"
	fieldAnswered = "answered"
	fieldAttended = "attended"
	fieldReason   = "reason"
	fieldPostcode = "postcode"

	fieldMeasure   = "measure"
	fieldFrom      = "from"
	fieldTo        = "to"
	fieldLast      = "last"
	fieldValue     = "value"
	fieldLeast     = "least"
	fieldMost      = "most"
	fieldWithdrawn = "withdrawn"
)

// usual lists, for each field, the column names that mean it, in small letters
// and digits alone. The first that a file has is taken.
var usual = map[string][]string{
	fieldSource:   {"source", "sourceid"},
	fieldRef:      {"ref", "reference", "caseenquiryid", "servicerequestid", "crimeid", "id"},
	fieldLon:      {"lon", "lng", "long", "longitude"},
	fieldLat:      {"lat", "latitude"},
	fieldEasting:  {"easting", "eastings", "oseasting"},
	fieldNorthing: {"northing", "northings", "osnorthing"},
	fieldGridRef:  {"gridref", "gridreference", "osgridref", "osgridreference", "ngr"},
	fieldAccuracy: {"accuracy", "accuracym"},
	fieldAt:       {"at", "datetime", "timestamp", "collectedat", "date", "opendt", "requesteddatetime", "month"},
	fieldTime:     {"time"},
	fieldKind:     {"kind", "itemtype", "item"},
	fieldItems:    {"items", "quantity", "qty", "count", "number"},
	fieldReceived: {"received", "receivedat", "reported", "opendt", "requesteddatetime", "date", "month"},
	fieldHappened: {"happened", "happenedat", "occurred"},
	fieldChannel:  {"channel"},
	fieldCategory: {"category"},
	fieldOutcome:  {"outcome"},
	fieldAnswered: {"answered"},
	fieldAttended: {"attended", "attendedat"},
	fieldReason:   {"reason"},
	fieldPostcode: {"postcode", "pcds", "pcd"},

	fieldMeasure:   {"measure", "measureid", "figure"},
	fieldFrom:      {"from", "period", "fromday", "firstday", "start", "asat", "date"},
	fieldTo:        {"to", "dayafter"},
	fieldLast:      {"last", "lastday", "toinclusive"},
	fieldValue:     {"value", "number", "count", "n"},
	fieldLeast:     {"least", "min", "minimum"},
	fieldMost:      {"most", "max", "maximum"},
	fieldWithdrawn: {"withdrawn"},
}

var (
	placeFields    = []string{fieldSource, fieldRef, fieldLon, fieldLat, fieldEasting, fieldNorthing, fieldGridRef, fieldAccuracy}
	pickupFields   = append(slices.Clone(placeFields), fieldAt, fieldTime, fieldKind, fieldItems)
	incidentFields = append(slices.Clone(placeFields), fieldReceived, fieldHappened, fieldChannel, fieldCategory,
		fieldOutcome, fieldAnswered, fieldAttended, fieldReason)
)

// columns says in which column of a file each field stands.
type columns struct {
	header []string
	index  map[string]int // by field
	crs    *crs           // of the coordinates, where that is said
}

// axes lists the column names of coordinates that say nothing by themselves:
// known only where it is said of which system they are.
var axes = [2][]string{{"x", "xcoord"}, {"y", "ycoord"}}

// mapColumns finds the column of each field: the one that asked names, else
// that of the file's geometry, else the first with a usual name. asked maps
// fields to column names.
func mapColumns(file *about, fields []string, asked map[string]string, scheme *data.Scheme) (columns, error) {
	header := file.header
	c := columns{header: header, index: map[string]int{}, crs: file.crs}
	for _, field := range sortedKeys(asked) {
		if !slices.Contains(fields, field) {
			return c, problem(field, "map %s=…: there is no field %q; use %s", field, field, strings.Join(fields, ", "))
		}
		if asked[field] == "" { // in none, whatever the names say
			fields = slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return f == field })
			continue
		}
		at := slices.Index(header, asked[field])
		if at < 0 {
			return c, problem(field, "map %s=%s: the file has no column %q; it has %s",
				field, asked[field], asked[field], strings.Join(header, ", "))
		}
		c.index[field] = at
	}
	if file.placed {
		for at, field := range file.crs.fields {
			if asked[field] == "" {
				c.index[field] = at
			}
		}
	}
	for _, field := range fields {
		if c.has(field) || c.crs.projected() && slices.Contains(wgs84.fields[:], field) {
			continue
		}
		if at := c.guessColumn(field, scheme); at >= 0 && !c.taken(at) {
			c.index[field] = at
		}
	}
	return c, nil
}

// columnProblem is why no row of a file can be read, and the field whose column is
// to be chosen.
type columnProblem struct{ field, reason string }

func (p *columnProblem) Error() string { return p.reason }

// problem returns one. What is for those who type commands stands in brackets, as
// " (--map at=COLUMN)" does: see WithoutFlags.
func problem(field, format string, args ...any) error {
	return &columnProblem{field: field, reason: fmt.Sprintf(format, args...)}
}

// guessColumn returns the column whose name usually means a field, or -1.
func (c columns) guessColumn(field string, scheme *data.Scheme) int {
	names := usual[field]
	if c.crs != nil {
		if i := slices.Index(c.crs.fields[:], field); i >= 0 {
			names = append(names[:len(names):len(names)], axes[i]...)
		}
	}
	if i, ok := scheme.KindIndex(field); ok {
		names = []string{plainName(field), plainName(scheme.Kinds[i].Title)}
	}
	for _, name := range names {
		for at, column := range c.header {
			if plainName(column) == name {
				return at
			}
		}
	}
	return -1
}

func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

func (c columns) taken(at int) bool {
	for _, index := range c.index {
		if index == at {
			return true
		}
	}
	return false
}

func (c columns) has(field string) bool {
	_, ok := c.index[field]
	return ok
}

// name returns the column of a field as the file calls it, for messages.
func (c columns) name(field string) string {
	if at, ok := c.index[field]; ok {
		return c.header[at]
	}
	return field
}

// text returns a field's value in a row, trimmed, or nothing.
func (c columns) text(row []string, field string) string {
	at, ok := c.index[field]
	if !ok || at >= len(row) {
		return ""
	}
	return strings.TrimSpace(plainCell(strings.TrimSpace(row[at])))
}

func sortedKeys(m map[string]string) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// mapping says, in the order of the fields, which column was taken for which:
// "lon=Longitude, lat=Latitude".
func (c columns) mapping(fields []string) string {
	var pairs []string
	for _, field := range fields {
		if c.has(field) {
			pairs = append(pairs, field+"="+c.name(field))
		}
	}
	return strings.Join(pairs, ", ")
}
