package data

import (
	"slices"
	"time"

	"commonground/geo"
)

// Key names a record: who sent it and their own reference. It is unique, so
// that sending a record twice is harmless.
type Key struct {
	Source, Ref string
}

// Position is where something happened, and what the classifier says of it.
type Position struct {
	// Point is nil for a record that gives no usable place.
	Point *geo.Point
	// AccuracyM is the radius in metres within which the point was fixed; 0
	// where that isn't known.
	AccuracyM float64
	// Place is filled by package intake.
	Place geo.Place
}

// Quantity is a number of items of one kind.
type Quantity struct {
	Kind  string // id of a Kind
	Items int
}

// Pickup is one visit of a cleansing crew to a point. A visit that found
// nothing is one too: without it, more finds can't be told from more looking.
type Pickup struct {
	Key
	Position
	At When
	// Found has one entry for each kind that was counted, zero included, in
	// the order of their ids.
	Found []Quantity
}

// Same reports whether two pickups say the same. Their places are not
// compared: those are the program's own answer.
func (p Pickup) Same(other Pickup) bool {
	return p.Key == other.Key && p.Position.same(other.Position) && p.At.Equal(other.At) &&
		slices.Equal(p.Found, other.Found)
}

// Visit is what counting needs of a pickup.
type Visit struct {
	// Point is zero where the visit isn't Located.
	Point   geo.Point
	Located bool
	// Class and Area are those of the pickup's place. The ids of areas, and
	// those of kinds in Found, are few different strings, and shared.
	Class geo.Class
	Area  string
	At    When
	// Found is as in Pickup.
	Found []Quantity
	// Settled is one of a PickupSum: Point is the middle of its square, At its week
	// or month, and Class and Area are not to be asked for again.
	Settled bool
}

// Incident is one report of the public or of a service. It is never counted
// among items.
type Incident struct {
	Key
	// Position is where it happened.
	Position
	// Received is when the report came in; periods go by it.
	Received When
	// Happened is when the matter itself took place; class, hours and weekday
	// go by it. Without a time of its own it is Received.
	Happened When
	// Channel is one of the scheme's channels, or empty.
	Channel string
	// Category is Required.
	Category Category
	// Outcome is the id of one of the scheme's outcomes, or empty while open.
	Outcome string
	// Answered says whether the call was answered.
	Answered Answer
	// Attended is when someone came, if anyone did.
	Attended When
	// Reason is one of the scheme's reasons for no response, or empty.
	Reason string
}

// Same reports whether two incidents say the same, places not compared.
func (i Incident) Same(other Incident) bool {
	return i.Key == other.Key && i.Position.same(other.Position) &&
		i.Received.Equal(other.Received) && i.Happened.Equal(other.Happened) &&
		i.Channel == other.Channel && i.Category == other.Category && i.Outcome == other.Outcome &&
		i.Answered == other.Answered && i.Attended.Equal(other.Attended) && i.Reason == other.Reason
}

func (p Position) same(other Position) bool {
	if (p.Point == nil) != (other.Point == nil) || p.AccuracyM != other.AccuracyM {
		return false
	}
	return p.Point == nil || *p.Point == *other.Point
}

// Category says what an incident is about. The two are never added.
type Category string

// The categories of an incident.
const (
	// Harm is a report that someone may need help.
	Harm Category = "harm"
	// Nuisance is any other report.
	Nuisance Category = "nuisance"
)

// Answer is yes, no or not known.
type Answer string

// The answers.
const (
	Unknown Answer = ""
	Yes     Answer = "yes"
	No      Answer = "no"
)

// Locate asks a timeline for the place of a position at a time and fills it
// in. Hours are the scheme's.
func (p *Position) Locate(timeline *geo.Timeline, scheme *Scheme, when When) {
	p.Place = Placed(*p, timeline, scheme, when)
}

// Placed returns the place of a position at a time.
func Placed(p Position, timeline *geo.Timeline, scheme *Scheme, when When) geo.Place {
	if p.Point == nil {
		return geo.Place{Class: geo.Unlocated}
	}
	place := timeline.Place(*p.Point, p.AccuracyM, when.At)
	place.Hours = scheme.HoursAt(place.Class, when)
	return place
}

// NewPlacer returns a placer that answers as Placed does, for many at once.
func NewPlacer(timeline *geo.Timeline, scheme *Scheme) Placer {
	return func(places []geo.Place, positions []Position, times []When) {
		var some located
		for i, p := range positions {
			if p.Point != nil {
				some.add(i, p, times[i])
				continue
			}
			places[i] = geo.Place{Class: geo.Unlocated}
		}
		found := make([]geo.Place, len(some.at))
		timeline.Places(found, some.points, some.accuracyM, some.times)
		for k, i := range some.at {
			places[i] = found[k]
			places[i].Hours = scheme.HoursAt(found[k].Class, times[i])
		}
	}
}

// located lists, column by column, the positions that have a point.
type located struct {
	at        []int
	points    []geo.Point
	accuracyM []float64
	times     []time.Time
}

func (l *located) add(i int, p Position, when When) {
	l.at = append(l.at, i)
	l.points = append(l.points, *p.Point)
	l.accuracyM = append(l.accuracyM, p.AccuracyM)
	l.times = append(l.times, when.At)
}

// Milliseconds is a time as stores keep it: UTC, since 1970. The zero time is
// nil.
func Milliseconds(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := t.UnixMilli()
	return &ms
}
