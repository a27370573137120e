package release

import (
	"fmt"
	"slices"

	"commonground/data"
	"commonground/data/release/flow"
)

// tablesOf rounds the finds of a period to tables, with totals. Rows of some classes
// are not shown.
func tablesOf(scheme *data.Scheme, in stretch, f *finds, hidden classSet) Tables {
	p := &scheme.Release
	t := Tables{Families: families(scheme), Rows: []Row{}, Totals: []Total{}}
	for _, class := range tableClasses {
		t.Classes = append(t.Classes, Titled{class.String(), data.ClassTitle(class)})
	}
	totals := map[string]int{}
	for week := range scheme.PeriodWeeks {
		day := scheme.WeekStart(in.first + data.Week(week)).String()
		for _, class := range tableClasses {
			for _, family := range t.Families {
				items := f.cells[cell{week, class, family.ID}]
				totals[family.ID] += items
				figure := rowFigure(p, items)
				if hidden.has(class) {
					figure = Figure{"not shown: too small an area", 0, flow.NoEnd}
				}
				t.Rows = append(t.Rows, Row{day, class.String(), family.ID, figure})
			}
		}
	}
	for _, family := range t.Families {
		t.Totals = append(t.Totals, Total{family.ID, totalFigure(p, totals[family.ID])})
	}
	return t
}

// families returns the families of kinds, each at its first kind.
func families(scheme *data.Scheme) []Titled {
	var out []Titled
	for _, kind := range scheme.Kinds {
		if slices.ContainsFunc(out, func(t Titled) bool { return t.ID == kind.Family }) {
			continue
		}
		out = append(out, Titled{kind.Family, data.FamilyTitle(kind.Family)})
	}
	return out
}

// rowFigure hides a small number and rounds any other to the nearest step.
func rowFigure(p *data.Policy, n int) Figure {
	if n < p.TableMin {
		return Figure{fmt.Sprintf("fewer than %d", p.TableMin), 0, p.TableMin - 1}
	}
	f := rounded(n, p.TableStep)
	f.AtLeast = max(f.AtLeast, p.TableMin)
	return f
}

// totalFigure rounds a total to the nearest step. One that comes to nothing is
// told by where the step begins: 0 would say more than is known.
func totalFigure(p *data.Policy, n int) Figure {
	f := rounded(n, p.TotalStep)
	if f.AtLeast <= 0 {
		return Figure{fmt.Sprintf("fewer than %d", f.AtMost+1), 0, f.AtMost}
	}
	return f
}

// rounded returns the multiple of an odd step that is nearest to a number, and
// the numbers that come to it.
func rounded(n, step int) Figure {
	near := (n + step/2) / step * step
	return Figure{fmt.Sprint(near), near - step/2, near + step/2}
}
