package export

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"commonground/data"
)

// Parts of a workbook that are the same in each (ECMA-376, part 1).
const (
	xmlHead    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace  = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	officeType = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packages   = `xmlns="http://schemas.openxmlformats.org/package/2006/`
	sheetType  = `application/vnd.openxmlformats-officedocument.spreadsheetml.`

	typesPart = xmlHead + `<Types ` + packages + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + sheetType + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + sheetType + `styles+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + sheetType + `worksheet+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet2.xml" ContentType="` + sheetType + `worksheet+xml"/></Types>`
	rootPart = xmlHead + `<Relationships ` + packages + `relationships"><Relationship Id="rId1" Type="` + officeType +
		`/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	workbookPart = xmlHead + `<workbook ` + mainSpace + ` xmlns:r="` + officeType + `"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/>` +
		`<sheet name="About" sheetId="2" r:id="rId2"/></sheets></workbook>`
	relationsPart = xmlHead + `<Relationships ` + packages + `relationships"><Relationship Id="rId1" Type="` + officeType + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + officeType + `/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="` + officeType + `/styles" Target="styles.xml"/></Relationships>`
)

// Styles of cells by their number in the styles' part: those of reals come after
// these, one for each number of decimals.
const (
	plainStyle = iota
	headStyle
	dayStyle
	realStyle
)

// mostDecimals are those of a coordinate in degrees.
const mostDecimals = 7

// stylesXML is the part with the styles: day and real ones have formats of their own,
// whose numbers begin at 164 (18.8.30).
func stylesXML() string {
	const firstFormat = 164
	formats, cells := fmt.Sprintf(`<numFmt numFmtId="%d" formatCode="yyyy\-mm\-dd"/>`, firstFormat),
		fmt.Sprintf(`<xf xfId="0"/><xf fontId="1" applyFont="1" xfId="0"/><xf numFmtId="%d" applyNumberFormat="1" xfId="0"/>`, firstFormat)
	for decimals := range mostDecimals + 1 {
		code := "0"
		if decimals > 0 {
			code += "." + strings.Repeat("0", decimals)
		}
		number := firstFormat + 1 + decimals
		formats += fmt.Sprintf(`<numFmt numFmtId="%d" formatCode="%s"/>`, number, code)
		cells += fmt.Sprintf(`<xf numFmtId="%d" applyNumberFormat="1" xfId="0"/>`, number)
	}
	return xmlHead + `<styleSheet ` + mainSpace + `>` + fmt.Sprintf(`<numFmts count="%d">`, mostDecimals+2) + formats + `</numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs>` + fmt.Sprintf(`<cellXfs count="%d">`, realStyle+mostDecimals+1) + cells + `</cellXfs></styleSheet>`
}

// writeXLSX writes a workbook: the table on a sheet of its name, whose head stays in
// view, and what it says of itself on the sheet "About" and on each printed page.
// Numbers are numbers and days are days; texts are texts, whatever they begin with:
// nothing in it is a formula. It is written by hand because rows go straight into
// the zip: of a million of them none is kept.
func writeXLSX(ctx context.Context, about About, t *Table, out io.Writer) error {
	archive := zip.NewWriter(out)
	for _, part := range []struct {
		name  string
		write func(*bufio.Writer) error
	}{
		{"[Content_Types].xml", text(typesPart)},
		{"_rels/.rels", text(rootPart)},
		{"xl/workbook.xml", text(fmt.Sprintf(workbookPart, t.Name))},
		{"xl/_rels/workbook.xml.rels", text(relationsPart)},
		{"xl/styles.xml", text(stylesXML())},
		{"xl/worksheets/sheet1.xml", func(w *bufio.Writer) error { return writeSheet(ctx, &about, t, w) }},
		{"xl/worksheets/sheet2.xml", func(w *bufio.Writer) error { return writeAbout(&about, t, w) }},
	} {
		file, err := archive.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: about.At})
		if err != nil {
			return fmt.Errorf("writing %s of the workbook: %w", part.name, err)
		}
		w := bufio.NewWriter(file)
		if err := part.write(w); err != nil {
			return fmt.Errorf("writing %s of the workbook: %w", part.name, err)
		}
		if err := w.Flush(); err != nil {
			return fmt.Errorf("writing %s of the workbook: %w", part.name, err)
		}
	}
	return archive.Close()
}

func text(content string) func(*bufio.Writer) error {
	return func(w *bufio.Writer) error { _, err := w.WriteString(content); return err }
}

// maxRows is how many rows a sheet has, its head included (Excel's own limit).
const maxRows = 1 << 20

func writeSheet(ctx context.Context, about *About, t *Table, w *bufio.Writer) error {
	s := sheet{Writer: w}
	s.begin(widths(t))
	for _, column := range t.Columns {
		s.text(column.Name, headStyle)
	}
	s.end()
	_, err := t.each(ctx, func(row Row) error {
		if s.row == maxRows {
			return fmt.Errorf("a sheet has %d rows at most; take CSV or a GeoPackage, or fewer weeks: %w", maxRows, data.ErrTooMany)
		}
		for i, cell := range row.Cells {
			s.cell(cell, t.Columns[i].Decimals)
		}
		return s.end()
	})
	if err != nil {
		return err
	}
	return s.close(Marking + " · " + about.Scheme.Name + " · " + about.By)
}

func writeAbout(about *About, t *Table, w *bufio.Writer) error {
	s := sheet{Writer: w}
	s.begin([]int{14, 90})
	s.text("about", headStyle)
	s.text("this file", headStyle)
	s.end()
	for _, line := range about.lines(t) {
		s.text(line.name, plainStyle)
		s.text(line.text, plainStyle)
		s.end()
	}
	return s.close(Marking)
}

// widths are those of the columns, in letters: what is to come is not known yet.
func widths(t *Table) []int {
	var widths []int
	for _, column := range t.Columns {
		width := 12
		if column.Kind == Text {
			width = 26
		}
		widths = append(widths, max(width, len(column.Name)+2))
	}
	return widths
}

// sheet writes a sheet cell by cell. Errors are told by its end and close.
type sheet struct {
	*bufio.Writer
	row, column int // from 0
	open        bool
}

func (s *sheet) begin(widths []int) {
	fmt.Fprint(s, xmlHead+`<worksheet `+mainSpace+`><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, width := range widths {
		fmt.Fprintf(s, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width)
	}
	fmt.Fprint(s, `</cols><sheetData>`)
}

