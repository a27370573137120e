package sample

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"commonground/geo"
)

// block is what one area covers: a run, or two joined across rows.
type block struct {
	runs  []run // the lowest row first
	class geo.Class
}

// parcel is the piece of a block, or of a green, between four corners.
type parcel struct {
	k, j  int
	class geo.Class // as the areas make it, the managed one included
}

// ground is the town: its streets, the blocks between them and what of it
// belongs to which class.
type ground struct {
	streets *streets
	blocks  []block
	parcels []parcel // in order of row and column; greens of the town are Outside
}

// managed are the runs of the managed area, the lowest row first: a dog-leg
// through the industrial quarter that keeps to corners and cuts through some
// blocks, as an agreed line does.
var managed = []run{{j: 4, west: 22, east: 28}, {j: 5, west: 20, east: 28}, {j: 6, west: 20, east: 25}}

func newGround(seed uint64) *ground {
	d := newDice(seed, blockStream)
	g := &ground{streets: newStreets(seed)}
	for j := range rows {
		for west := 0; west < columns; {
			r := run{j: j, west: west, east: min(columns, west+d.width(j, west))}
			g.add(r, d)
			west = r.east
		}
	}
	g.join(d)
	return g
}

// width returns how many columns a block covers: fewer in the middle.
func (d dice) width(j, west int) int {
	if v := flat(2*west+2, 2*j+1); inEllipse(v, vec{}, 100_000, 80_000) {
		return 1 + d.weighted([]int{25, 60, 15})
	}
	return 1 + d.weighted([]int{8, 47, 32, 13})
}

// add makes a block or a green of a run, or leaves it out of the town.
func (g *ground) add(r run, d dice) {
	middle := flat(r.west+r.east, 2*r.j+1)
	ragged := int64(d.IntN(16_000))
	inTown := inEllipse(middle, vec{}, 226_000-ragged, 176_000-ragged)
	green, odd := d.chance(60), d.chance(45)
	if !inTown {
		return
	}
	class := zone(middle)
	if odd && class == geo.Residential {
		class = geo.NonResidential // a school, a row of shops
	}
	if green && class == geo.Residential || inEllipse(middle, vec{-95_000, 55_000}, 34_000, 26_000) {
		class = geo.Outside
	}
	if class != geo.Outside {
		g.blocks = append(g.blocks, block{runs: []run{r}, class: class})
	}
	for k := r.west; k < r.east; k++ {
		g.parcels = append(g.parcels, parcel{k: k, j: r.j, class: orManaged(k, r.j, class)})
	}
}

// join makes one block of some that lie above each other, so that not every
// street runs through the whole town. Blocks stay in order of their lowest row.
func (g *ground) join(d dice) {
	for i := 0; i < len(g.blocks); i++ {
		if !d.chance(140) {
			continue
		}
		above := slices.IndexFunc(g.blocks, g.blocks[i].joins)
		if above >= 0 {
			g.blocks[i].runs = append(g.blocks[i].runs, g.blocks[above].runs[0])
			g.blocks = slices.Delete(g.blocks, above, above+1)
		}
	}
}

// joins reports whether two single runs of one class share a part of the line
// between them, dry-shod.
func (b block) joins(above block) bool {
	if len(b.runs) > 1 || len(above.runs) > 1 || b.class != above.class {
		return false
	}
	low, high := b.runs[0], above.runs[0]
	shared := min(low.east, high.east) - max(low.west, high.west)
	return high.j == low.j+1 && high.j != riverRow && shared > 0 &&
		(low.east-low.west)+(high.east-high.west) <= 2*shared+2
}

func orManaged(k, j int, class geo.Class) geo.Class {
	for _, r := range managed {
		if r.j == j && r.west <= k && k < r.east {
			return geo.Managed
		}
	}
	return class
}

// zone returns the class of most blocks around a place of the unbent lattice.
func zone(v vec) geo.Class {
	centre := inEllipse(v, vec{-5_000, 25_000}, 62_000, 44_000)
	// The industrial and railway quarter runs along the south bank and out
	// of town to the east.
	quarter := inEllipse(v, vec{85_000, -58_000}, 90_000, 46_000)
	retail := inEllipse(v, vec{-150_000, -75_000}, 32_000, 22_000)
	if centre || quarter || retail {
		return geo.NonResidential
	}
	return geo.Residential
}

// inEllipse reports whether v lies in an ellipse, from its middle and half
// axes in centimetres.
func inEllipse(v, middle vec, east, north int64) bool {
	d := v.minus(middle)
	return d.e*d.e*1000/(east*east)+d.n*d.n*1000/(north*north) < 1000
}

// areas returns an area for every block and the managed one.
func (g *ground) areas() []geo.Area {
	var areas []geo.Area
	residential, other := 0, 0
	for _, b := range g.blocks {
		id := ""
		if b.class == geo.Residential {
			residential++
			id = fmt.Sprintf("R-%03d", residential)
		} else {
			other++
			id = fmt.Sprintf("N-%03d", other)
		}
		areas = append(areas, geo.Area{
			ID: id, Name: blockName(len(areas), b.class), Class: b.class,
			Shape: orb.MultiPolygon{{g.streets.outline(b.runs)}},
		})
	}
	return append(areas, geo.Area{
		ID: "M-001", Name: "Managed area (synthetic)", Class: geo.Managed,
		Shape: orb.MultiPolygon{{g.streets.outline(managed)}},
	})
}

// bound returns the box around all parcels in degrees, with a margin.
func (g *ground) bound() orb.Bound {
	const marginCm = 10_000
	lowest, highest := vec{}, vec{}
	for _, p := range g.parcels {
		for _, corner := range []vec{
			g.streets.corner[p.j][p.k], g.streets.corner[p.j][p.k+1],
			g.streets.corner[p.j+1][p.k], g.streets.corner[p.j+1][p.k+1],
		} {
			lowest = vec{min(lowest.e, corner.e), min(lowest.n, corner.n)}
			highest = vec{max(highest.e, corner.e), max(highest.n, corner.n)}
		}
	}
	margin := vec{marginCm, marginCm}
	return orb.Bound{Min: lowest.minus(margin).point().Orb(), Max: highest.plus(margin).point().Orb()}
}
