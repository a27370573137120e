package intake

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"commonground/data"
	"commonground/geo"
)

// ClassifyOptions say how to classify a file that is not stored.
type ClassifyOptions struct {
	// Map gives the column, or property, of a field by name: at, lon, lat,
	// easting, northing, grid_ref. Default: those with a usual name are taken.
	Map map[string]string
	// At is the time of rows that have none. Required where there is no
	// column for it.
	At data.When
	// Dates is the order of day and month. Default: found out from the file.
	Dates DateOrder
	// Sheet, Layer and CRS are as in Options.
	Sheet, Layer, CRS string
	// WithoutDistance leaves the distance empty: it takes most of the time.
	WithoutDistance bool
	// Refusal is called for each row that can't be classified. Default: nothing.
	Refusal func(Refusal)
	// Progress is called now and then with the rows done. Default: nothing.
	Progress func(rows int)
}

// ClassifySummary says what became of a classified file.
type ClassifySummary struct {
	Rows    int
	Refused int
	Counts  map[geo.Class]int // rows by class
	Mapping string            // which column was taken for which field
}

// added are the columns, or properties, that classifying adds.
var added = []string{"class", "area", "distance_m", "hours", "refused"}

// Classify copies a file from in to out and adds to each row the class, the id
// of the area, the metres to the nearest place of another class (empty beyond
// 5 km), whether the time was within the permitted hours, and, where a row
// can't be classified, why not. The file is in any of the formats, gzip or not: text
// and a sequence of GeoJSON points (RFC 8142, or one a line) come out as what they
// are, others as CSV. Rows stream: memory does not grow with
// the file. Nothing is stored. What is no CSV or JSON is an error that names the
// line; what is out by then is good.
func (s *Settings) Classify(ctx context.Context, in io.Reader, out io.Writer, options ClassifyOptions) (ClassifySummary, error) {
	system, err := parseCRS(options.CRS)
	if err != nil {
		return ClassifySummary{}, err
	}
	text, err := Text(in)
	if err != nil {
		return ClassifySummary{}, err
	}
	buffered := bufio.NewReaderSize(text, 1<<16)
	c := &classifying{
		Settings: s, ClassifyOptions: options, crs: system, ctx: ctx, out: bufio.NewWriterSize(out, 1<<16),
		summary: ClassifySummary{Counts: map[geo.Class]int{}},
	}
	if isSequence(buffered) {
		err = c.sequence(buffered)
	} else {
		err = c.csv(buffered)
	}
	return c.summary, errors.Join(err, c.out.Flush())
}

// isSequence tells features one a line from a collection of them by the first line.
func isSequence(in *bufio.Reader) bool {
	start, _ := in.Peek(sniffed)
	return beginsSequence(start)
}

func beginsSequence(start []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(start, "\x1e \t\r\n"), []byte("\n"))
	return bytes.HasPrefix(line, []byte("{")) && bytes.Contains(line, []byte(`"Feature"`)) &&
		!bytes.Contains(line, []byte(`"FeatureCollection"`)) && !bytes.Contains(line, []byte(`"features"`))
}

// recordSeparator comes before each text of a GeoJSON sequence.
const recordSeparator = 0x1e

type classifying struct {
	*Settings
	ClassifyOptions
	crs     *crs // asked for
	ctx     context.Context
	table   *table
	out     *bufio.Writer
	summary ClassifySummary
	comma   rune // between the fields of a row
}

var classifyFields = append([]string{fieldAt, fieldTime}, placeFields[2:]...)

// use prepares reading rows with these columns.
func (c *classifying) use(file *about) error {
	columns, err := mapColumns(file, classifyFields, c.Map, c.Scheme)
	if err != nil {
		return err
	}
	c.table = &table{columns: columns, scheme: c.Scheme, order: c.Dates}
	c.summary.Mapping = columns.mapping(classifyFields)
	if err := c.table.checkPlaceColumns(); err != nil {
		return fmt.Errorf("%w; the file has the columns %v", err, file.header)
	}
	if !columns.has(fieldAt) && c.At.IsZero() {
		return errors.New("no column says when: name it with --map at=COLUMN, or give one time for all rows with --at")
	}
	return nil
}

// csv copies CSV, the bytes of each row unchanged, and writes other tables as
// CSV.
func (c *classifying) csv(in io.Reader) error {
	rows, err := openRecords(c.ctx, in, choice{sheet: c.Sheet, layer: c.Layer, crs: c.crs})
	if err != nil {
		return err
	}
	defer rows.Close()
	about := rows.about()
	c.comma = about.comma
	if err := c.use(about); err != nil {
		return err
	}
	if err := c.extend(about.rawHead, added); err != nil {
		return err
	}
	for batch, first := []row(nil), true; ; first = false {
		if batch, err = nextRows(rows, batch[:0]); err != nil || len(batch) == 0 {
			return err
		}
		if first {
			c.table.order = cmp.Or(c.Dates, guessOrder(c.table.times(batch)))
		}
		for _, r := range batch {
			if r.refusal != nil && r.raw != nil {
				return fmt.Errorf("line %d %s; mend it and classify the file again", r.line, r.refusal.Reason)
			}
			if err := c.extend(r.bytes(), c.answer(r)); err != nil {
				return err
			}
		}
		if err := c.pause(); err != nil {
			return err
		}
	}
}

