package api

import (
	"context"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/incidents"
	"commonground/data/scores"
	"commonground/data/tasking"
)

type incidentPlacesInput struct {
	Conditional
	IncidentParams
	Category string `query:"category" required:"true" enum:"harm,nuisance" doc:"which is ranked: never both together"`
	Level    uint8  `query:"level" default:"1" maximum:"4" doc:"side of the squares: 125 m × 2^level"`
}

type incidentPlacesAnswer struct {
	Scored   about           `json:"scored"`
	Category string          `json:"category"`
	Level    uint8           `json:"level"`
	Squares  int             `json:"squares" doc:"how many were scored"`
	Hot      int             `json:"hot"`
	Fewer    int             `json:"fewer" doc:"squares with one or two reports, which are not listed"`
	Steps    int             `json:"steps" doc:"reporting periods that categories and trends go by; 0 where there are too few"`
	Sentence string          `json:"sentence"`
	Note     string          `json:"note"`
	Rows     []incidentPlace `json:"rows" doc:"ten at most, the most reports first"`
}

type incidentPlace struct {
	Rank     int        `json:"rank"`
	Square   squareName `json:"square"`
	Centre   [2]float64 `json:"centre"`
	Reports  int64      `json:"reports"`
	Z        float64    `json:"z"`
	Q        float64    `json:"q" doc:"p corrected for the number of squares"`
	Hot      bool       `json:"hot"`
	Category string     `json:"category" doc:"what came of it over the periods"`
	Trend    *trendJSON `json:"trend,omitempty"`
	Hours    string     `json:"hours,omitempty" doc:"the four hours that hold most, where they stand out by more than chance"`
	Why      string     `json:"why"`
}

func (s *staff) incidentPlaces(ctx context.Context, in *incidentPlacesInput) (answer, error) {
	now, query, err := s.askIncidents(&in.IncidentParams)
	if err != nil {
		return answer{}, err
	}
	q := &tasking.Question{
		Scheme: now.Settings.Scheme, Set: now.Incidents, Timeline: now.Settings.Timeline, Ground: &s.ground, Query: query, Category: data.Category(in.Category), Level: in.Level,
	}
	var found *tasking.Places
	if err := s.score(ctx, func() (err error) {
		found, err = q.Places()
		return err
	}); err != nil {
		return answer{}, err
	}
	return asJSON(incidentPlacesJSON(q, found, in))
}

func incidentPlacesJSON(q *tasking.Question, found *tasking.Places, in *incidentPlacesInput) incidentPlacesAnswer {
	out := incidentPlacesAnswer{
		Scored: about{"reports of " + in.Category + " by square", tasking.Method, scores.WeeksText(q.Scheme, found.Weeks)}, Category: in.Category, Level: in.Level,
		Squares: found.Squares, Hot: found.Hot, Fewer: found.Fewer, Steps: found.Steps, Sentence: found.Sentence, Note: found.Note, Rows: []incidentPlace{},
	}
	for i := range found.Rows {
		place := &found.Rows[i]
		name, centre := nameAndCentre(q.Scheme, place.Square)
		row := incidentPlace{
			Rank: i + 1, Square: name, Centre: centre, Reports: place.Reports, Z: place.Z, Q: place.Q, Hot: place.Hot(), Category: place.Pattern.String(), Hours: place.Hours, Why: place.Why,
		}
		if found.Steps > 0 {
			trend := newTrendJSON(place.Trend, place.TrendQ, place.Direction())
			row.Trend = &trend
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

type responseInput struct {
	Conditional
	IncidentParams
}

// responseAnswer tells the categories apart.
type responseAnswer struct {
	Harm     responseTimes `json:"harm"`
	Nuisance responseTimes `json:"nuisance"`
}

type responseTimes struct {
	Now    responseJSON  `json:"now"`
	Before *responseJSON `json:"before" doc:"as many weeks before; null where the records do not go back so far, or no weeks were asked for"`
	Year   *responseJSON `json:"year" doc:"the same weeks 52 weeks before"`
}

// responseJSON is a tasking.Response.
type responseJSON struct {
	Weeks      string       `json:"weeks"`
	Reports    int64        `json:"reports"`
	Attended   int64        `json:"attended" doc:"to which someone came"`
	Timed      int64        `json:"timed" doc:"of which the minutes until then are known"`
	Median     int64        `json:"medianMinutes"`
	Ninth      int64        `json:"ninetiethMinutes" doc:"of nine in ten of those timed, at most"`
	Calls      int64        `json:"calls" doc:"of which it is known whether they were answered"`
	Unanswered int64        `json:"unanswered"`
	Reasons    []reasonJSON `json:"reasons" doc:"why nobody went"`
	Sentence   string       `json:"sentence"`
}

type reasonJSON struct {
	ID      string `json:"id"`
	Reports int64  `json:"reports"`
}

func (s *staff) incidentResponse(_ context.Context, in *responseInput) (answer, error) {
	now, query, err := s.askIncidents(&in.IncidentParams)
	if err != nil {
		return answer{}, err
	}
	return asJSON(responseAnswer{Harm: responseOf(now, query, data.Harm), Nuisance: responseOf(now, query, data.Nuisance)})
}

func responseOf(now cube.Moment, query incidents.Query, category data.Category) (out responseTimes) {
	scheme, weeks := now.Settings.Scheme, query.Weeks
	out.Now = newResponseJSON(scheme, tasking.Respond(now.Incidents, query, category))
	if weeks.IsZero() {
		return out
	}
	earlier := func(by data.Week) *responseJSON {
		query.Weeks = data.WeekRange{From: weeks.From - by, To: weeks.To - by}
		if !tasking.Held(now.Incidents, category, query.Weeks) {
			return nil
		}
		then := newResponseJSON(scheme, tasking.Respond(now.Incidents, query, category))
		return &then
	}
	out.Before, out.Year = earlier(weeks.To-weeks.From), earlier(data.YearWeeks)
	return out
}

func newResponseJSON(scheme *data.Scheme, r *tasking.Response) responseJSON {
	out := responseJSON{
		Weeks: scores.WeeksText(scheme, r.Weeks), Reports: r.Reports, Attended: r.Attended, Timed: r.Timed, Median: r.Median, Ninth: r.Ninth,
		Calls: r.Calls, Unanswered: r.Unanswered, Reasons: []reasonJSON{}, Sentence: r.Sentence(),
	}
	for _, reason := range r.Reasons {
		out.Reasons = append(out.Reasons, reasonJSON(reason))
	}
	return out
}
