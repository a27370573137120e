package data

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"commonground/geo"
	"commonground/geo/grid"
)

// Filter is a Query in the words of a caller, as addresses and flags carry
// them. The zero value selects everything.
type Filter struct {
	// Weeks is a range as Scheme.ParseWeeks reads it. Default: all.
	Weeks string
	// Kinds and Classes are ids and names. Default: all.
	Kinds, Classes []string
	// Area is the id of an area. Default: any, and none.
	Area string
	// BBox is west, south, east and north in degrees. Default: everywhere.
	BBox []float64
	// Square is the number of a square's Key. Default: as BBox.
	Square uint64
}

// Query checks a filter against the scheme. Its errors say, in a sentence for
// the caller, which part is wrong. An area that isn't known selects nothing.
func (s *Scheme) Query(f Filter) (Query, error) {
	q := Query{Area: f.Area, Kinds: f.Kinds, Square: grid.Key(f.Square)}
	var err error
	if f.Weeks != "" {
		if q.Weeks, err = s.ParseWeeks(f.Weeks); err != nil {
			return q, err
		}
	}
	for _, id := range f.Kinds {
		if _, ok := s.KindIndex(id); !ok {
			return q, fmt.Errorf("kinds: %q is no kind of the scheme", id)
		}
	}
	for _, name := range f.Classes {
		class, err := geo.ParseClass(name)
		if err != nil {
			return q, fmt.Errorf("classes: %w", err)
		}
		q.Classes = append(q.Classes, class)
	}
	if _, ok := q.Square.Square(); f.Square != 0 && !ok {
		return q, fmt.Errorf("square: %d is the id of no square", f.Square)
	}
	q.Bound, err = parseBox(f.BBox)
	return q, err
}

func parseBox(box []float64) (*orb.Bound, error) {
	if len(box) == 0 {
		return nil, nil
	}
	// Written so that NaN fails too.
	if len(box) != 4 || !(box[0] <= box[2] && box[1] <= box[3]) {
		return nil, fmt.Errorf("bbox: write west,south,east,north in degrees")
	}
	return &orb.Bound{Min: orb.Point{box[0], box[1]}, Max: orb.Point{box[2], box[3]}}, nil
}

// String writes the filter as the query of an address without its escapes,
// such as "weeks=2019-04-24/2019-05-22&kinds=needle"; empty for no filter.
func (f Filter) String() string {
	var parts []string
	set := func(name, text string) {
		if text != "" {
			parts = append(parts, name+"="+text)
		}
	}
	set("weeks", f.Weeks)
	set("kinds", strings.Join(f.Kinds, ","))
	set("classes", strings.Join(f.Classes, ","))
	set("area", f.Area)
	set("bbox", strings.ReplaceAll(strings.Trim(fmt.Sprint(f.BBox), "[]"), " ", ","))
	if f.Square != 0 {
		set("square", fmt.Sprint(f.Square))
	}
	return strings.Join(parts, "&")
}
