package main

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/maptile"

	"commonground/data"
	"commonground/geo"
	"commonground/tiles"
)

// selection is what a request selects. Its zero value is everything.
type selection struct {
	name    string
	weeks   data.WeekRange
	kinds   []string
	classes []geo.Class
}

// selections are those that are compared, everything first.
func (town *benchTown) selections() []selection {
	quarter := data.WeekRange{From: town.weeks.To - benchWeeks/4, To: town.weeks.To}
	kinds, classes := []string{"needle"}, []geo.Class{geo.Managed, geo.Residential}
	return []selection{
		{name: "everything"},
		{name: "a quarter of the weeks", weeks: quarter},
		{name: "one kind", kinds: kinds},
		{name: "two classes", classes: classes},
		{name: "all three", weeks: quarter, kinds: kinds, classes: classes},
	}
}

// query writes a selection as that of an address, with its question mark;
// nothing where it is everything.
func (s selection) query(scheme *data.Scheme) string {
	var parts []string
	if !s.weeks.IsZero() {
		parts = append(parts, "weeks="+scheme.WeekStart(s.weeks.From).String()+"/"+scheme.WeekStart(s.weeks.To).String())
	}
	if s.kinds != nil {
		parts = append(parts, "kinds="+strings.Join(s.kinds, ","))
	}
	if s.classes != nil {
		var names []string
		for _, class := range s.classes {
			names = append(names, class.String())
		}
		parts = append(parts, "classes="+strings.Join(names, ","))
	}
	if len(parts) == 0 {
		return ""
	}
	return "?" + strings.Join(parts, "&")
}

// arguments are those of the functions and counts of PostGIS.
func (s selection) arguments() []any {
	var from, to *int32
	if !s.weeks.IsZero() {
		first, end := int32(s.weeks.From), int32(s.weeks.To)
		from, to = &first, &end
	}
	var classes []int32
	for _, class := range s.classes {
		classes = append(classes, int32(class))
	}
	return []any{from, to, s.kinds, classes}
}

// never selects the same in a way that was not asked before: by weeks that
// hold no records. So no cache of addresses has the answer. After some hundred
// thousand times it begins again, before the calendar ends.
func (town *benchTown) never(s selection) selection {
	const before, after = 50_000, 300_000
	asked := int(town.asked.Add(1))
	if s.weeks.IsZero() {
		s.weeks = town.weeks
		s.weeks.From -= data.Week(1 + asked%before)
		s.weeks.To += data.Week(asked / before % after)
		return s
	}
	s.weeks.To += data.Week(asked % after)
	return s
}

// tilesAt are tiles of a zoom, each as often as there are points in it.
func (town *benchTown) tilesAt(zoom int) []tiles.Tile {
	const many = 512
	list := make([]tiles.Tile, min(many, len(town.drawn)))
	for i := range list {
		list[i] = tileOf(town.drawn[i], zoom)
	}
	return list
}

func tileOf(p geo.Point, zoom int) tiles.Tile {
	at := maptile.At(p.Orb(), maptile.Zoom(zoom))
	return tiles.Tile{Z: zoom, X: int(at.X), Y: int(at.Y)}
}

// distinct are the tiles of a list, each once.
func distinct(list []tiles.Tile) []tiles.Tile {
	seen := map[tiles.Tile]bool{}
	var once []tiles.Tile
	for _, tile := range list {
		if !seen[tile] {
			once = append(once, tile)
		}
		seen[tile] = true
	}
	return once
}

func address(tile tiles.Tile, query string) string {
	return fmt.Sprintf("/v1/tiles/hotspots/%d/%d/%d.mvt", tile.Z, tile.X, tile.Y) + query
}

// ask is an asker that gets addresses, with a header that may go by the
// address, and expects a status.
func (c *client) ask(path func(i int) string, header func(path string) string, status int) asker {
	return func(i int) (int, error) {
		to := path(i)
		got, err := c.do(http.MethodGet, to, header(to), "")
		if err == nil && got.status != status {
			err = fmt.Errorf("%s: status %d: %.200s", to, got.status, got.body)
		}
		return len(got.body), err
	}
}

func noHeader(string) string { return "" }

// tile calls a function of PostGIS, prepared. Whoever measures has the connection
// plan as is best for it.
func (db *benchPostGIS) tile(connection *pgx.Conn, way string, tile tiles.Tile, s selection) (body []byte, err error) {
	arguments := append([]any{int32(db.grid.LevelForZoom(tile.Z)), tile.Z, tile.X, tile.Y}, s.arguments()...)
	function := way + planningFor(way, tile.Z).suffix
	err = connection.QueryRow(db.t.Context(), `SELECT mvt FROM `+function+`($1, $2, $3, $4, $5, $6, $7, $8)`, arguments...).Scan(&body)
	return body, err
}
