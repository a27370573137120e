package intake_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"sync"
	"testing"

	"commonground/data"
	"commonground/data/intake"
)

// book makes a workbook whose parts are those of a plain one, or the given.
func book(t testing.TB, parts map[string]string) string {
	t.Helper()
	all := [][2]string{
		{"_rels/.rels", `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns:r="http://x/r"><sheets><sheet name="Notes" state="hidden" r:id="r9"/><sheet name="Pickups" r:id="r1"/><sheet name="Other" r:id="r5"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="r2" Type="http://x/styles" Target="/xl/styles.xml"/><Relationship Id="r3" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>` +
			`<Relationship Id="r5" Type="http://x/worksheet" Target="worksheets/sheet2.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-809]dd/mm/yyyy\ hh:mm;@"/><numFmt numFmtId="171" formatCode="[h]:mm"/><numFmt numFmtId="172" formatCode="0.0 &quot;days&quot;"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="17"/><xf numFmtId="20"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/></cellXfs><dxfs><xf numFmtId="14"/></dxfs></styleSheet>`},
		{"xl/sharedStrings.xml", `<sst><si><t>ref</t></si><si><r><t>ne</t></r><r><t>edle</t></r><rPh><t>x</t></rPh></si></sst>`},
		{"xl/worksheets/sheet1.xml", sheet(headerCells, `<c><v>1</v></c><c s="1"><v>43579</v></c><c><v>-1.55</v></c><c><v>53.79</v></c><c><v>3</v></c>`)},
		{"xl/worksheets/sheet2.xml", sheet(headerCells, `<c><v>2</v></c><c s="1"><v>43579</v></c><c><v>-1.55</v></c><c><v>53.79</v></c><c><v>4</v></c>`)},
	}
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for _, part := range all {
		content := part[1]
		if other, ok := parts[part[0]]; ok {
			content = other
		}
		if content == "" {
			continue
		}
		file, err := w.Create(part[0])
		check(t, err)
		_, err = file.Write([]byte(content))
		check(t, err)
	}
	check(t, w.Close())
	return packed.String()
}

const headerCells = `<c t="s"><v>0</v></c><c t="inlineStr"><is><t>at</t></is></c><c t="str"><v>lon</v></c><c t="str"><v>lat</v></c><c t="s"><v>1</v></c>`

// sheet makes a sheet of rows.
func sheet(rows ...string) string {
	text := `<?xml version="1.0"?><worksheet><cols><col min="1"/></cols><sheetData>`
	for _, cells := range rows {
		text += "<row>" + cells + "</row>"
	}
	return text + `</sheetData></worksheet>`
}

const sheetPart = "xl/worksheets/sheet1.xml"

func TestSheetIsReadAsItIsMeant(t *testing.T) {
	for _, test := range []struct{ name, cells, at string }{
		{"a day", `<c s="1"><v>43579</v></c>`, "2019-04-24"},
		{"a day with its time hidden", `<c s="1"><v>43579.385416666664</v></c>`, "2019-04-24T09:15:00+01:00"},
		{"a day and a time", `<c s="4"><v>43579.385416666664</v></c>`, "2019-04-24T09:15:00+01:00"},
		{"midnight", `<c s="4"><v>43579</v></c>`, "2019-04-24T00:00:00+01:00"},
		{"a month", `<c s="2"><v>43556</v></c>`, "2019-04"},
		{"a number without a style", `<c><v>43579</v></c>`, "2019-04-24"},
		{"a style that there is not", `<c s="99"><v>43579</v></c>`, "2019-04-24"},
		{"text", `<c t="inlineStr"><is><t>2019-04-24</t></is></c>`, "2019-04-24"},
		{"a date by ISO 8601", `<c t="d"><v>2019-04-24</v></c>`, "2019-04-24"},
		{"a formula", `<c s="1"><f>B1+1</f><v>43579</v></c>`, "2019-04-24"},
	} {
		w := newTown(t, schemeText, managed)
		row := `<c r="A7"><v>1</v></c>` + test.cells + `<c><v>-1.5500000000000003</v></c><c><v>5.379E1</v></c><c t="n"><v>3</v></c>`
		s := w.pickups(book(t, map[string]string{sheetPart: sheet(headerCells, row)}), intake.Options{})
		s.came(t, 1, 0, 0)
		p := w.only()
		if got := p.At.Text(london(t)); got != test.at || p.Ref != "1" || p.Found[0].Items != 3 || p.Point.Lon != -15_500_000 {
			t.Errorf("%s: at %s, want %s: %+v", test.name, got, test.at, p)
		}
	}
}

