package intake

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strconv"
	"strings"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// table reads the rows of one file as records.
type table struct {
	columns
	scheme *data.Scheme
	Options
	order   DateOrder
	ordinal ordinals // of rows by what they say
}

// position reads a row's place: its longitude and latitude or, where it has
// none and the scheme is in Great Britain, its easting and northing or its grid
// reference. Nothing of these is a record without a place; one number without
// the other is a slip.
func (t *table) position(fields []string) (data.Position, *Refusal) {
	var p data.Position
	var refusal *Refusal
	if p.AccuracyM, refusal = t.number(fields, fieldAccuracy); refusal != nil {
		return p, refusal
	}
	lonText, latText := t.text(fields, fieldLon), t.text(fields, fieldLat)
	if t.crs.projected() || lonText == "" && latText == "" {
		return p, t.planePosition(fields, &p)
	}
	lon, lonRefusal := t.number(fields, fieldLon)
	lat, latRefusal := t.number(fields, fieldLat)
	if refusal := cmp.Or(lonRefusal, latRefusal); refusal != nil {
		return p, refusal
	}
	point, refusal := t.point(lon, lat, lonText, latText)
	p.Point = point
	return p, refusal
}

// national reports whether the scheme is in Great Britain.
func (t *table) national() bool {
	_, ok := t.scheme.Grid.(grid.National)
	return ok
}

// plane is the system of eastings and northings; nil where there is none.
func (t *table) plane() *crs {
	switch {
	case t.crs.projected():
		return t.crs
	case t.national():
		return nationalGrid
	}
	return nil
}

// planePosition reads a place in metres, or a grid reference. A reference
// means a square: its middle is taken and, where the row gives no accuracy of
// its own, the radius that reaches its corners.
func (t *table) planePosition(fields []string, p *data.Position) *Refusal {
	eastText, northText := t.text(fields, fieldEasting), t.text(fields, fieldNorthing)
	reference := t.text(fields, fieldGridRef)
	switch {
	case t.plane() == nil && eastText+northText+reference != "":
		return refuse(t.name(fieldEasting), notNational)
	case eastText != "" && northText != "":
		return t.eastNorth(fields, p)
	case eastText != "":
		return refuse(t.name(fieldNorthing), "is empty although there is an easting")
	case northText != "":
		return refuse(t.name(fieldEasting), "is empty although there is a northing")
	case reference != "":
		return t.reference(reference, p)
	}
	return nil
}

func (t *table) eastNorth(fields []string, p *data.Position) *Refusal {
	eastM, eastRefusal := t.number(fields, fieldEasting)
	northM, northRefusal := t.number(fields, fieldNorthing)
	if refusal := cmp.Or(eastRefusal, northRefusal); refusal != nil {
		return refusal
	}
	lon, lat, err := t.plane().lonLat(eastM, northM)
	if err != nil {
		return refuse(t.name(fieldEasting), "%v; %s", err, looksLike(eastM, northM))
	}
	return t.place(fieldEasting, lon, lat, p)
}

func (t *table) reference(text string, p *data.Position) *Refusal {
	reference, err := grid.ParseReference(text)
	if err != nil {
		return refuse(t.name(fieldGridRef), "%v", err)
	}
	p.AccuracyM = cmp.Or(p.AccuracyM, reference.AccuracyM())
	lon, lat, err := nationalGrid.lonLat(reference.Centre())
	if err != nil {
		return refuse(t.name(fieldGridRef), "%v", err)
	}
	return t.place(fieldGridRef, lon, lat, p)
}

func (t *table) place(field string, lon, lat float64, p *data.Position) *Refusal {
	point, err := geo.NewPoint(lon, lat)
	if err != nil {
		return refuse(t.name(field), "%v", err)
	}
	p.Point = &point
	return nil
}

func (t *table) point(lon, lat float64, lonText, latText string) (*geo.Point, *Refusal) {
	switch {
	case lonText == "":
		return nil, refuse(t.name(fieldLon), "is empty although there is a latitude")
	case latText == "":
		return nil, refuse(t.name(fieldLat), "is empty although there is a longitude")
	case math.Abs(lat) > 90 && math.Abs(lat) <= 180 && math.Abs(lon) <= 90:
		return nil, refuse(t.name(fieldLat), "%s is no latitude; longitude and latitude look swapped", latText)
	}
	point, err := geo.NewPoint(lon, lat)
	if err != nil {
		return nil, refuse(t.name(fieldLon), "%s, %s is no longitude and latitude in degrees; %s", lonText, latText, looksLike(lon, lat))
	}
	return &point, nil
}

// number reads a number; an empty field is 0.
func (t *table) number(fields []string, field string) (float64, *Refusal) {
	text := t.text(fields, field)
	if text == "" {
		return 0, nil
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return 0, refuse(t.name(field), "%q is no number", text)
	}
	return number, nil
}

// quantity reads a whole number of items.
func (t *table) quantity(fields []string, field string) (int, *Refusal) {
	text := t.text(fields, field)
	// Spreadsheets write 3 as 3.0.
	number, err := strconv.Atoi(strings.TrimSuffix(text, ".0"))
	if err != nil {
		return 0, refuse(t.name(field), "%q is no whole number", text)
	}
	return number, nil
}

// when reads a time; an empty field is no time.
func (t *table) when(fields []string, field string) (data.When, *Refusal) {
	text := t.text(fields, field)
	if text == "" {
		return data.When{}, nil
	}
	if clock := t.text(fields, fieldTime); clock != "" && field == fieldAt {
		text += " " + clock
	}
	when, err := ParseTime(text, t.order, t.scheme.Location)
	if err != nil {
		return when, refuse(t.name(field), "%v", err)
	}
	return when, nil
}

// key returns the row's source and reference. Without one of its own the
// reference is a hash of what the row says in the columns that are read, with
// what is said for the whole file, and its ordinal among rows of the file that
// say the same; nothing of any other column goes into it.
func (t *table) key(fields, read []string) data.Key {
	key := data.Key{Source: cmp.Or(t.text(fields, fieldSource), t.Source), Ref: t.text(fields, fieldRef)}
	if key.Ref != "" {
		return key
	}
	var said strings.Builder
	said.WriteString(t.Kind + "\x1f" + t.Category + "\x1e")
	if t.crs.projected() && t.crs != nationalGrid {
		said.WriteString(t.crs.String() + "\x1e") // the same numbers are other places
	}
	for _, field := range read {
		if field == fieldGridRef && t.text(fields, field) == "" {
			continue // a later field: rows without it keep the references that they had before
		}
		said.WriteString(field + "\x1f" + t.text(fields, field) + "\x1e")
	}
	hash := sha256.Sum256([]byte(said.String()))
	short := rowHash(hash[:len(rowHash{})])
	key.Ref = "row-" + hex.EncodeToString(short[:]) + "-" + strconv.Itoa(t.ordinal.next(short))
	return key
}

// firstTimes are the fields that hold a date by which its order is guessed.
var firstTimes = []string{fieldAt, fieldReceived, fieldHappened, fieldAttended}

func (t *table) times(ahead []row) []string {
	var texts []string
	for _, r := range ahead {
		for _, field := range firstTimes {
			if text := t.text(r.fields, field); text != "" {
				texts = append(texts, text)
			}
		}
	}
	return texts
}
