package intake

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// xlsx reads a sheet of an Excel workbook (ECMA-376) row by row. It is read by
// hand, for the libraries hold the whole file in memory or write dates as the
// sender's screen shows them.
type xlsx struct {
	of       about
	spool    *spool
	sheet    io.Closer
	xml      *xmlReader
	shared   sharedStrings
	styles   []dateStyle // by the number of a cell's style
	from1904 bool
	merged   []mergedCells
	line     int // of the last row
	beyond   int // rows with cells beyond the last column that has a name
}

func isXLSX(o *opening) bool {
	return o.zip.holds(func(name string) bool { return name == "_rels/.rels" }) &&
		o.zip.holds(func(name string) bool { return strings.HasPrefix(name, "xl/") }) &&
		!o.zip.holds(func(name string) bool { return name == "xl/workbook.bin" })
}

// workbook is what the first part of a workbook says.
type workbook struct {
	Properties struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string     `xml:"name,attr"`
		State string     `xml:"state,attr"`
		Attrs []xml.Attr `xml:",any,attr"`
	} `xml:"sheets>sheet"`
}

// relation leads from one part to another.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

func openXLSX(o *opening) (records, error) {
	x := &xlsx{spool: o.spool}
	roots, err := o.zip.relations("")
	if err != nil {
		return nil, err
	}
	main := findRelation(roots, "officeDocument")
	related, err := o.zip.relations(main)
	if err != nil {
		return nil, err
	}
	sheet, err := x.choose(o, main, related)
	if err != nil {
		return nil, err
	}
	if x.styles, err = readStyles(o.zip, findRelation(related, "styles")); err != nil {
		return nil, err
	}
	if x.shared, err = readSharedStrings(o.zip, findRelation(related, "sharedStrings")); err != nil {
		return nil, err
	}
	if x.merged, err = readMerged(o.zip, sheet); err != nil {
		return nil, err
	}
	part, err := o.zip.part(sheet)
	if err != nil {
		return nil, err
	}
	x.sheet, x.xml = part, newXMLReader(part)
	if err := x.readHeader(); err != nil {
		return nil, errors.Join(err, part.Close())
	}
	return x, nil
}

// relations lists what a part relates to, by whole names; "" is the package.
func (a *archive) relations(part string) ([]relation, error) {
	folder, base := path.Split(part)
	content, err := a.whole(folder + "_rels/" + base + ".rels")
	if err != nil {
		return nil, err
	}
	var of struct {
		Relations []relation `xml:"Relationship"`
	}
	if err := xml.Unmarshal(content, &of); err != nil {
		return nil, fmt.Errorf("%s_rels/%s.rels in the workbook: %w", folder, base, err)
	}
	for i, r := range of.Relations {
		of.Relations[i].Target = strings.TrimPrefix(path.Clean("/"+folder+r.Target), "/")
		if strings.HasPrefix(r.Target, "/") {
			of.Relations[i].Target = strings.TrimPrefix(path.Clean(r.Target), "/")
		}
	}
	return of.Relations, nil
}

// findRelation returns the part of a type, or "" for none.
func findRelation(all []relation, kind string) string {
	for _, r := range all {
		if path.Base(r.Type) == kind {
			return r.Target
		}
	}
	return ""
}

