package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/tiles"
)

type exportCommand struct {
	Squares   exportSquares   `cmd:"" help:"Write squares with their counts, for a spreadsheet or a GIS: CSV, XLSX, GeoPackage or GeoJSON."`
	Locations exportLocations `cmd:"" help:"Write squares by class, ranked by items."`
	Weeks     exportWeeks     `cmd:"" help:"Write counts by week, class and kind."`
	Pickups   exportPickups   `cmd:"" help:"Write single pickups."`
	Areas     exportAreas     `cmd:"" help:"Write the areas in force on a day."`

	Tiles exportTiles `cmd:"" help:"Write the vector tiles of a layer into one file (PMTiles), for QGIS, MapLibre and others. It holds staff data."`
}

// exportTiles takes the filter in the words of the API.
type exportTiles struct {
	Layer   string   `arg:"" help:"hotspots, boundaries or pickups." enum:"hotspots,boundaries,pickups"`
	Output  string   `help:"File to write, such as town.pmtiles. It is there only once it is whole." short:"o" required:"" type:"path"`
	Weeks   string   `help:"Half-open range of dates, each the first day of a week. Default: all, undated too." placeholder:"2019-04-24/2019-05-22"`
	Kinds   []string `help:"Kinds whose items count, with commas. Default: all."`
	Classes []string `help:"Classes that count, with commas. Default: all."`
	Area    string   `help:"Id of the area that counts. Default: any, and none."`
	BBox    box      `help:"Box in degrees; it selects squares of 125 m by their centre." name:"bbox" placeholder:"WEST,SOUTH,EAST,NORTH"`
	MinZoom *int     `help:"Lowest zoom. Default: the layer's, which is 15 for pickups and 0 for others."`
	MaxZoom int      `help:"Highest zoom; software draws higher ones from it." default:"${maxZoom}"`
	At      string   `help:"Day whose boundaries are drawn, for the layer boundaries. Default: the last day of the last week with records, else the first of the newest boundary." placeholder:"2019-04-24"`
	Force   bool     `help:"Replace the file if it is there already."`
}

// box is west, south, east and north. It is read here because kong would take
// a west with a minus for another flag.
type box []float64

// Decode reads four numbers with commas.
func (b *box) Decode(ctx *kong.DecodeContext) error {
	for _, text := range strings.Split(ctx.Scan.Pop().String(), ",") {
		degrees, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil {
			return errors.New("write west,south,east,north in degrees")
		}
		*b = append(*b, degrees)
	}
	return nil
}

// Run draws the layer tile by tile into an archive.
func (c *exportTiles) Run(ctx context.Context, p *program) error {
	err := c.run(ctx, p)
	if err != nil && ctx.Err() != nil { // else it would end as if all were well
		return fmt.Errorf("stopped before the end: %s was not written", c.Output)
	}
	return err
}

func (c *exportTiles) run(ctx context.Context, p *program) error {
	if err := unused(c.Output, c.Force); err != nil {
		return err
	}
	store, door, err := p.openWithScheme(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	live, err := loaded(ctx, store, door)
	if err != nil {
		return err
	}
	return live.Read(func(settings *intake.Settings, counts *cube.Cube) error {
		return c.export(ctx, p, source{store, settings, counts})
	})
}

// loaded returns the counts of a store as they stand.
func loaded(ctx context.Context, store data.Store, door *intake.Door) (*cube.Live, error) {
	following, stop := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	live := cube.NewLive(store, door, cube.Options{})
	go func() {
		defer close(ended)
		stop(live.Run(following))
	}()
	err := live.Reach(following, 0)
	if err != nil {
		err = context.Cause(following)
	}
	stop(nil)
	<-ended
	return live, err
}

func (c *exportTiles) export(ctx context.Context, p *program, from source) error {
	layer, _ := tiles.Describe(c.Layer, from.settings.Scheme) // the flag allows no other
	if err := c.zooms(layer); err != nil {
		return err
	}
	d, err := c.drawing(ctx, from)
	if err != nil {
		return err
	}
	var summary tiles.Summary
	err = writeWhole(c.Output, c.Force, func(out, spool *os.File) error {
		archive := tiles.NewArchive(spool)
		if err := c.draw(ctx, p, d, archive); err != nil {
			return err
		}
		summary, err = archive.Finish(out, c.about(from.settings.Scheme, layer, d))
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Wrote %s: %s of zooms %d to %d, %s different, %s.\nIt holds staff data and is not for publication.\n", c.Output,
		counted(int64(summary.Tiles), "tile"), summary.MinZoom, summary.MaxZoom, grouped(int64(summary.Contents)), counted(int64(summary.Bytes), "byte"))
	return nil
}

// zooms checks the range of zooms and sets what isn't given.
func (c *exportTiles) zooms(layer tiles.VectorLayer) error {
	if c.MinZoom == nil {
		c.MinZoom = &layer.MinZoom
	}
	if *c.MinZoom < layer.MinZoom || c.MaxZoom > layer.MaxZoom || *c.MinZoom > c.MaxZoom {
		return fmt.Errorf("--min-zoom %d --max-zoom %d: %s have zooms %d to %d; choose a range of them",
			*c.MinZoom, c.MaxZoom, c.Layer, layer.MinZoom, layer.MaxZoom)
	}
	return nil
}

// draw puts every tile that has something into the archive.
func (c *exportTiles) draw(ctx context.Context, p *program, d drawing, archive *tiles.Archive) error {
	progress := newTicker(p)
	defer progress.end()
	drawn := false
	for zoom := *c.MinZoom; zoom <= c.MaxZoom; zoom++ {
		over, err := tiles.Over(d.boxes(zoom), zoom)
		if err != nil {
			return err
		}
		for i, tile := range over {
			content, err := d.draw(ctx, tile)
			if err == nil {
				err = archive.Add(tile, content)
			}
			if err := errors.Join(err, ctx.Err()); err != nil {
				return fmt.Errorf("tile %d/%d/%d: %w", tile.Z, tile.X, tile.Y, err)
			}
			drawn = drawn || len(content) > 0
			progress.tell(func(time.Duration) string {
				return fmt.Sprintf("zoom %d of %d: %s of %s tiles", zoom, c.MaxZoom, grouped(int64(i+1)), grouped(int64(len(over))))
			})
		}
	}
	if !drawn {
		return fmt.Errorf("there is nothing to draw, so %s was not written: ask for more weeks, kinds, places or zooms", c.Output)
	}
	return nil
}

// about says what the archive is, so that who finds the file knows.
func (c *exportTiles) about(scheme *data.Scheme, layer tiles.VectorLayer, d drawing) tiles.About {
	note := "Staff data, not for publication"
	if scheme.Synthetic {
		note = "Made-up town and made-up data"
	}
	filter := d.filter
	if filter == "" {
		filter = "none"
	}
	about := tiles.About{
		Name: scheme.Name + ": " + c.Layer, Attribution: scheme.Name + ": " + note, Filter: d.filter, Layer: layer,
		Description: fmt.Sprintf("%s. Filter: %s. %s.", layer.Description, filter, note),
	}
	boxes := d.boxes(c.MaxZoom)
	about.Bound = boxes[0]
	for _, box := range boxes {
		about.Bound = about.Bound.Union(box)
	}
	return about
}
