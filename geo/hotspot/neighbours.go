package hotspot

import "fmt"

// Cell is the column and the row of a square among those of one level.
type Cell struct{ X, Y int32 }

// Neighbours says which squares are near which. Several goroutines may use it.
type Neighbours struct {
	// first[i] to first[i+1] are the places in all of those near square i.
	first []int32
	all   []int32
}

// Queen returns which of the cells touch each other by a side or a corner, as a queen
// moves: none to eight for each. A cell isn't near itself; a method that counts it in
// says so. Cells are distinct, or it panics; they are not changed.
//
//	. . . . .
//	. n n n .
//	. n i n .
//	. n n n .
//	. . . . .
func Queen(cells []Cell) *Neighbours {
	at := make(map[[2]int64]int32, len(cells))
	for i, c := range cells {
		at[[2]int64{int64(c.X), int64(c.Y)}] = int32(i)
	}
	if len(at) != len(cells) {
		panic(fmt.Sprintf("hotspot: %d cells, of which only %d are distinct", len(cells), len(at)))
	}
	near := &Neighbours{first: make([]int32, 1, len(cells)+1), all: make([]int32, 0, 8*len(cells))}
	for _, c := range cells {
		for y := int64(c.Y) - 1; y <= int64(c.Y)+1; y++ {
			for x := int64(c.X) - 1; x <= int64(c.X)+1; x++ {
				j, there := at[[2]int64{x, y}]
				if there && (x != int64(c.X) || y != int64(c.Y)) {
					near.all = append(near.all, j)
				}
			}
		}
		near.first = append(near.first, int32(len(near.all)))
	}
	return near
}

// of returns the squares near square i, without itself.
func (n *Neighbours) of(i int) []int32 { return n.all[n.first[i]:n.first[i+1]] }

// sums fills in for each square the sum of its value and those near it.
func (n *Neighbours) sums(values, sums []float64) {
	for i, sum := range values {
		for _, j := range n.of(i) {
			sum += values[j]
		}
		sums[i] = sum
	}
}

// most returns how many squares are near the one with the most.
func (n *Neighbours) most() (most int) {
	for i := range len(n.first) - 1 {
		most = max(most, len(n.of(i)))
	}
	return most
}
