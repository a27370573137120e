package workbook

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"commonground/data"
)

// MostRows is how many rows a sheet has, its head included (Excel's own limit).
const MostRows = 1 << 20

// ErrFull says that a sheet has no room for another row.
var ErrFull = errors.New("workbook: a sheet has 1,048,576 rows at most")

// Rows writes the cells of a sheet, one after the other and row by row. Errors are told by End.
type Rows struct {
	w           *bufio.Writer
	row, column int // from 0
	open        bool
}

func (s *Sheet) write(w *bufio.Writer) error {
	fmt.Fprint(w, xmlHead+`<worksheet `+mainSpace+`><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, width := range s.Widths {
		fmt.Fprintf(w, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width)
	}
	fmt.Fprint(w, `</cols><sheetData>`)
	if err := s.Rows(&Rows{w: w}); err != nil {
		return err
	}
	fmt.Fprint(w, `</sheetData><pageSetup paperSize="9" orientation="landscape"/>`)
	if s.Heading != "" {
		// An & in it is written twice (18.3.1.46).
		fmt.Fprint(w, `<headerFooter><oddHeader>&amp;C`+escaped(strings.ReplaceAll(s.Heading, "&", "&&"))+`</oddHeader></headerFooter>`)
	}
	_, err := fmt.Fprint(w, `</worksheet>`)
	return err
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder doesn't fail
	return b.String()
}

// at begins a cell and, where it is the first, its row.
func (r *Rows) at() {
	if !r.open {
		fmt.Fprintf(r.w, `<row r="%d">`, r.row+1)
		r.open = true
	}
	fmt.Fprintf(r.w, `<c r="%s%d"`, columnName(r.column), r.row+1)
	r.column++
}

// columnName is "A" for 0, "Z" for 25 and "AA" for 26.
func columnName(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return columnName(i/26-1) + columnName(i%26)
}

// Head writes texts as the heads of columns.
func (r *Rows) Head(texts ...string) {
	for _, text := range texts {
		r.text(text, headStyle)
	}
}

// Text writes a text.
func (r *Rows) Text(text string) { r.text(text, plainStyle) }

func (r *Rows) text(text string, style int) {
	r.at()
	fmt.Fprintf(r.w, ` s="%d" t="inlineStr"><is><t xml:space="preserve">`, style)
	_ = xml.EscapeText(r.w, []byte(text)) // told by End
	fmt.Fprint(r.w, `</t></is></c>`)
}

// Empty leaves a cell empty.
func (r *Rows) Empty() { r.column++ }

// Whole writes a whole number.
func (r *Rows) Whole(n int64) {
	r.at()
	fmt.Fprintf(r.w, `><v>%d</v></c>`, n)
}

// Number writes a number as it is.
func (r *Rows) Number(v float64) {
	r.at()
	fmt.Fprintf(r.w, `><v>%s</v></c>`, strconv.FormatFloat(v, 'f', -1, 64))
}

// Real writes a number that is shown with so many decimals, MostDecimals at most.
func (r *Rows) Real(v float64, decimals int) {
	r.at()
	fmt.Fprintf(r.w, ` s="%d"><v>%s</v></c>`, realStyle+decimals, strconv.FormatFloat(v, 'f', -1, 64))
}

// firstDay is the first one after the 29 February 1900 that Excel counts and that
// never was.
const firstDay = 61

// Day writes a day; one that Excel doesn't know as text.
func (r *Rows) Day(day data.Date) {
	const excelEpoch = 25569 // 1 January 1970 in days since 30 December 1899
	if int(day)+excelEpoch < firstDay {
		r.Text(day.String())
		return
	}
	r.at()
	fmt.Fprintf(r.w, ` s="%d"><v>%d</v></c>`, dayStyle, int(day)+excelEpoch)
}

// End ends a row. It is ErrFull where there was no room for it.
func (r *Rows) End() error {
	if r.row == MostRows {
		return ErrFull
	}
	if r.open {
		fmt.Fprint(r.w, `</row>`)
	}
	r.row, r.column, r.open = r.row+1, 0, false
	_, err := r.w.Write(nil)
	return err
}
