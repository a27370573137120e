package release

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"

	"commonground/data"
)

//go:embed report.html
var reportText string

var reportPage = template.Must(template.New("report").Funcs(template.FuncMap{
	"day": dayText, "lastDay": lastDayText, "figure": figureAt, "agencies": byAgency, "rows": (*Report).lineRows,
}).Parse(reportText))

// reportHTML writes the report as a plain page that prints well, with the tables of
// its edition.
func reportHTML(r *Report, e *Edition) ([]byte, error) {
	var b bytes.Buffer
	err := reportPage.Execute(&b, struct {
		*Report
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

func (r *Report) lineRows() []lineRow { return appendRows(nil, &r.Line, 0, "") }

func appendRows(rows []lineRow, n *ReportNode, depth int, parent string) []lineRow {
	rows = append(rows, lineRow{*n, depth, parent})
	for i := range n.Parts {
		rows = appendRows(rows, &n.Parts[i], depth+1, n.ID)
	}
	return rows
}

// agencyReturns are the returns of one agency.
type agencyReturns struct {
	Agency  string
	Returns []ReportReturn
}

func byAgency(returns []ReportReturn) (agencies []agencyReturns) {
	for _, r := range returns {
		if n := len(agencies); n == 0 || agencies[n-1].Agency != r.Agency {
			agencies = append(agencies, agencyReturns{Agency: r.Agency})
		}
		last := &agencies[len(agencies)-1]
		last.Returns = append(last.Returns, r)
	}
	return agencies
}

func reportCSV(r *Report) []byte {
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
