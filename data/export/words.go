package export

import (
	"fmt"
	"slices"
	"strings"

	"commonground/data"
	"commonground/geo/grid"
)

// Words says in words what a query selects, such as "weeks Wed 24 Apr 2019 to Tue 21
// May 2019; kinds Needles; all classes".
func Words(scheme *data.Scheme, q data.Query) string {
	parts := []string{"all weeks, undated too"}
	if !q.Weeks.IsZero() {
		parts[0] = "weeks " + scheme.WeekStart(q.Weeks.From).Text() + " to " + (scheme.WeekStart(q.Weeks.To) - 1).Text()
	}
	titles := []string{}
	for _, kind := range kindsOf(scheme, q) {
		titles = append(titles, kind.Title)
	}
	parts = append(parts, listed("kinds", titles, len(titles) == len(scheme.Kinds)))
	titles = nil
	for _, class := range q.Classes {
		titles = append(titles, data.ClassTitle(class))
	}
	parts = append(parts, listed("classes", titles, len(titles) == 0))
	if q.Area != "" {
		parts = append(parts, "area "+q.Area)
	}
	if q.Bound != nil {
		parts = append(parts, fmt.Sprintf("squares with their middle in the box %v, %v, %v, %v (west, south, east, north)",
			q.Bound.Min[0], q.Bound.Min[1], q.Bound.Max[0], q.Bound.Max[1]))
	}
	if square, ok := q.Square.Square(); ok {
		parts = append(parts, "square "+scheme.Grid.Name(square))
	}
	return strings.Join(parts, "; ")
}

func listed(what string, titles []string, all bool) string {
	if all {
		return "all " + what
	}
	return what + " " + strings.Join(titles, ", ")
}

// kindsOf are the kinds that a query counts, in the scheme's order.
func kindsOf(scheme *data.Scheme, q data.Query) (kinds []data.Kind) {
	for _, kind := range scheme.Kinds {
		if len(q.Kinds) == 0 || slices.Contains(q.Kinds, kind.ID) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// onNationalGrid reports whether places of a scheme have metres there.
func onNationalGrid(scheme *data.Scheme) bool {
	_, is := scheme.Grid.(grid.National)
	return is
}
