package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// records are the rows of an open file of any format.
type records interface {
	// about returns what the file says of its rows; notes are whole at its end.
	about() *about
	// next returns the next row, or io.EOF. A row that can't be read has a
	// refusal, and the one after it can be asked for.
	next() (row, error)
	io.Closer
}

// row is one row of a file.
type row struct {
	line    int // from 1
	fields  []string
	raw     []byte   // as it is handed back; nil for a table that is no text
	refusal *Refusal // set where the row can't be read
	faults  []fault  // of single fields; they count where the field is read
	broken  bool     // nobody knows where its fields begin
}

// fault says why a field can't be read.
type fault struct {
	column int
	reason string
}

// bytes returns the row as text.
func (r row) bytes() []byte {
	if r.raw == nil {
		return csvRow(r.fields)
	}
	return r.raw
}

// refusal returns why a row can't be read, or nil.
func (c columns) refusal(r row) *Refusal {
	if r.refusal != nil {
		return r.refusal
	}
	for _, fault := range r.faults {
		if c.taken(fault.column) {
			return refuse(c.header[fault.column], "%s", fault.reason)
		}
	}
	return nil
}

// about is what a file says of its rows.
type about struct {
	header  []string // the columns, trimmed
	rawHead []byte   // the first row, as it is handed back
	comma   rune     // between the fields of a raw row
	mark    []byte   // before the first row of text
	encode  func([]byte) []byte
	crs     *crs // of the coordinates; nil where the file does not say
	placed  bool // the first two columns are the coordinates of its geometry
	notes   []string
	parts
	part string // the one that is read; empty where the format has none
}

// parts are what a file has several of, to choose one from.
type parts struct{ sheets, layers []string }

// choosable is why a file can't be read, where another choice of a part or a
// coordinate system may be the remedy.
type choosable struct {
	error
	parts
}

func (c *choosable) Unwrap() error { return c.error }

func (a *about) note(format string, args ...any) {
	a.notes = append(a.notes, fmt.Sprintf(format, args...))
}

// handBack writes a row as it came, but for what would be a formula.
func (a *about) handBack(w io.Writer, r row) error {
	raw := harmlessRow(withLineEnd(r.bytes()), a.comma, r.broken)
	if a.encode != nil {
		raw = a.encode(raw)
	}
	_, err := w.Write(raw)
	return err
}

// handBackHead writes what comes before the rows that are handed back.
func (a *about) handBackHead(w io.Writer) error {
	if _, err := w.Write(a.mark); err != nil {
		return err
	}
	return a.handBack(w, row{raw: a.rawHead})
}

// withLineEnd completes a last row that has none.
func withLineEnd(raw []byte) []byte {
	if n := len(raw); n == 0 || raw[n-1] != '\n' {
		return append(raw, '\n')
	}
	return raw
}

// choice says what of a file to read.
type choice struct {
	sheet, layer string
	crs          *crs // nil where the file is to say
}

// opening is a file whose format is known.
type opening struct {
	choice
	ctx      context.Context
	stream   io.Reader // the file from its start
	spool    *spool    // the file to seek in; nil where the format reads a stream
	zip      *archive  // of the spool; nil where it is none
	start    []byte    // the first bytes
	rowLimit int       // bytes that one row may take; maxRow where it is less
	parts              // that were found
}

// fileFormat is one form in which records come.
type fileFormat struct {
	name  string
	seeks bool // it reads a spool
	// is tells by the content whether a file is of this format.
	is   func(*opening) bool
	open func(*opening) (records, error)
}

// formats are the forms in which records come, the most telling first.
var formats = []fileFormat{
	{name: "an Excel workbook (.xlsx)", seeks: true, is: isXLSX, open: openXLSX},
	{name: "a shapefile in a zip", seeks: true, is: isShapefile, open: openShapefile},
	{name: "a GeoPackage", is: isGeoPackage, open: openGeoPackage},
	{name: "GeoJSON", is: isJSON, open: openGeoJSON},
	{name: "CSV", is: isText, open: openText},
}

// sniffed is how many bytes of a file its format is told by.
const sniffed = 4096

// zipStart begins every zip file that holds something.
var zipStart = []byte("PK\x03\x04")