func TestDatesFrom1904AreRead(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups(book(t, map[string]string{
		"xl/workbook.xml": `<workbook xmlns:r="http://x/r"><workbookPr date1904="1"/><sheets><sheet name="Pickups" r:id="r1"/></sheets></workbook>`,
		sheetPart:         sheet(headerCells, `<c><v>1</v></c><c s="1"><v>42117</v></c><c><v>-1.55</v></c><c><v>53.79</v></c><c><v>3</v></c>`),
	}), intake.Options{}).came(t, 1, 0, 0)
	if got := w.only().At.Text(london(t)); got != "2019-04-24" {
		t.Errorf("at %s", got)
	}
}

func TestDayAndClockOfASheetAreOneTime(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups(book(t, map[string]string{sheetPart: sheet(headerCells+`<c t="str"><v>time</v></c>`,
		`<c><v>1</v></c><c s="1"><v>43579</v></c><c><v>-1.55</v></c><c><v>53.79</v></c><c><v>3</v></c><c s="3"><v>0.385416666666667</v></c>`)}), intake.Options{}).came(t, 1, 0, 0)
	if got := w.only().At.Text(london(t)); got != "2019-04-24T09:15:00+01:00" {
		t.Errorf("at %s", got)
	}
}

func TestFirstVisibleSheetIsReadUnlessOneIsNamed(t *testing.T) {
	for name, want := range map[string]string{"": "1", "Pickups": "1", "Other": "2"} {
		w := newTown(t, schemeText, managed)
		s := w.pickups(book(t, nil), intake.Options{Sheet: name})
		if s.came(t, 1, 0, 0); w.only().Ref != want {
			t.Errorf("%q: read %s", name, w.only().Ref)
		}
		if told := strings.Join(s.Notes, "\n"); !strings.Contains(told, "is read") || (name == "") != strings.Contains(told, `"Notes", "Other"; to read one of them, say which (--sheet)`) {
			t.Errorf("%q: notes %q", name, told)
		}
	}
	_, err := newTown(t, schemeText, managed).send((*intake.Door).Pickups, book(t, nil), intake.Options{Sheet: "pickups"})
	if err == nil || !strings.Contains(err.Error(), `no sheet "pickups"; the workbook has "Notes", "Pickups", "Other"`) {
		t.Error(err)
	}
}

func TestTitleAboveTheColumnsIsPassedOver(t *testing.T) {
	w := newTown(t, schemeText, managed)
	const title = `<c t="str"><v>Sharps found in April</v></c>`
	good := `<c><v>1</v></c><c s="1"><v>43579</v></c><c><v>-1.55</v></c><c><v>53.79</v></c><c><v>3</v></c><c/><c t="str"><v>a remark at the side</v></c>`
	text := strings.Replace(sheet(title, "", headerCells, "", good, strings.Replace(good, "<v>43579</v>", "<v>soon</v>", 1)),
		"</worksheet>", `<mergeCells><mergeCell ref="A1:E1"/></mergeCells></worksheet>`, 1)
	s := w.pickups(book(t, map[string]string{sheetPart: text}), intake.Options{})
	s.came(t, 1, 0, 1)
	if told := strings.Join(s.Notes, "\n"); !strings.Contains(told, "named in row 3") || !strings.Contains(told, "2 rows have cells beyond") {
		t.Errorf("notes %q", told)
	}
	if r := s.refusals[0]; r.Row != 6 || r.Field != "at" {
		t.Errorf("refused %v", r)
	}
	if want := "ref,at,lon,lat,needle\n1,soon,-1.55,53.79,3\n"; s.refused != want {
		t.Errorf("handed back %q", s.refused)
	}
}

func TestCellsThatDoNotSayWhatTheyMeanAreRefused(t *testing.T) {
	const before = `<c><v>1</v></c><c s="1"><v>43579</v></c><c><v>-1.55</v></c><c><v>53.79</v></c>`
	for _, test := range []struct{ name, cell, merged, reason string }{
		{"a formula without a value", `<c><f>SUM(A1)</f></c>`, "", "holds a formula that has no value"},
		{"an error", `<c t="e"><v>#N/A</v></c>`, "", "holds a formula that has no value"},
		{"merged with others", `<c><v>3</v></c>`, `<mergeCell ref="E2:E4"/>`, "one cell in rows 2 to 4"},
		{"hours beyond a day", `<c s="5"><v>1.5</v></c>`, "", "no whole number"},
		{"an unknown text", `<c t="s"><v>7</v></c><c t="str"><v>x</v></c>`, `<mergeCell ref="F2:G2"/>`, ""},
	} {
		w := newTown(t, schemeText, managed)
		text := strings.Replace(sheet(headerCells, before+test.cell), "</worksheet>", "<mergeCells>"+test.merged+"</mergeCells></worksheet>", 1)
		s := w.pickups(book(t, map[string]string{sheetPart: text}), intake.Options{})
		if test.reason == "" {
			s.came(t, 1, 0, 0)
			continue
		}
		s.came(t, 0, 0, 1)
		if r := s.refusals[0]; r.Row != 2 || r.Field != "needle" || !strings.Contains(r.Reason, test.reason) {
			t.Errorf("%s: refused %v", test.name, r)
		}
	}
}

