package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/geo/grid"
)

type countsInput struct {
	Conditional
	FilterParams
	By     []string `query:"by" doc:"any of week, class, kind, area and square, with commas; default week,class"`
	Level  uint8    `query:"level" maximum:"13" doc:"of squares: side 125 m × 2^level"`
	Format string   `query:"format" enum:"json,csv" doc:"default: as Accept says, else json"`
	Accept string   `header:"Accept"`
}

type countsAnswer struct {
	By    []data.Dimension `json:"by"`
	Rows  []countRow       `json:"rows"`
	Total countTotal       `json:"total"`
}

type countTotal struct {
	Items  int64 `json:"items"`
	Visits int64 `json:"visits"`
}

type squareName struct {
	ID   grid.Key `json:"id"`
	Name string   `json:"name"`
}

// countRow has the columns by which the counts are split; in the OpenAPI
// description all of them are optional.
type countRow struct {
	Week   any     `json:"week,omitempty" doc:"first day, such as 2019-04-24; null where undated"`
	Class  *string `json:"class,omitempty"`
	Kind   *string `json:"kind,omitempty"`
	Area   *string `json:"area,omitempty" doc:"id; empty for none"`
	Square any     `json:"square,omitempty" doc:"id and name; null for none"`
	Items  int64   `json:"items"`
	Visits *int64  `json:"visits,omitempty"`
}

// null is written as null, where nil is left out.
var null = json.RawMessage("null")

func (s *staff) counts(_ context.Context, in *countsInput) (a answer, err error) {
	by, err := parseSplit(in.By)
	if err != nil {
		return a, err
	}
	asCSV := in.Format == "csv" || in.Format == "" && strings.HasPrefix(in.Accept, "text/csv")
	err = s.Live.Read(func(settings *intake.Settings, c *cube.Cube) error {
		q, err := in.query(settings.Scheme)
		if err != nil {
			return err
		}
		rows := c.Counts(q, cube.Split{By: by, Level: in.Level})
		if asCSV {
			a, err = countsCSV(settings.Scheme, by, rows)
			return err
		}
		total := c.Total(q)
		out := countsAnswer{By: by, Rows: []countRow{}, Total: countTotal{total.Items, total.Visits}}
		for _, row := range rows {
			out.Rows = append(out.Rows, newCountRow(settings.Scheme, by, row))
		}
		a, err = asJSON(out)
		return err
	})
	return a, err
}

func newCountRow(scheme *data.Scheme, by []data.Dimension, row cube.Row) countRow {
	out := countRow{Items: row.Items}
	for _, dimension := range by {
		text := cell(scheme, dimension, row)
		switch dimension {
		case data.ByWeek:
			out.Week = null
			if row.Week != data.Undated {
				out.Week = text
			}
		case data.ByClass:
			out.Class = &text
		case data.ByKind:
			out.Kind = &text
		case data.ByArea:
			out.Area = &text
		case data.BySquare:
			out.Square = null
			if row.Square != 0 {
				out.Square = squareName{ID: row.Square, Name: text}
			}
		}
	}
	if !slices.Contains(by, data.ByKind) {
		out.Visits = &row.Visits
	}
	return out
}

// cell writes one dimension of a row; nothing for undated and for no square.
func cell(scheme *data.Scheme, dimension data.Dimension, row cube.Row) string {
	switch dimension {
	case data.ByWeek:
		if row.Week != data.Undated {
			return scheme.WeekStart(row.Week).String()
		}
	case data.ByClass:
		return row.Class.String()
	case data.ByKind:
		return row.Kind
	case data.ByArea:
		return row.Area
	case data.BySquare:
		if square, ok := row.Square.Square(); ok {
			return scheme.Grid.Name(square)
		}
	}
	return ""
}

func countsCSV(scheme *data.Scheme, by []data.Dimension, rows []cube.Row) (answer, error) {
	var buffer bytes.Buffer
	w := csv.NewWriter(&buffer)
	var head []string
	for _, dimension := range by {
		head = append(head, string(dimension))
	}
	withVisits := !slices.Contains(by, data.ByKind)
	head = append(head, "items")
	if withVisits {
		head = append(head, "visits")
	}
	_ = w.Write(head) // into memory: the error is told by Flush
	for _, row := range rows {
		var fields []string
		for _, dimension := range by {
			fields = append(fields, harmless(cell(scheme, dimension, row)))
		}
		fields = append(fields, strconv.FormatInt(row.Items, 10))
		if withVisits {
			fields = append(fields, strconv.FormatInt(row.Visits, 10))
		}
		_ = w.Write(fields)
	}
	w.Flush()
	return answer{contentType: csvType, body: buffer.Bytes()}, w.Error()
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

type locationsInput struct {
	Conditional
	FilterParams
	Level uint8 `query:"level" maximum:"13" doc:"side of the squares: 125 m × 2^level"`
	Limit int   `query:"limit" default:"20" minimum:"1" maximum:"10000" doc:"rows at most; places counts them all"`
}

type locationsAnswer struct {
	Level  uint8         `json:"level"`
	SideM  int           `json:"sideM"`
	Items  int64         `json:"items"`
	Visits int64         `json:"visits"`
	Places int           `json:"places"`
	Rows   []locationRow `json:"rows"`
}

type locationRow struct {
	Rank         int        `json:"rank"`
	Square       squareName `json:"square"`
	Class        string     `json:"class"`
	Items        int64      `json:"items"`
	Visits       int64      `json:"visits"`
	Share        float64    `json:"share"`
	RunningShare float64    `json:"runningShare"`
	Centre       [2]float64 `json:"centre"`
}

func (s *staff) locations(_ context.Context, in *locationsInput) (a answer, err error) {
	err = s.Live.Read(func(settings *intake.Settings, c *cube.Cube) error {
		q, err := in.query(settings.Scheme)
		if err != nil {
			return err
		}
		total, ranked := c.Total(q), c.Locations(q, in.Level)
		out := locationsAnswer{
			Level: in.Level, SideM: grid.SideM << in.Level, Items: total.Items, Visits: total.Visits,
			Places: len(ranked), Rows: []locationRow{},
		}
		for i, location := range ranked[:min(in.Limit, len(ranked))] {
			out.Rows = append(out.Rows, newLocationRow(settings.Scheme, i+1, location))
		}
		a, err = asJSON(out)
		return err
	})
	return a, err
}

func newLocationRow(scheme *data.Scheme, rank int, l cube.Location) locationRow {
	square, ok := l.Square.Square()
	if !ok {
		panic(fmt.Sprintf("api: ranked square %d is none", l.Square))
	}
	lon, lat := scheme.Grid.Centre(square)
	return locationRow{
		Rank: rank, Square: squareName{ID: l.Square, Name: scheme.Grid.Name(square)}, Class: l.Class.String(),
		Items: l.Items, Visits: l.Visits, Share: l.Share, RunningShare: l.RunningShare, Centre: [2]float64{lon, lat},
	}
}
