package intake

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// xmlReader reads XML token by token, in memory that one row of a sheet takes.
type xmlReader struct {
	*xml.Decoder
	leash *leash
}

func newXMLReader(r io.Reader) *xmlReader {
	l := &leash{from: r}
	return &xmlReader{xml.NewDecoder(bufio.NewReaderSize(l, 1<<15)), l}
}

// within calls do with the start of each element inside the one that has
// begun, which do may read to its end, and returns at that one's end.
func (x *xmlReader) within(name string, do func(xml.StartElement) error) error {
	for {
		token, err := x.RawToken()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("the XML ends before its <%s> does: %w", name, io.ErrUnexpectedEOF)
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := do(t); err != nil {
				return err
			}
		case xml.EndElement:
			if t.Name.Local == name {
				return nil
			}
		}
	}
}

// content returns the text of the element that has begun.
func (x *xmlReader) content(name string) (string, error) {
	var text []byte
	for {
		token, err := x.RawToken()
		if errors.Is(err, io.EOF) {
			return "", io.ErrUnexpectedEOF
		}
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.CharData:
			text = append(text, t...)
		case xml.EndElement:
			if t.Name.Local == name {
				return string(text), nil
			}
		}
	}
}

// skip goes to the end of the element that has begun.
func (x *xmlReader) skip(name string) error {
	return x.within(name, func(xml.StartElement) error { return nil })
}

func attribute(of xml.StartElement, name string) string {
	for _, attr := range of.Attr {
		if attr.Name.Local == name && attr.Name.Space == "" {
			return attr.Value
		}
	}
	return ""
}

// cell is one cell as the sheet holds it.
type cell struct {
	column  int // from 0
	kind    string
	style   int
	value   string
	formula bool // computed
	valued  bool // the value is there
}

// readRow returns the cells of the next row that has any, and sets the line;
// io.EOF after the last.
func (x *xlsx) readRow() ([]cell, error) {
	for {
		token, err := x.xml.RawToken()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("after row %d: %w", x.line, io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, fmt.Errorf("after row %d: %w", x.line, err)
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == "sheetData" || t.Name.Local == "worksheet" {
				return nil, io.EOF
			}
		case xml.StartElement:
			if t.Name.Local != "row" {
				continue
			}
			x.xml.leash.slack()
			x.line++
			if n, err := strconv.Atoi(attribute(t, "r")); err == nil && n > 0 && n <= maxSheetRow {
				x.line = n
			}
			return x.cells()
		}
	}
}

// Excel's own bounds of a sheet.
const maxSheetRow, maxSheetColumn = 1 << 20, 1 << 14

func (x *xlsx) cells() ([]cell, error) {
	var cells []cell
	column := 0
	err := x.xml.within("row", func(start xml.StartElement) error {
		if start.Name.Local != "c" {
			return nil
		}
		c := cell{column: column, kind: attribute(start, "t"), style: -1}
		if at, _, ok := cellAddress(attribute(start, "r")); ok {
			c.column = at
		}
		if style, err := strconv.Atoi(attribute(start, "s")); err == nil {
			c.style = style
		}
		if c.column >= maxSheetColumn {
			return fmt.Errorf("has a cell in column %d, of which there are %d", c.column+1, maxSheetColumn)
		}
		if err := x.content(&c); err != nil {
			return err
		}
		column = c.column + 1
		cells = append(cells, c)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("row %d: %w", x.line, err)
	}
	return cells, nil
}

// content reads what is in a cell.
func (x *xlsx) content(c *cell) error {
	return x.xml.within("c", func(start xml.StartElement) (err error) {
		switch start.Name.Local {
		case "v":
			c.valued = true
			c.value, err = x.xml.content("v")
		case "f":
			c.formula = true
			err = x.xml.skip("f")
		case "is":
			c.value, err = x.xml.richText("is")
		}
		return err
	})
}

// richText joins the pieces of a text, without how it is spoken.
func (x *xmlReader) richText(name string) (string, error) {
	var text strings.Builder
	err := x.within(name, func(start xml.StartElement) error {
		switch start.Name.Local {
		case "t":
			piece, err := x.content("t")
			text.WriteString(piece)
			return err
		case "rPh":
			return x.skip("rPh")
		}
		return nil
	})
	return text.String(), err
}

// cellAddress reads "C5" as column 2, counted from 0, and row 5.
func cellAddress(text string) (column, line int, ok bool) {
	letters := 0
	for letters < len(text) && letters < 4 && text[letters] >= 'A' && text[letters] <= 'Z' {
		column = column*26 + int(text[letters]-'A') + 1
		letters++
	}
	line, err := strconv.Atoi(text[letters:])
	return column - 1, line, err == nil && letters > 0 && letters < 4 && line > 0
}

// mergedCells is a block of cells over several rows that are one.
type mergedCells struct {
	first, last             int // rows
	firstColumn, lastColumn int
}

// maxMerged bounds the blocks that are kept: a table that is made of them is none.
const maxMerged = 1000

// readMerged lists the blocks of a sheet, which it tells after its rows.
func readMerged(zip *archive, sheet string) ([]mergedCells, error) {
	part, err := zip.part(sheet)
	if err != nil {
		return nil, err
	}
	defer part.Close()
	var merged []mergedCells
	words := bufio.NewScanner(part)
	words.Buffer(make([]byte, 1<<16), maxRow)
	words.Split(splitTags)
	for words.Scan() {
		tag := words.Bytes()
		if !bytes.Contains(tag, []byte("mergeCell ")) {
			continue
		}
		_, ref, _ := bytes.Cut(tag, []byte(`ref="`))
		from, to, _ := strings.Cut(string(ref), ":")
		to, _, _ = strings.Cut(to, `"`)
		var block mergedCells
		var ok, okToo bool
		block.firstColumn, block.first, ok = cellAddress(from)
		block.lastColumn, block.last, okToo = cellAddress(to)
		if !ok || !okToo || block.first >= block.last {
			continue
		}
		if merged = append(merged, block); len(merged) > maxMerged {
			return nil, fmt.Errorf("the sheet has more than %d blocks of merged cells; unmerge them, or save the sheet as CSV", maxMerged)
		}
	}
	if err := words.Err(); err != nil {
		return nil, fmt.Errorf("reading the sheet: %w", err)
	}
	return merged, nil
}

// splitTags splits XML at the ends of its tags.
func splitTags(content []byte, atEOF bool) (advance int, token []byte, err error) {
	if at := bytes.IndexByte(content, '>'); at >= 0 {
		return at + 1, content[:at], nil
	}
	if atEOF && len(content) > 0 {
		return len(content), content, nil
	}
	return 0, nil, nil
}

// mergedIn returns what is wrong with the cells of a row that are merged with
// others above or below: whether each row is meant, or all together, is not to
// be known.
func (x *xlsx) mergedIn(line int) []fault {
	var faults []fault
	for _, block := range x.merged {
		if line < block.first || line > block.last {
			continue
		}
		for column := block.firstColumn; column <= min(block.lastColumn, len(x.of.header)-1) && len(faults) < maxColumns; column++ {
			faults = append(faults, fault{column, fmt.Sprintf("is one cell in rows %d to %d; unmerge it and fill in each row", block.first, block.last)})
		}
	}
	return faults
}
