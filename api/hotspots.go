package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/scores"
	"commonground/geo/grid"
	"commonground/geo/hotspot"
)

type hotspotsInput struct {
	Conditional
	FilterParams
	Level uint8  `query:"level" maximum:"13" doc:"side of the squares: 125 m × 2^level"`
	Value string `query:"value" enum:"items,per_visit" default:"items" doc:"what is scored; per_visit is for planners, where crews record visits without a find"`
	P     string `query:"p" enum:"analytic,permuted" default:"analytic" doc:"how p is found: from the normal distribution, or by permutation"`
	Draws int    `query:"draws" minimum:"39" maximum:"9999" default:"999" doc:"for p=permuted"`
	Limit int    `query:"limit" default:"20" minimum:"1" maximum:"1000" doc:"rows at most; hot and cold count them all"`
}

type hotspotsAnswer struct {
	Scored   scores.Scored `json:"scored"`
	Hot      int           `json:"hot"`
	Cold     int           `json:"cold"`
	Sentence string        `json:"sentence"`
	Rows     []hotspotRow  `json:"rows" doc:"the highest scores first"`
}

type hotspotRow struct {
	Rank     int        `json:"rank"`
	Square   squareName `json:"square"`
	Class    string     `json:"class,omitempty" doc:"in which most of its items lay; not there where it has nothing"`
	Centre   [2]float64 `json:"centre"`
	Items    int64      `json:"items"`
	Visits   *int64     `json:"visits,omitempty" doc:"not there for who sees no visits"`
	Z        float64    `json:"z"`
	P        float64    `json:"p"`
	Q        float64    `json:"q" doc:"p corrected for the number of squares"`
	Hot      bool       `json:"hot" doc:"q < 0.05 and z > 0"`
	Cold     bool       `json:"cold" doc:"q < 0.05 and z < 0"`
	Category string     `json:"category"`
	Trend    *trendJSON `json:"trend,omitempty" doc:"of its scores week by week; not there where there are too few weeks"`
	Why      string     `json:"why"`
}

type trendJSON struct {
	S         int64   `json:"s"`
	Z         float64 `json:"z"`
	P         float64 `json:"p"`
	Q         float64 `json:"q" doc:"p corrected for the number of series"`
	Direction string  `json:"direction" enum:"rising,falling,none" doc:"none where q is 0.05 or more"`
}

func newTrendJSON(t hotspot.Trend, q float64, direction string) trendJSON {
	return trendJSON{S: t.S, Z: t.Z, P: t.P, Q: q, Direction: direction}
}

func (s *staff) hotspots(ctx context.Context, in *hotspotsInput) (answer, error) {
	now, err := s.Live.Now()
	if err != nil {
		return answer{}, err
	}
	q, err := s.question(ctx, &in.FilterParams, now)
	if err != nil {
		return answer{}, err
	}
	if q.Level, q.Value = in.Level, scores.Value(in.Value); in.P == "permuted" {
		q.Draws = in.Draws
	}
	if err := in.mayScore(q.Value); err != nil {
		return answer{}, err
	}
	found, err := s.scored(ctx, q, in.text(), now)
	if err != nil {
		return answer{}, err
	}
	return ask(ctx, s, in, func(context.Context, *hotspotsInput) (answer, error) { return hotspotsJSON(q, found.Scores, in) })
}

// question makes a question about scores of a filter, of which it leaves what the
// caller may see.
func (s *staff) question(ctx context.Context, p *FilterParams, now cube.Moment) (*scores.Question, error) {
	query, err := p.query(ctx, now.Settings.Scheme)
	return s.asking(now, query), err
}

// asking makes a question about scores of what a query selects.
func (s *staff) asking(now cube.Moment, query data.Query) *scores.Question {
	return &scores.Question{Scheme: now.Settings.Scheme, Cube: now.Cube, Timeline: now.Settings.Timeline, Ground: &s.ground, Query: query}
}

// mayScore refuses a value by visits to who sees no visits.
func (p *FilterParams) mayScore(value scores.Value) error {
	if p.restricted && value == scores.PerVisit {
		return huma.Error403Forbidden("value: the scheme does not show the police visits; ask for value=items")
	}
	return nil
}

// text writes the filter in one way.
func (p *FilterParams) text() string {
	return data.Filter{Weeks: p.Weeks, Kinds: p.Kinds, Classes: p.Classes, Area: p.Area, BBox: p.BBox, Square: p.Square}.String()
}

// scored returns the scores of a question. They are found one after the other: who
// waits holds up nobody who asks something else.
func (s *staff) scored(ctx context.Context, q *scores.Question, filter string, now cube.Moment) (*keptScores, error) {
	return s.scores.get(ctx, q, filter, now, func() (found *scores.Scores, err error) {
		err = s.score(ctx, func() error {
			found, err = q.Find(ctx)
			return err
		})
		return found, err
	})
}

// score does what takes long in its turn, one after the other.
func (s *staff) score(ctx context.Context, do func() error) error {
	end, err := s.scoring.take(ctx)
	if err != nil {
		return err
	}
	defer end()
	endAsking, err := s.turns.take(ctx)
	if err != nil {
		return err
	}
	defer endAsking()
	return do()
}

func hotspotsJSON(q *scores.Question, found *scores.Scores, in *hotspotsInput) (answer, error) {
	out := hotspotsAnswer{Scored: found.Scored, Hot: found.Hot, Cold: found.Cold, Sentence: found.Sentence(), Rows: []hotspotRow{}}
	for i, square := range found.Ranked(in.Limit) {
		out.Rows = append(out.Rows, newHotspotRow(q, found, i+1, square))
	}
	return asJSON(out)
}

func newHotspotRow(q *scores.Question, found *scores.Scores, rank int, square *scores.Square) hotspotRow {
	name, centre := nameAndCentre(q.Scheme, square.Key)
	row := hotspotRow{
		Rank: rank, Square: name, Centre: centre, Items: square.Items, Z: square.Z, P: square.P, Q: square.Q,
		Hot: square.Hot(), Cold: square.Cold(), Category: square.Emerged.Category.String(), Why: found.Why(square),
	}
	if class, ok := q.ClassOf(square.Key); ok {
		row.Class = class.String()
	}
	if !q.Query.ItemsOnly {
		row.Visits = &square.Visits
	}
	if found.Scored.Steps > 0 {
		trend := newTrendJSON(square.Emerged.Trend, square.TrendQ, square.Direction())
		row.Trend = &trend
	}
	return row
}

// nameAndCentre returns what names a square, and its centre in degrees.
func nameAndCentre(scheme *data.Scheme, key grid.Key) (squareName, [2]float64) {
	square, ok := key.Square()
	if !ok {
		panic("api: a square that was scored is none")
	}
	lon, lat := scheme.Grid.Centre(square)
	return squareName{ID: key, Name: scheme.Grid.Name(square)}, [2]float64{lon, lat}
}
