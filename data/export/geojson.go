package export

import (
	"bufio"
	"context"
	"encoding/json"
	"io"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// writeGeoJSON writes a table as a FeatureCollection (RFC 7946), in WGS 84. What the
// file says of itself are members of the collection (6.1). A row that lies nowhere
// has a geometry of null (3.2).
func writeGeoJSON(ctx context.Context, about About, t *Table, out io.Writer) error {
	w := &jsonWriter{Writer: bufio.NewWriter(out)}
	w.text(`{"type":"FeatureCollection","name":`)
	w.value(t.Name)
	notes := append([]string{}, t.Notes...)
	w.members([]member{{"marking", Marking}, {"scheme", about.Scheme.Name}, {"synthetic", about.Scheme.Synthetic}, {"content", t.Title},
		{"filter", about.Filter}, {"takenBy", about.By}, {"takenAt", about.At.In(about.Scheme.Location).Format(timeLayout)}, {"notes", notes}})
	w.text(`,"features":[`)
	separator := "\n"
	_, err := t.each(ctx, func(row Row) error {
		w.text(separator)
		separator = ",\n"
		w.feature(about, t, row)
		return w.err
	})
	if err != nil {
		return err
	}
	w.text("\n]}\n")
	if w.err != nil {
		return w.err
	}
	return w.Flush()
}

// timeLayout is RFC 3339.
const timeLayout = "2006-01-02T15:04:05Z07:00"

// jsonWriter writes JSON piece by piece; its err is the first one that a value had.
// Those of writing are told by Flush.
type jsonWriter struct {
	*bufio.Writer
	err error
}

// member is a name of an object and its value.
type member struct {
	name  string
	value any
}

func (w *jsonWriter) text(text string) { _, _ = w.WriteString(text) }

func (w *jsonWriter) value(value any) {
	text, err := json.Marshal(value)
	if err != nil && w.err == nil {
		w.err = err
	}
	_, _ = w.Write(text)
}

// members writes members that come after another.
func (w *jsonWriter) members(members []member) {
	for _, m := range members {
		w.text(",")
		w.value(m.name)
		w.text(":")
		w.value(m.value)
	}
}

func (w *jsonWriter) feature(about About, t *Table, row Row) {
	w.text(`{"type":"Feature","geometry":`)
	var shape orb.Geometry
	if row.Shape != nil {
		shape = row.Shape.degrees(about.Scheme.Grid)
	}
	if shape == nil {
		w.text("null")
	} else {
		w.value(geojson.NewGeometry(shape))
	}
	w.text(`,"properties":{`)
	for i, cell := range row.Cells {
		if i > 0 {
			w.text(",")
		}
		w.value(t.Columns[i].Name)
		w.text(":")
		if t.Columns[i].Kind == Day && cell != nil {
			cell = plain(cell)
		}
		w.value(cell)
	}
	w.text("}}")
}
