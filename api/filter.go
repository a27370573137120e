package api

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
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
	for name := range values {
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
	q := data.Query{Area: p.Area, Kinds: p.Kinds, Square: grid.Key(p.Square)}
	var err error
	if p.Weeks != "" {
		if q.Weeks, err = scheme.ParseWeeks(p.Weeks); err != nil {
			return q, invalid(err)
		}
	}
	for _, id := range p.Kinds {
		if _, ok := scheme.KindIndex(id); !ok {
			return q, invalid(fmt.Errorf("kinds: %q is no kind of the scheme", id))
		}
	}
	for _, name := range p.Classes {
		class, err := geo.ParseClass(name)
		if err != nil {
			return q, invalid(fmt.Errorf("classes: %w", err))
		}
		q.Classes = append(q.Classes, class)
	}
	if _, ok := q.Square.Square(); p.Square != 0 && !ok {
		return q, invalid(fmt.Errorf("square: %d is the id of no square", p.Square))
	}
	q.Bound, err = parseBox(p.BBox)
	return q, err
}

func parseBox(box []float64) (*orb.Bound, error) {
	if len(box) == 0 {
		return nil, nil
	}
	if len(box) != 4 || box[0] > box[2] || box[1] > box[3] {
		return nil, invalid(fmt.Errorf("bbox: write west,south,east,north in degrees"))
	}
	return &orb.Bound{Min: orb.Point{box[0], box[1]}, Max: orb.Point{box[2], box[3]}}, nil
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
