package release

import (
	"github.com/paulmach/orb/geojson"

	"commonground/data"
	"commonground/geo/grid"
)

// Edition is all that an edition says. Every file of it is made from this value.
type Edition struct {
	// Grid places the squares. It is not published by itself.
	Grid grid.Grid `json:"-"`
	// Place is the name of the deployment.
	Place     string `json:"place"`
	Synthetic bool   `json:"synthetic"`
	Period    Period `json:"period"`
	Map       Map    `json:"map"`
	Tables    Tables `json:"tables"`
	// Policy is that of the scheme when the edition was sealed.
	Policy data.Policy `json:"policy"`
	// Boundary holds the areas in force on the last day of the period: id, name and
	// class. It has a file of its own.
	Boundary *geojson.FeatureCollection `json:"-"`
}

// Period is a half-open span of days, and the first days of its weeks. Dates are
// written as 2019-04-24.
type Period struct {
	From  string   `json:"from"`
	To    string   `json:"to"`
	Weeks []string `json:"weeks"`
}

// Map says of each square of the partition which of at most four values it has.
type Map struct {
	// Why says why there is no map; empty where there is one.
	Why string `json:"why_none"`
	// SmallestM and LargestM are the sides of the squares, in metres.
	SmallestM int `json:"smallest_m"`
	LargestM  int `json:"largest_m"`
	// Partition is the SHA-256 of the epoch's partition, Epoch its first day.
	Epoch     string `json:"epoch"`
	Partition string `json:"partition_sha256"`
	// Legend has an entry for each band, the first for squares not shown.
	Legend []Band `json:"legend"`
	// Squares are all of the partition, from north to south and from west to
	// east. They have files of their own.
	Squares []Square `json:"-"`
}

// Band is a line of the legend: what a value of the map stands for, in items for
// each 250 m × 250 m in the whole period.
type Band struct {
	Band int `json:"band"`
	// Text is such as "25 to under 75".
	Text string `json:"text"`
	// From is where it begins, Below where it ends: 0 for no end. Both are 0 for
	// what is not shown.
	From  int `json:"from"`
	Below int `json:"below"`
}

// Square is a square of the map.
type Square struct {
	grid.Square
	// Name is that of the grid.
	Name string
	// Band is 0 where it is not shown.
	Band int
}

// Tables are items by week, class and family of kinds.
type Tables struct {
	Classes  []Titled `json:"classes"`
	Families []Titled `json:"families"`
	// Rows are in the order of weeks, classes and families, one for each.
	Rows []Row `json:"rows"`
	// Totals are those of the whole area and period, one for each family; none
	// where they would give something away.
	Totals []Total `json:"totals"`
}

// Titled is an id with a title for people.
type Titled struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Row is one number of the tables.
type Row struct {
	Week   string `json:"week"`
	Class  string `json:"class"`
	Family string `json:"family"`
	Figure
}

// Total is the items of a family in the whole area and period.
type Total struct {
	Family string `json:"family"`
	Figure
}

// Figure is a number as it is published.
type Figure struct {
	// Text is what is shown, such as "35" or "fewer than 10".
	Text string `json:"items"`
	// The number behind it is from AtLeast to AtMost, both included; AtMost is -1
	// for no end, where nothing is said of it.
	AtLeast int `json:"at_least"`
	AtMost  int `json:"at_most"`
}

// File is a file of an edition.
type File struct {
	// Path is below the edition's folder, with slashes.
	Path    string
	Content []byte
}

// MaxZoom is the highest zoom of an edition's tiles.
const MaxZoom = 14

// Renderer draws the map of an edition as vector tiles.
type Renderer interface {
	// Render returns a tile for each that the inside of a square of the map meets,
	// of zooms 0 to MaxZoom, with every square that it meets, whatever its band;
	// their paths are "tiles/{z}/{x}/{y}.mvt", in that order. Besides it returns
	// the same tiles as one PMTiles archive, named "map.pmtiles". A square has the
	// attributes square, its name, and band, and no id and nothing else. The same
	// edition gives the same bytes.
	Render(edition *Edition) ([]File, error)
}
