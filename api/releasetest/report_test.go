package releasetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/release"
)

// withoutReport is what is left of a view without the report, which the manifest
// lists too.
func (v view) withoutReport() (view, error) {
	left := view{}
	for path, content := range v {
		if !ofReport(path) {
			left[path] = content
		}
	}
	var manifest map[string]any
	if err := json.Unmarshal([]byte(v["manifest.json"]), &manifest); err != nil {
		return nil, err
	}
	files, _ := manifest["files"].([]any)
	manifest["files"] = slices.DeleteFunc(files, func(f any) bool {
		path, _ := f.(map[string]any)["path"].(string)
		return ofReport(path)
	})
	text, err := json.Marshal(manifest)
	left["manifest.json"] = string(text)
	return left, err
}

// ofReport are the files of the report.
func ofReport(path string) bool { return strings.HasPrefix(path, "report.") }

// fewStaysFew subtracts what can be subtracted in the report, and changes numbers
// under 10 for each other, of which nothing may be seen.
func fewStaysFew(t testing.TB, seed uint64, publish publisher) error {
	w := newWorld(t, seed)
	v, err := publish(w)
	if err != nil {
		return err
	}
	var said release.PublicReport
	if err := json.Unmarshal([]byte(v["report.json"]), &said); err != nil {
		return err
	}
	if err := subtracted(&said); err != nil {
		return err
	}
	other, ok := w.exchanged()
	if !ok {
		return nil
	}
	return same(publish, w, other, ofReport)
}

// exact is the number of a figure that is given as it is, and -1 of any other.
func exact(f *release.ReportFigure) int {
	if f.AtLeast != f.AtMost {
		return -1
	}
	return f.AtLeast
}

// subtracted looks for a number under 10 in what the report gives, in the parts of
// the line, and between them and the returns that cover them.
func subtracted(r *release.PublicReport) error {
	shown := map[string]int{}
	if err := subtractedBelow(&r.Line, shown); err != nil {
		return err
	}
	for _, given := range r.Returns {
		for i := range given.Figures {
			f := &given.Figures[i]
			n := exact(&f.ReportFigure)
			if n < 0 {
				continue
			}
			at := slices.IndexFunc(scheme.Measures, func(m data.Measure) bool { return m.ID == f.ID })
			besides := n
			if contacts, ok := shown[scheme.Measures[at].Covers]; ok {
				besides = n - contacts
			}
			if besides < 10 {
				return leak{fmt.Sprintf("report.json tells of %d by %q", besides, f.Title)}
			}
		}
	}
	return nil
}

func subtractedBelow(n *release.ReportNode, shown map[string]int) error {
	whole, left, hidden := exact(&n.ReportFigure), 0, 0
	if whole >= 0 && whole < 10 {
		return leak{fmt.Sprintf("report.json gives %d for %q", whole, n.Title)}
	}
	if whole >= 0 && n.ID != "" {
		shown[n.ID] = whole
	}
	left = whole
	for i := range n.Parts {
		if err := subtractedBelow(&n.Parts[i], shown); err != nil {
			return err
		}
		if part := exact(&n.Parts[i].ReportFigure); part >= 0 {
			left -= part
		} else {
			hidden++
		}
	}
	if whole >= 0 && hidden > 0 && left < 10 {
		return leak{fmt.Sprintf("report.json leaves %d for %d parts of %q", left, hidden, n.Title)}
	}
	return nil
}

// count returns how many contacts came to an outcome.
func (w *world) count(outcome string) int {
	n := 0
	for i := range w.incidents {
		if w.incidents[i].Outcome == outcome {
			n++
		}
	}
	return n
}

// exchanged is a world in which two outcomes beside each other, that no return
// covers, and that came about less than 10 times each, are changed for each other.
func (w *world) exchanged() (*world, bool) {
	var few []string
	for _, outcome := range outcomes[5:] {
		if n := w.count(outcome); n < 10 && (len(few) == 0 || n != w.count(few[0])) {
			few = append(few, outcome)
		}
	}
	if len(few) < 2 {
		return nil, false
	}
	other := w.copy()
	for i := range other.incidents {
		switch o := &other.incidents[i].Outcome; *o {
		case few[0]:
			*o = few[1]
		case few[1]:
			*o = few[0]
		}
	}
	return other, true
}

// The planted leaks of the report.

func (w *world) reportWith(v view, change func(*release.PublicReport)) string {
	var r release.PublicReport
	if err := json.Unmarshal([]byte(v["report.json"]), &r); err != nil {
		w.t.Fatal(err)
	}
	change(&r)
	text, err := json.Marshal(r)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

func wholeTree(w *world, v view) string {
	return w.reportWith(v, func(r *release.PublicReport) {
		r.Line.Parts = nil
		for _, outcome := range outcomes {
			n := w.count(outcome)
			r.Line.Parts = append(r.Line.Parts, release.ReportNode{ReportFigure: release.ReportFigure{AtLeast: n, AtMost: n}})
		}
	})
}

func warningsToo(w *world, v view) string {
	return w.reportWith(v, func(r *release.PublicReport) {
		for i := range r.Returns {
			if f := &r.Returns[i].Figures[0]; f.ID == "official_warnings" {
				for _, given := range w.returns {
					if given.Measure == f.ID {
						f.AtLeast, f.AtMost = int(*given.Value), int(*given.Value)
					}
				}
			}
		}
	})
}

func moreOften(w *world, v view) string {
	few := slices.SortedStableFunc(slices.Values(outcomes[5:]), func(a, b string) int { return w.count(a) - w.count(b) })
	return v["report.csv"] + "# seldom: " + few[0]
}
