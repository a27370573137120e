package api

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/intake"
	"commonground/geo"
)

// pointsBody is a list of points at a time. GeoJSON (a FeatureCollection of
// points, or a MultiPoint) is read as well.
type pointsBody struct {
	At     string       `json:"at,omitempty" doc:"default: the last day of the last week with records"`
	Points [][2]float64 `json:"points" doc:"longitude, latitude in degrees"`
}

type classifyAnswer struct {
	Version int64       `json:"version"` // of the boundary; 0 for none
	Places  []placeJSON `json:"places"`  // in the order of the points
}

type placeJSON struct {
	Class string `json:"class"`
	Area  string `json:"area,omitempty"`
	Hours string `json:"hours"`
	// DistanceM is left out beyond 5 km, and where it wasn't asked for.
	DistanceM *float64 `json:"distanceM,omitempty"`
}

// maxPoints bounds one request for places.
const maxPoints = 100_000

func (s *staff) classify(_ context.Context, in *bodyInput) (a answer, err error) {
	body, err := decodePoints(in.RawBody)
	if err != nil {
		return a, err
	}
	if len(body.Points) > maxPoints {
		return a, huma.NewError(http.StatusRequestEntityTooLarge, fmt.Sprintf("send at most %d points at once", maxPoints))
	}
	points := make([]geo.Point, len(body.Points))
	for i, p := range body.Points {
		if points[i], err = geo.NewPoint(p[0], p[1]); err != nil {
			return a, invalid(fmt.Errorf("point %d: %v, %v is no longitude and latitude in degrees", i+1, p[0], p[1]))
		}
	}
	settings, when, err := s.classifyAt(body.At)
	if err != nil {
		return a, err
	}
	a, err = asJSON(places(settings, when, points, in.Distance))
	a.status = http.StatusOK
	return a, err
}

// decodePoints reads points as an object of ours or as GeoJSON.
func decodePoints(body []byte) (pointsBody, error) {
	var kind struct {
		Type string `json:"type"`
		At   string `json:"at"`
	}
	if err := json.Unmarshal(body, &kind); err != nil {
		return pointsBody{}, invalid(fmt.Errorf("the body is no JSON object: %w", err))
	}
	out := pointsBody{At: kind.At}
	switch kind.Type {
	case "":
		bodies, _, err := decode[pointsBody](body)
		if err != nil {
			return out, err
		}
		return bodies[0], nil
	case "MultiPoint":
		geometry, err := geojson.UnmarshalGeometry(body)
		if err != nil {
			return out, invalid(err)
		}
		for _, p := range geometry.Geometry().(orb.MultiPoint) {
			out.Points = append(out.Points, p)
		}
		return out, nil
	}
	collection, err := geojson.UnmarshalFeatureCollection(body)
	if err != nil {
		return out, invalid(fmt.Errorf("send points, a GeoJSON MultiPoint or a FeatureCollection of points: %w", err))
	}
	for i, feature := range collection.Features {
		p, ok := feature.Geometry.(orb.Point)
		if !ok {
			return out, invalid(fmt.Errorf("feature %d is no point", i+1))
		}
		out.Points = append(out.Points, p)
	}
	return out, nil
}

// classifyAt returns the settings, and the time given or chosen.
func (s *staff) classifyAt(text string) (settings *intake.Settings, when data.When, err error) {
	err = s.Live.Read(func(current *intake.Settings, c *cube.Cube) error {
		settings = current
		if text != "" {
			when, err = intake.ParseTime(text, intake.OrderUnknown, current.Scheme.Location)
			if err != nil {
				return invalid(fmt.Errorf("at: %w", err))
			}
			return nil
		}
		when = data.DayOf(lastDay(current, c), current.Scheme.Location)
		return nil
	})
	return settings, when, err
}

func places(settings *intake.Settings, when data.When, points []geo.Point, withDistance bool) classifyAnswer {
	out := classifyAnswer{Places: make([]placeJSON, len(points))}
	b, classifier, ok := settings.Timeline.At(when.At)
	out.Version = b.Version
	for i := range points {
		place := settings.Place(data.Position{Point: &points[i]}, when)
		out.Places[i] = placeJSON{Class: place.Class.String(), Area: place.Area, Hours: place.Hours.String()}
		if !withDistance || !ok {
			continue
		}
		if distanceM, near := classifier.DistanceM(points[i]); near {
			rounded := math.Round(distanceM*100) / 100
			out.Places[i].DistanceM = &rounded
		}
	}
	return out
}
