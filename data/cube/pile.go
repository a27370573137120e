package cube

import "slices"

// pile is a number of visits: in parts, and recent ones that are in none yet.
type pile struct {
	parts  []*part
	recent recent
}

const (
	// fewRecent is how many recent visits become a part: a look at all of them
	// takes some microseconds.
	fewRecent = 256
	// growth is how many times larger than the next a part is at least.
	growth = 4
	// quick is how many visits are merged at once, in a few milliseconds; more
	// are merged beside.
	quick = 8192
	// mostGone is the part of all visits, one of so many, that those removed may
	// be before they are left out: so each of them takes as many visits along at
	// most.
	mostGone = 8
)

// piles returns both piles of a cube.
func (c *Cube) piles() [2]*pile { return [2]*pile{&c.pile, &c.gone} }

func (p *pile) empty() bool { return len(p.parts) == 0 && len(p.recent.visits) == 0 }

// size returns the number of visits.
func (p *pile) size() int {
	n := len(p.recent.visits)
	for _, part := range p.parts {
		n += len(part.visits)
	}
	return n
}

// all returns the visits.
func (p *pile) all() recent { return joined(p.parts, p.recent) }

// settleMany makes parts of the recent visits if there are many.
func (c *Cube) settleMany() {
	if len(c.recent.visits)+len(c.gone.recent.visits) >= fewRecent {
		c.settle()
	}
}

// settle makes parts of the recent visits.
func (c *Cube) settle() {
	for _, p := range c.piles() {
		p.recent.visits = slices.Clone(p.recent.visits) // others may read them
	}
	c.seal()
}

// seal is settle where nobody reads the recent visits.
func (c *Cube) seal() {
	c.takeMerged()
	for _, p := range c.piles() {
		if len(p.recent.visits) > 0 {
			p.parts = append(slices.Clip(p.parts), newPart(p.recent.visits, p.recent.items, &c.shapes, c.measures(), 1))
			p.recent = recent{}
			c.settleParts(p)
		}
	}
	c.fold()
}

// settleParts makes one of parts that are of like size.
func (c *Cube) settleParts(p *pile) {
	parts := p.parts
	for len(parts) > 1 {
		a, b := parts[len(parts)-2], parts[len(parts)-1]
		if len(a.visits) >= growth*len(b.visits) || c.merging.has(a) {
			break
		}
		if len(a.visits)+len(b.visits) > quick {
			c.mergeBeside(slices.Clone(parts[len(parts)-2:]), nil)
			break
		}
		parts = append(slices.Clip(parts[:len(parts)-2]), merged([]*part{a, b}, nil, &c.shapes, c.measures()))
	}
	p.parts = parts
}

// fold leaves out the visits that were removed, if they are many. All visits must
// be in parts, so that each of those removed is in one.
func (c *Cube) fold() {
	removed := c.gone.size()
	switch all := c.size(); {
	case removed == 0 || removed*mostGone < all || c.merging != nil:
	case all > quick:
		c.mergeBeside(c.parts, c.gone.parts)
	default:
		whole := merged(c.parts, c.gone.parts, &c.shapes, c.measures())
		c.parts, c.gone.parts = nil, nil
		if whole != nil {
			c.parts = []*part{whole}
		}
	}
}
