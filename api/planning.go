package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/scores"
	"commonground/geo"
	"commonground/geo/grid"
)

// about is what was asked about, and how it was answered.
type about struct {
	Title  string `json:"title" doc:"what was counted, in words"`
	Method string `json:"method"`
	Weeks  string `json:"weeks" doc:"half open; empty where there are no records"`
}

type forecastInput struct {
	Conditional
	FilterParams
	Level uint8 `query:"level" maximum:"13" doc:"side of the squares: 125 m × 2^level"`
	Limit int   `query:"limit" default:"20" minimum:"1" maximum:"1000" doc:"rows at most"`
}

type forecastAnswer struct {
	Scored   about         `json:"scored"`
	Week     data.Date     `json:"week" doc:"first day of the week that it is for"`
	Expected float64       `json:"expected" doc:"items in that week, on all squares"`
	Squares  int           `json:"squares" doc:"how many were looked at"`
	Accuracy *accuracyJSON `json:"accuracy" doc:"null where there is nothing to try it on"`
	Sentence string        `json:"sentence" doc:"how good such forecasts were"`
	Rows     []forecastRow `json:"rows" doc:"the most expected items first"`
}

// accuracyJSON is a hotspot.Accuracy.
type accuracyJSON struct {
	Origins      int        `json:"origins" doc:"weeks that were forecast, each from those before it"`
	AreaShare    float64    `json:"areaShare" doc:"share of the squares that forecasts point to"`
	HitRate      float64    `json:"hitRate" doc:"share of the items that lay there"`
	NaiveHitRate float64    `json:"naiveHitRate"`
	PAI          float64    `json:"pai" doc:"hit rate by area share"`
	NaivePAI     float64    `json:"naivePai"`
	PEI          float64    `json:"pei" doc:"PEI*: PAI by the most that any map could have"`
	NaivePEI     float64    `json:"naivePei"`
	Gain         [2]float64 `json:"gain" doc:"interval of 95 % of pai less naivePai"`
	BeatsNaive   bool       `json:"beatsNaive" doc:"the whole interval is above 0"`
}

type forecastRow struct {
	Square   squareName `json:"square"`
	Centre   [2]float64 `json:"centre"`
	Expected float64    `json:"expected"`
	Naive    float64    `json:"naive" doc:"the mean of the last four weeks"`
}

func (s *staff) forecast(ctx context.Context, in *forecastInput) (answer, error) {
	return planned(ctx, s, &in.FilterParams, func(q *scores.Question) (any, error) {
		q.Level = in.Level
		found, err := q.Forecast()
		if err != nil {
			return nil, err
		}
		return forecastJSON(q, found, in.Limit), nil
	})
}

// planned answers a question about pickups that takes long, in its turn.
func planned(ctx context.Context, s *staff, p *FilterParams, find func(*scores.Question) (any, error)) (a answer, err error) {
	now, err := s.Live.Now()
	if err != nil {
		return answer{}, err
	}
	q, err := s.question(ctx, p, now)
	if err != nil {
		return answer{}, err
	}
	err = s.score(ctx, func() error {
		found, err := find(q)
		if err != nil {
			return err
		}
		a, err = asJSON(found)
		return err
	})
	return a, err
}

func forecastJSON(q *scores.Question, found *scores.Forecast, limit int) forecastAnswer {
	out := forecastAnswer{
		Scored: about{"items removed in the week after, " + q.About(), found.Method, q.WeeksText(found.From)}, Week: q.Scheme.WeekStart(found.Week),
		Squares: len(found.Squares), Sentence: found.Sentence, Rows: []forecastRow{},
	}
	for i := range found.Squares {
		square := &found.Squares[i]
		out.Expected += square.Items
		if i < limit {
			name, centre := nameAndCentre(q.Scheme, square.Key)
			out.Rows = append(out.Rows, forecastRow{name, centre, square.Items, square.Naive})
		}
	}
	if found.Tried {
		a := &found.Accuracy
		out.Accuracy = &accuracyJSON{
			a.Origins, found.AreaShare, a.Forecast.HitRate, a.Naive.HitRate, a.Forecast.PAI, a.Naive.PAI, a.Forecast.PEI, a.Naive.PEI, [2]float64{a.Least, a.Most}, a.Beats,
		}
	}
	return out
}

type binsInput struct {
	Conditional
	FilterParams
	N      int     `query:"n" default:"5" minimum:"1" maximum:"50" doc:"how many bins"`
	Within float64 `query:"within" default:"150" minimum:"0" maximum:"2000" doc:"how far people are taken to walk to one, in metres"`
}

type binsAnswer struct {
	Scored   about     `json:"scored"`
	Method   string    `json:"method"`
	Located  int64     `json:"located" doc:"items that lay on squares"`
	Best     bool      `json:"best" doc:"no other sites cover more"`
	Sentence string    `json:"sentence"`
	Sites    []binSite `json:"sites" doc:"in the order in which they were chosen"`
}

