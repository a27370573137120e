// Package workbook writes workbooks as Excel, LibreOffice and GDAL read them (XLSX, ECMA-376 part 1). Numbers are numbers
// and days are days; texts are texts, whatever they begin with: nothing in a workbook is a formula.
//
// It is written by hand, because rows go straight into the zip: of a million of them none is kept. Libraries that stream
// rows write them into a file of their own first, and are a hundred times as large.
package workbook

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// Sheet is one of a workbook.
type Sheet struct {
	// Name has 31 letters at most, and is there once. Required.
	Name string
	// Widths are those of the columns, in letters. Required.
	Widths []int
	// Heading stands at the top of each printed page. Default: nothing does.
	Heading string
	// Rows writes the rows, the first of which stays in view. Required.
	Rows func(*Rows) error
}

// Parts that are the same in each workbook.
const (
	xmlHead    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace  = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	officeType = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packages   = `xmlns="http://schemas.openxmlformats.org/package/2006/`
	sheetType  = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
	rootPart   = xmlHead + `<Relationships ` + packages + `relationships"><Relationship Id="rId1" Type="` + officeType +
		`/officeDocument" Target="xl/workbook.xml"/></Relationships>`
)

// Write writes a workbook that says it was made at a time. An error of a sheet's Rows ends it; what was written is to be thrown
// away then.
func Write(out io.Writer, made time.Time, sheets []Sheet) error {
	archive := zip.NewWriter(out)
	parts := frame(sheets)
	for i, s := range sheets {
		parts = append(parts, part{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), s.write})
	}
	for _, p := range parts {
		file, err := archive.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: made})
		if err != nil {
			return fmt.Errorf("writing %s of the workbook: %w", p.name, err)
		}
		w := bufio.NewWriter(file)
		if err := p.write(w); err != nil {
			return fmt.Errorf("writing %s of the workbook: %w", p.name, err)
		}
		if err := w.Flush(); err != nil {
			return fmt.Errorf("writing %s of the workbook: %w", p.name, err)
		}
	}
	return archive.Close()
}

// part is a file in the zip.
type part struct {
	name  string
	write func(*bufio.Writer) error
}

// frame are the parts besides the sheets.
func frame(sheets []Sheet) []part {
	var types, names, relations strings.Builder
	for i, s := range sheets {
		n := i + 1
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, n, sheetType)
		fmt.Fprintf(&names, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, escaped(s.Name), n, n)
		fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, officeType, n)
	}
	fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, len(sheets)+1, officeType)
	return []part{
		text("[Content_Types].xml", `<Types `+packages+`content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`+
			`<Override PartName="/xl/workbook.xml" ContentType="`+sheetType+`sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="`+sheetType+`styles+xml"/>`+
			types.String()+`</Types>`),
		{"_rels/.rels", func(w *bufio.Writer) error { _, err := w.WriteString(rootPart); return err }},
		text("xl/workbook.xml", `<workbook `+mainSpace+` xmlns:r="`+officeType+`"><sheets>`+names.String()+`</sheets></workbook>`),
		text("xl/_rels/workbook.xml.rels", `<Relationships `+packages+`relationships">`+relations.String()+`</Relationships>`),
		text("xl/styles.xml", styles()),
	}
}

func text(name, content string) part {
	return part{name, func(w *bufio.Writer) error { _, err := w.WriteString(xmlHead + content); return err }}
}

// Styles of cells by their number in the styles' part: those of reals come after
// these, one for each number of decimals.
const (
	plainStyle = iota
	headStyle
	dayStyle
	realStyle
)

// MostDecimals are those that a real can be shown with.
const MostDecimals = 7

// styles is the part with the styles: day and real ones have formats of their own,
// whose numbers begin at 164 (18.8.30).
func styles() string {
	const firstFormat = 164
	formats, cells := fmt.Sprintf(`<numFmt numFmtId="%d" formatCode="yyyy\-mm\-dd"/>`, firstFormat),
		fmt.Sprintf(`<xf xfId="0"/><xf fontId="1" applyFont="1" xfId="0"/><xf numFmtId="%d" applyNumberFormat="1" xfId="0"/>`, firstFormat)
	for decimals := range MostDecimals + 1 {
		code := "0"
		if decimals > 0 {
			code += "." + strings.Repeat("0", decimals)
		}
		number := firstFormat + 1 + decimals
		formats += fmt.Sprintf(`<numFmt numFmtId="%d" formatCode="%s"/>`, number, code)
		cells += fmt.Sprintf(`<xf numFmtId="%d" applyNumberFormat="1" xfId="0"/>`, number)
	}
	return `<styleSheet ` + mainSpace + `>` + fmt.Sprintf(`<numFmts count="%d">`, MostDecimals+2) + formats + `</numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs>` + fmt.Sprintf(`<cellXfs count="%d">`, realStyle+MostDecimals+1) + cells + `</cellXfs></styleSheet>`
}
