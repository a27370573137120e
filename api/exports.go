package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/export"
)

// exportTimeout is how long it may take to make a file and send it: a million
// pickups over a slow line.
const exportTimeout = 15 * time.Minute

// ExportParams are the parameters that all exports have. It is exported because huma
// reads only exported fields.
type ExportParams struct {
	Format string `query:"format" doc:"csv, xlsx, gpkg (a GeoPackage) or geojson; default csv"`
}

type exportInput struct {
	ExportParams
	FilterParams
}

type exportRankedInput struct {
	ExportParams
	FilterParams
	Level uint8 `query:"level" maximum:"13" doc:"side of the squares: 125 m × 2^level"`
}

type exportSquaresInput struct {
	ExportParams
	FilterParams
	Level uint8  `query:"level" maximum:"13" doc:"side of the squares: 125 m × 2^level"`
	By    string `query:"by" enum:"square,class" doc:"class: squares are split by class; default: they are whole"`
}

type exportAreasInput struct {
	ExportParams
	At string `query:"at" doc:"a date; default: as for /v1/boundaries"`
}

func (p ExportParams) exportFormat() string { return p.Format }

// exported is a table that is asked for.
type exported struct {
	table  *export.Table
	filter string // in words
	weeks  data.WeekRange
}

// exporting makes the route of a table: it is made in its turn as a file that has no
// name, and sent when it is whole. So what fails is told as a problem, who reads
// slowly holds up nobody, and a caller who goes away ends the work.
func exporting[I interface{ exportFormat() string }](s *staff, table func(context.Context, *I, cube.Moment) (exported, error)) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{}}}
		for _, format := range export.Formats() {
			op.Responses["200"].Content[format.Type] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		op.Middlewares = huma.Middlewares{s.patient}
		huma.Register(api, op, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
			name := (*in).exportFormat()
			if name == "" {
				name = "csv"
			}
			format, err := export.FormatNamed(name)
			if err != nil {
				return nil, huma.Error422UnprocessableEntity("format: " + err.Error())
			}
			send, err := s.export(ctx, format, func(now cube.Moment) (exported, error) { return table(ctx, in, now) })
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			return &huma.StreamResponse{Body: send}, nil
		})
	}
}

// export makes a file and returns what sends it.
func (s *staff) export(ctx context.Context, format export.Format, table func(cube.Moment) (exported, error)) (func(huma.Context), error) {
	end, err := s.exports.take(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	now, err := s.Live.Now()
	if err != nil {
		return nil, err
	}
	asked, err := table(now)
	if err != nil {
		return nil, err
	}
	scheme := now.Settings.Scheme
	about := export.About{Scheme: scheme, By: callerOf(ctx).Name, At: s.Now(), Filter: asked.filter}
	file, err := nameless(func(out io.Writer) error { return format.Write(ctx, about, asked.table, out) })
	if err != nil {
		return nil, err
	}
	name := format.FileName(asked.table, scheme, asked.weeks)
	return func(ctx huma.Context) { sendFile(ctx, file, format.Type, name) }, nil
}

// nameless returns a file that nobody else can open, with what write puts into it,
// and at its beginning. Its room is given back when it is closed.
func nameless(write func(io.Writer) error) (*os.File, error) {
	file, err := os.CreateTemp("", "commonground-export-*")
	if err != nil {
		return nil, fmt.Errorf("making a file to export into: %w", err)
	}
	err = errors.Join(os.Remove(file.Name()), write(file))
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// sendFile sends a file to be saved under a name, and closes it.
func sendFile(ctx huma.Context, file *os.File, contentType, name string) {
	defer file.Close()
	ctx.SetHeader("Content-Type", contentType)
	ctx.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
	ctx.SetHeader("Cache-Control", noStore)
	if info, err := file.Stat(); err == nil {
		ctx.SetHeader("Content-Length", strconv.FormatInt(info.Size(), 10))
	}
	_, _ = io.Copy(ctx.BodyWriter(), file) // the only error is a caller that went away
}

// patient has an answer that takes long not be cut off.
func (s *staff) patient(ctx huma.Context, next func(huma.Context)) {
	_, w := humachi.Unwrap(ctx)
	// Where a deadline can't be set, as in tests, there is none.
	_ = http.NewResponseController(w).SetWriteDeadline(s.Now().Add(exportTimeout))
	next(ctx)
}

// exportAsked is what counts are made from, of a filter.
func (p *FilterParams) exportAsked(ctx context.Context, now cube.Moment) (a export.Asked, err error) {
	a = export.Asked{Scheme: now.Settings.Scheme, Cube: now.Cube}
	a.Query, err = p.query(ctx, a.Scheme)
	return a, err
}

// counted is a table of counts under a query.
func counted(a export.Asked, table func(export.Asked) *export.Table) (exported, error) {
	return exported{table(a), export.Words(a.Scheme, a.Query), a.Query.Weeks}, nil
}

func (s *staff) exportSquares(ctx context.Context, in *exportSquaresInput, now cube.Moment) (exported, error) {
	a, err := in.exportAsked(ctx, now)
	if err != nil {
		return exported{}, err
	}
	a.Level, a.ByClass = in.Level, in.By == "class"
	return counted(a, export.Squares)
}

func (s *staff) exportLocations(ctx context.Context, in *exportRankedInput, now cube.Moment) (exported, error) {
	a, err := in.exportAsked(ctx, now)
	if err != nil {
		return exported{}, err
	}
	a.Level = in.Level
	return counted(a, export.Locations)
}

func (s *staff) exportWeeks(ctx context.Context, in *exportInput, now cube.Moment) (exported, error) {
	a, err := in.exportAsked(ctx, now)
	if err != nil {
		return exported{}, err
	}
	return counted(a, export.Weeks)
}

func (s *staff) exportPickups(ctx context.Context, in *exportInput, now cube.Moment) (exported, error) {
	a, err := in.exportAsked(ctx, now)
	if err != nil {
		return exported{}, err
	}
	_, all, err := s.Store.Pickups(ctx)
	if err != nil {
		return exported{}, err
	}
	return exported{export.Pickups(a.Scheme, a.Cube, a.Query, all), export.Words(a.Scheme, a.Query), a.Query.Weeks}, nil
}

func (s *staff) exportAreas(_ context.Context, in *exportAreasInput, now cube.Moment) (exported, error) {
	boundary, _, err := boundaryAt(now.Settings, now.Cube, in.At)
	if err != nil {
		return exported{}, err
	}
	return exported{table: export.Areas(boundary), filter: export.AreasWords(now.Settings.Scheme, boundary)}, nil
}
