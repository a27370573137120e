package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"commonground/data"
	"commonground/data/intake"
	"commonground/geo"
)

type classifyCommand struct {
	File     string            `arg:"" help:"CSV with any delimiter or points of GeoJSON, one a line, which come out as what they are; or an Excel workbook (.xlsx), a collection of GeoJSON points, a GeoPackage or a shapefile in a zip, which come out as CSV; gzip or not; - for standard input." type:"existingfile"`
	Output   string            `help:"File to write. Default: standard output." short:"o" type:"path"`
	At       string            `help:"Time of rows that have none, such as 2019-04-24. Default: today."`
	Map      map[string]string `help:"Columns of fields, such as lon=X,lat=Y,at=When. Columns with a usual name are found." mapsep:"," placeholder:"FIELD=COLUMN,…"`
	Sheet    string            `help:"Sheet of a workbook. Default: the first that is not hidden."`
	Layer    string            `help:"Layer of a GeoPackage, or shapefile of a zip, where there are several."`
	CRS      string            `help:"Coordinate system of the places: 4326 (longitude and latitude), 27700 (British National Grid) or 3857 (web Mercator); columns x and y are of it. Default: what the file says, else degrees." name:"crs" placeholder:"EPSG"`
	Dates    string            `help:"Order of day and month in dates with slashes: dmy or mdy. Default: found out from the file." enum:",dmy,mdy" default:""`
	Distance bool              `help:"Also the metres to the nearest place of another class." default:"true" negatable:""`
}

// Run copies the file with the columns added; what it has to say besides goes
// to standard error.
func (c *classifyCommand) Run(ctx context.Context, p *program) (err error) {
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	settings, err := door.Settings(ctx)
	if err != nil {
		return err
	}
	at, err := c.at(p, settings.Scheme)
	if err != nil {
		return err
	}
	in, out, err := c.open(p)
	if err != nil {
		return err
	}
	defer in.Close()
	progress := newProgress(p, in)
	refused := 0
	summary, err := settings.Classify(ctx, progress, out, intake.ClassifyOptions{
		Map: c.Map, Sheet: c.Sheet, Layer: c.Layer, CRS: c.CRS,
		At: at, Dates: intake.DateOrder(c.Dates), WithoutDistance: !c.Distance, Progress: progress.show,
		Refusal: func(r intake.Refusal) {
			if refused++; refused <= listed {
				fmt.Fprintf(p.stderr, "  %v\n", r)
			}
		},
	})
	progress.end()
	if file, ok := out.(*os.File); ok && c.Output != "" {
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		return fmt.Errorf("%s was classified in part, up to row %d: %w", c.File, summary.Rows, err)
	}
	p.summariseClassified(summary)
	return nil
}

func (c *classifyCommand) at(p *program, scheme *data.Scheme) (data.When, error) {
	if c.At == "" {
		return data.DayOf(data.DateOf(p.now().In(scheme.Location)), scheme.Location), nil
	}
	at, err := intake.ParseTime(c.At, intake.DateOrder(c.Dates), scheme.Location)
	if err != nil {
		return at, fmt.Errorf("--at: %w", err)
	}
	return at, nil
}

func (c *classifyCommand) open(p *program) (in *os.File, out io.Writer, err error) {
	in, out = os.Stdin, p.stdout
	if c.File != "-" {
		if in, err = os.Open(c.File); err != nil {
			return nil, nil, err
		}
	}
	if c.Output != "" {
		// Exclusive, so that neither the file that is read nor another is lost.
		if out, err = os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
			return nil, nil, fmt.Errorf("writing the output: %w", err)
		}
	}
	return in, out, nil
}

func (p *program) summariseClassified(s intake.ClassifySummary) {
	var parts []string
	for _, class := range geo.Classes() {
		if n := s.Counts[class]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", n, class))
		}
	}
	if s.Refused > 0 {
		parts = append(parts, fmt.Sprintf("%d refused (the column refused says why)", s.Refused))
	}
	fmt.Fprintf(p.stderr, "Columns read: %s.\n%d rows: %s.\n", s.Mapping, s.Rows, strings.Join(parts, ", "))
}
