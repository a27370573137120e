package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// features reads the points of a GeoJSON FeatureCollection (RFC 7946) or of a
// sequence of features (RFC 8142, or one after another) as rows: the columns
// are the place, the id and the properties of the first features.
type features struct {
	of       about
	json     *json.Decoder
	leash    *leash
	members  map[string]json.RawMessage // of the outermost object
	inside   bool                       // of a collection's features
	ahead    []feature                  // read so as to know the columns
	column   map[string]int             // by property
	idColumn int                        // -1 for none
	n        int                        // features read
	late     []string                   // properties without a column, some of them
	lateRows int
}

// feature is one feature. Geometry and Properties are nil where they are null.
type feature struct {
	Type     string          `json:"type"`
	ID       json.RawMessage `json:"id"`
	Geometry *struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
	Properties map[string]json.RawMessage `json:"-"`
	properties json.RawMessage            // as they came
	refusal    *Refusal
}

// isJSON tells by the first character that is no blank. Tables don't begin so.
func isJSON(o *opening) bool {
	start := bytes.TrimLeft(bytes.TrimPrefix(o.start, utf8Mark), " \t\r\n\x1e")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

// Bounds of what is read ahead of a file of features to know its columns, and
// of columns: a row that names few takes room for all.
const (
	aheadRows  = 1000
	aheadBytes = 4 << 20
	maxColumns = 4000
)

func openGeoJSON(o *opening) (records, error) {
	text, err := Text(o.stream)
	if err != nil {
		return nil, err
	}
	f := &features{leash: &leash{from: text}, members: map[string]json.RawMessage{}, column: map[string]int{}, idColumn: -1}
	f.json = json.NewDecoder(blankSeparators{f.leash})
	first, err := f.begin()
	if err != nil {
		return nil, err
	}
	if first != nil {
		f.ahead = append(f.ahead, *first)
	}
	if f.of.crs, err = f.crs(); err != nil && o.crs == nil {
		return nil, err
	}
	if f.of.crs == nil {
		f.of.crs = wgs84
	}
	return f, f.readHeader()
}

// blankSeparators makes blanks of the characters that come before the texts of
// a sequence. Within a text they are not allowed.
type blankSeparators struct{ io.Reader }

func (b blankSeparators) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	for i, c := range p[:n] {
		if c == recordSeparator {
			p[i] = '\n'
		}
	}
	return n, err
}

// begin reads up to the first feature of a collection, or the whole first
// feature of a sequence, which it returns.
func (f *features) begin() (*feature, error) {
	if token, err := f.json.Token(); err != nil || token != json.Delim('{') {
		return nil, notGeoJSON(err)
	}
	if err := f.readMembers(); err != nil || f.inside {
		return nil, err
	}
	whole, err := json.Marshal(f.members)
	if err != nil {
		return nil, notGeoJSON(err)
	}
	first := parseFeature(whole)
	if first.Type != "Feature" {
		return nil, notGeoJSON(nil)
	}
	f.members = nil
	return &first, nil
}

func notGeoJSON(err error) error {
	if err == nil {
		return errors.New("it is neither a FeatureCollection nor a sequence of features; convert it, for instance with: ogr2ogr new.geojson old-file")
	}
	return fmt.Errorf("it is no JSON that can be read: %w", err)
}

// readMembers reads the members of the outermost object, up to the features of
// a collection where there are any to come.
func (f *features) readMembers() error {
	for f.json.More() {
		name, err := f.json.Token()
		if err != nil {
			return notGeoJSON(err)
		}
		if name == "features" {
			if token, err := f.json.Token(); err != nil || token != json.Delim('[') {
				return notGeoJSON(err)
			}
			f.inside = true
			return nil
		}
		var value json.RawMessage
		if err := f.json.Decode(&value); err != nil {
			return notGeoJSON(err)
		}
		f.members[fmt.Sprint(name)] = value
	}
	_, err := f.json.Token()
	f.leash.slack()
	return err
}

// crs returns the system that the collection names, or nil.
func (f *features) crs() (*crs, error) {
	var named *struct {
		Properties struct {
			Name string `json:"name"`
		} `json:"properties"`
	}
	value, ok := f.members["crs"]
	if !ok {
		return nil, nil
	}
	if err := json.Unmarshal(value, &named); err != nil || named != nil && named.Properties.Name == "" {
		return nil, undeclared("the member \"crs\"")
	}
	if named == nil {
		return nil, nil
	}
	return parseCRS(named.Properties.Name)
}

// read returns the next feature, or io.EOF.
func (f *features) read() (feature, error) {
	if f.inside && !f.json.More() {
		return feature{}, f.finish()
	}
	var whole json.RawMessage
	err := f.json.Decode(&whole)
	if errors.Is(err, io.EOF) && !f.inside {
		return feature{}, io.EOF
	}
	if err != nil {
		return feature{}, fmt.Errorf("feature %d: %w", f.n+len(f.ahead)+1, err)
	}
	f.leash.slack()
	return parseFeature(whole), nil
}

