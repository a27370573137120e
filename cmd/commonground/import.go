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

type importCommand struct {
	Scheme     importScheme     `cmd:"" help:"Put a scheme file into the store."`
	Boundaries importBoundaries `cmd:"" help:"Put in areas from GeoJSON or a GIS file, in force from a day on."`
	Pickups    importPickups    `cmd:"" help:"Put in cleansing pickups from a spreadsheet, CSV or GIS file."`
	Incidents  importIncidents  `cmd:"" help:"Put in reported incidents from a spreadsheet, CSV or GIS file."`
	Returns    importReturns    `cmd:"" help:"Put in what an agency returns for the report: figures, never a row about a person."`
}

type importScheme struct {
	File string `arg:"" help:"A TOML file; commonground init writes one." type:"existingfile"`
}

// Run stores the scheme.
func (c *importScheme) Run(ctx context.Context, p *program) error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	store, door, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	scheme, err := door.PutScheme(ctx, string(text))
	if err != nil {
		return fmt.Errorf("%s was not put in:\n%w", c.File, err)
	}
	fmt.Fprintf(p.stdout, "The scheme of %s is in: %d kinds, %d outcomes, weeks from %v, clock of %v.\n",
		scheme.Name, len(scheme.Kinds), len(scheme.Outcomes), scheme.FirstWeekday, scheme.Location)
	return nil
}

// areaFlags name a file of areas and say how to read it.
type areaFlags struct {
	File          string   `arg:"" help:"Polygons of GeoJSON, a GeoPackage or a shapefile in a zip, gzip or not." type:"existingfile"`
	From          string   `help:"First day in force, such as 2019-04-24." required:""`
	To            string   `help:"First day not in force any more. Default: no end."`
	ClassProperty string   `help:"Property that decides the class." default:"class"`
	Class         []string `help:"Class of values of that property, such as residential=R1,R2; * stands for all others. May be given more than once." sep:"none" placeholder:"CLASS=VALUE,…"`
	Ignore        []string `help:"Values whose features are left out."`
	IDProperty    string   `help:"Property that holds the id. Default: the feature's id, or \"id\"." name:"id-property"`
	Layer         string   `help:"Layer of a GeoPackage, or shapefile of a zip, where there are several."`
	CRS           string   `help:"Coordinate system of the areas: 4326, 27700 or 3857. Default: what the file says." name:"crs" placeholder:"EPSG"`
	NameProperty  string   `help:"Property that holds the name." default:"name"`
}

type importBoundaries struct{ areaFlags }

// Run reads the areas, tells of flaws and stores the boundary.
func (c *importBoundaries) Run(ctx context.Context, p *program) error {
	from, to, err := c.span()
	if err != nil {
		return err
	}
	areas, err := c.read()
	if err != nil {
		return fmt.Errorf("%s was not put in:\n%w", c.File, err)
	}
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	b, err := door.PutBoundary(ctx, from, to, areas.Areas)
	if err != nil {
		return fmt.Errorf("%s was not put in: %w", c.File, staleBoundaries(err))
	}
	fmt.Fprintf(p.stdout, "Boundary version %d is in force from %v: %s.\n", b.Version, from, tally(areas))
	p.tellFlaws(areas)
	return nil
}

func (p *program) tellFlaws(areas intake.Areas) {
	for _, flaw := range areas.Flaws {
		fmt.Fprintf(p.stdout, "  area %s breaks a rule and is read by even–odd all the same: %s\n", flaw.Area, flaw.Reason)
	}
}

func (c *areaFlags) span() (from data.Date, to *data.Date, err error) {
	if from, err = data.ParseDate(c.From); err != nil {
		return from, nil, fmt.Errorf("--from: %w", err)
	}
	if c.To == "" {
		return from, nil, nil
	}
	end, err := data.ParseDate(c.To)
	if err != nil {
		return from, nil, fmt.Errorf("--to: %w", err)
	}
	return from, &end, nil
}

func (c *areaFlags) read() (intake.Areas, error) {
	classes, err := intake.ParseClasses(c.Class)
	if err != nil {
		return intake.Areas{}, fmt.Errorf("--class %w", err)
	}
	file, err := os.Open(c.File)
	if err != nil {
		return intake.Areas{}, err
	}
	defer file.Close()
	return intake.ReadAreas(file, intake.AreaOptions{
		ClassProperty: c.ClassProperty, Class: classes, Ignore: c.Ignore,
		IDProperty: c.IDProperty, NameProperty: c.NameProperty, Layer: c.Layer, CRS: c.CRS,
	})
}

func tally(areas intake.Areas) string {
	text := tallyAreas(areas.Areas)
	if areas.Ignored > 0 {
		text += fmt.Sprintf(", %d features ignored", areas.Ignored)
	}
	if len(areas.Flaws) > 0 {
		text += fmt.Sprintf(", %d flaws", len(areas.Flaws))
	}
	return text
}

