package cube

import (
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"commonground/geo/grid"
)

// A snapshot of a cube with several parts, and visits in none, has the same parts
// again; where visits were removed, those that are left.
func TestASnapshotKeepsTheParts(t *testing.T) {
	c := crowded(t, 0)
	var kept []*part
	for _, n := range []int{5000, 700, 60} { // each less than a quarter of the one before
		more := crowded(t, n)
		visits, items := more.parts[0].visits, more.parts[0].items
		for i := range visits { // squares and areas have numbers of their own in each cube
			v := &visits[i]
			if square, ok := more.shapes.list[v.square].Key.Square(); ok {
				v.square = c.shapes.number(square)
			}
			c.areas.number(more.areas.all()[v.place.area()])
			c.extend(v)
		}
		if !slices.Equal(c.areas.all(), more.areas.all()) {
			t.Fatal(c.areas.all(), more.areas.all())
		}
		kept = append(kept, newPart(visits, items, &c.shapes, c.measures(), 1))
	}
	c.parts = kept[:2]
	c.recent = recent{kept[2].visits, kept[2].items}

	read := readBack(t, c)
	if len(read.parts) != 3 || len(read.parts[0].visits) != 5000 || len(read.parts[1].visits) != 700 || len(read.recent.visits) != 0 {
		t.Errorf("%d parts, %d visits in none", len(read.parts), len(read.recent.visits))
	}
	same(t, read, c)

	c.gone.parts = []*part{kept[1]}
	read = readBack(t, c)
	if len(read.parts) != 1 || !read.gone.empty() {
		t.Errorf("%d parts, and %d visits that were removed", len(read.parts), read.gone.size())
	}
	same(t, read, c)

	c.gone.parts, c.gone.recent = c.parts, c.recent // nothing is left
	if read = readBack(t, c); len(read.parts) != 0 || len(everySplit(read)) != 0 {
		t.Errorf("%d parts of nothing", len(read.parts))
	}
}

// readBack returns a cube as it is after a restart.
func readBack(t *testing.T, c *Cube) *Cube {
	t.Helper()
	path := filepath.Join(t.TempDir(), "counts")
	if err := c.writeSnapshot(path, snapshotOf{}); err != nil {
		t.Fatal(err)
	}
	read, err := readSnapshot(path, c.scheme, func(snapshotOf) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func same(t *testing.T, got, want *Cube) {
	t.Helper()
	if rows := everySplit(got); !slices.Equal(rows, everySplit(want)) || len(rows) == 0 {
		t.Errorf("%d rows, want %d; they differ", len(rows), len(everySplit(want)))
	}
	gotBound, _ := got.Bound()
	wantBound, _ := want.Bound()
	if got.Weeks() != want.Weeks() || gotBound != wantBound {
		t.Errorf("weeks %v, want %v; bound %v, want %v", got.Weeks(), want.Weeks(), gotBound, wantBound)
	}
}

// Shapes of many squares are those that come one after the other.
func TestShapesWorkedOutTogetherAreTheSame(t *testing.T) {
	c := crowded(t, 5000)
	one := newShapes(c.scheme.Grid)
	var squares []grid.Key
	for _, v := range c.parts[0].visits {
		if square, ok := c.shapes.list[v.square].Key.Square(); ok {
			one.number(square)
			squares = append(squares, square.Key())
		}
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(squares), func(i, j int) { squares[i], squares[j] = squares[j], squares[i] })
	want, _ := one.inOrder()
	got := shapesOf(c.scheme.Grid, squares)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d shapes, want %d; they differ", len(got.list), len(want.list))
	}
}