// at begins a cell and, where it is the first, its row.
func (s *sheet) at() {
	if !s.open {
		fmt.Fprintf(s, `<row r="%d">`, s.row+1)
		s.open = true
	}
	fmt.Fprintf(s, `<c r="%s%d"`, columnName(s.column), s.row+1)
	s.column++
}

// columnName is "A" for 0, "Z" for 25 and "AA" for 26.
func columnName(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return columnName(i/26-1) + columnName(i%26)
}

func (s *sheet) text(text string, style int) {
	s.at()
	fmt.Fprintf(s, ` s="%d" t="inlineStr"><is><t xml:space="preserve">`, style)
	_ = xml.EscapeText(s, []byte(text)) // told by end
	fmt.Fprint(s, `</t></is></c>`)
}

// firstDay is the first one after the 29 February 1900 that Excel counts and that
// never was.
const firstDay = 61

// cell writes a value; none leaves its cell empty.
func (s *sheet) cell(cell any, decimals int) {
	const excelEpoch = 25569 // 1 January 1970 in days since 30 December 1899
	switch v := cell.(type) {
	case nil:
		s.column++
	case string:
		s.text(v, plainStyle)
	case data.Date:
		if int(v)+excelEpoch < firstDay {
			s.text(v.String(), plainStyle)
			return
		}
		s.at()
		fmt.Fprintf(s, ` s="%d"><v>%d</v></c>`, dayStyle, int(v)+excelEpoch)
	case float64:
		s.at()
		fmt.Fprintf(s, ` s="%d"><v>%s</v></c>`, realStyle+decimals, plain(v))
	default:
		s.at()
		fmt.Fprintf(s, `><v>%s</v></c>`, plain(v))
	}
}

// end ends a row.
func (s *sheet) end() error {
	if s.open {
		fmt.Fprint(s, `</row>`)
	}
	s.row, s.column, s.open = s.row+1, 0, false
	_, err := s.Write(nil)
	return err
}

// close ends the sheet, which is printed across, with a text at the top of each page
// (an & in it is written twice: 18.3.1.46).
func (s *sheet) close(header string) error {
	fmt.Fprint(s, `</sheetData><pageSetup paperSize="9" orientation="landscape"/><headerFooter><oddHeader>&amp;C`)
	_ = xml.EscapeText(s, []byte(strings.ReplaceAll(header, "&", "&&"))) // told below
	_, err := fmt.Fprint(s, `</oddHeader></headerFooter></worksheet>`)
	return err
}
