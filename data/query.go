package data

import (
	"github.com/paulmach/orb"

	"commonground/geo"
	"commonground/geo/grid"
)

// Query selects pickups. The zero value selects everything.
type Query struct {
	// Weeks is half open. Default: all, and what has no week.
	Weeks WeekRange
	// Kinds are the ids of the kinds whose items count. Default: all. Visits
	// are a measure of effort and don't depend on it.
	Kinds []string
	// ItemsOnly leaves visits out: they are 0, and what has no items is not there.
	// Where crews record finds, visits tell where other kinds were found.
	ItemsOnly bool
	// Classes are the classes that count. Default: all.
	Classes []geo.Class
	// Area is the id of an area. Default: any, and none.
	Area string
	// Bound is a box in degrees; it selects squares of level 0 by their
	// centre. Default: everywhere, and what has no square.
	Bound *orb.Bound
	// Square selects what lies in one square of any level. Default: as Bound.
	Square grid.Key
}

// Dimension is one way of splitting counts.
type Dimension string

// The dimensions of counts, in the order in which rows are sorted by them.
const (
	ByWeek   Dimension = "week"
	ByClass  Dimension = "class"
	ByKind   Dimension = "kind"
	ByArea   Dimension = "area"
	BySquare Dimension = "square"
)

// Dimensions returns all of them in their order.
func Dimensions() []Dimension {
	return []Dimension{ByWeek, ByClass, ByKind, ByArea, BySquare}
}

// Count is a number of items and of visits.
type Count struct {
	Items, Visits int64
}

// Add adds another count to this one.
func (c *Count) Add(other Count) {
	c.Items += other.Items
	c.Visits += other.Visits
}
