package export

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo"
)

// Pickups is a table of single pickups: those of all that the query selects, in the
// order in which they come. For planners alone.
func Pickups(scheme *data.Scheme, counts *cube.Cube, q data.Query, all iter.Seq2[data.Pickup, error]) *Table {
	head := []Column{{Name: "source"}, {Name: "ref"}, {Name: "at"}, {Name: "day", Kind: Day}, {Name: "class"}, {Name: "area"},
		{Name: "accuracy_m", Kind: Real, Decimals: 1}, {Name: "lon", Kind: Real, Decimals: degreeDecimals}, {Name: "lat", Kind: Real, Decimals: degreeDecimals}}
	if onNationalGrid(scheme) {
		head = append(head, Column{Name: "easting", Kind: Real, Decimals: metreDecimals}, Column{Name: "northing", Kind: Real, Decimals: metreDecimals})
	}
	head = append(head, Column{Name: "items", Kind: Whole})
	kinds := kindsOf(scheme, q)
	t := &Table{Name: "pickups", Title: "Single pickups", Geometry: "POINT", Columns: append(head, kindColumns(kinds, head)...),
		Notes: []string{"A pickup of which only the month is known has no day; one without a usable place lies nowhere.",
			"What was destroyed at the end of its retention is in counts alone, so that they may say more."}}
	selects := counts.Selects(q)
	t.Rows = func(yield func(Row, error) bool) {
		cells := make([]any, 0, len(t.Columns))
		for p, err := range all {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if !selects(p) {
				continue
			}
			var shape Shape
			cells, shape = appendPickup(cells[:0], scheme, &p)
			if !yield(Row{appendFound(cells, kinds, p.Found), shape}, nil) {
				return
			}
		}
	}
	return t
}

// appendPickup appends what a pickup says but for what was found.
func appendPickup(cells []any, scheme *data.Scheme, p *data.Pickup) ([]any, Shape) {
	cells = append(cells, p.Source, p.Ref, p.At.Text(scheme.Location))
	if p.At.Precision == data.Month {
		cells = append(cells, nil)
	} else {
		cells = append(cells, data.DateOf(p.At.At.In(scheme.Location)))
	}
	cells = append(cells, p.Place.Class.String(), p.Place.Area)
	if p.AccuracyM > 0 {
		cells = append(cells, rounded(p.AccuracyM, 1))
	} else {
		cells = append(cells, nil)
	}
	if p.Point == nil {
		cells = append(cells, nil, nil)
		if onNationalGrid(scheme) {
			cells = append(cells, nil, nil)
		}
		return cells, nil
	}
	at := Point(*p.Point)
	degrees := p.Point.Orb()
	cells = append(cells, rounded(degrees.Lon(), degreeDecimals), rounded(degrees.Lat(), degreeDecimals))
	if onNationalGrid(scheme) {
		if east, north, ok := at.eastNorth(); ok {
			return append(cells, east, north), at
		}
		cells = append(cells, nil, nil)
	}
	return cells, at
}

// appendFound appends the items of some kinds, all together and of each. A kind that
// was not counted is left empty.
func appendFound(cells []any, kinds []data.Kind, found []data.Quantity) []any {
	items, at := int64(0), len(cells)
	cells = append(cells, nil)
	for _, kind := range kinds {
		i := slices.IndexFunc(found, func(q data.Quantity) bool { return q.Kind == kind.ID })
		if i < 0 {
			cells = append(cells, nil)
			continue
		}
		items += int64(found[i].Items)
		cells = append(cells, int64(found[i].Items))
	}
	cells[at] = items
	return cells
}

// Areas is a table of the areas of a boundary.
func Areas(boundary geo.Boundary) *Table {
	t := &Table{Name: "areas", Title: "Areas in force", Geometry: "MULTIPOLYGON", Columns: []Column{{Name: "area"}, {Name: "name"}, {Name: "class"}}}
	t.Rows = func(yield func(Row, error) bool) {
		for _, area := range boundary.Areas {
			if !yield(Row{[]any{area.ID, area.Name, area.Class.String()}, Area(area.Shape)}, nil) {
				return
			}
		}
	}
	return t
}

// AreasWords says in words which boundary is exported.
func AreasWords(scheme *data.Scheme, boundary geo.Boundary) string {
	if boundary.Version == 0 {
		return "no boundary in force"
	}
	day := func(at time.Time) string { return data.DateOf(at.In(scheme.Location)).String() }
	text := fmt.Sprintf("boundary version %d, put in for %s and after", boundary.Version, day(boundary.From))
	if !boundary.To.IsZero() {
		text = fmt.Sprintf("boundary version %d, put in for %s until before %s", boundary.Version, day(boundary.From), day(boundary.To))
	}
	return text
}
