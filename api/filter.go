package api

import (
	"fmt"
	"slices"
	"strings"

	"commonground/data"
)

// FilterParams are the parameters by which counts, rankings and tiles are
// filtered, the same everywhere. It is exported because huma reads only
// exported fields.
type FilterParams struct {
	Weeks   string    `query:"weeks" example:"2019-04-24/2019-05-22" doc:"half-open range of dates, each the first day of a week; default: all, undated too"`
	Kinds   []string  `query:"kinds" doc:"ids of the kinds whose items count, with commas; visits don't depend on it"`
	Classes []string  `query:"classes" doc:"classes that count, with commas"`
	Area    string    `query:"area" doc:"id of an area"`
	BBox    []float64 `query:"bbox" doc:"west,south,east,north in degrees; selects squares of 125 m by their centre"`
	Square  uint64    `query:"square" doc:"id of a square of any level"`
}

// query checks the parameters against a scheme.
func (p FilterParams) query(scheme *data.Scheme) (data.Query, error) {
	q, err := scheme.Query(data.Filter{
		Weeks: p.Weeks, Kinds: p.Kinds, Classes: p.Classes, Area: p.Area, BBox: p.BBox, Square: p.Square,
	})
	if err != nil {
		err = invalid(err)
	}
	return q, err
}

// parseSplit reads dimensions such as "week,class".
func parseSplit(names []string) ([]data.Dimension, error) {
	if len(names) == 0 {
		return []data.Dimension{data.ByWeek, data.ByClass}, nil
	}
	var by []data.Dimension
	for _, dimension := range data.Dimensions() {
		if slices.Contains(names, string(dimension)) {
			by = append(by, dimension)
		}
	}
	if len(by) != len(names) {
		return nil, invalid(fmt.Errorf("by=%s: use each of week, class, kind, area and square once at most", strings.Join(names, ",")))
	}
	return by, nil
}
