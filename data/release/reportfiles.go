package release

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"commonground/data"
)

//go:embed report.html
var reportText string

var reportPage = template.Must(template.New("report").Funcs(template.FuncMap{
	"day": dayText, "lastDay": lastDayText, "figure": figureAt, "agencies": byAgency, "rows": (*PublicReport).lineRows,
}).Parse(reportText))

// reportHTML writes the report as a plain page that prints well, with the tables of
// its edition.
func reportHTML(r *PublicReport, e *Edition) ([]byte, error) {
	var b bytes.Buffer
	err := reportPage.Execute(&b, struct {
		*PublicReport
		Tables *Tables
		Policy *data.Policy
	}{r, &e.Tables, &e.Policy})
	return b.Bytes(), err
}

// lineRow is a node of the line as a row of a table; Depth is 0 at the top.
type lineRow struct {
	ReportNode
	Depth  int
	Parent string // its id
}

func (r *PublicReport) lineRows() []lineRow { return appendRows(nil, &r.Line, 0, "") }

func appendRows(rows []lineRow, n *ReportNode, depth int, parent string) []lineRow {
	rows = append(rows, lineRow{*n, depth, parent})
	for i := range n.Parts {
		rows = appendRows(rows, &n.Parts[i], depth+1, n.ID)
	}
	return rows
}

// agencyReturns are the figures of one agency about the same days.
type agencyReturns struct {
	Agency, About, Since string
	Figures              []ReportReturnLine
}

// byAgency puts together what stands side by side in the report.
func byAgency(returns []ReportReturn) (tables []agencyReturns) {
	for _, r := range returns {
		agency := strings.ReplaceAll(r.Agency, "_", " ")
		if n := len(tables); n == 0 || tables[n-1].Agency != agency || tables[n-1].About != r.About || tables[n-1].Since != r.Since {
			tables = append(tables, agencyReturns{Agency: agency, About: r.About, Since: r.Since})
		}
		last := &tables[len(tables)-1]
		last.Figures = append(last.Figures, r.Figures...)
	}
	return tables
}

func reportCSV(r *PublicReport) []byte {
	rows := [][]string{{"part", "id", "title", "part_of", "from", "to", "number", "at_least", "at_most"}}
	add := func(part, partOf, from, to string, f *ReportFigure) {
		rows = append(rows, []string{part, f.ID, data.HarmlessCell(f.Title), partOf, from, to, f.Text, fmt.Sprint(f.AtLeast), fmt.Sprint(f.AtMost)})
	}
	for _, row := range r.lineRows() {
		add("dedicated line", row.Parent, r.Period.From, r.Period.To, &row.ReportFigure)
	}
	for _, given := range r.Returns {
		for i := range given.Figures {
			f := &given.Figures[i]
			add("return of "+given.Agency, f.PartOf, given.From.String(), given.To.String(), &f.ReportFigure)
		}
	}
	return asCSV(rows)
}
