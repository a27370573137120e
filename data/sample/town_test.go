package sample

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"commonground/geo"
)

func TestEveryAreaIsValid(t *testing.T) {
	for seed := range uint64(20) {
		areas := Areas(seed)
		if _, err := geo.NewClassifier(areas); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, area := range areas {
			for _, flaw := range area.Flaws() {
				t.Errorf("seed %d: %s: %s", seed, flaw.Area, flaw.Reason)
			}
			if !strings.Contains(area.Name, "(synthetic)") {
				t.Errorf("%s is named %q, which doesn't say that it is made up", area.ID, area.Name)
			}
		}
	}
}

func TestTownHasTheSizeOfATown(t *testing.T) {
	for seed := range uint64(40) {
		town := NewTown(seed)
		n := map[geo.Class]int{}
		names := map[string]bool{}
		for _, area := range town.Areas {
			n[area.Class]++
			names[area.Name] = true
		}
		blocks := n[geo.Residential] + n[geo.NonResidential]
		if blocks < 120 || blocks > 180 || n[geo.Residential] < 70 || n[geo.NonResidential] < 25 || n[geo.Managed] != 1 {
			t.Errorf("seed %d has areas %v", seed, n)
		}
		if len(names) != len(town.Areas) {
			t.Errorf("seed %d has %d names for %d areas", seed, len(names), len(town.Areas))
		}
		east, north := sizeKm(town.Bound)
		if east < 4 || east > 5.6 || north < 3 || north > 4.4 {
			t.Errorf("seed %d is %.1f by %.1f km", seed, east, north)
		}
	}
}

// sizeKm and areaKm2 hold at the town's latitude.
const kmPerLon, kmPerLat = 64.439, 111.318

func sizeKm(b orb.Bound) (east, north float64) {
	return (b.Max.Lon() - b.Min.Lon()) * kmPerLon, (b.Max.Lat() - b.Min.Lat()) * kmPerLat
}

func areaKm2(ring orb.Ring) float64 {
	twice := 0.0
	for i := 1; i < len(ring); i++ {
		a, b := ring[i-1], ring[i]
		twice += (a[0]-ring[0][0])*(b[1]-ring[0][1]) - (b[0]-ring[0][0])*(a[1]-ring[0][1])
	}
	return twice / 2 * kmPerLon * kmPerLat
}

func TestManagedAreaLiesOverPartsOfTheQuarter(t *testing.T) {
	for seed := range uint64(40) {
		areas := Areas(seed)
		managed := areas[len(areas)-1]
		ring := managed.Shape[0][0]
		if km2 := areaKm2(ring); km2 < 0.25 || km2 > 0.65 {
			t.Errorf("seed %d: the managed area has %.2f km²", seed, km2)
		}
		cut := 0 // blocks with a part in it and a part out of it
		alone, err := geo.NewClassifier([]geo.Area{managed})
		if err != nil {
			t.Fatal(err)
		}
		for _, area := range areas[:len(areas)-1] {
			in, out := 0, 0
			for _, position := range area.Shape[0][0] {
				if p, _ := geo.NewPoint(position.Lon(), position.Lat()); alone.Class(p) == geo.Managed {
					in++
				} else {
					out++
				}
			}
			if in > out && area.Class != geo.NonResidential {
				t.Errorf("seed %d: %s %s lies in the managed area", seed, area.Class, area.ID)
			}
			if in > 7 && out > 0 {
				cut++
			}
		}
		if cut == 0 {
			t.Errorf("seed %d: the managed area cuts through no block", seed)
		}
	}
}

// edge is a piece of an outline from one point to the next.
type edge [2]geo.Point

func TestNeighboursShareTheirOutlines(t *testing.T) {
	for seed := range uint64(20) {
		seen := map[edge]string{}
		shared := 0
		areas := Areas(seed)
		for _, area := range areas[:len(areas)-1] {
			ring := area.Shape[0][0]
			for i := 1; i < len(ring); i++ {
				a, _ := geo.NewPoint(ring[i-1].Lon(), ring[i-1].Lat())
				b, _ := geo.NewPoint(ring[i].Lon(), ring[i].Lat())
				if a.Orb() != ring[i-1] {
					t.Fatalf("%s has a point that isn't on the lattice", area.ID)
				}
				if other := seen[edge{a, b}]; other != "" {
					t.Fatalf("seed %d: %s and %s lie on the same side of an edge", seed, area.ID, other)
				}
				seen[edge{a, b}] = area.ID
				if seen[edge{b, a}] != "" {
					shared++
				}
			}
		}
		if shared*3 < len(seen) { // 2 × shared of all would be 1 for an endless town
			t.Errorf("seed %d: only %d of %d edges have a neighbour", seed, 2*shared, len(seen))
		}
	}
}

func TestNoBlockLiesOverAnother(t *testing.T) {
	for seed := range uint64(5) {
		town := NewTown(seed)
		blocks := town.Areas[:len(town.Areas)-1]
		var alone []*geo.Classifier
		for _, block := range blocks {
			c, err := geo.NewClassifier([]geo.Area{block})
			if err != nil {
				t.Fatal(err)
			}
			alone = append(alone, c)
		}
		chance := rand.New(rand.NewPCG(seed, 99))
		covered := 0
		const points = 4000
		for range points {
			lon := town.Bound.Min.Lon() + chance.Float64()*(town.Bound.Max.Lon()-town.Bound.Min.Lon())
			lat := town.Bound.Min.Lat() + chance.Float64()*(town.Bound.Max.Lat()-town.Bound.Min.Lat())
			p, err := geo.NewPoint(lon, lat)
			if err != nil {
				t.Fatal(err)
			}
			var over []string
			for i, c := range alone {
				if c.Class(p) != geo.Outside {
					over = append(over, blocks[i].ID)
				}
			}
			covered += len(over)
			if len(over) > 1 {
				t.Errorf("seed %d: %v lies in %v", seed, p, over)
			}
		}
		if share := float64(covered) / points; share < 0.45 || share > 0.85 {
			t.Errorf("seed %d: blocks cover %.2f of the town's box", seed, share)
		}
	}
}

func TestPointIsWhereItIsMeasured(t *testing.T) {
	east := vec{e: 100_000}.point().Orb()
	north := vec{n: 100_000}.point().Orb()
	middle := vec{}.point().Orb()
	if d := (east.Lon() - middle.Lon()) * kmPerLon; math.Abs(d-1) > 1e-4 {
		t.Errorf("1 km east is %v km", d)
	}
	if d := (north.Lat() - middle.Lat()) * kmPerLat; math.Abs(d-1) > 1e-4 {
		t.Errorf("1 km north is %v km", d)
	}
}
