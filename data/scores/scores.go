// Package scores says where there is more than chance makes: it puts counts of the
// cube on squares, has geo/hotspot score them, and says in plain sentences what was
// scored, over what, and how sure that is. What chance alone would make it does not
// say.
package scores

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"commonground/data"
	"commonground/data/cube"
	"commonground/geo"
	"commonground/geo/grid"
	"commonground/geo/hotspot"
)

// Question says what is to be scored.
type Question struct {
	// Scheme, Cube and Timeline belong together. Required.
	Scheme   *data.Scheme
	Cube     *cube.Cube
	Timeline *geo.Timeline
	// Ground keeps which squares meet an area. Required.
	Ground *Ground
	// Query selects what counts. Of ItemsOnly no visits are told, and none are
	// used. Default: everything.
	Query data.Query
	// Level of the squares.
	Level uint8
	// Value is what is scored of each square. Default: Items.
	Value Value
	// Draws is how often values are permuted for a p by permutation, at most
	// MostDrawn by squares. Default: 0, for the analytic p.
	Draws int
}

// Value is a number of each square.
type Value string

// The values.
const (
	// Items are those removed.
	Items Value = "items"
	// PerVisit is items by visits, where crews record visits.
	PerVisit Value = "per_visit"
)

// Bounds of one question.
const (
	// MostSquares is how many squares are scored at most: a city of 50 by 80 km at
	// level 0.
	MostSquares = 250_000
	// MostDrawn bounds squares by draws, and so the seconds that they take.
	MostDrawn = 20_000_000
	// MostDraws is how often values are permuted at most.
	MostDraws = 9_999
)

// Seed is that of every draw, so that the same records give the same answer.
const Seed = 1

// Refused is a question that has no answer, in a sentence for who asked.
type Refused struct{ Reason string }

func (r Refused) Error() string { return r.Reason }

func refused(format string, args ...any) error { return Refused{fmt.Sprintf(format, args...)} }

// Scored says what was scored, over what and how. It stands beside every score.
type Scored struct {
	Value      Value    `json:"value"`
	Title      string   `json:"title" doc:"what was scored, in words"`
	Method     string   `json:"method"`
	Domain     Domain   `json:"domain" enum:"visited,areas" doc:"the squares that were visited, or those that meet an area and those with items"`
	Squares    int      `json:"squares" doc:"how many were scored"`
	Level      uint8    `json:"level"`
	SideM      int      `json:"sideM"`
	Weeks      string   `json:"weeks" doc:"half open, such as 2019-04-24/2019-05-22; empty where there are no records"`
	P          string   `json:"p" enum:"analytic,permuted"`
	Sides      int      `json:"sides"`
	Correction string   `json:"correction"`
	Seed       *uint64  `json:"seed" doc:"null where nothing was drawn"`
	Draws      *int     `json:"draws"`
	LeastP     *float64 `json:"leastP" doc:"no p by permutation can be smaller"`
	Steps      int      `json:"steps" doc:"weeks of the categories; 0 where there are too few records for any"`
	StepWeeks  string   `json:"stepWeeks" doc:"which they are, half open; empty for none"`
	Note       string   `json:"note"`
}

// Square is a square with its score.
type Square struct {
	Key grid.Key
	data.Count
	// Local is the score, with P by permutation where that was asked for.
	hotspot.Local
	// Q is P corrected for the number of squares; 1 where there is no score.
	Q float64
	// Emerged is what came of it over the steps; zero where there are too few.
	Emerged hotspot.Emerged
	// TrendQ is the P of its trend corrected for the number of squares.
	TrendQ float64
}

// Hot reports whether there is more than chance would put there.
func (s *Square) Hot() bool { return s.OK && s.Q < hotspot.Significant && s.Z > 0 }

// Cold reports whether there is less than chance would put there.
func (s *Square) Cold() bool { return s.OK && s.Q < hotspot.Significant && s.Z < 0 }

