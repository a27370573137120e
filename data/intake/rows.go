package intake

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Text returns a reader of what r holds, unpacked where it is gzip, and
// without a byte-order mark.
func Text(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(r)
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("unpacking gzip: %w", err)
		}
		buffered = bufio.NewReader(unpacked)
	}
	if mark, _ := buffered.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		if _, err := buffered.Discard(3); err != nil {
			return nil, err
		}
	}
	return buffered, nil
}

// rows reads a CSV file row by row and remembers the bytes of each, so that a
// refused row can be handed back exactly as it came.
type rows struct {
	csv     *csv.Reader
	kept    bytes.Buffer // what csv has read, from offset on
	offset  int64
	header  []string
	rawHead []byte
}

// row is one row of a file.
type row struct {
	line    int // from 1
	fields  []string
	raw     []byte   // with its line end
	refusal *Refusal // set where the row can't be read
}

func newRows(r io.Reader) (*rows, error) {
	rs := &rows{}
	rs.csv = csv.NewReader(io.TeeReader(r, &rs.kept))
	rs.csv.ReuseRecord = false
	head, err := rs.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty; its first row must name the columns")
	}
	if err != nil {
		return nil, fmt.Errorf("reading the first row, which names the columns: %w", err)
	}
	for i, name := range head {
		head[i] = strings.TrimSpace(name)
	}
	rs.header, rs.rawHead = head, rs.take()
	return rs, nil
}

// take returns the bytes of the row just read.
func (rs *rows) take() []byte {
	end := rs.csv.InputOffset()
	raw := bytes.Clone(rs.kept.Next(int(end - rs.offset)))
	rs.offset = end
	return raw
}

// next returns the next row, or io.EOF. A row that can't be read has a
// refusal, and the one after it can be asked for.
func (rs *rows) next() (row, error) {
	fields, err := rs.csv.Read()
	var broken *csv.ParseError
	switch {
	case err == nil || errors.Is(err, csv.ErrFieldCount):
	case errors.As(err, &broken):
		return row{line: broken.StartLine, raw: rs.take(), refusal: refuse("", "the quotes are not closed or misplaced: %v", broken.Err)}, nil
	default:
		return row{}, err
	}
	line, _ := rs.csv.FieldPos(0)
	read := row{line: line, fields: fields, raw: rs.take()}
	switch {
	case err != nil:
		read.refusal = refuse("", "has %d columns where the first row names %d", len(fields), len(rs.header))
	case !utf8.Valid(read.raw):
		read.refusal = refuse("", "is not UTF-8 text; save the file as “CSV UTF-8”")
	}
	return read, nil
}
