package api

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"commonground/api/signin"
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

	restricted bool // to the kinds that the police see
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
	p.Weeks, p.Kinds, p.Classes, p.Area = values.Get("weeks"), listOf(values, "kinds"), listOf(values, "classes"), values.Get("area")
	for _, text := range listOf(values, "bbox") {
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

// listOf reads a parameter that is a list with commas.
func listOf(values url.Values, name string) []string {
	if values.Get(name) == "" {
		return nil
	}
	return strings.Split(values.Get(name), ",")
}

// filterNames are the names of FilterParams in an address.
var filterNames = []string{"weeks", "kinds", "classes", "area", "bbox", "square"}

// kindsFor returns the ids of the kinds that a caller may see, nil for all. Someone of
// the police who is no planner sees those that the scheme lists for the police.
func kindsFor(caller signin.Caller, scheme *data.Scheme) []string {
	allowed := scheme.Disclosure.PoliceKinds
	if caller.Roles.Has(data.Planner) || !caller.Roles.Has(data.Police) || len(allowed) == len(scheme.Kinds) { // each is there once
		return nil
	}
	return append([]string{}, allowed...)
}

// restrict leaves of a filter what its caller may see. To ask for another kind is
// refused, so that nothing less is passed off for it.
func (p *FilterParams) restrict(caller signin.Caller, scheme *data.Scheme) error {
	allowed := kindsFor(caller, scheme)
	switch {
	case allowed == nil:
		return nil
	case len(allowed) == 0:
		return huma.Error403Forbidden("the scheme shows the police no pickups")
	}
	for _, kind := range p.Kinds {
		if !slices.Contains(allowed, kind) {
			return huma.Error403Forbidden(fmt.Sprintf("kinds: the scheme does not show the police %q, only %s", kind, strings.Join(allowed, ", ")))
		}
	}
	if p.restricted = true; len(p.Kinds) == 0 {
		p.Kinds = allowed
	}
	return nil
}

// query checks the parameters against a scheme and its caller, to whose part of
// the whole it restricts them.
func (p *FilterParams) query(ctx context.Context, scheme *data.Scheme) (data.Query, error) {
	if err := p.restrict(callerOf(ctx), scheme); err != nil {
		return data.Query{}, err
	}
	q, err := p.ask(scheme)
	q.ItemsOnly = p.restricted
	return q, err
}

// ask makes a query of the parameters.
func (p *FilterParams) ask(scheme *data.Scheme) (data.Query, error) {
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
