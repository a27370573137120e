package api

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"commonground/data"
	"commonground/data/intake"
	"commonground/geo"
)

// asked is a question about points, all at one time.
type asked struct {
	version    int64
	classifier *geo.Classifier // nil where no boundary was in force
	hours      map[geo.Class]geo.HoursAnswer
	distance   bool
}

func newAsked(settings *intake.Settings, when data.When, distance bool) asked {
	b, classifier, _ := settings.Timeline.At(when.At)
	a := asked{version: b.Version, classifier: classifier, hours: map[geo.Class]geo.HoursAnswer{}, distance: distance}
	for _, class := range geo.Classes() {
		a.hours[class] = settings.Scheme.HoursAt(class, when)
	}
	return a
}

// pieceOf is how many points are answered before what is made is sent on.
const pieceOf = 4096

// pieces answers for some points after the other, until the caller goes away.
func (a asked) pieces(ctx context.Context, points []geo.Point, each func(points []geo.Point, areas []int32) error) error {
	areas := make([]int32, min(pieceOf, len(points)))
	for len(points) > 0 {
		some := points[:min(pieceOf, len(points))]
		if a.classifier != nil {
			a.classifier.Locate(areas[:len(some)], some)
		}
		if err := errors.Join(ctx.Err(), each(some, areas[:len(some)])); err != nil {
			return err
		}
		points = points[len(some):]
	}
	return nil
}

func (a asked) writeJSON(ctx context.Context, w io.Writer, points []geo.Point) error {
	if _, err := fmt.Fprintf(w, `{"version":%d,"places":[`, a.version); err != nil {
		return err
	}
	var text []byte
	comma := ""
	known := map[int32][]byte{} // places of areas, where they are all that is said
	err := a.pieces(ctx, points, func(points []geo.Point, areas []int32) error {
		text = text[:0]
		for i, p := range points {
			place, ok := known[areas[i]]
			if !ok {
				var err error
				if place, err = json.Marshal(a.place(p, areas[i])); err != nil {
					return err
				}
				if !a.distance {
					known[areas[i]] = place
				}
			}
			text = append(append(text, comma...), place...)
			comma = ","
		}
		_, err := w.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "]}")
	return err
}

func (a asked) place(p geo.Point, index int32) placeJSON {
	class, id := geo.Unclassified, ""
	if a.classifier != nil {
		class = geo.Outside
		if index != geo.None {
			area := &a.classifier.Areas()[index]
			class, id = area.Class, area.ID
		}
	}
	out := placeJSON{Class: class.String(), Area: id, Hours: a.hours[class].String()}
	if a.distance && a.classifier != nil {
		if distanceM, near := a.classifier.DistanceM(p); near {
			rounded := math.Round(distanceM*100) / 100
			out.DistanceM = &rounded
		}
	}
	return out
}

func (a asked) writePacked(ctx context.Context, w io.Writer, points []geo.Point) error {
	var areas []geo.Area
	if a.classifier != nil {
		areas = a.classifier.Areas()
	}
	order := binary.LittleEndian
	out := []byte(packedMark)
	out = order.AppendUint32(out, uint32(a.version))
	out = order.AppendUint32(out, uint32(len(areas)))
	out = order.AppendUint32(out, uint32(len(points)))
	for _, area := range areas {
		id := area.ID[:min(len(area.ID), math.MaxUint16)]
		out = append(out, byte(area.Class))
		out = append(order.AppendUint16(out, uint16(len(id))), id...)
	}
	if _, err := w.Write(out); err != nil {
		return err
	}
	err := a.pieces(ctx, points, func(_ []geo.Point, areas []int32) error {
		out = out[:0]
		for _, index := range areas {
			if a.classifier == nil {
				index = geo.None
			}
			out = order.AppendUint32(out, uint32(index))
		}
		_, err := w.Write(out)
		return err
	})
	if err != nil || !a.distance {
		return err
	}
	return a.pieces(ctx, points, func(points []geo.Point, _ []int32) error {
		out = out[:0]
		for _, p := range points {
			distanceM := math.Inf(1)
			if a.classifier != nil {
				distanceM, _ = a.classifier.DistanceM(p)
			}
			out = order.AppendUint32(out, math.Float32bits(float32(distanceM)))
		}
		_, err := w.Write(out)
		return err
	})
}
