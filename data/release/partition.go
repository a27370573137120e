package release

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"commonground/data"
	"commonground/geo"
	"commonground/geo/grid"
)

// Levels of the squares that an edition can have: 250, 500 and 1,000 m.
const (
	finestLevel   = 1
	withoutLevel  = 2 // everywhere, where no addresses are known
	coarsestLevel = 3
)

// mostKilometres bounds the ground of an epoch, in squares of 1 km.
const mostKilometres = 20_000

// Partition divides the ground of an epoch into squares, so that each place is
// in exactly one. It is made of what is public, and never of records.
type Partition struct {
	// From is the first day of the epoch.
	From string `json:"from"`
	// Addresses is how many of them lie on the ground; 0 where none are known.
	Addresses int `json:"addresses"`
	// Premises is how many public premises had squares merged.
	Premises int `json:"premises"`
	// Squares are in order from north to south and from west to east.
	Squares []grid.Key `json:"squares"`
}

// Ground is what an epoch's partition is made from.
type Ground struct {
	Grid   grid.Grid
	Policy data.Policy
	// Areas are those of the boundary in force as the epoch begins. The ground is
	// the box around them, in squares of 1 km, and one such square more all round.
	Areas []geo.Area
	// Addresses decide where squares are split. Without any all are of 500 m.
	Addresses []geo.Point
	// Premises are places that are public already; squares that hold one are not
	// split.
	Premises []geo.Point
}

// Divide makes the partition of an epoch. A square is split only where each of
// its four children holds at least Policy.MinAddresses addresses.
func (g *Ground) Divide(from data.Date) (Partition, error) {
	kilometres, err := g.kilometres()
	if err != nil {
		return Partition{}, err
	}
	d := divider{
		policy: g.Policy, addresses: countBySquare(g.Grid, g.Addresses), premises: countBySquare(g.Grid, g.Premises),
		finest: max(finestLevel, levelOf(g.Policy.FinestM)),
	}
	if len(g.Addresses) == 0 {
		d.everywhere = max(withoutLevel, d.finest)
	}
	p := Partition{From: from.String()}
	for _, square := range kilometres {
		d.divide(square)
		p.Addresses += d.addresses[square.Key()]
		p.Premises += d.premises[square.Key()]
	}
	p.Squares = inOrder(d.squares)
	return p, nil
}

// kilometres returns the squares of 1 km that the ground consists of.
func (g *Ground) kilometres() ([]grid.Square, error) {
	var low, high grid.Square
	found := false
	for p := range vertices(g.Areas) {
		square, ok := g.Grid.Square(p)
		if !ok {
			continue
		}
		s := square.Parent(coarsestLevel)
		if !found {
			low, high, found = s, s, true
		}
		low.X, low.Y = min(low.X, s.X), min(low.Y, s.Y)
		high.X, high.Y = max(high.X, s.X), max(high.Y, s.Y)
	}
	if !found {
		return nil, Refusal{Reason: "no boundary is in force as the epoch begins, so it isn't known which ground to show: put one in with commonground import boundaries"}
	}
	low, high = grid.Square{Level: coarsestLevel, X: low.X - 1, Y: low.Y - 1}, grid.Square{Level: coarsestLevel, X: high.X + 1, Y: high.Y + 1}
	if n := int64(high.X-low.X+1) * int64(high.Y-low.Y+1); n > mostKilometres {
		return nil, Refusal{Reason: fmt.Sprintf("the boundary reaches over %d km², more than the %d that an edition can show", n, mostKilometres)}
	}
	var all []grid.Square
	for y := low.Y; y <= high.Y; y++ {
		for x := low.X; x <= high.X; x++ {
			all = append(all, grid.Square{Level: coarsestLevel, X: x, Y: y})
		}
	}
	return all, nil
}

