package sample

import (
	"fmt"
	"slices"
	"time"

	"commonground/data"
	"commonground/geo"
)

// outcome is one that a call may have, with how many of seventy calls have
// it: the proportions of a published four-week report.
type outcome struct {
	id     string
	calls  int
	attend int // per mille of them, that someone came
}

var callOutcomes = [...]outcome{
	{"spoken_to", 17, 1000},
	{"arrested_other_offence", 1, 1000},
	{"official_warning", 2, 1000},
	{"ran_off", 1, 1000},
	{attendedNothing, 32, 1000},
	{welfareConcern, 3, 700},
	{notResponded, 6, 0},
	{reportedLater, 6, 0},
	{"soliciting_of_other_person", 1, 1000},
	{"not_related", 1, 0},
}

const (
	attendedNothing = "attended_nothing_found"
	welfareConcern  = "welfare_concern_from_service"
	notResponded    = "not_responded"
	reportedLater   = "reported_later"
)

var notRespondedReasons = [...]string{"officers_engaged_in_arrest", "no_unit_free", "bank_holiday"}

// callHours is how many calls come in each hour of the day, as weights.
var callHours = [24]int{60, 48, 34, 22, 14, 9, 7, 8, 9, 8, 8, 9, 10, 10, 11, 13, 16, 22, 30, 42, 56, 68, 74, 70}

// callDays is the same by day of the week, Sunday first.
var callDays = [7]int{14, 12, 13, 14, 15, 19, 18}

// Incidents returns two years of calls to the phone line and other reports,
// about 70 in four weeks, in the order in which they were received: for the
// same weeks as Pickups. Places are not classified. Only phone calls say
// whether they were answered. The scheme is not changed.
func Incidents(seed uint64, scheme *data.Scheme, until data.Date) []data.Incident {
	first, end := weeksBefore(scheme, until)
	c := calls{
		dice: newDice(seed, callStream), town: NewTown(seed), scheme: scheme,
		last: scheme.WeekStart(end).In(scheme.Location).Add(-time.Minute),
	}
	for week := first; week < end; week++ {
		for _, received := range c.times(week, 13+c.IntN(10)) {
			c.call(received)
		}
	}
	return c.incidents
}

// calls makes the incidents one after the other.
type calls struct {
	dice
	town      Town
	scheme    *data.Scheme
	last      time.Time // nothing happens after it
	incidents []data.Incident
	year      int // of the last call
	number    int // of the last call in its year
}

// times throws when the calls of a week come in, in order.
func (c *calls) times(week data.Week, n int) []data.When {
	var times []data.When
	for len(times) < n {
		day := c.scheme.WeekStart(week) + data.Date(c.IntN(7))
		if !c.chance(callDays[day.Weekday()] * 50) {
			continue
		}
		clock := day.In(time.UTC).Add(time.Duration(c.weighted(callHours[:]))*time.Hour +
			time.Duration(c.IntN(3600))*time.Second)
		when, err := data.WallClock(clock, c.scheme.Location)
		if err != nil {
			continue // the clocks went forward over it: throw again
		}
		times = append(times, when)
	}
	slices.SortStableFunc(times, func(a, b data.When) int { return a.At.Compare(b.At) })
	return times
}

func (c *calls) call(received data.When) {
	came := c.outcome()
	incident := data.Incident{
		Key: c.key(received), Position: c.position(), Received: received, Happened: c.happened(received, came.id),
		Channel: c.channel(came.id), Category: data.Nuisance, Outcome: came.id,
	}
	if came.id == welfareConcern {
		incident.Category = data.Harm
	}
	if came.id == notResponded {
		incident.Reason = notRespondedReasons[c.weighted([]int{3, 2, 1})]
	}
	if incident.Channel == "phone" {
		incident.Answered = c.answered(came.id)
	}
	if c.chance(came.attend) {
		at := received.At.Add(time.Duration(4*60+c.IntN(50*60)) * time.Second)
		if at.After(c.last) {
			at = c.last
		}
		incident.Attended = data.InstantOf(at)
	}
	c.incidents = append(c.incidents, incident)
}

func (c *calls) outcome() outcome {
	var weights []int
	for _, o := range callOutcomes {
		weights = append(weights, o.calls)
	}
	return callOutcomes[c.weighted(weights)]
}

// key numbers the calls of each year.
func (c *calls) key(received data.When) data.Key {
	if year := received.At.In(c.scheme.Location).Year(); year != c.year {
		c.year, c.number = year, 0
	}
	c.number++
	return data.Key{Source: "sample-line", Ref: fmt.Sprintf("MB-L-%d-%05d", c.year, c.number)}
}

// happened is up to three hours before, most often a few minutes. Of what was
// reported later, more than half is known by its day only.
func (c *calls) happened(received data.When, outcome string) data.When {
	within := 30 * 60
	if outcome == reportedLater || c.chance(250) {
		within = 3 * 60 * 60
	}
	at := received.At.Add(-time.Duration(c.IntN(within+1)) * time.Second)
	if outcome == reportedLater && c.chance(580) {
		return data.DayOf(data.DateOf(at.In(c.scheme.Location)), c.scheme.Location)
	}
	return data.InstantOf(at)
}

func (c *calls) channel(outcome string) string {
	switch {
	case outcome == welfareConcern:
		return "service"
	case outcome == reportedLater && c.chance(500), c.chance(60):
		return "online"
	}
	return "phone"
}

func (c *calls) answered(outcome string) data.Answer {
	unanswered := 60
	if outcome == notResponded {
		unanswered = 400
	}
	if c.chance(unanswered) {
		return data.No
	}
	return data.Yes
}

// callPlaces is where calls are from, as weights in the order of the classes
// Managed, Residential, NonResidential and Outside.
var callPlaces = [...]int{34, 44, 18, 4}

// position is most often a residential street near the managed area, or in it.
// One call in twenty-five gives no usable place.
func (c *calls) position() data.Position {
	if c.chance(40) {
		return data.Position{}
	}
	class := geo.Classes()[c.weighted(callPlaces[:])]
	parcels := c.town.ground.of(class)
	at := c.anywhereIn(c.town.ground, parcels[c.IntN(len(parcels))])
	for range 4 { // of a few places the one that is nearest
		other := c.anywhereIn(c.town.ground, parcels[c.IntN(len(parcels))])
		if c.town.ground.fromManaged(other) < c.town.ground.fromManaged(at) {
			at = other
		}
	}
	p := at.point()
	accuracyM := [...]float64{0, 10, 25, 50, 100}[c.weighted([]int{30, 10, 25, 25, 10})]
	return data.Position{Point: &p, AccuracyM: accuracyM}
}
