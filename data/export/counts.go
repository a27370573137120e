package export

import (
	"iter"
	"slices"
	"strings"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo/grid"
)

// Asked is what counts are made from.
type Asked struct {
	// Scheme, Cube and Query are Required. A query with ItemsOnly has no visits, and
	// no columns of them.
	Scheme *data.Scheme
	Cube   *cube.Cube
	Query  data.Query
	// Level of the squares: their side is 125 m × 2^Level.
	Level uint8
	// ByClass splits squares by class.
	ByClass bool
}

// Squares is a table of squares with what was found in them, as /v1/counts has it
// by square. What has no square is in a row that lies nowhere, so that the sum of
// all rows is the whole.
func Squares(a Asked) *Table {
	by := []data.Dimension{data.BySquare}
	head := []Column{{Name: "square"}, {Name: "side_m", Kind: Whole}}
	if a.ByClass {
		by, head = append(by, data.ByClass), append(head, Column{Name: "class"})
	}
	head = append(head, placeColumns(a.Scheme)...)
	t := &Table{Name: "squares", Title: "Items removed by square", Geometry: "POLYGON", Columns: a.columns(head)}
	t.Notes = a.notes("The row without a square has what has no usable place.")
	t.Rows = a.rows(by, head, func(cells []any, row cube.Row) ([]any, Shape) {
		name, side, place, shape := a.square(row.Square)
		cells = append(cells, name, side)
		if a.ByClass {
			cells = append(cells, row.Class.String())
		}
		return append(cells, place...), shape
	})
	return t
}

// Weeks is a table of weeks × classes, as /v1/counts has it by week and class, with
// a column for each kind. What is known to the month only is in rows without a
// week.
func Weeks(a Asked) *Table {
	head := []Column{{Name: "week", Kind: Day}, {Name: "last_day", Kind: Day}, {Name: "class"}}
	t := &Table{Name: "weeks", Title: "Items removed by week, class and kind", Columns: a.columns(head)}
	t.Notes = a.notes("Rows without a week have what is known to the month only.")
	t.Rows = a.rows([]data.Dimension{data.ByWeek, data.ByClass}, head, func(cells []any, row cube.Row) ([]any, Shape) {
		if row.Week == data.Undated {
			return append(cells, nil, nil, row.Class.String()), nil
		}
		first := a.Scheme.WeekStart(row.Week)
		return append(cells, first, first+6, row.Class.String()), nil
	})
	return t
}

// Locations is a table of squares × classes ranked by items, as /v1/locations has it:
// all of them.
func Locations(a Asked) *Table {
	head := append([]Column{{Name: "rank", Kind: Whole}, {Name: "square"}, {Name: "side_m", Kind: Whole}, {Name: "class"}}, placeColumns(a.Scheme)...)
	shares := []Column{{Name: "share", Kind: Real, Decimals: shareDecimals}, {Name: "running_share", Kind: Real, Decimals: shareDecimals}}
	kinds := a.kindColumns(slices.Concat(head, a.measures(), shares))
	t := &Table{Name: "locations", Title: "Squares by class, ranked by items removed", Geometry: "POLYGON",
		Columns: slices.Concat(head, a.measures(), shares, kinds)}
	t.Notes = a.notes("A share is that of all items that the filter selects; places without items are not ranked.")
	t.Rows = func(yield func(Row, error) bool) {
		items := a.byKind([]data.Dimension{data.ByClass, data.BySquare})
		cells := make([]any, 0, len(t.Columns))
		for i, l := range a.Cube.Locations(a.Query, a.Level) {
			name, side, place, shape := a.square(l.Square)
			cells = append(append(cells[:0], int64(i+1), name, side, l.Class.String()), place...)
			cells = append(a.appendMeasures(cells, l.Count), rounded(l.Share, shareDecimals), rounded(l.RunningShare, shareDecimals))
			if !yield(Row{a.appendKinds(cells, items, l.Row), shape}, nil) {
				return
			}
		}
	}
	return t
}

// Decimals of what is no whole number.
const (
	shareDecimals  = 6
	perDecimals    = 2
	degreeDecimals = 7
)

// placeColumns are those of the middle of a square.
func placeColumns(scheme *data.Scheme) []Column {
	columns := []Column{{Name: "lon", Kind: Real, Decimals: degreeDecimals}, {Name: "lat", Kind: Real, Decimals: degreeDecimals}}
	if onNationalGrid(scheme) {
		columns = append(columns, Column{Name: "easting", Kind: Real, Decimals: 1}, Column{Name: "northing", Kind: Real, Decimals: 1})
	}
	return columns
}

