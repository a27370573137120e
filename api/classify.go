package api

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"time"

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

// Bounds of one request for places.
const (
	maxPoints    = 1_000_000
	maxPointBody = 64 << 20
	pointTimeout = 2 * time.Minute
)

// Packed points and places; classifyDescription says what they hold.
const (
	pointsType = "application/vnd.commonground.points"
	placesType = "application/vnd.commonground.places"
	packedMark = "CGP1"
)

const classifyDescription = "Role: planner. Points are sent as JSON or GeoJSON, or packed: content type `" + pointsType + "`, " +
	"for each point its longitude and latitude in units of 1e-7 degree, as little-endian int32, 8 bytes a point.\n\n" +
	"Packed points are answered packed, as `" + placesType + "`, all little-endian: the four characters `" + packedMark + "`; uint32 version of the boundary, " +
	"0 where none was in force; uint32 number of areas; uint32 number of points; for each area uint8 class (1 non_residential, 2 residential, 3 managed), " +
	"uint16 length of its id in bytes, the id in UTF-8; for each point int32 index of its area, counted from 0, or -1 where it lies outside all; " +
	"and, where distance=true, for each point float32 metres, infinite beyond 5 km.\n\n" +
	"Two requests are worked on at a time; others wait, unread, and after 10 seconds are answered 503 with Retry-After."

// classifyInput is the input of a request for places.
type classifyInput struct {
	ContentType string `header:"Content-Type"`
	At          string `query:"at" doc:"the time, as in the body; for packed points the only way to give it"`
	Distance    bool   `query:"distance" doc:"also the metres to the nearest place of another class; this takes most of the time"`
	RawBody     []byte `contentType:"application/json" required:"true"`
}

// bulk makes the route for places: its answers are written while they are
// made, and few are worked on at a time, so that a million points take no more
// memory than they must.
func bulk(s *staff) func(huma.API, huma.Operation) {
	turns := make(chan struct{}, 2)
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, classifyAnswer{})
		op.Description = classifyDescription
		op.MaxBodyBytes, op.BodyReadTimeout = maxPointBody, pointTimeout
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			jsonType:   {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[pointsBody](), true, "")},
			pointsType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		}}
		op.SkipValidateBody = true
		op.Middlewares = huma.Middlewares{inTurn(api, turns, 10*time.Second)}
		huma.Register(api, op, func(ctx context.Context, in *classifyInput) (*huma.StreamResponse, error) {
			answer, err := s.classify(in)
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			return &huma.StreamResponse{Body: answer}, nil
		})
	}
}

// inTurn lets a request on when there is room in turns. Until then nothing of
// it is read, so that its sender waits too.
func inTurn(api huma.API, turns chan struct{}, patience time.Duration) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case turns <- struct{}{}:
			defer func() { <-turns }()
			next(ctx)
		case <-timer.C:
			ctx.SetHeader("Retry-After", "10")
			// The only error is a caller that went away.
			_ = huma.WriteErr(api, ctx, http.StatusServiceUnavailable, "other points are being classified; try again shortly")
		case <-ctx.Context().Done():
		}
	}
}

func (s *staff) classify(in *classifyInput) (func(huma.Context), error) {
	packed := in.ContentType == pointsType
	points, at, err := readPoints(in, packed)
	if err != nil {
		return nil, err
	}
	settings, when, err := s.classifyAt(at)
	if err != nil {
		return nil, err
	}
	asked := newAsked(settings, when, in.Distance)
	return func(ctx huma.Context) {
		write, contentType := asked.writeJSON, jsonType
		if packed {
			write, contentType = asked.writePacked, placesType
		}
		ctx.SetHeader("Content-Type", contentType)
		// The only error is a caller that went away.
		_ = write(ctx.Context(), ctx.BodyWriter(), points)
	}, nil
}

func readPoints(in *classifyInput, packed bool) (points []geo.Point, at string, err error) {
	if packed {
		points, err = unpackPoints(in.RawBody)
		return points, in.At, err
	}
	body, err := decodePoints(in.RawBody)
	if err != nil {
		return nil, "", err
	}
	if body.At != "" && in.At != "" {
		return nil, "", invalid(errors.New("the time is given in the body and in the address; leave one out"))
	}
	points, err = roundPoints(body.Points)
	return points, body.At + in.At, err
}

func tooMany(n int) error {
	if n <= maxPoints {
		return nil
	}
	return huma.NewError(http.StatusRequestEntityTooLarge, fmt.Sprintf("send at most %d points at once", maxPoints))
}

func unpackPoints(body []byte) ([]geo.Point, error) {
	if len(body)%8 != 0 {
		return nil, invalid(fmt.Errorf("packed points take 8 bytes each, but the body has %d", len(body)))
	}
	if err := tooMany(len(body) / 8); err != nil {
		return nil, err
	}
	points := make([]geo.Point, len(body)/8)
	for i := range points {
		p := geo.Point{Lon: int32(binary.LittleEndian.Uint32(body[8*i:])), Lat: int32(binary.LittleEndian.Uint32(body[8*i+4:]))}
		if at := p.Orb(); math.Abs(at.Lon()) > 180 || math.Abs(at.Lat()) > 90 {
			return nil, invalid(fmt.Errorf("point %d: %d, %d is no longitude and latitude in units of 1e-7 degree", i+1, p.Lon, p.Lat))
		}
		points[i] = p
	}
	return points, nil
}

func roundPoints(degrees [][2]float64) ([]geo.Point, error) {
	if err := tooMany(len(degrees)); err != nil {
		return nil, err
	}
	points := make([]geo.Point, len(degrees))
	for i, p := range degrees {
		var err error
		if points[i], err = geo.NewPoint(p[0], p[1]); err != nil {
			return nil, invalid(fmt.Errorf("point %d: %v, %v is no longitude and latitude in degrees", i+1, p[0], p[1]))
		}
	}
	return points, nil
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
		when = data.DayOf(current.LastDay(c.Weeks()), current.Scheme.Location)
		return nil
	})
	return settings, when, err
}