func TestFaultsOfColumnsThatAreNotReadDoNotMatter(t *testing.T) {
	w := newTown(t, schemeText, managed)
	w.pickups(book(t, map[string]string{sheetPart: sheet(headerCells+`<c t="str"><v>cost</v></c>`,
		`<c><v>1</v></c><c s="1"><v>43579</v></c><c><v>-1.55</v></c><c><v>53.79</v></c><c><v>3</v></c><c t="e"><v>#DIV/0!</v></c>`)}), intake.Options{}).came(t, 1, 0, 0)
}

func TestWorkbookThatCannotBeReadIsRefusedWhole(t *testing.T) {
	whole := book(t, nil)
	for _, test := range []struct {
		name, file, reason string
	}{
		{"cut off", whole[:len(whole)/2], "may be cut off"},
		{"a sheet that ends in the middle", book(t, map[string]string{sheetPart: "<worksheet><sheetData><row><c><v>1</v>"}), "unexpected EOF"},
		{"no sheet", book(t, map[string]string{sheetPart: ""}), "has no xl/worksheets/sheet1.xml"},
		{"an empty sheet", book(t, map[string]string{sheetPart: sheet()}), "names columns"},
		{"no XML", book(t, map[string]string{sheetPart: "<worksheet><sheetData><row"}), "XML syntax error"},
		{"no book", book(t, map[string]string{"xl/workbook.xml": "x"}), "xl/workbook.xml in the workbook"},
		{"no relations", book(t, map[string]string{"_rels/.rels": "<x/>"}), "the zip has no"},
		{"a column beyond all", book(t, map[string]string{sheetPart: sheet(`<c r="ZZZ1"><v>1</v></c>`)}), "of which there are 16384"},
		{"another office", book(t, map[string]string{"xl/workbook.xml": "", "xl/styles.xml": "", "_rels/.rels": ""}), "holds neither an Excel workbook nor a shapefile, but xl/_rels"},
		{"a row without end", book(t, map[string]string{sheetPart: sheet(strings.Repeat(`<c r="A1"><v>1</v></c>`, 100_000))}), "is longer than 1024 KiB"},
		{"a bomb", book(t, map[string]string{sheetPart: sheet(strings.Repeat("<c><v>1</v></c>", 8_000_000))}), "unpacks to more than any table would"},
		{"a bomb of texts", book(t, map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat("<si><t>"+strings.Repeat("a", 1000)+"</t></si>", 80_000) + "</sst>"}), "unpacks to more than any table would"},
	} {
		w := newTown(t, schemeText, managed)
		_, err := w.send((*intake.Door).Pickups, test.file, intake.Options{})
		if err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.reason)
		}
	}
}

func FuzzSheet(f *testing.F) {
	f.Add(sheet(headerCells, `<c><v>1</v></c>`), `<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>`, `<sst><si><t>x</t></si></sst>`)
	f.Add(`<worksheet><sheetData><row r="5"><c r="C5" s="1" t="s"><v>0</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B9"/></mergeCells></worksheet>`, "", "<sst/>")
	f.Fuzz(func(t *testing.T, cells, styles, texts string) {
		file := book(t, map[string]string{sheetPart: cells, "xl/styles.xml": styles, "xl/sharedStrings.xml": texts})
		readPlaces(t, file)
	})
}

// readPlaces reads the places of any file: an error is fine, as long as it says
// why, a panic is not.
func readPlaces(t *testing.T, file string) {
	t.Helper()
	if _, err := intake.ReadPoints(strings.NewReader(file), britishScheme(), nil); err != nil && err.Error() == "" {
		t.Error("an error without a reason")
	}
}

var britishScheme = sync.OnceValue(func() *data.Scheme {
	scheme, err := data.ParseScheme(british)
	if err != nil {
		panic(err)
	}
	return scheme
})
