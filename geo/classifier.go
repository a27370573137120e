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
	index  *index
	boxes  func() *rtree.RTreeG[int32] // of ranked, made when first asked for
}

// NewClassifier prepares the areas. Rings may break the rules of valid
// polygons: they are read by the even–odd rule all the same (Flaws tells of
// them). Refused are an id that is empty or there twice, a class that no area
// can have, and a coordinate off the globe.
func NewClassifier(areas []Area) (*Classifier, error) {
	c := &Classifier{ranked: slices.Clone(areas)}
	slices.SortFunc(c.ranked, byPrecedence)
	seen := make(map[string]bool, len(areas))
	for _, area := range c.ranked {
		if err := checkArea(area, seen); err != nil {
			return nil, err
		}
	}
	var err error
	c.index, err = newIndex(c.ranked)
	c.boxes = sync.OnceValue(func() *rtree.RTreeG[int32] { return newBoxes(c.ranked) })
	return c, err
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

// Areas returns the areas in order of precedence: of those that cover a point
// the first wins. They are shared: don't change them.
func (c *Classifier) Areas() []Area {
	return c.ranked
}

// Area returns the area that p belongs to: of those that cover it (a point on
// a ring is covered) the one of the highest class, then of the lowest id. It
// reports false where no area covers p. The area is shared: don't change it.
func (c *Classifier) Area(p Point) (*Area, bool) {
	rank := c.index.rankAt(p)
	if rank == None {
		return nil, false
	}
	return &c.ranked[rank], true
}

// Class returns the class of the area that p belongs to, or Outside.
func (c *Classifier) Class(p Point) Class {
	return c.index.classOf(c.index.rankAt(p))
}