// vertices yields the corners of all areas, on the lattice.
func vertices(areas []geo.Area) func(func(geo.Point) bool) {
	return func(yield func(geo.Point) bool) {
		for i := range areas {
			for _, polygon := range areas[i].Shape {
				for _, ring := range polygon {
					for _, at := range ring {
						p, err := geo.NewPoint(at[0], at[1])
						if err == nil && !yield(p) {
							return
						}
					}
				}
			}
		}
	}
}

// countBySquare counts points in the squares of every level up to 1 km.
func countBySquare(g grid.Grid, points []geo.Point) map[grid.Key]int {
	counts := map[grid.Key]int{}
	for _, p := range points {
		square, ok := g.Square(p)
		if !ok {
			continue
		}
		for level := uint8(finestLevel); level <= coarsestLevel; level++ {
			counts[square.Parent(level).Key()]++
		}
	}
	return counts
}

// divider splits squares as far as they may be.
type divider struct {
	policy              data.Policy
	addresses, premises map[grid.Key]int
	finest, everywhere  uint8 // everywhere is 0 where addresses decide
	squares             []grid.Square
}

func (d *divider) divide(s grid.Square) {
	if !d.splits(s) {
		d.squares = append(d.squares, s)
		return
	}
	for _, child := range children(s) {
		d.divide(child)
	}
}

func (d *divider) splits(s grid.Square) bool {
	if s.Level <= d.finest || d.premises[s.Key()] > 0 {
		return false
	}
	if d.everywhere > 0 {
		return s.Level > d.everywhere
	}
	for _, child := range children(s) {
		if d.addresses[child.Key()] < d.policy.MinAddresses {
			return false
		}
	}
	return true
}

func children(s grid.Square) [4]grid.Square {
	level, x, y := s.Level-1, s.X*2, s.Y*2
	return [4]grid.Square{{Level: level, X: x, Y: y}, {Level: level, X: x + 1, Y: y}, {Level: level, X: x, Y: y + 1}, {Level: level, X: x + 1, Y: y + 1}}
}

// levelOf returns the level of a side in metres.
func levelOf(sideM int) uint8 {
	level := uint8(0)
	for side := grid.SideM; side < sideM; side *= 2 {
		level++
	}
	return level
}

// inOrder sorts squares from north to south and from west to east.
func inOrder(squares []grid.Square) []grid.Key {
	slices.SortFunc(squares, func(a, b grid.Square) int {
		aEast, aNorth := a.SouthWest()
		bEast, bNorth := b.SouthWest()
		return cmp.Or(cmp.Compare(bNorth+b.Side(), aNorth+a.Side()), cmp.Compare(aEast, bEast))
	})
	keys := make([]grid.Key, len(squares))
	for i, s := range squares {
		keys[i] = s.Key()
	}
	return keys
}

// Coarser returns the partition with no square smaller than those of a level.
func (p Partition) Coarser(level uint8) Partition {
	var squares []grid.Square
	seen := map[grid.Square]bool{}
	for _, s := range p.squares() {
		s = s.Parent(max(s.Level, level))
		if !seen[s] {
			seen[s] = true
			squares = append(squares, s)
		}
	}
	p.Squares = inOrder(squares)
	return p
}

func (p Partition) squares() []grid.Square {
	squares := make([]grid.Square, 0, len(p.Squares))
	for _, key := range p.Squares {
		if s, ok := key.Square(); ok {
			squares = append(squares, s)
		}
	}
	return squares
}

// JSON returns the partition in one line, the same to the byte for the same one.
func (p Partition) JSON() string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // it holds numbers and a date
	}
	return string(text)
}

// parsePartition reads what JSON wrote.
func parsePartition(text string) (Partition, error) {
	var p Partition
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, fmt.Errorf("reading the partition: %w", err)
	}
	if len(p.squares()) != len(p.Squares) || len(p.Squares) == 0 {
		return p, errors.New("reading the partition: it holds what is no square")
	}
	return p, nil
}
