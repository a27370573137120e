package intake

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// dbf reads a dBase table as it stands beside shapes, record by record.
type dbf struct {
	in      *bufio.Reader
	fields  []dbfField
	charset charset
	record  []byte // as long as each is
	left    uint32 // records to come
}

// dbfField is one column.
type dbfField struct {
	name     string
	kind     byte
	width    int
	decimals int
}

// Parts of a dBase table, in bytes.
const (
	dbfHeader     = 32
	dbfDescriptor = 32
	dbfEnd        = 0x0d // after the last descriptor
	dbfStruck     = '*'  // before a record that is struck out
	dbfLastRecord = 0x1a
)

// newDBF reads what a table says of its columns. A charset that is not known
// is found out text by text.
func newDBF(in *bufio.Reader, charset charset) (*dbf, error) {
	var head [dbfHeader]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return nil, fmt.Errorf("it is cut off: %w", err)
	}
	d := &dbf{in: in, charset: charset, left: binary.LittleEndian.Uint32(head[4:])}
	length, width := int(binary.LittleEndian.Uint16(head[8:])), int(binary.LittleEndian.Uint16(head[10:]))
	if length < dbfHeader+1 {
		return nil, errors.New("it is no dBase table; export the layer anew")
	}
	descriptors := make([]byte, length-dbfHeader)
	if _, err := io.ReadFull(in, descriptors); err != nil {
		return nil, fmt.Errorf("it is cut off: %w", err)
	}
	total := 1
	for len(descriptors) >= dbfDescriptor && descriptors[0] != dbfEnd {
		name, _, _ := bytes.Cut(descriptors[:11], []byte{0})
		f := dbfField{name: strings.TrimSpace(d.text(name)), kind: descriptors[11], width: int(descriptors[16]), decimals: int(descriptors[17])}
		d.fields, total = append(d.fields, f), total+f.width
		descriptors = descriptors[dbfDescriptor:]
	}
	if len(d.fields) == 0 || total > width {
		return nil, fmt.Errorf("its %d columns take %d bytes, and its records have %d; it is damaged, export the layer anew", len(d.fields), total, width)
	}
	d.record = make([]byte, width)
	return d, nil
}

func (d *dbf) header() []string {
	var names []string
	for _, f := range d.fields {
		names = append(names, f.name)
	}
	return names
}

// next returns the next record, with two fields before its own for a place,
// and whether it is kept; io.EOF after the last.
func (d *dbf) next() (r row, kept bool, err error) {
	if d.left == 0 {
		return row{}, false, io.EOF
	}
	if mark, err := d.in.Peek(1); err != nil || mark[0] == dbfLastRecord {
		return row{}, false, fmt.Errorf("%d records are missing: %w", d.left, io.ErrUnexpectedEOF)
	}
	if _, err := io.ReadFull(d.in, d.record); err != nil {
		return row{}, false, fmt.Errorf("it is cut off: %w", io.ErrUnexpectedEOF)
	}
	d.left--
	r.fields = make([]string, 2, 2+len(d.fields))
	at := 1
	for _, f := range d.fields {
		text, reason := d.value(f, d.record[at:at+f.width])
		if reason != "" {
			r.faults = append(r.faults, fault{len(r.fields), reason})
		}
		r.fields = append(r.fields, text)
		at += f.width
	}
	return r, d.record[0] != dbfStruck, nil
}

// value reads a field; the reason is why it can't be.
func (d *dbf) value(f dbfField, raw []byte) (text, reason string) {
	plain := strings.Trim(string(raw), " \x00")
	switch f.kind {
	case 'C':
		return d.text(raw), ""
	case 'N', 'F':
		if strings.Trim(plain, "*") == "" && plain != "" {
			return plain, "holds a number that did not fit its column; widen the column and export the layer anew"
		}
		return dbfNumber(plain, f.decimals), ""
	case 'D':
		if day := plain; len(day) == 8 && strings.Trim(day, "0") != "" {
			return day[:4] + "-" + day[4:6] + "-" + day[6:], ""
		}
		return strings.Trim(plain, "0"), ""
	case 'L':
		return map[string]string{"T": "true", "t": "true", "Y": "true", "y": "true", "F": "false", "f": "false", "N": "false", "n": "false"}[plain], ""
	case 'I':
		if len(raw) == 4 {
			return strconv.Itoa(int(int32(binary.LittleEndian.Uint32(raw)))), ""
		}
	case 'O':
		if len(raw) == 8 {
			return strconv.FormatFloat(math.Float64frombits(binary.LittleEndian.Uint64(raw)), 'f', -1, 64), ""
		}
	}
	return "", fmt.Sprintf("is of the type %q, which is not read; export the layer with text or numbers", f.kind)
}

// dbfNumber writes a number to the 15 digits that it means: tables pad it to
// all its decimals.
func dbfNumber(text string, decimals int) string {
	if decimals == 0 {
		return text
	}
	return numberText(text, notDate, false)
}

func (d *dbf) text(raw []byte) string {
	raw = bytes.Trim(raw, " \x00")
	valid := utf8.Valid(raw)
	if d.charset == windows1252 || d.charset == unknown && !valid {
		text, err := charmap.Windows1252.NewDecoder().Bytes(raw)
		if err == nil {
			return string(text)
		}
	}
	if !valid { // cut in the middle of a character, as columns of a width are
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return string(raw)
}
