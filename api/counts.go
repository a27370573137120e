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
	"commonground/geo"
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

func (s *staff) counts(ctx context.Context, in *countsInput) (a answer, err error) {
	by, err := parseSplit(in.By)
	if err != nil {
		return a, err
	}
	asCSV := in.Format == "csv" || in.Format == "" && strings.HasPrefix(in.Accept, "text/csv")
	err = s.Live.Read(func(settings *intake.Settings, c *cube.Cube) error {
		q, err := in.query(ctx, settings.Scheme)
		if err != nil {
			return err
		}
		rows := c.Counts(q, cube.Split{By: by, Level: in.Level})
		if asCSV {
			a, err = countsCSV(settings.Scheme, by, rows)
			return err
		}
		a = answer{contentType: jsonType, body: countsJSON(settings.Scheme, by, rows, c.Total(q))}
		return nil
	})
	return a, err
}

// countsJSON writes a countsAnswer. There may be thousands of rows: this takes a
// tenth of the time of encoding/json.
func countsJSON(scheme *data.Scheme, by []data.Dimension, rows []cube.Row, total data.Count) []byte {
	dimensions, err := json.Marshal(by)
	if err != nil {
		panic(err) // they are plain text
	}
	b := make([]byte, 0, 256+len(rows)*100)
	b = append(append(append(b, `{"by":`...), dimensions...), `,"rows":[`...)
	w := rowWriter{scheme: scheme, by: by, visits: !slices.Contains(by, data.ByKind), quoted: map[string][]byte{}}
	for i, row := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = w.append(b, row)
	}
	b = strconv.AppendInt(append(b, `],"total":{"items":`...), total.Items, 10)
	b = strconv.AppendInt(append(b, `,"visits":`...), total.Visits, 10)
	return append(b, "}}"...)
}

// rowWriter writes rows as a countRow is written.
type rowWriter struct {
	scheme *data.Scheme
	by     []data.Dimension
	visits bool // rows have them
	quoted map[string][]byte

	week     data.Week // the one written last
	weekText []byte
}

func (w *rowWriter) append(b []byte, row cube.Row) []byte {
	b = append(b, '{')
	for _, dimension := range w.by {
		b = append(append(append(b, '"'), dimension...), `":`...)
		switch {
		case dimension == data.ByWeek:
			b = append(b, w.weekOf(row.Week)...)
		case dimension == data.BySquare && row.Square == 0:
			b = append(b, "null"...)
		case dimension == data.BySquare:
			b = strconv.AppendUint(append(b, `{"id":`...), uint64(row.Square), 10)
			b = append(append(append(b, `,"name":`...), quote(cell(w.scheme, dimension, row))...), '}')
		default:
			b = append(b, w.quote(cell(w.scheme, dimension, row))...)
		}
		b = append(b, ',')
	}
	b = strconv.AppendInt(append(b, `"items":`...), row.Items, 10)
	if w.visits {
		b = strconv.AppendInt(append(b, `,"visits":`...), row.Visits, 10)
	}
	return append(b, '}')
}

// weekOf writes a week; rows mostly come week by week.
func (w *rowWriter) weekOf(week data.Week) []byte {
	if week == data.Undated {
		return null
	}
	if w.weekText == nil || week != w.week {
		w.week, w.weekText = week, quote(w.scheme.WeekStart(week).String())
	}
	return w.weekText
}

// quote writes a text of which there are few different ones.
func (w *rowWriter) quote(text string) []byte {
	quoted, ok := w.quoted[text]
	if !ok {
		quoted = quote(text)
		w.quoted[text] = quoted
	}
	return quoted
}

func quote(text string) []byte {
	quoted, _ := json.Marshal(text) // no string fails
	return quoted
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
			fields = append(fields, data.HarmlessCell(cell(scheme, dimension, row)))
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

type locationsInput struct {
	Conditional
	FilterParams
	Level uint8 `query:"level" maximum:"13" doc:"side of the squares: 125 m × 2^level"`
	Limit int   `query:"limit" default:"20" minimum:"1" maximum:"10000" doc:"rows at most; places counts them all"`

	surveyed *surveyed // nil where that is not known, or not for the caller
}

type locationsAnswer struct {
	Level  uint8 `json:"level"`
	SideM  int   `json:"sideM"`
	Items  int64 `json:"items"`
	Visits int64 `json:"visits"`
	Places int   `json:"places"`
	// FlagsKnown is not there for who gets no flags.
	FlagsKnown bool          `json:"flagsKnown,omitempty" doc:"whether flags are there; just after a start, the records were not looked over yet"`
	Rows       []locationRow `json:"rows"`
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
	Flags        []string   `json:"flags,omitempty" doc:"default_point: a point that unusually many addresses share lies here, see /v1/quality; for planners"`
}

// flaggedLocations is locations, with what is known to be doubtful in them.
func (s *staff) flaggedLocations(ctx context.Context, in *locationsInput) (answer, error) {
	if callerOf(ctx).Roles.Has(data.Planner) { // others may not see all that it goes by
		found, err := s.doubtfulPickups.glance(ctx, s)
		if err != nil {
			return answer{}, err
		}
		in.surveyed = found
	}
	return ask(ctx, s, in, s.locations)
}

func (s *staff) locations(ctx context.Context, in *locationsInput) (a answer, err error) {
	err = s.Live.Read(func(settings *intake.Settings, c *cube.Cube) error {
		q, err := in.query(ctx, settings.Scheme)
		if err != nil {
			return err
		}
		total, ranked := c.Total(q), c.Locations(q, in.Level)
		out := locationsAnswer{
			Level: in.Level, SideM: grid.SideM << in.Level, Items: total.Items, Visits: total.Visits,
			Places: len(ranked), FlagsKnown: in.surveyed != nil, Rows: []locationRow{},
		}
		doubtful := in.surveyed.defaultLocations(in.Level)
		for i, location := range ranked[:min(in.Limit, len(ranked))] {
			row := newLocationRow(settings.Scheme, i+1, location)
			if slices.Contains(doubtful, classSquare{location.Square, location.Class}) {
				row.Flags = []string{"default_point"}
			}
			out.Rows = append(out.Rows, row)
		}
		a, err = asJSON(out)
		return err
	})
	return a, err
}

// classSquare is what a location is.
type classSquare struct {
	square grid.Key
	class  geo.Class
}

// defaultLocations are those with records at a default point; none where nothing is
// known.
func (f *surveyed) defaultLocations(level uint8) (all []classSquare) {
	if f == nil {
		return nil
	}
	for _, p := range f.DefaultPoints {
		square, ok := f.scheme.Grid.Square(p.Point)
		if !ok {
			continue
		}
		for _, class := range p.Classes {
			all = append(all, classSquare{square.Parent(level).Key(), class})
		}
	}
	return all
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