// foreign are formats that are recognised so as to say what to do instead.
var foreign = []struct{ start, remedy string }{
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the file is of an old Office program; open it there and save it as an Excel workbook (.xlsx) or as CSV UTF-8"},
	{"%PDF", "the file is a PDF, which holds a picture of a table; ask for the table itself as a spreadsheet or CSV"},
	{"\x89PNG", "the file is a picture of a table; ask for the table itself as a spreadsheet or CSV"},
	{"\xff\xd8\xff", "the file is a picture of a table; ask for the table itself as a spreadsheet or CSV"},
	{"\x00\x00\x27\x0a", "the file is one part of a shapefile; put its .shp, .dbf, .shx and .prj into one zip and send that"},
	{"PK\x05\x06", "the file is an empty zip"},
	{"BZh", "the file is packed with bzip2; unpack it, or pack it with gzip"},
	{"\xfd7zXZ\x00", "the file is packed with xz; unpack it, or pack it with gzip"},
	{"7z\xbc\xaf\x27\x1c", "the file is packed with 7-Zip; unpack it, or pack it with gzip"},
}

// openRecords opens a file of any format, gzip or not. The caller closes what
// it returns.
func openRecords(ctx context.Context, file io.Reader, of choice) (records, error) {
	rows, err := openAny(ctx, file, of)
	if err != nil {
		return nil, err
	}
	rows.about().settle(of.crs)
	return rows, nil
}

func openAny(ctx context.Context, file io.Reader, of choice) (records, error) {
	o, err := newOpening(ctx, file, of)
	if err != nil {
		return nil, err
	}
	rows, err := o.recognised()
	if err != nil {
		return nil, errors.Join(o.choosable(err), o.spool.Close())
	}
	rows.about().parts = o.parts
	return rows, nil
}

func (o *opening) choosable(err error) error {
	var system *crsError
	if len(o.sheets)+len(o.layers) > 1 || errors.As(err, &system) {
		return &choosable{error: err, parts: o.parts}
	}
	return err
}

// newOpening unpacks a file and looks at its first bytes, or at what is in the
// zip that it is. The caller closes its spool, or what it opens.
func newOpening(ctx context.Context, file io.Reader, of choice) (*opening, error) {
	unpacked, err := unpack(file)
	if err != nil {
		return nil, err
	}
	o := &opening{ctx: ctx, choice: of, stream: unpacked}
	if o.start, err = unpacked.Peek(sniffed); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the file: %w", err)
	}
	o.start = bytes.Clone(o.start)
	if bytes.HasPrefix(o.start, zipStart) {
		return o, o.openZip()
	}
	return o, nil
}

// recognised opens the file by the first format that it is of.
func (o *opening) recognised() (records, error) {
	for _, other := range foreign {
		if bytes.HasPrefix(o.start, []byte(other.start)) {
			return nil, errors.New(other.remedy)
		}
	}
	for _, format := range formats {
		if !format.is(o) {
			continue
		}
		if format.seeks && o.spool == nil {
			var err error
			if o.spool, err = newSpool(o.stream); err != nil {
				return nil, err
			}
		}
		rows, err := format.open(o)
		if err != nil && format.name != formatText {
			return nil, fmt.Errorf("the file is taken for %s: %w", format.name, err)
		}
		return rows, err
	}
	if o.zip != nil {
		return nil, o.zip.unknownZip()
	}
	return nil, fmt.Errorf("the file is in none of the formats that are read, which are %s, each also packed with gzip; it begins with %q",
		formatNames(), o.start[:min(len(o.start), 16)])
}

func formatNames() string {
	var names []string
	for _, format := range formats {
		names = append(names, format.name)
	}
	return strings.Join(names, ", ")
}

const formatText = "CSV"

// isText tells text, with any delimiter, by its first line from what no one
// types.
func isText(o *opening) bool {
	line, _, _ := bytes.Cut(o.start, []byte("\n"))
	return o.zip == nil && (utf16Mark(o.start) != nil || !bytes.ContainsFunc(line, isBinary))
}

// isBinary tells characters that no text has. What is no UTF-8 may be another
// encoding.
func isBinary(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != recordSeparator && r != utf8.RuneError
}
