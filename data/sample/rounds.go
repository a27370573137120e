package sample

import (
	"fmt"
	"slices"
	"time"

	"commonground/data"
)

// weeks is for how long there are records.
const weeks = 104

var crews = [...]string{"sample-crew-a", "sample-crew-b"}

// Pickups returns two years of visits by two crews, in the order of their days
// and then crew by crew: the 104 weeks of the scheme that end with the last
// full one before a day. Places are not classified. Each visit has an entry for each
// kind of the scheme of SchemeText, zero included. The scheme is not changed.
func Pickups(seed uint64, scheme *data.Scheme, until data.Date) []data.Pickup {
	r := rounds{dice: newDice(seed, roundStream), town: NewTown(seed), scheme: scheme}
	first, end := weeksBefore(scheme, until)
	silent := christmasWeek(scheme, end)
	for week := first; week < end; week++ {
		for _, day := range roundDays(scheme, week) {
			for i, crew := range crews {
				if i == 1 && (week == silent || week == silent+1) {
					continue // this crew sent nothing in
				}
				r.round(crew, day, int(week-first))
			}
		}
	}
	return r.pickups
}

// weeksBefore returns the half-open range of weeks that the sample covers.
func weeksBefore(scheme *data.Scheme, until data.Date) (first, end data.Week) {
	end = scheme.WeekOfDate(until)
	return end - weeks, end
}

// roundDays returns the Mondays, Wednesdays and Fridays of a week.
func roundDays(scheme *data.Scheme, week data.Week) []data.Date {
	var days []data.Date
	for day := scheme.WeekStart(week); day < scheme.WeekStart(week+1); day++ {
		switch day.Weekday() {
		case time.Monday, time.Wednesday, time.Friday:
			days = append(days, day)
		}
	}
	return days
}

// christmasWeek returns the last week before end that holds 25 December and
// has another after it.
func christmasWeek(scheme *data.Scheme, end data.Week) data.Week {
	week := end - 2
	for !holdsChristmas(scheme, week) {
		week--
	}
	return week
}

func holdsChristmas(scheme *data.Scheme, week data.Week) bool {
	for day := scheme.WeekStart(week); day < scheme.WeekStart(week+1); day++ {
		if at := day.In(time.UTC); at.Month() == time.December && at.Day() == 25 {
			return true
		}
	}
	return false
}

// rounds makes the visits one after the other.
type rounds struct {
	dice
	town    Town
	scheme  *data.Scheme
	pickups []data.Pickup
	year    int // of the last visit
	number  int // of the last visit in its year
}

// round makes the visits of one crew on one morning. One round in twelve is on
// paper: it has the day, but no hours and no accuracy.
func (r *rounds) round(crew string, day data.Date, week int) {
	onPaper := r.chance(80)
	clock := day.In(time.UTC).Add(6*time.Hour + time.Duration(r.IntN(20*60))*time.Second)
	for _, stop := range r.stops(18+r.IntN(6), week) {
		clock = clock.Add(time.Duration(4*60+r.IntN(5*60)) * time.Second)
		when, err := data.WallClock(clock, r.scheme.Location)
		if err != nil {
			continue // the clocks went forward over it
		}
		if onPaper {
			when = data.DayOf(day, r.scheme.Location)
		}
		r.pickups = append(r.pickups, data.Pickup{
			Key: r.key(crew, day), Position: r.position(stop.at, onPaper), At: when,
			Found: r.found(stop.finds, effect(stop.class, day, week)),
		})
	}
}

// key numbers the visits of each year.
func (r *rounds) key(crew string, day data.Date) data.Key {
	if year := day.In(time.UTC).Year(); year != r.year {
		r.year, r.number = year, 0
	}
	r.number++
	return data.Key{Source: crew, Ref: fmt.Sprintf("MB-%d-%06d", r.year, r.number)}
}

// stop is where a round halts.
type stop struct {
	spot
	order int
}

// stops chooses the halts of a round and puts those at one spot together.
func (r *rounds) stops(n, week int) []stop {
	var weights []int
	for _, s := range r.town.spots {
		weights = append(weights, s.weightAt(week))
	}
	var stops []stop
	for range n {
		if r.chance(150) {
			stops = append(stops, stop{spot: r.elsewhere(), order: r.IntN(len(weights))})
			continue
		}
		i := r.weighted(weights)
		s := stop{spot: r.town.spots[i], order: i}
		s.at = s.at.plus(r.inDisc(1_500))
		stops = append(stops, s)
	}
	slices.SortStableFunc(stops, func(a, b stop) int { return a.order - b.order })
	return stops
}

// elsewhere is a halt where crews don't come regularly.
func (r *rounds) elsewhere() spot {
	p := r.town.ground.parcels[r.IntN(len(r.town.ground.parcels))]
	return spot{at: r.anywhereIn(r.town.ground, p), class: p.class, finds: anyPlace}
}

// position is where the crew's device says it was: off by up to the accuracy
// that it states, or by some 20 m where it states none.
func (r *rounds) position(at vec, onPaper bool) data.Position {
	accuracyM := int64(5 + r.IntN(8))
	if r.chance(300) {
		accuracyM = int64(13 + r.IntN(18))
	}
	unknown := r.chance(60) || onPaper
	offM := accuracyM
	if unknown {
		offM, accuracyM = 20, 0
	}
	if r.chance(7) {
		return data.Position{}
	}
	p := at.plus(r.inDisc(offM * 100)).point()
	return data.Position{Point: &p, AccuracyM: float64(accuracyM)}
}
