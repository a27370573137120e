package report

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Parts of a workbook that are the same in each (ECMA-376, part 1). Style 1 is the
// bold one of heads.
const (
	xmlHead    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace  = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	officeType = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packages   = `xmlns="http://schemas.openxmlformats.org/package/2006/`
	sheetType  = `application/vnd.openxmlformats-officedocument.spreadsheetml.`

	rootPart = xmlHead + `<Relationships ` + packages + `relationships"><Relationship Id="rId1" Type="` + officeType +
		`/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	stylesPart = xmlHead + `<styleSheet ` + mainSpace + `><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>` +
		`<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>` +
		`<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/><xf fontId="1" applyFont="1" xfId="0"/></cellXfs></styleSheet>`
)

// writeXLSX writes a workbook with one sheet for each table. Texts are texts there,
// whatever they begin with: nothing in it is a formula.
func writeXLSX(r *Report, out io.Writer) error {
	tables := r.Tables()
	archive := zip.NewWriter(out)
	put := func(name, content string) error {
		file, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: r.Made})
		if err == nil {
			_, err = io.WriteString(file, content)
		}
		if err != nil {
			return fmt.Errorf("writing %s of the workbook: %w", name, err)
		}
		return nil
	}
	var types, sheets, relations strings.Builder
	for i := range tables {
		n := i + 1
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, n, sheetType)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, tables[i].ID, n, n)
		fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, officeType, n)
		if err := put(fmt.Sprintf("xl/worksheets/sheet%d.xml", n), tables[i].sheet()); err != nil {
			return err
		}
	}
	for _, part := range []struct{ name, content string }{
		{"[Content_Types].xml", xmlHead + `<Types ` + packages + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + sheetType + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + sheetType + `styles+xml"/>` +
			types.String() + `</Types>`},
		{"_rels/.rels", rootPart},
		{"xl/workbook.xml", xmlHead + `<workbook ` + mainSpace + ` xmlns:r="` + officeType + `"><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships ` + packages + `relationships">` + relations.String() +
			fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/></Relationships>`, len(tables)+1, officeType)},
		{"xl/styles.xml", stylesPart},
	} {
		if err := put(part.name, part.content); err != nil {
			return err
		}
	}
	return archive.Close()
}

// sheet writes the table as a sheet; its head stays in view.
func (t *Table) sheet() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<worksheet ` + mainSpace + `><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i := range t.Head {
		fmt.Fprintf(&b, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, t.width(i))
	}
	b.WriteString(`</cols><sheetData>`)
	head := make([]Cell, len(t.Head))
	for i, title := range t.Head {
		head[i] = text(title)
	}
	writeRow(&b, 1, head)
	for i, row := range t.Rows {
		writeRow(&b, i+2, row)
	}
	b.WriteString(`</sheetData></worksheet>`)
	return b.String()
}

func writeRow(b *strings.Builder, number int, cells []Cell) {
	style := ""
	if number == 1 {
		style = ` s="1"`
	}
	fmt.Fprintf(b, `<row r="%d">`, number)
	for i, cell := range cells {
		at := fmt.Sprintf("%c%d", 'A'+i, number) // no table has more than 26 columns but one of many kinds
		if i >= 26 {
			at = fmt.Sprintf("%c%c%d", 'A'+i/26-1, 'A'+i%26, number)
		}
		switch {
		case cell.IsNumber:
			fmt.Fprintf(b, `<c r="%s"><v>%s</v></c>`, at, cell)
		case cell.Text != "":
			fmt.Fprintf(b, `<c r="%s"%s t="inlineStr"><is><t xml:space="preserve">`, at, style)
			_ = xml.EscapeText(b, []byte(cell.Text)) // a Builder doesn't fail
			b.WriteString(`</t></is></c>`)
		}
	}
	b.WriteString(`</row>`)
}

// width is how wide a column must be, in letters, up to what a screen has room for.
func (t *Table) width(column int) int {
	width := len(t.Head[column])
	for _, row := range t.Rows {
		width = max(width, len(row[column].String()))
	}
	return min(width+2, 60)
}
