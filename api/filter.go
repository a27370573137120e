package api

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

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

// readFilter reads the parameters of an address. Those that are named besides
// are left to the caller; any other is refused, for a mistyped filter would
// select too much.
func readFilter(values url.Values, besides ...string) (p FilterParams, err error) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(filterNames, name) && !slices.Contains(besides, name) {
			return p, huma.Error422UnprocessableEntity(fmt.Sprintf("there is no parameter %q", name))
		}
	}
	list := func(name string) []string {
		if values.Get(name) == "" {
			return nil
		}
		return strings.Split(values.Get(name), ",")
	}
	p.Weeks, p.Kinds, p.Classes, p.Area = values.Get("weeks"), list("kinds"), list("classes"), values.Get("area")
	for _, text := range list("bbox") {
		degrees, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return p, huma.Error422UnprocessableEntity(fmt.Sprintf("bbox: %q is no number", text))
		}
		p.BBox = append(p.BBox, degrees)
	}
	if text := values.Get("square"); text != "" {
		if p.Square, err = strconv.ParseUint(text, 10, 64); err != nil {
			return p, huma.Error422UnprocessableEntity(fmt.Sprintf("square: %q is no id of a square", text))
		}
	}
	return p, nil
}

// filterNames are the names of FilterParams in an address.
var filterNames = []string{"weeks", "kinds", "classes", "area", "bbox", "square"}

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