type binSite struct {
	Order        int        `json:"order"`
	Square       squareName `json:"square"`
	Centre       [2]float64 `json:"centre"`
	Covers       int64      `json:"covers" doc:"items near enough to it, and not to one before"`
	Share        float64    `json:"share"`
	RunningShare float64    `json:"runningShare"`
}

func (s *staff) bins(ctx context.Context, in *binsInput) (answer, error) {
	return planned(ctx, s, &in.FilterParams, func(q *scores.Question) (any, error) {
		found, err := q.Bins(in.N, in.Within)
		if err != nil {
			return nil, err
		}
		out := binsAnswer{
			Scored: about{"items removed within " + fmt.Sprintf("%.0f m", in.Within) + ", " + q.About(), found.Method, q.WeeksText(q.Weeks())}, Method: found.Method, Located: found.Located, Best: found.Best, Sentence: found.Sentence, Sites: []binSite{},
		}
		for i, site := range found.Sites {
			name, centre := nameAndCentre(q.Scheme, site.Square)
			out.Sites = append(out.Sites, binSite{i + 1, name, centre, site.Covers, site.Share, site.Running})
		}
		return out, nil
	})
}

type displacementInput struct {
	Conditional
	Date    string    `query:"date" required:"true" example:"2026-03-04" doc:"on which something was done; counted are whole weeks before it and after it"`
	Weeks   int       `query:"weeks" default:"26" minimum:"1" maximum:"104" doc:"how many on each side, at most"`
	Kinds   []string  `query:"kinds" doc:"ids of the kinds whose items count, with commas"`
	Classes []string  `query:"classes" doc:"classes that count, with commas"`
	BBox    []float64 `query:"bbox" doc:"west,south,east,north in degrees, of all that is compared"`
	Area    string    `query:"area" doc:"id of the area where it was done"`
	Square  uint64    `query:"square" doc:"id of the square where it was done"`
	Buffer  float64   `query:"buffer" default:"250" minimum:"1" maximum:"2000" doc:"how far around it items may have moved, in metres"`
}

type displacementAnswer struct {
	Scored     about       `json:"scored"`
	Before     threeParts  `json:"before"`
	After      threeParts  `json:"after"`
	Dispersion float64     `json:"dispersion" doc:"how much more weeks vary than Poisson numbers"`
	Quotient   *float64    `json:"quotient" doc:"null where it can't be told: the sentence says why"`
	Interval   *[2]float64 `json:"interval" doc:"of 95 %"`
	Sentence   string      `json:"sentence"`
}

type threeParts struct {
	Weeks   string `json:"weeks"`
	Treated int64  `json:"treated"`
	Buffer  int64  `json:"buffer"`
	Control int64  `json:"control"`
}

func (s *staff) displacement(ctx context.Context, in *displacementInput) (answer, error) {
	day, err := data.ParseDate(in.Date)
	if err != nil {
		return answer{}, invalid(fmt.Errorf("date: %w", err))
	}
	if (in.Area == "") == (in.Square == 0) {
		return answer{}, invalid(fmt.Errorf("area: give the area or the square where it was done, one of them"))
	}
	filter := FilterParams{Kinds: in.Kinds, Classes: in.Classes, BBox: in.BBox}
	return planned(ctx, s, &filter, func(q *scores.Question) (any, error) {
		m, err := q.Moved(scores.Done{Day: day, Weeks: in.Weeks, Area: in.Area, Square: grid.Key(in.Square), BufferM: in.Buffer})
		if err != nil {
			return nil, err
		}
		out := displacementAnswer{
			Scored: about{"items removed before and after " + in.Date, m.Method, q.WeeksText(data.WeekRange{From: m.Before.From, To: m.After.To})},
			Before: threeParts{q.WeeksText(m.Before), int64(m.Treated.Before), int64(m.Change.Buffer.Before), int64(m.Control.Before)},
			After:  threeParts{q.WeeksText(m.After), int64(m.Treated.After), int64(m.Change.Buffer.After), int64(m.Control.After)}, Dispersion: m.Dispersion, Sentence: m.Sentence,
		}
		if m.OK {
			out.Quotient, out.Interval = &m.Value, &[2]float64{m.Least, m.Most}
		}
		return out, nil
	})
}

type trendsInput struct {
	Conditional
	FilterParams
	By    string `query:"by" enum:"class,kind,square" default:"class" doc:"what the rows are"`
	Level uint8  `query:"level" maximum:"13" doc:"of squares: side 125 m × 2^level"`
	Limit int    `query:"limit" default:"20" minimum:"1" maximum:"1000" doc:"rows at most; q counts them all"`
}

