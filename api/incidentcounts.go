package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/incidents"
)

type incidentCountsInput struct {
	Conditional
	IncidentParams
	By    []string `query:"by" doc:"any of week, class, outcome, area and square, with commas; default week,class. Areas and squares are for the police alone"`
	Level uint8    `query:"level" maximum:"13" doc:"of squares: side 125 m × 2^level"`
}

type incidentCountsAnswer struct {
	By   []incidents.Dimension `json:"by"`
	Rows []incidentRow         `json:"rows"`
}

// incidentRow has the columns by which the counts are split, and always the
// category: harm and nuisance are never added.
type incidentRow struct {
	Week      any     `json:"week,omitempty" doc:"first day, such as 2019-04-24; null where undated"`
	Class     *string `json:"class,omitempty"`
	Outcome   *string `json:"outcome,omitempty" doc:"empty while open"`
	Area      *string `json:"area,omitempty" doc:"id; empty for none"`
	Square    any     `json:"square,omitempty" doc:"id and name; null for none"`
	Category  string  `json:"category"`
	Incidents int64   `json:"incidents"`
}

type incidentDimension struct {
	incidents.Dimension
	place bool
}

// incidentDimensions are those of incidents in their order, and whether they are
// of places finer than a class.
var incidentDimensions = []incidentDimension{
	{incidents.ByWeek, false},
	{incidents.ByClass, false},
	{incidents.ByOutcome, false},
	{incidents.ByArea, true},
	{incidents.BySquare, true},
}

// incidentCounts answers planners too, but not where they ask for a place.
func (s *staff) incidentCounts(ctx context.Context, in *incidentCountsInput) (answer, error) {
	by, place, err := parseIncidentSplit(in.By)
	if err != nil {
		return answer{}, err
	}
	// The guard has refused this before, and logged it; here it can't be forgotten.
	if (place || in.selectsPlace()) && !callerOf(ctx).Roles.Has(data.Police) {
		return answer{}, huma.Error403Forbidden("this is for the police")
	}
	now, q, err := s.askIncidents(&in.IncidentParams)
	if err != nil {
		return answer{}, err
	}
	out := incidentCountsAnswer{By: by, Rows: []incidentRow{}}
	for _, count := range now.Incidents.Counts(q, by, in.Level) {
		out.Rows = append(out.Rows, newIncidentRow(now.Settings.Scheme, by, &count))
	}
	return asJSON(out)
}

func parseIncidentSplit(names []string) (by []incidents.Dimension, place bool, err error) {
	if len(names) == 0 {
		return []incidents.Dimension{incidents.ByWeek, incidents.ByClass}, false, nil
	}
	for _, dimension := range incidentDimensions {
		if slices.Contains(names, string(dimension.Dimension)) {
			by, place = append(by, dimension.Dimension), place || dimension.place
		}
	}
	if len(by) != len(names) {
		return nil, false, invalid(fmt.Errorf("by=%s: use each of week, class, outcome, area and square once at most", strings.Join(names, ",")))
	}
	return by, place, nil
}

func newIncidentRow(scheme *data.Scheme, by []incidents.Dimension, c *incidents.Count) incidentRow {
	row := incidentRow{Category: string(c.Category), Incidents: c.Incidents}
	for _, dimension := range by {
		switch dimension {
		case incidents.ByWeek:
			row.Week = weekJSON(scheme, c.Week)
		case incidents.ByClass:
			class := c.Class.String()
			row.Class = &class
		case incidents.ByOutcome:
			row.Outcome = &c.Outcome
		case incidents.ByArea:
			row.Area = &c.Area
		case incidents.BySquare:
			row.Square = null
			if square, ok := c.Square.Square(); ok {
				row.Square = squareName{c.Square, scheme.Grid.Name(square)}
			}
		}
	}
	return row
}

type hoursInput struct {
	Conditional
	IncidentParams
}

// hoursAnswer counts by category, then weekday and hour of the scheme's clock.
type hoursAnswer struct {
	Weekdays []string      `json:"weekdays" doc:"in the order of rows: the scheme's week"`
	Harm     categoryHours `json:"harm"`
	Nuisance categoryHours `json:"nuisance"`
}

type categoryHours struct {
	Hours   [7][24]int64 `json:"hours" doc:"by weekday, then hour from 0 to 23"`
	Without int64        `json:"without" doc:"incidents of which the hour is not known"`
}

func (s *staff) incidentHours(_ context.Context, in *hoursInput) (answer, error) {
	now, q, err := s.askIncidents(&in.IncidentParams)
	if err != nil {
		return answer{}, err
	}
	first := now.Settings.Scheme.FirstWeekday
	hours, without := now.Incidents.Hours(q)
	var out hoursAnswer
	for i := range 7 {
		out.Weekdays = append(out.Weekdays, weekday(first, i).String())
	}
	for category, into := range map[data.Category]*categoryHours{data.Harm: &out.Harm, data.Nuisance: &out.Nuisance} {
		into.Without = without[category]
		for i := range 7 {
			into.Hours[i] = hours[category][weekday(first, i)]
		}
	}
	return asJSON(out)
}

func weekday(first time.Weekday, later int) time.Weekday { return (first + time.Weekday(later)) % 7 }