// choose returns the part of the sheet that is asked for, else of the first
// that is not hidden.
func (x *xlsx) choose(o *opening, main string, related []relation) (string, error) {
	content, err := o.zip.whole(main)
	if err != nil {
		return "", err
	}
	var book workbook
	if err := xml.Unmarshal(content, &book); err != nil {
		return "", fmt.Errorf("%s in the workbook: %w", main, err)
	}
	x.from1904 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	var names []string
	chosen := -1
	for i, sheet := range book.Sheets {
		names = append(names, sheet.Name)
		if asked := o.sheet == sheet.Name; asked || o.sheet == "" && chosen < 0 && (sheet.State == "" || sheet.State == "visible") {
			chosen = i
		}
	}
	o.sheets = names
	if chosen < 0 {
		return "", fmt.Errorf("there is no sheet %q; the workbook has %s", o.sheet, quoted(names))
	}
	x.of.part = names[chosen]
	x.of.note("Sheet %q is read.", x.of.part)
	if others := slices.Delete(slices.Clone(names), chosen, chosen+1); len(others) > 0 && o.sheet == "" {
		x.of.note("The workbook also has the sheets %s; to read one of them, say which (--sheet).", quoted(others))
	}
	for _, attr := range book.Sheets[chosen].Attrs {
		for _, r := range related {
			if attr.Name.Local == "id" && r.ID == attr.Value {
				return r.Target, nil
			}
		}
	}
	return "", fmt.Errorf("the workbook says nowhere where its sheet %q is", names[chosen])
}

// quoted lists names, some of them where there are many.
func quoted(names []string) string {
	const most = 20
	var list []string
	for _, name := range names[:min(len(names), most)] {
		list = append(list, fmt.Sprintf("%q", name))
	}
	if more := len(names) - most; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(list, ", ")
}

func (x *xlsx) about() *about { return &x.of }

func (x *xlsx) Close() error {
	if x.beyond > 0 {
		x.of.note("%d rows have cells beyond the last column with a name; nothing of those is kept.", x.beyond)
	}
	return errors.Join(x.sheet.Close(), x.spool.Close())
}

// maxTitleRows is how far down the row that names the columns is looked for.
const maxTitleRows = 50

// readHeader takes the first row with two cells or more for the one that names
// the columns: a title above it has one.
func (x *xlsx) readHeader() error {
	for range maxTitleRows {
		cells, err := x.readRow()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		var header []string
		filled := 0
		for _, c := range cells {
			text := strings.TrimSpace(x.text(c))
			if text == "" {
				continue
			}
			filled++
			header = append(header, make([]string, max(0, c.column+1-len(header)))...)
			header[c.column] = text
		}
		if filled < 2 {
			continue
		}
		if len(header) > maxColumns {
			return fmt.Errorf("row %d names columns beyond the %dth; take out those that are not needed", x.line, maxColumns)
		}
		if x.line > 1 {
			x.of.note("The columns are named in row %d; nothing above it is read.", x.line)
		}
		x.of.header, x.of.rawHead, x.of.comma = header, csvRow(header), ','
		return nil
	}
	return fmt.Errorf("no row in the first %d of the sheet names columns; give each column a name in one row above the data", maxTitleRows)
}

func (x *xlsx) next() (row, error) {
	for {
		cells, err := x.readRow()
		if err != nil {
			return row{}, err
		}
		if r, filled := x.row(cells); filled {
			return r, nil
		}
	}
}

// row returns what stands under the columns; false where that is nothing.
func (x *xlsx) row(cells []cell) (r row, filled bool) {
	r = row{line: x.line, fields: make([]string, len(x.of.header))}
	beyond := 0
	for _, c := range cells {
		if c.column >= len(r.fields) {
			beyond = 1
			continue
		}
		text := x.text(c)
		if c.formula && !c.valued || c.kind == "e" {
			text = "=" + text
			r.faults = append(r.faults, fault{c.column, "holds a formula that has no value; open the file in the spreadsheet program, see what the cell shows, and save it"})
		}
		r.fields[c.column] = text
		filled = filled || text != ""
	}
	x.beyond += beyond
	if filled {
		r.faults = append(r.faults, x.mergedIn(x.line)...)
	}
	return r, filled
}

func (x *xlsx) text(c cell) string {
	switch c.kind {
	case "s":
		return x.shared.at(c.value)
	case "b":
		return map[string]string{"0": "false", "1": "true"}[c.value]
	case "", "n":
		style := notDate
		if c.style >= 0 && c.style < len(x.styles) {
			style = x.styles[c.style]
		}
		return numberText(c.value, style, x.from1904)
	}
	return c.value
}