type trendsAnswer struct {
	Scored   about      `json:"scored"`
	Whole    trendJSON  `json:"whole" doc:"of all items: one test, so that q is p"`
	Items    int64      `json:"items"`
	Sentence string     `json:"sentence"`
	Rows     []trendRow `json:"rows" doc:"squares with the most items first"`
}

type trendRow struct {
	Class  string      `json:"class,omitempty"`
	Kind   string      `json:"kind,omitempty"`
	Square *squareName `json:"square,omitempty"`
	Items  int64       `json:"items"`
	Trend  trendJSON   `json:"trend"`
}

func (s *staff) trends(ctx context.Context, in *trendsInput) (answer, error) {
	return planned(ctx, s, &in.FilterParams, func(q *scores.Question) (any, error) {
		q.Level = in.Level
		found, err := q.Trends(data.Dimension(in.By))
		if err != nil {
			return nil, err
		}
		out := trendsAnswer{
			Scored: about{"items removed by week, " + q.About(), found.Method, q.WeeksText(found.Weeks)}, Items: found.Items, Sentence: found.Sentence, Rows: []trendRow{},
			Whole: newTrendJSON(found.Whole, found.Whole.P, scores.Direction(found.Whole, found.Whole.P)),
		}
		for i := range found.Series[:min(in.Limit, len(found.Series))] {
			series := &found.Series[i]
			row := trendRow{Kind: series.Kind, Items: series.Items, Trend: newTrendJSON(series.Trend, series.Q, series.Direction())}
			switch in.By {
			case "class":
				row.Class = series.Class.String()
			case "square":
				name, _ := nameAndCentre(q.Scheme, series.Square)
				row.Square = &name
			}
			out.Rows = append(out.Rows, row)
		}
		return out, nil
	})
}

type concentrationInput struct {
	Conditional
	FilterParams
}

type concentrationAnswer struct {
	Scored about `json:"scored"`
	scores.Concentration
}

func (s *staff) concentration(ctx context.Context, in *concentrationInput) (answer, error) {
	return planned(ctx, s, &in.FilterParams, func(q *scores.Question) (any, error) {
		return concentrationAnswer{about{"items removed by location, squares of 125 m × class, " + q.About(), "Gini coefficient over the locations visited, and its excess over random placements", q.WeeksText(q.Weeks())}, q.Concentration()}, nil
	})
}

// roundInput asks for a round.
type roundInput struct {
	Body struct {
		Start           [2]float64  `json:"start" doc:"longitude, latitude in degrees: where the crew leaves"`
		End             *[2]float64 `json:"end,omitempty" doc:"where it must be in the end; default: the start"`
		Date            string      `json:"date,omitempty" doc:"of the round, for who prints it: nothing follows from it"`
		Leave           string      `json:"leave" pattern:"^[0-2][0-9]:[0-5][0-9]$" example:"06:30"`
		Minutes         float64     `json:"minutes" minimum:"1" maximum:"1440"`
		MetresPerMinute float64     `json:"metresPerMinute,omitempty" default:"80" minimum:"1" maximum:"1000" doc:"how fast the crew walks"`
		MinutesAtStop   *float64    `json:"minutesAtStop,omitempty" minimum:"0" maximum:"240" doc:"how long it stays; default: 6"`
		Weeks           string      `json:"weeks,omitempty" doc:"as of a filter; the round is for the week after"`
		Kinds           []string    `json:"kinds,omitempty"`
		MustVisit       []mustVisit `json:"mustVisit,omitempty" maxItems:"50"`
		Stops           int         `json:"stops,omitempty" default:"40" minimum:"1" maximum:"200" doc:"among how many squares the round is chosen"`
	}
}

type mustVisit struct {
	Place  [2]float64 `json:"place" doc:"longitude, latitude in degrees"`
	Title  string     `json:"title" maxLength:"80"`
	Before string     `json:"before,omitempty" doc:"time of arrival at the latest, such as 08:00"`
}

type roundAnswer struct {
	Scored     about       `json:"scored"`
	Sentence   string      `json:"sentence"`
	Accuracy   string      `json:"accuracy" doc:"how good such forecasts were"`
	Leave      string      `json:"leave"`
	Minutes    float64     `json:"minutes"`
	Metres     float64     `json:"metres"`
	Expected   float64     `json:"expected" doc:"items in the week at these stops"`
	OfExpected float64     `json:"ofExpected" doc:"share of those on all squares"`
	Exact      bool        `json:"exact" doc:"no round is better"`
	Stops      []roundStop `json:"stops"`
	Left       []leftStop  `json:"left" doc:"places that must be visited and aren't"`
}

