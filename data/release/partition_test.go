package release

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/data/sample"
	"commonground/geo"
	"commonground/geo/grid"
)

// townGround is the made-up town's, with addresses where a test puts them.
func townGround(t testing.TB, addresses, premises []geo.Point) Ground {
	t.Helper()
	g, err := grid.NewLocal(-2.42, 54.72)
	if err != nil {
		t.Fatal(err)
	}
	return Ground{Grid: g, Policy: data.DefaultPolicy(), Areas: sample.Areas(1), Addresses: addresses, Premises: premises}
}

// inSquare returns n points in a square of 125 m.
func inSquare(g grid.Grid, s grid.Square, n int) []geo.Point {
	lon, lat := g.Centre(s)
	points := make([]geo.Point, n)
	for i := range points {
		points[i], _ = geo.NewPoint(lon, lat)
	}
	return points
}

func sides(p Partition) map[int]int {
	n := map[int]int{}
	for _, s := range p.squares() {
		n[s.Side()]++
	}
	return n
}

func TestWithoutAddressesAllSquaresAreOf500Metres(t *testing.T) {
	g := townGround(t, nil, nil)
	p, err := g.Divide(0)
	if err != nil {
		t.Fatal(err)
	}
	if n := sides(p); len(n) != 1 || n[500] != len(p.Squares) || p.Addresses != 0 {
		t.Errorf("sides %v", n)
	}
	g.Policy.FinestM = 1000
	if p, err = g.Divide(0); err != nil || len(sides(p)) != 1 || sides(p)[1000] == 0 {
		t.Errorf("with 1,000 m as the finest: %v, %v", sides(p), err)
	}
}

func TestASquareIsSplitWhereEachChildHoldsTwentyAddresses(t *testing.T) {
	g := townGround(t, nil, nil)
	quarters := []grid.Square{{X: 0, Y: 0}, {X: 4, Y: 0}, {X: 0, Y: 4}, {X: 4, Y: 4}} // of the kilometre 0, 0
	for _, test := range []struct {
		name string
		n    [4]int // addresses by quarter
		want int    // squares of 500 m
	}{
		{"twenty in each", [4]int{20, 20, 20, 20}, 4},
		{"nineteen in one", [4]int{20, 20, 20, 19}, 0},
		{"a thousand in three", [4]int{1000, 1000, 1000, 0}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			g.Addresses = nil
			for i, q := range quarters {
				g.Addresses = append(g.Addresses, inSquare(g.Grid, q, test.n[i])...)
			}
			p, err := g.Divide(0)
			if err != nil {
				t.Fatal(err)
			}
			if n := sides(p); n[500] != test.want || n[250] != 0 {
				t.Errorf("sides %v", n)
			}
		})
	}
}

func TestASquareWithPublicPremisesIsNotSplit(t *testing.T) {
	g := townGround(t, nil, nil)
	for x := range int32(8) {
		for y := range int32(8) {
			g.Addresses = append(g.Addresses, inSquare(g.Grid, grid.Square{X: x, Y: y}, 20)...)
		}
	}
	p, err := g.Divide(0)
	if err != nil || sides(p)[250] != 16 {
		t.Fatal(sides(p), err)
	}
	g.Premises = inSquare(g.Grid, grid.Square{X: 3, Y: 3}, 1)
	if p, err = g.Divide(0); err != nil || sides(p)[250] != 0 || p.Premises != 1 {
		t.Error("premises:", sides(p), err)
	}
}

// Each place of the ground is in exactly one square, whatever the addresses are,
// and a square that was split had enough of them in each part.
func TestAPartitionCoversItsGroundOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := townGround(t, nil, nil)
		for range rapid.IntRange(0, 60).Draw(rt, "clusters") {
			s := grid.Square{X: int32(rapid.IntRange(-24, 24).Draw(rt, "x")), Y: int32(rapid.IntRange(-24, 24).Draw(rt, "y"))}
			g.Addresses = append(g.Addresses, inSquare(g.Grid, s, rapid.IntRange(1, 60).Draw(rt, "n"))...)
		}
		p, err := g.Divide(0)
		if err != nil {
			rt.Fatal(err)
		}
		kilometres, err := g.kilometres()
		if err != nil {
			rt.Fatal(err)
		}
		for _, level := range []uint8{0, 2, 3} {
			covers(rt, p.Coarser(level), kilometres, max(level, finestLevel))
		}
		counts := countBySquare(g.Grid, g.Addresses)
		for _, s := range p.squares() {
			if s.Level < coarsestLevel && len(g.Addresses) > 0 {
				for _, sister := range children(s.Parent(s.Level + 1)) {
					if counts[sister.Key()] < 20 {
						rt.Fatalf("%v was split off where one part has %d addresses", s, counts[sister.Key()])
					}
				}
			}
		}
	})
}

func covers(t *rapid.T, p Partition, kilometres []grid.Square, least uint8) {
	seen := map[grid.Square]int{}
	for _, s := range p.squares() {
		if s.Level < least {
			t.Fatalf("%v is smaller than asked for", s)
		}
		eachFinest(s, func(small grid.Square) { seen[small]++ })
	}
	for _, s := range kilometres {
		eachFinest(s, func(small grid.Square) {
			if seen[small] != 1 {
				t.Fatalf("%v is covered %d times", small, seen[small])
			}
			delete(seen, small)
		})
	}
	if len(seen) > 0 {
		t.Fatalf("%d squares lie off the ground", len(seen))
	}
}

func TestAPartitionIsReadAsItWasWritten(t *testing.T) {
	g := townGround(t, nil, nil)
	p, err := g.Divide(0)
	if err != nil {
		t.Fatal(err)
	}
	read, err := parsePartition(p.JSON())
	if err != nil || read.JSON() != p.JSON() {
		t.Error(err)
	}
	for _, text := range []string{"", "{}", `{"squares":[7]}`} {
		if _, err := parsePartition(text); err == nil {
			t.Errorf("%q was read as a partition", text)
		}
	}
}

func TestGroundThatCannotBeDivided(t *testing.T) {
	g := townGround(t, nil, nil)
	g.Areas = nil
	var refusal Refusal
	if _, err := g.Divide(0); !errors.As(err, &refusal) || !strings.Contains(err.Error(), "boundary") {
		t.Errorf("without areas: %v", err)
	}
	g.Areas = sample.Areas(1)
	g.Areas[0].Shape[0][0][0] = [2]float64{-5, 51}
	if _, err := g.Divide(0); !errors.As(err, &refusal) || !strings.Contains(err.Error(), "km²") {
		t.Errorf("with a corner far off: %v", err)
	}
}
