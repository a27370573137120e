package geo

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/tidwall/rtree"
)

// Classifier answers for one set of areas which of them a point belongs to.
// It is immutable; any number of goroutines may ask it at once.
type Classifier struct {
	ranked []Area // in order of precedence: of the areas that cover a point the first wins
	shapes []shape
	tree   rtree.RTreeG[int] // boxes of shapes, on the lattice; the datum indexes shapes
	border func() *border
}

// shape is one polygon of an area.
type shape struct {
	polygon polygon
	rank    int // of its area in ranked
}

// NewClassifier prepares the areas. Rings may break the rules of valid
// polygons: they are read by the even–odd rule all the same (Flaws tells of
// them). Refused are an id that is empty or there twice, a class that no area
// can have, and a coordinate off the globe.
func NewClassifier(areas []Area) (*Classifier, error) {
	c := &Classifier{ranked: slices.Clone(areas)}
	slices.SortFunc(c.ranked, byPrecedence)
	seen := map[string]bool{}
	for rank, area := range c.ranked {
		if err := checkArea(area, seen); err != nil {
			return nil, err
		}
		if err := c.insert(rank, area); err != nil {
			return nil, err
		}
	}
	c.border = sync.OnceValue(func() *border { return newBorder(c) })
	return c, nil
}

// byPrecedence puts the highest class first, then the lowest id.
func byPrecedence(a, b Area) int {
	return cmp.Or(cmp.Compare(b.Class, a.Class), cmp.Compare(a.ID, b.ID))
}

func checkArea(area Area, seen map[string]bool) error {
	switch {
	case area.ID == "":
		return fmt.Errorf("geo: an area named %q has no id", area.Name)
	case seen[area.ID]:
		return fmt.Errorf("geo: area id %s is there twice", area.ID)
	case !area.Class.OfArea():
		return fmt.Errorf("geo: area %s has class %v, which no area can have", area.ID, area.Class)
	}
	seen[area.ID] = true
	return nil
}

func (c *Classifier) insert(rank int, area Area) error {
	for _, rings := range area.Shape {
		polygon, err := newPolygon(rings)
		if err != nil {
			return fmt.Errorf("area %s: %w", area.ID, err)
		}
		if len(polygon) == 0 {
			continue
		}
		lowest, highest := polygon.bound()
		c.tree.Insert(lowest.array(), highest.array(), len(c.shapes))
		c.shapes = append(c.shapes, shape{polygon: polygon, rank: rank})
	}
	return nil
}

// Area returns the area that p belongs to: of those that cover it (a point on
// a ring is covered) the one of the highest class, then of the lowest id. It
// reports false where no area covers p. The area is shared: don't change it.
func (c *Classifier) Area(p Point) (*Area, bool) {
	best := len(c.ranked)
	at := p.array()
	c.tree.Search(at, at, func(_, _ [2]float64, i int) bool {
		s := &c.shapes[i]
		if s.rank < best && s.polygon.covers(p) {
			best = s.rank
		}
		return true
	})
	if best == len(c.ranked) {
		return nil, false
	}
	return &c.ranked[best], true
}

// Class returns the class of the area that p belongs to, or Outside.
func (c *Classifier) Class(p Point) Class {
	area, ok := c.Area(p)
	if !ok {
		return Outside
	}
	return area.Class
}