// finish reads what comes after the features of a collection: it may say only
// there what their coordinates are.
func (f *features) finish() error {
	if _, err := f.json.Token(); err != nil {
		return notGeoJSON(err)
	}
	before := f.members["crs"]
	if err := f.readMembers(); err != nil {
		return notGeoJSON(err)
	}
	f.inside = false
	if late, err := f.crs(); before == nil && (err != nil || late != nil && late != f.of.crs) {
		return errors.New("the file names its coordinate system only after its features, which were read in another; say which it is (--crs)")
	}
	if _, err := f.json.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something comes after the FeatureCollection; send one collection a file")
	}
	return io.EOF
}

func parseFeature(whole []byte) feature {
	var of struct {
		feature
		Properties json.RawMessage `json:"properties"`
	}
	err := json.Unmarshal(whole, &of)
	read := of.feature
	if err != nil || read.Type != "Feature" {
		read.refusal = refuse("", "is no GeoJSON feature")
		return read
	}
	if len(of.Properties) == 0 || string(of.Properties) == "null" {
		return read
	}
	if err := json.Unmarshal(of.Properties, &read.Properties); err != nil {
		read.refusal = refuse("properties", "are no properties: an object of names and values")
		return read
	}
	read.properties = of.Properties
	return read
}

// memberNames lists the names of an object's members in their order.
func memberNames(object []byte) []string {
	decoder := json.NewDecoder(bytes.NewReader(object))
	var names []string
	if _, err := decoder.Token(); err != nil {
		return nil
	}
	for decoder.More() {
		name, err := decoder.Token()
		var skipped json.RawMessage
		if err != nil || decoder.Decode(&skipped) != nil {
			return names
		}
		names = append(names, fmt.Sprint(name))
	}
	return names
}

// readHeader reads ahead and names the columns.
func (f *features) readHeader() error {
	f.of.header, f.of.comma, f.of.placed = []string{"", ""}, ',', true
	start := f.json.InputOffset()
	for len(f.ahead) < aheadRows && f.json.InputOffset()-start < aheadBytes {
		read, err := f.read()
		if errors.Is(err, io.EOF) {
			f.inside = false
			break
		}
		if err != nil {
			return err
		}
		f.ahead = append(f.ahead, read)
	}
	identified := slices.ContainsFunc(f.ahead, func(read feature) bool { return len(read.ID) > 0 })
	for _, read := range f.ahead {
		for _, name := range memberNames(read.properties) {
			if _, ok := f.column[name]; !ok {
				f.column[name] = len(f.of.header)
				f.of.header = append(f.of.header, strings.TrimSpace(name))
			}
		}
		if len(f.of.header) > maxColumns {
			return fmt.Errorf("its features have more than %d different properties; take out those that are not needed", maxColumns)
		}
	}
	if _, ok := f.column["id"]; identified && !ok {
		f.idColumn = len(f.of.header)
		f.of.header = append(f.of.header, "id")
	}
	return nil
}

func (f *features) about() *about { return &f.of }

func (f *features) Close() error {
	if f.lateRows > 0 {
		f.of.note("%d features have properties that none of the first had, of which nothing is kept: %s.", f.lateRows, quoted(f.late))
	}
	return nil
}

func (f *features) next() (row, error) {
	var read feature
	if len(f.ahead) > 0 {
		read, f.ahead = f.ahead[0], f.ahead[1:]
	} else {
		var err error
		if read, err = f.read(); err != nil {
			return row{}, err
		}
	}
	f.n++
	return f.row(read), nil
}

func (f *features) row(read feature) row {
	r := row{line: f.n, fields: make([]string, len(f.of.header)), refusal: read.refusal}
	late := false
	for name, value := range read.Properties {
		if at, ok := f.column[name]; ok {
			r.fields[at] = jsonText(value)
		} else if string(value) != "null" {
			late = true
			if len(f.late) < maxListed && !slices.Contains(f.late, name) {
				f.late = append(f.late, name)
			}
		}
	}
	if late {
		f.lateRows++
	}
	if f.idColumn >= 0 {
		r.fields[f.idColumn] = jsonText(read.ID)
	}
	if read.refusal == nil {
		r.refusal = read.place(r.fields)
	}
	return r
}

// place writes the coordinates of a point as the file has them; what is no
// point says so in their stead.
func (read *feature) place(fields []string) *Refusal {
	if read.Geometry == nil {
		return nil
	}
	var at []json.Number
	err := json.Unmarshal(read.Geometry.Coordinates, &at)
	if read.Geometry.Type == "MultiPoint" {
		var points [][]json.Number
		if err = json.Unmarshal(read.Geometry.Coordinates, &points); err == nil && len(points) == 1 {
			at, read.Geometry.Type = points[0], "Point"
		}
	}
	switch {
	case read.Geometry.Type != "Point":
		fields[0] = read.Geometry.Type
		return refuse("geometry", "is a %s; a record has one point", read.Geometry.Type)
	case err != nil || len(at) == 1:
		fields[0] = string(read.Geometry.Coordinates)
		return refuse("geometry", "is no point: its coordinates are %s", read.Geometry.Coordinates)
	case len(at) > 1:
		fields[0], fields[1] = at[0].String(), at[1].String()
	}
	return nil
}

// jsonText writes a value as a table would: text as it is, numbers as they are
// written, nothing for null.
func jsonText(value json.RawMessage) string {
	if len(value) == 0 || string(value) == "null" {
		return ""
	}
	var text string
	if value[0] == '"' && json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}