// Scores are the squares of a question with their scores, in the order of their
// keys. They are not changed.
type Scores struct {
	Scored  Scored
	Squares []Square
	// Hot and Cold are how many of them are.
	Hot, Cold int
	visits    bool // are told
}

// Of returns the score of a square, or false for one that was not scored.
func (s *Scores) Of(key grid.Key) (*Square, bool) {
	i, ok := slices.BinarySearchFunc(s.Squares, key, func(square Square, key grid.Key) int { return cmp.Compare(square.Key, key) })
	if !ok {
		return nil, false
	}
	return &s.Squares[i], true
}

// Find scores the squares of a question by Gi*, corrected for their number, and says
// what came of each over the weeks. It refuses, by a Refused, what can't be
// scored, and ends with ctx.
func (q *Question) Find(ctx context.Context) (*Scores, error) {
	field, err := q.field()
	if err != nil {
		return nil, err
	}
	near := Near(len(field.squares), func(i int) grid.Key { return field.squares[i].Key })
	s := &Scores{Scored: q.scored(field), Squares: field.squares, visits: !q.Query.ItemsOnly}
	if err := q.score(ctx, s, near); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.emerge(s, near)
	for i := range s.Squares {
		if s.Squares[i].Hot() {
			s.Hot++
		} else if s.Squares[i].Cold() {
			s.Cold++
		}
	}
	s.Scored.Note = q.note(s)
	return s, nil
}

// score gives the squares Z, P and Q.
func (q *Question) score(ctx context.Context, s *Scores, near *hotspot.Neighbours) error {
	values := q.values(s.Squares)
	locals := hotspot.GetisOrd(values, near)
	if q.Draws > 0 && len(values) > 1 {
		p, err := q.permuted(ctx, values, near)
		if err != nil {
			return err
		}
		for i := range locals {
			locals[i].P = p[i]
		}
	}
	for i, corrected := range hotspot.Corrected(len(locals), func(i int) (float64, bool) { return locals[i].P, locals[i].OK }) {
		s.Squares[i].Local, s.Squares[i].Q = locals[i], corrected
	}
	return nil
}

// drawnAtOnce is after how many draws is looked whether who asked is still there.
const drawnAtOnce = 100

// permuted returns p by permutation. Draws go by the hundred, each with a seed of its
// own: the first has Seed, the next that and 1.
func (q *Question) permuted(ctx context.Context, values []float64, near *hotspot.Neighbours) ([]float64, error) {
	if n := len(values); n*q.Draws > MostDrawn {
		return nil, refused("p: %d squares are too many to permute %d times; choose a smaller place, a coarser level, or draws of %d at most", n, q.Draws, MostDrawn/n)
	}
	p := make([]float64, len(values)) // first, how many draws are as far
	for from := 0; from < q.Draws; from += drawnAtOnce {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		draws := min(drawnAtOnce, q.Draws-from)
		chance := hotspot.Chance{Seed: Seed + uint64(from/drawnAtOnce), Draws: draws}
		for i, some := range chance.Permuted(values, near) {
			p[i] += math.Round(some*float64(draws+1)) - 1
		}
	}
	for i := range p {
		p[i] = (p[i] + 1) / float64(q.Draws+1)
	}
	return p, nil
}

// emerge gives the squares what came of them over the weeks.
func (q *Question) emerge(s *Scores, near *hotspot.Neighbours) {
	span := q.Span()
	if span.To-span.From < hotspot.LeastSteps || len(s.Squares) == 0 {
		return
	}
	s.Scored.Steps, s.Scored.StepWeeks = int(span.To-span.From), WeeksText(q.Scheme, span)
	emerged := hotspot.Emerging(q.steps(s.Squares, span), near)
	for i, corrected := range hotspot.Corrected(len(emerged), func(i int) (float64, bool) { return emerged[i].Trend.P, emerged[i].Trend.OK }) {
		s.Squares[i].Emerged, s.Squares[i].TrendQ = emerged[i], corrected
	}
}