// nextRows reads the next rows into a batch, none at the end of the file.
func nextRows(rows records, batch []row) ([]row, error) {
	for len(batch) < batchRows {
		next, err := rows.next()
		if errors.Is(err, io.EOF) {
			return batch, nil
		}
		if err != nil {
			return nil, err
		}
		batch = append(batch, next)
	}
	return batch, nil
}

func (c *classifying) pause() error {
	if c.Progress != nil {
		c.Progress(c.summary.Rows)
	}
	return c.ctx.Err()
}

// extend writes a row with more fields at its end.
func (c *classifying) extend(raw []byte, more []string) error {
	body := bytes.TrimRight(raw, "\r\n")
	c.out.Write(body) // the last of several writes tells of an error in any
	c.out.WriteRune(c.comma)
	var tail bytes.Buffer
	w := csv.NewWriter(&tail)
	w.Comma = c.comma
	w.UseCRLF = bytes.HasSuffix(raw, []byte("\r\n"))
	if err := w.Write(more); err != nil {
		return err
	}
	w.Flush()
	_, err := c.out.Write(tail.Bytes())
	return err
}

// answer returns what is added to a row.
func (c *classifying) answer(r row) []string {
	c.summary.Rows++
	fields := r.fields
	position, whereRefusal := c.table.position(fields)
	when, whenRefusal := c.table.when(fields, fieldAt)
	if when.IsZero() {
		when = c.At
	}
	if whereRefusal == nil && whenRefusal == nil && when.IsZero() {
		whenRefusal = refuse(c.table.name(fieldAt), "is empty; fill it in, or give one time for such rows with --at")
	}
	if refusal := cmp.Or(c.table.refusal(r), whereRefusal, whenRefusal); refusal != nil {
		refusal.Row = r.line
		c.summary.Refused++
		if c.Refusal != nil {
			c.Refusal(*refusal)
		}
		return []string{"", "", "", "", refusal.Field + ": " + refusal.Reason}
	}
	place := c.Place(position, when)
	c.summary.Counts[place.Class]++
	return []string{place.Class.String(), place.Area, c.distance(position, when), place.Hours.String(), ""}
}

func (c *classifying) distance(p data.Position, when data.When) string {
	if p.Point == nil || c.WithoutDistance {
		return ""
	}
	_, classifier, ok := c.Timeline.At(when.At)
	if !ok {
		return ""
	}
	distanceM, ok := classifier.DistanceM(*p.Point)
	if !ok {
		return ""
	}
	return strconv.FormatFloat(distanceM, 'f', 2, 64)
}

// sequence copies GeoJSON features, one a line. The columns are those
// properties of the first that have a usual name, or are mapped, and the point.
func (c *classifying) sequence(in *bufio.Reader) error {
	system := cmp.Or(c.crs, wgs84)
	header := []string{system.fields[0], system.fields[1], cmp.Or(c.Map[fieldAt], fieldAt)}
	if err := c.use(&about{header: header, crs: system, placed: true}); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxFeature)
	for n := 1; lines.Scan(); n++ {
		text := bytes.Trim(lines.Bytes(), "\x1e \t\r")
		if len(text) == 0 {
			continue
		}
		if err := c.feature(n, text, header[2]); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if n%batchRows == 0 {
			if err := c.pause(); err != nil {
				return err
			}
		}
	}
	return lines.Err()
}

// maxFeature bounds one line of a sequence.
const maxFeature = 16 << 20

func (c *classifying) feature(line int, text []byte, at string) error {
	feature, err := geojson.UnmarshalFeature(text)
	if err != nil {
		return fmt.Errorf("is no GeoJSON feature: %w", err)
	}
	fields := []string{"", "", ""}
	switch point := feature.Geometry.(type) {
	case orb.Point:
		fields[0], fields[1] = strconv.FormatFloat(point.Lon(), 'g', -1, 64), strconv.FormatFloat(point.Lat(), 'g', -1, 64)
	case nil:
	default:
		return fmt.Errorf("is a %s; points can be classified", feature.Geometry.GeoJSONType())
	}
	if value, ok := feature.Properties[at].(string); ok {
		fields[2] = value
	}
	if feature.Properties == nil {
		feature.Properties = geojson.Properties{}
	}
	for i, value := range c.answer(row{line: line, fields: fields}) {
		switch {
		case value == "":
			delete(feature.Properties, added[i])
		case added[i] == "distance_m":
			feature.Properties[added[i]] = json.Number(value)
		default:
			feature.Properties[added[i]] = value
		}
	}
	content, err := json.Marshal(feature)
	if err != nil {
		return err
	}
	c.out.Write(content) // the last of several writes tells of an error in any
	return c.out.WriteByte('\n')
}
