package intake

import (
	"bufio"
	"bytes"
	"errors"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// charset is how the characters of a text are written.
type charset int

const (
	unknown     charset = iota // only ASCII so far
	utf8Text                   // also what was UTF-16
	windows1252                // of programs in western Europe and America
)

var utf8Mark = []byte("\xef\xbb\xbf")

// utf16Mark returns the byte-order mark that a UTF-16 text begins with, or nil.
func utf16Mark(start []byte) []byte {
	for _, mark := range [][]byte{[]byte("\xff\xfe"), []byte("\xfe\xff")} {
		if bytes.HasPrefix(start, mark) {
			return mark
		}
	}
	return nil
}

// decoded returns the text without a byte-order mark, as UTF-8 where the mark
// says what it is.
func (rs *rows) decoded(in *bufio.Reader) (*bufio.Reader, error) {
	start, _ := in.Peek(3)
	if bytes.Equal(start, utf8Mark) {
		rs.charset, rs.of.mark = utf8Text, utf8Mark
		_, err := in.Discard(len(utf8Mark))
		return in, err
	}
	mark := utf16Mark(start)
	if mark == nil {
		return in, nil
	}
	rs.charset, rs.of.mark = utf8Text, mark
	rs.of.note("The text is read as UTF-16.")
	order := unicode.BigEndian
	if mark[0] == 0xff {
		order = unicode.LittleEndian
	}
	utf16 := unicode.UTF16(order, unicode.IgnoreBOM)
	rs.of.encode = func(text []byte) []byte {
		encoded, err := utf16.NewEncoder().Bytes(text)
		if err != nil {
			return text // can't be: it is UTF-8 that was decoded
		}
		return encoded
	}
	if _, err := in.Discard(len(mark)); err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(utf16.NewDecoder().Reader(in), 1<<16), nil
}

var errNotUTF8 = errors.New("is not UTF-8 text as the rows before it are; save the file as “CSV UTF-8”")

// text returns the fields of a row as UTF-8. The first row that tells decides
// for all the file: what can't be UTF-8 is Windows-1252.
func (rs *rows) text(fields []string, raw []byte) ([]string, error) {
	valid := utf8.Valid(raw)
	switch {
	case rs.charset == unknown && !valid:
		rs.charset = windows1252
		rs.of.note("The text is read as Windows-1252, for it is no UTF-8.")
	case rs.charset == unknown && bytes.ContainsFunc(raw, func(r rune) bool { return r >= utf8.RuneSelf }):
		rs.charset = utf8Text
	case rs.charset == utf8Text && !valid:
		return fields, errNotUTF8
	}
	if rs.charset != windows1252 {
		return fields, nil
	}
	decoder := charmap.Windows1252.NewDecoder()
	for i, field := range fields {
		text, err := decoder.String(field)
		if err != nil {
			return fields, err
		}
		fields[i] = text
	}
	return fields, nil
}
