package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/incidents"
)

// IncidentParams are the parameters by which incidents are filtered. It is
// exported because huma reads only exported fields.
type IncidentParams struct {
	Weeks      string    `query:"weeks" example:"2019-04-24/2019-05-22" doc:"half-open range of dates, each the first day of a week, of when reports came in; default: all, undated too"`
	Categories []string  `query:"categories" doc:"harm or nuisance, with commas; default: both, told apart"`
	Classes    []string  `query:"classes" doc:"classes that count, with commas"`
	Area       string    `query:"area" doc:"id of an area"`
	BBox       []float64 `query:"bbox" doc:"west,south,east,north in degrees; selects squares of 125 m by their centre"`
	Square     uint64    `query:"square" doc:"id of a square of any level"`
}

// query checks the parameters against a scheme.
func (p *IncidentParams) query(scheme *data.Scheme) (q incidents.Query, err error) {
	common, err := scheme.Query(data.Filter{Weeks: p.Weeks, Classes: p.Classes, Area: p.Area, BBox: p.BBox, Square: p.Square})
	if err != nil {
		return q, invalid(err)
	}
	q = incidents.Query{Weeks: common.Weeks, Classes: common.Classes, Area: common.Area, Bound: common.Bound, Square: common.Square}
	for _, name := range p.Categories {
		category := data.Category(name)
		if category != data.Harm && category != data.Nuisance {
			return q, invalid(fmt.Errorf("categories: %q is none; there are harm and nuisance", name))
		}
		q.Categories = append(q.Categories, category)
	}
	return q, nil
}

// selectsPlace reports whether a filter asks for a place finer than a class.
func (p *IncidentParams) selectsPlace() bool { return p.Area != "" || p.BBox != nil || p.Square != 0 }

// defaultIncidents is how many a list has where nobody says.
const defaultIncidents = 100

type incidentsInput struct {
	Conditional
	IncidentParams
	After string `query:"after" doc:"the next of an answer before; default: from the latest"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type incidentsAnswer struct {
	Incidents []*incidentJSON `json:"incidents"`
	// Next is what after takes to go on; left out at the end.
	Next string `json:"next,omitempty"`
}

// incidentJSON is one incident.
type incidentJSON struct {
	incidentBody
	Class  string `json:"class"`
	Area   string `json:"area,omitempty"`
	Square any    `json:"squareOf,omitempty" doc:"id and name of the square of 125 m"`
	Near   bool   `json:"nearBoundary,omitempty" doc:"the fix is so rough that the place may be of another class"`
}

func (s *staff) incidents(_ context.Context, in *incidentsInput) (answer, error) {
	now, q, err := s.askIncidents(&in.IncidentParams)
	if err != nil {
		return answer{}, err
	}
	after, err := parsePlace(in.After)
	if err != nil {
		return answer{}, err
	}
	scheme := now.Settings.Scheme
	found := now.Incidents.Latest(q, after, in.Limit+1)
	out := incidentsAnswer{Incidents: []*incidentJSON{}}
	for i, r := range found {
		if i == in.Limit {
			out.Next = placeText(found[i-1])
			break
		}
		out.Incidents = append(out.Incidents, newIncidentJSON(scheme, &r.Incident))
	}
	return asJSON(out)
}

// askIncidents returns the latest moment, and a filter as a query to it.
func (s *staff) askIncidents(filter *IncidentParams) (now cube.Moment, q incidents.Query, err error) {
	if now, err = s.Live.Now(); err != nil {
		return now, q, err
	}
	q, err = filter.query(now.Settings.Scheme)
	return now, q, err
}

func newIncidentJSON(scheme *data.Scheme, i *data.Incident) *incidentJSON {
	out := &incidentJSON{
		incidentBody: incidentBody{
			placeBody: newPlaceBody(i.Key, i.Position),
			Received:  whenText(scheme, i.Received), Happened: whenText(scheme, i.Happened), Channel: i.Channel, Category: string(i.Category),
			Outcome: i.Outcome, Answered: string(i.Answered), Attended: whenText(scheme, i.Attended), Reason: i.Reason,
		},
		Class: i.Place.Class.String(), Area: i.Place.Area, Near: i.Place.NearBoundary,
	}
	if i.Point == nil {
		return out
	}
	if square, ok := scheme.Grid.Square(*i.Point); ok {
		out.Square = squareName{square.Key(), scheme.Grid.Name(square)}
	}
	return out
}

func newPlaceBody(key data.Key, p data.Position) placeBody {
	body := placeBody{Source: key.Source, Ref: key.Ref, AccuracyM: p.AccuracyM}
	if p.Point != nil {
		lon, lat := p.Point.Orb().Lon(), p.Point.Orb().Lat()
		body.Lon, body.Lat = &lon, &lat
	}
	return body
}

// whenText writes a time as exactly as it is known, empty for none.
func whenText(scheme *data.Scheme, when data.When) string {
	if when.IsZero() {
		return ""
	}
	return when.Text(scheme.Location)
}

// placeText writes where an incident stands in the order of a list, for a
// caller who goes on from there.
func placeText(r *incidents.Row) string {
	text, err := json.Marshal(incidents.Place{Received: r.Received.At, Key: r.Key})
	if err != nil {
		panic(err) // two texts and a time
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func parsePlace(text string) (*incidents.Place, error) {
	if text == "" {
		return nil, nil
	}
	var place incidents.Place
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(decoded, &place)
	}
	if err != nil {
		return nil, huma.Error422UnprocessableEntity("after: give what an answer said as next, or leave it out")
	}
	return &place, nil
}
