package cube

import "slices"

// merged returns one part with the visits of some parts but those of others; nil
// where none are left.
func merged(parts, less []*part, shapes *shapes, measures int) *part {
	visits := joined(parts, recent{})
	if len(less) > 0 {
		visits = visits.without(joined(less, recent{}))
	}
	if len(visits.visits) == 0 {
		return nil
	}
	return newPart(visits.visits, visits.items, shapes, measures, 1)
}

// joined returns the visits of parts, and more, in memory of their own.
func joined(parts []*part, more recent) (all recent) {
	sets := []recent{}
	visits, items := 0, 0
	for _, p := range parts {
		sets = append(sets, recent{p.visits, p.items})
	}
	sets = append(sets, more)
	for _, set := range sets {
		visits, items = visits+len(set.visits), items+len(set.items)
	}
	all.visits, all.items = make([]visit, 0, visits), make([]item, 0, items)
	for _, set := range sets {
		from, shift := len(all.visits), uint32(len(all.items))
		all.visits, all.items = append(all.visits, set.visits...), append(all.items, set.items...)
		for i := from; i < len(all.visits); i++ {
			if all.visits[i].items != 0 {
				all.visits[i].items += shift
			}
		}
	}
	return all
}

// without returns the visits that are left when each of others was taken away
// once.
func (r recent) without(others recent) (left recent) {
	away := map[string]int{}
	var key []byte
	for i := range others.visits {
		key = others.content(key[:0], i)
		away[string(key)]++
	}
	left.items = items{{kind: last}}
	for i, v := range r.visits {
		yieldNow(i)
		key = r.content(key[:0], i)
		if away[string(key)] > 0 {
			away[string(key)]--
			continue
		}
		if from := v.items; from != 0 {
			v.items = uint32(len(left.items))
			left.items = append(left.items, r.items[from:int(from)+r.items.size(from)]...)
		}
		left.visits = append(left.visits, v)
	}
	return left
}

// content appends all that a visit says: two are the same where that is.
func (r recent) content(b []byte, i int) []byte {
	v := r.visits[i]
	from := v.items
	v.items = 0
	b = v.append(b, v.square)
	return r.items[from : int(from)+r.items.size(from)].append(b)
}

// merging is a merge of parts under way.
type merging struct {
	parts []*part // one after the other in their pile
	less  []*part // those of the visits to leave out
	done  chan *part
	ended chan struct{} // closed when done holds the part
}

func (m *merging) hasEnded() bool {
	select {
	case <-m.ended:
		return true
	default:
		return false
	}
}

// has reports whether a part is being merged.
func (m *merging) has(p *part) bool {
	return m != nil && (slices.Contains(m.parts, p) || slices.Contains(m.less, p))
}

// mergeBeside begins a merge unless one is under way.
func (c *Cube) mergeBeside(parts, less []*part) {
	if c.merging != nil {
		return
	}
	m := &merging{parts: parts, less: less, done: make(chan *part, 1), ended: make(chan struct{})}
	c.merging = m
	shapes, measures := c.shapes, c.measures()
	go func() {
		m.done <- merged(parts, less, &shapes, measures)
		close(m.ended)
	}()
}

// takeMerged puts what was merged beside in the place of the parts that it was
// made of.
func (c *Cube) takeMerged() {
	if c.merging == nil {
		return
	}
	select {
	case whole := <-c.merging.done:
		m := c.merging
		c.merging = nil
		c.parts, c.gone.parts = m.replaced(c.parts, whole), m.replaced(c.gone.parts, whole)
		c.gone.parts = c.gone.parts[len(m.less):] // they stand first: nothing else was made of them
		for _, p := range c.piles() {
			c.settleParts(p)
		}
	default:
	}
}

// replaced returns parts of a pile with a whole, nil for none, in the place of
// those that were merged, if these are among them.
func (m *merging) replaced(parts []*part, whole *part) []*part {
	at := slices.Index(parts, m.parts[0])
	if at < 0 {
		return parts
	}
	next := slices.Clone(parts[:at])
	if whole != nil {
		next = append(next, whole)
	}
	return append(next, parts[at+len(m.parts):]...)
}