type roundStop struct {
	Order    int         `json:"order"`
	Square   *squareName `json:"square" doc:"null for a place that must be visited"`
	Title    string      `json:"title"`
	Place    [2]float64  `json:"place"`
	Arrive   string      `json:"arrive" example:"06:41"`
	Expected float64     `json:"expected"`
	Before   string      `json:"before,omitempty"`
	WalkM    float64     `json:"walkM" doc:"from the stop before"`
}

type leftStop struct {
	Title string `json:"title"`
	Why   string `json:"why"`
}

func (s *staff) round(ctx context.Context, in *roundInput) (answer, error) {
	shift, err := in.shift()
	if err != nil {
		return answer{}, invalid(err)
	}
	filter := FilterParams{Weeks: in.Body.Weeks, Kinds: in.Body.Kinds}
	return planned(ctx, s, &filter, func(q *scores.Question) (any, error) {
		found, err := q.Round(shift)
		if err != nil {
			return nil, err
		}
		return in.answer(q, found), nil
	})
}

// shift reads what is asked for.
func (in *roundInput) shift() (shift scores.Shift, err error) {
	b := &in.Body
	shift = scores.Shift{Minutes: b.Minutes, MetresPerMinute: b.MetresPerMinute, MinutesAtStop: 6, Squares: b.Stops}
	if b.MinutesAtStop != nil {
		shift.MinutesAtStop = *b.MinutesAtStop
	}
	if shift.Start, err = geo.NewPoint(b.Start[0], b.Start[1]); err != nil {
		return shift, fmt.Errorf("start: %w", err)
	}
	if shift.End = shift.Start; b.End != nil {
		if shift.End, err = geo.NewPoint(b.End[0], b.End[1]); err != nil {
			return shift, fmt.Errorf("end: %w", err)
		}
	}
	leave, err := time.Parse("15:04", b.Leave)
	if err != nil {
		return shift, fmt.Errorf("leave: %q is no time such as 06:30", b.Leave)
	}
	for i, m := range b.MustVisit {
		must := scores.Must{Title: m.Title}
		if must.Place, err = geo.NewPoint(m.Place[0], m.Place[1]); err != nil {
			return shift, fmt.Errorf("mustVisit[%d].place: %w", i, err)
		}
		if m.Before != "" {
			before, err := time.Parse("15:04", m.Before)
			if err != nil {
				return shift, fmt.Errorf("mustVisit[%d].before: %q is no time such as 08:00", i, m.Before)
			}
			if must.Before = before.Sub(leave).Minutes(); must.Before <= 0 {
				return shift, fmt.Errorf("mustVisit[%d].before: %s is not after the crew leaves, %s", i, m.Before, b.Leave)
			}
		}
		shift.Must = append(shift.Must, must)
	}
	return shift, nil
}

func (in *roundInput) answer(q *scores.Question, found *scores.Round) roundAnswer {
	out := roundAnswer{
		Scored: about{"items expected in the week from " + q.Scheme.WeekStart(found.Forecast.Week).String() + ", " + q.About(), found.Forecast.Method, q.WeeksText(found.Forecast.From)}, Sentence: found.Sentence, Accuracy: found.Forecast.Sentence,
		Leave: in.Body.Leave, Minutes: found.Minutes, Metres: found.Metres, Expected: found.Expected, Exact: found.Exact, Stops: []roundStop{}, Left: []leftStop{},
	}
	if found.OfAll > 0 {
		out.OfExpected = found.Expected / found.OfAll
	}
	for i, stop := range found.Stops {
		row := roundStop{Order: i + 1, Arrive: in.clock(stop.Arrive), Expected: stop.Expected, WalkM: stop.Metres}
		if stop.Must != nil {
			at := stop.Must.Place.Orb()
			row.Title, row.Place = stop.Must.Title, [2]float64{at.Lon(), at.Lat()}
			if stop.Must.Before > 0 {
				row.Before = in.clock(stop.Must.Before)
			}
		} else {
			name, centre := nameAndCentre(q.Scheme, stop.Square)
			row.Square, row.Title, row.Place = &name, name.Name, centre
		}
		out.Stops = append(out.Stops, row)
	}
	for _, left := range found.Left {
		out.Left = append(out.Left, leftStop{left.Must.Title, left.Why})
	}
	return out
}

// clock is the time so many minutes after leaving.
func (in *roundInput) clock(minutes float64) string {
	leave, err := time.Parse("15:04", in.Body.Leave)
	if err != nil {
		panic(err) // it was read before
	}
	return leave.Add(time.Duration(minutes * float64(time.Minute))).Format("15:04")
}

// computing makes a route's handler from one that computes from a body and stores
// nothing.
func computing[I any](s *staff, handle func(context.Context, *I) (answer, error), example any) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, example)
		op.DefaultStatus = http.StatusOK
		huma.Register(api, op, func(ctx context.Context, in *I) (*reply, error) {
			a, err := handle(ctx, in)
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			return a.reply(), nil
		})
	}
}