func tallyAreas(areas []geo.Area) string {
	counts := map[geo.Class]int{}
	for _, area := range areas {
		counts[area.Class]++
	}
	return fmt.Sprintf("%d areas (%d managed, %d residential, %d non-residential)", len(areas),
		counts[geo.Managed], counts[geo.Residential], counts[geo.NonResidential])
}

// recordFlags are common to files of records.
type recordFlags struct {
	File   string            `arg:"" help:"CSV with any delimiter or an Excel workbook (.xlsx), with a row that names the columns, or points of GeoJSON, a GeoPackage or a shapefile in a zip; gzip or not." type:"existingfile"`
	Map    map[string]string `help:"Columns of fields, such as lon=Longitude,lat=Latitude. Columns with a usual name are found." mapsep:"," placeholder:"FIELD=COLUMN,…"`
	Source string            `help:"Who sent the rows. Default: a column named source, else \"import\"."`
	Sheet  string            `help:"Sheet of a workbook. Default: the first that is not hidden."`
	Layer  string            `help:"Layer of a GeoPackage, or shapefile of a zip, where there are several."`
	CRS    string            `help:"Coordinate system of the places: 4326 (longitude and latitude), 27700 (British National Grid) or 3857 (web Mercator); columns x and y are of it. Default: what the file says, else degrees." name:"crs" placeholder:"EPSG"`
	Dates  string            `help:"Order of day and month in dates with slashes: dmy or mdy. Default: found out from the file." enum:",dmy,mdy" default:""`
}

type importPickups struct {
	recordFlags
	Kind string `help:"Kind of every row, where no column tells it."`
}

// Run imports the file.
func (c *importPickups) Run(ctx context.Context, p *program) error {
	return p.importRecords(ctx, c.recordFlags, intake.Options{Kind: c.Kind}, pickupFile)
}

type importIncidents struct {
	recordFlags
	Category string `help:"Category of every row, where no column tells it." enum:",harm,nuisance" default:""`
}

// Run imports the file.
func (c *importIncidents) Run(ctx context.Context, p *program) error {
	return p.importRecords(ctx, c.recordFlags, intake.Options{Category: c.Category}, incidentFile)
}

// fileOf says how a file of records of one sort is read.
type fileOf struct {
	sort data.Sort
	read func(*intake.Door, context.Context, io.Reader, intake.Options) (intake.Summary, error)
}

var (
	pickupFile   = fileOf{data.PickupSort, (*intake.Door).Pickups}
	incidentFile = fileOf{data.IncidentSort, (*intake.Door).Incidents}
)

func (p *program) importRecords(ctx context.Context, flags recordFlags, options intake.Options, of fileOf) error {
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	file, err := os.Open(flags.File)
	if err != nil {
		return err
	}
	defer file.Close()
	before, err := store.Position(ctx)
	if err != nil {
		return err
	}
	progress := newProgress(p, file)
	refused := &refusedFiles{base: flags.File}
	options.Map, options.Source, options.Dates = flags.Map, flags.Source, intake.DateOrder(flags.Dates)
	options.Sheet, options.Layer, options.CRS = flags.Sheet, flags.Layer, flags.CRS
	options.Refused, options.Refusal, options.Progress = refused.rows(), refused.note, progress.show
	summary, err := of.read(door, ctx, progress, options)
	progress.end()
	err = errors.Join(err, refused.close())
	p.summarise(summary, refused)
	if err != nil || summary.Added == 0 {
		return err
	}
	return p.tellDoubts(ctx, door, of.sort, before)
}

func (p *program) summarise(s intake.Summary, refused *refusedFiles) {
	if s.Mapping == "" {
		return // nothing was read
	}
	fmt.Fprintf(p.stdout, "Columns read: %s.\n", s.Mapping)
	if len(s.Dropped) > 0 {
		fmt.Fprintf(p.stdout, "Columns of which nothing is kept: %s.\n", strings.Join(s.Dropped, ", "))
	}
	for _, note := range s.Notes {
		fmt.Fprintln(p.stdout, note)
	}
	fmt.Fprintf(p.stdout, "%d rows: %d added, %d there already, %d refused; %d of those in have no usable place.\n",
		s.Rows, s.Added, s.Unchanged, s.Refused, s.Unlocated)
	for _, refusal := range refused.first {
		fmt.Fprintf(p.stdout, "  %v\n", refusal)
	}
	if s.Refused == 0 {
		return
	}
	if more := s.Refused - len(refused.first); more > 0 {
		fmt.Fprintf(p.stdout, "  and %d more.\n", more)
	}
	fmt.Fprintf(p.stdout, "The refused rows as they came: %s, to mend and send again. Why each was refused: %s.\n",
		refused.path(refusedRows), refused.path(refusedReasons))
}