// square returns the name, side and middle of a square, and its shape; nothing for
// no square.
func (a *Asked) square(key grid.Key) (name, side any, place []any, shape Shape) {
	square, ok := key.Square()
	if !ok {
		return nil, nil, make([]any, len(placeColumns(a.Scheme))), nil
	}
	lon, lat := a.Scheme.Grid.Centre(square)
	place = []any{rounded(lon, degreeDecimals), rounded(lat, degreeDecimals)}
	if onNationalGrid(a.Scheme) {
		east, north := square.SouthWest()
		half := float64(square.Side()) / 2
		place = append(place, float64(east)+half, float64(north)+half)
	}
	return a.Scheme.Grid.Name(square), int64(square.Side()), place, Square(square)
}

// columns are a head, what is measured, and a column for each kind that counts.
func (a *Asked) columns(head []Column) []Column {
	columns := slices.Concat(head, a.measures())
	return append(columns, a.kindColumns(columns)...)
}

func (a *Asked) measures() []Column {
	columns := []Column{{Name: "items", Kind: Whole}}
	if !a.Query.ItemsOnly {
		columns = append(columns, Column{Name: "visits", Kind: Whole}, Column{Name: "finds_per_visit", Kind: Real, Decimals: perDecimals})
	}
	return columns
}

// appendMeasures appends the values of measures. Without a visit there are no finds
// per visit.
func (a *Asked) appendMeasures(cells []any, count data.Count) []any {
	cells = append(cells, count.Items)
	switch {
	case a.Query.ItemsOnly:
		return cells
	case count.Visits == 0:
		return append(cells, count.Visits, nil)
	}
	return append(cells, count.Visits, rounded(float64(count.Items)/float64(count.Visits), perDecimals))
}

func (a *Asked) kindColumns(others []Column) []Column {
	return kindColumns(kindsOf(a.Scheme, a.Query), others)
}

// kindColumns are named by the kinds' ids, with "kind_" before one that another
// column has, or a GeoPackage.
func kindColumns(kinds []data.Kind, others []Column) (columns []Column) {
	for _, kind := range kinds {
		name := kind.ID
		taken := func(c Column) bool { return strings.EqualFold(c.Name, name) }
		if slices.ContainsFunc(others, taken) || slices.Contains([]string{"fid", "geom", "ogc_fid", "id"}, name) {
			name = "kind_" + name
		}
		columns = append(columns, Column{Name: name, Kind: Whole})
	}
	return columns
}

func (a *Asked) notes(own string) []string {
	notes := []string{"A visit is counted whatever it found, whichever kinds are chosen.", own}
	if a.Query.ItemsOnly {
		notes = notes[1:]
	}
	return notes
}

// group is what a row of counts is about, its kind left out.
type group struct {
	week   data.Week
	class  uint8
	square grid.Key
}

func groupOf(row cube.Row) group { return group{row.Week, uint8(row.Class), row.Square} }

// byKind returns the items of each kind, in the order of the scheme, by group.
func (a *Asked) byKind(by []data.Dimension) map[group][]int64 {
	items := map[group][]int64{}
	for _, row := range a.Cube.Counts(a.Query, cube.Split{By: append(by, data.ByKind), Level: a.Level}) {
		about := groupOf(row)
		if items[about] == nil {
			items[about] = make([]int64, len(a.Scheme.Kinds))
		}
		i, _ := a.Scheme.KindIndex(row.Kind) // the cube's kinds are the scheme's
		items[about][i] = row.Items
	}
	return items
}

// appendKinds appends the items of each kind that counts.
func (a *Asked) appendKinds(cells []any, items map[group][]int64, row cube.Row) []any {
	of := items[groupOf(row)]
	for _, kind := range kindsOf(a.Scheme, a.Query) {
		n := int64(0)
		if i, _ := a.Scheme.KindIndex(kind.ID); of != nil {
			n = of[i]
		}
		cells = append(cells, n)
	}
	return cells
}

// rows makes a row for each group of counts, whose first cells and shape are those
// of begin.
func (a *Asked) rows(by []data.Dimension, head []Column, begin func([]any, cube.Row) ([]any, Shape)) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		items := a.byKind(by)
		cells := make([]any, 0, len(head)+3+len(a.Scheme.Kinds))
		for _, row := range a.Cube.Counts(a.Query, cube.Split{By: by, Level: a.Level}) {
			var shape Shape
			cells, shape = begin(cells[:0], row)
			cells = a.appendMeasures(cells, row.Count)
			cells = a.appendKinds(cells, items, row)
			if !yield(Row{cells, shape}, nil) {
				return
			}
		}
	}
}
