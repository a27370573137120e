package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// rows reads delimited text row by row and remembers the bytes of each, so
// that a refused row can be handed back exactly as it came.
type rows struct {
	of      about
	csv     *csv.Reader
	leash   *leash
	kept    bytes.Buffer // what csv has read, from offset on
	offset  int64
	line    int // of the last row
	charset charset
}

func (rs *rows) about() *about { return &rs.of }
func (rs *rows) Close() error  { return nil }

func openText(o *opening) (records, error) {
	return newRows(o.stream)
}

// newRows reads the first row. The delimiter is the one that is most often in
// it, and the encoding is found out.
func newRows(r io.Reader) (*rows, error) {
	rs := &rows{}
	text, err := rs.decoded(bufio.NewReaderSize(r, 1<<16))
	if err != nil {
		return nil, err
	}
	start, _ := text.Peek(1 << 16)
	rs.of.comma = delimiterOf(start)
	rs.leash = &leash{from: text}
	rs.csv = csv.NewReader(io.TeeReader(rs.leash, &rs.kept))
	rs.csv.Comma = rs.of.comma
	head, err := rs.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty; its first row must name the columns")
	case err != nil:
		return nil, fmt.Errorf("reading the first row, which names the columns: %w", err)
	}
	rs.of.rawHead = rs.take()
	if head, err = rs.text(head, rs.of.rawHead); err != nil {
		return nil, fmt.Errorf("the first row, which names the columns, %w", err)
	}
	for i, name := range head {
		head[i] = plainCell(strings.TrimSpace(name))
	}
	rs.of.header = head
	return rs, nil
}

// delimiterOf returns the delimiter that is most often in the first line,
// outside quotes.
func delimiterOf(start []byte) rune {
	const delimiters = ",;\t|"
	var counts [len(delimiters)]int
	quoted := false
	for _, b := range start {
		if b == '"' {
			quoted = !quoted
		}
		if quoted {
			continue
		}
		if b == '\n' || b == '\r' {
			break
		}
		if at := strings.IndexByte(delimiters, b); at >= 0 {
			counts[at]++
		}
	}
	most := 0
	for at, n := range counts {
		if n > counts[most] {
			most = at
		}
	}
	return rune(delimiters[most])
}

// take returns the bytes of the row just read.
func (rs *rows) take() []byte {
	end := rs.csv.InputOffset()
	raw := bytes.Clone(rs.kept.Next(int(end - rs.offset)))
	rs.offset = end
	rs.leash.slack()
	return raw
}

func (rs *rows) next() (row, error) {
	fields, err := rs.csv.Read()
	var broken *csv.ParseError
	switch {
	case err == nil || errors.Is(err, csv.ErrFieldCount):
	case errors.As(err, &broken):
		rs.line = broken.StartLine
		refusal := refuse("", "the quotes are not closed or misplaced: %v", broken.Err)
		return row{line: broken.StartLine, raw: rs.take(), broken: true, refusal: refusal}, nil
	case errors.Is(err, errLongRow):
		return row{}, fmt.Errorf("the row after line %d %w; a quote that opens there may not be closed", max(rs.line, 1), err)
	default:
		return row{}, err
	}
	rs.line, _ = rs.csv.FieldPos(0)
	read := row{line: rs.line, raw: rs.take()}
	var notText error
	read.fields, notText = rs.text(fields, read.raw)
	switch {
	case err != nil:
		read.refusal = refuse("", "has %d columns where the first row names %d", len(fields), len(rs.of.header))
	case notText != nil:
		read.refusal = refuse("", "%v", notText)
	}
	return read, nil
}

// csvRow writes fields as a row of CSV, for files that have no text of their own.
func csvRow(fields []string) []byte {
	var raw bytes.Buffer
	w := csv.NewWriter(&raw)
	if err := w.Write(fields); err != nil {
		panic(err) // a comma is a valid delimiter, and a buffer takes everything
	}
	w.Flush()
	return raw.Bytes()
}
