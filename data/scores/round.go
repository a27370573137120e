package scores

import (
	"fmt"
	"math"

	"commonground/geo"
	"commonground/geo/grid"
	"commonground/geo/plan"
)

// MostStops is among how many squares a round is chosen at most.
const MostStops = 200

// Shift is the time of one crew, on foot.
type Shift struct {
	// Start and End are where it leaves and where it must be at the end.
	Start, End geo.Point
	// Minutes, MetresPerMinute and MinutesAtStop are as for plan.Shift.
	Minutes, MetresPerMinute, MinutesAtStop float64
	// Must are places that are to be visited whatever is expected there.
	Must []Must
	// Squares is among how many a round is chosen, those with the most expected items.
	Squares int
}

// Must is a place that is to be visited.
type Must struct {
	Place geo.Point
	Title string
	// Before is by how many minutes after leaving; 0: at any time.
	Before float64
}

// Stop is one of a round.
type Stop struct {
	// Square is that which is visited, Must the place; one of them.
	Square grid.Key
	Must   *Must
	// Expected is how many items are expected there next week.
	Expected float64
	// Arrive is in minutes after leaving; Metres is how far it is from the stop before.
	Arrive, Metres float64
}

// Round is a round of one crew.
type Round struct {
	Stops           []Stop
	Minutes, Metres float64
	// Expected is how many items are expected at its stops, and OfAll of how many on all squares.
	Expected, OfAll float64
	Exact           bool
	Left            []NotVisited
	Forecast        *Forecast
	Sentence        string
}

// NotVisited is a place that had to be visited and isn't.
type NotVisited struct {
	Must *Must
	Why  string
}

// Round chooses and orders stops on squares of 125 m where most items are expected next week, and those that must
// be visited, for one crew and shift.
func (q *Question) Round(shift Shift) (*Round, error) {
	level := *q
	level.Level = 0
	forecast, err := level.Forecast()
	if err != nil {
		return nil, err
	}
	start, startOK := onPlane(q.Scheme.Grid, shift.Start)
	end, endOK := onPlane(q.Scheme.Grid, shift.End)
	if !startOK || !endOK {
		return nil, refused("start: it and the end must lie on the grid of the scheme")
	}
	r := &Round{Forecast: forecast}
	stops, which, err := r.stops(q.Scheme.Grid, &shift)
	if err != nil {
		return nil, err
	}
	found, err := plan.Shift{
		Start: start, End: end, Minutes: shift.Minutes, MetresPerMinute: shift.MetresPerMinute, MinutesAtStop: shift.MinutesAtStop,
	}.Round(stops)
	if err != nil {
		return nil, Refused{err.Error()}
	}
	r.Minutes, r.Metres, r.Expected, r.Exact = found.Minutes, found.Metres, found.Expected, found.Exact
	for _, v := range found.Visits {
		stop := which[v.Stop]
		stop.Arrive, stop.Metres = v.Arrive, v.Metres
		r.Stops = append(r.Stops, stop)
	}
	for _, l := range found.Left {
		r.Left = append(r.Left, NotVisited{which[l.Stop].Must, l.Why})
	}
	r.Sentence = r.sentence(shift.Minutes)
	return r, nil
}

// stops are those that a round is chosen from, with what each of them is.
func (r *Round) stops(on grid.Grid, shift *Shift) (stops []plan.Stop, which []Stop, err error) {
	for i := range shift.Must {
		m := &shift.Must[i]
		at, ok := onPlane(on, m.Place)
		if !ok {
			return nil, nil, refused("mustVisit: %q does not lie on the grid of the scheme", m.Title)
		}
		stops = append(stops, plan.Stop{X: at.X, Y: at.Y, Must: true, Before: m.Before})
		which = append(which, Stop{Must: m})
	}
	for i := range r.Forecast.Squares {
		s := &r.Forecast.Squares[i]
		r.OfAll += s.Items
		if i < shift.Squares && s.Items > 0 {
			at := middle(s.Key)
			stops = append(stops, plan.Stop{X: at.X, Y: at.Y, Expected: s.Items})
			which = append(which, Stop{Square: s.Key, Expected: s.Items})
		}
	}
	return stops, which, nil
}

func (r *Round) sentence(minutes float64) string {
	if len(r.Stops) == 0 {
		return fmt.Sprintf("No stop can be reached within %.0f minutes.", minutes)
	}
	text := fmt.Sprintf("%s in %.0f of %.0f minutes, %.1f km on foot", stopsText(len(r.Stops)), math.Ceil(r.Minutes), minutes, r.Metres/1000)
	if r.OfAll > 0 {
		text += fmt.Sprintf(": %.0f of the %.0f items expected in the week, %.0f %%", r.Expected, r.OfAll, 100*r.Expected/r.OfAll)
	}
	switch {
	case len(r.Left) == 1:
		text += ". One place that must be visited is left out"
	case len(r.Left) > 1:
		text += fmt.Sprintf(". %d places that must be visited are left out", len(r.Left))
	}
	return text + ". Ways are straight lines and three tenths; what is expected is an estimate."
}

func stopsText(n int) string {
	if n == 1 {
		return "1 stop"
	}
	return fmt.Sprintf("%d stops", n)
}
