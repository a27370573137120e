package data

import (
	"math"
	"time"

	"commonground/geo"
	"commonground/geo/grid"
)

// Destruction is a plan of what is to be destroyed. PlanDestruction makes one.
type Destruction struct {
	Scheme *Scheme
	// Revision of the settings with that scheme.
	Revision int64
	// Date is the day that the run is for.
	Date Date
	// At is when it is carried out, and Who by whom.
	At  time.Time
	Who string

	Pickups, Incidents Cut
}

// Cut says up to where the time of one sort of record is over.
type Cut struct {
	// Months is how long the scheme keeps them; 0 for good.
	Months int
	// Before is the first day of the first week that is kept, MonthsBefore that
	// of the first month, which is for records that are known to the month only.
	// Both are zero where all are kept.
	Before, MonthsBefore Date
}

// PlanDestruction plans the destruction for a day. A record's time is over when
// the end of its week, or of its month where no more is known, and the months of
// its sort lie before that day. What is not sealed yet is kept in any case:
// sealed is the first day after the last sealed period, as SealedAfter returns it.
func PlanDestruction(scheme *Scheme, date, sealed Date) Destruction {
	return Destruction{
		Scheme: scheme, Date: date,
		Pickups:   newCut(scheme, scheme.Retention.PickupMonths, date, sealed),
		Incidents: newCut(scheme, scheme.Retention.IncidentMonths, date, sealed),
	}
}

// SealedBy returns the first day after the last period that ended so long before
// a day that it may be sealed: the policy's delay, and the length of a period,
// since an edition waits for the next one to end. While there are no editions,
// that stands for sealed.
func (s *Scheme) SealedBy(date Date) Date {
	wait := max(s.Release.DelayDays, 7*s.PeriodWeeks)
	return s.WeekStart(s.PeriodOf(s.WeekOfDate(date - Date(wait))))
}

// SealedAfter returns the first day after the last period with a link in a
// chain of editions, whatever became of its edition; but never a later one than
// SealedBy, which it returns for an empty chain.
func (s *Scheme) SealedAfter(chain []Sealing, date Date) Date {
	sealed := s.SealedBy(date)
	if len(chain) == 0 {
		return sealed
	}
	last := chain[0].Period
	for i := range chain {
		last = max(last, chain[i].Period)
	}
	return min(sealed, last+Date(7*s.PeriodWeeks))
}

func newCut(scheme *Scheme, months int, date, sealed Date) Cut {
	if months == 0 {
		return Cut{}
	}
	over := func(end Date) bool { return addMonths(end, months) < date && end <= sealed }
	week := scheme.WeekOfDate(date)
	for !over(scheme.WeekStart(week)) {
		week--
	}
	month := firstOfMonth(date)
	for !over(month) {
		month = firstOfMonth(month - 1)
	}
	return Cut{Months: months, Before: scheme.WeekStart(week), MonthsBefore: month}
}

// addMonths returns the same day some months later, or the last one of that
// month where it has no such day.
func addMonths(d Date, months int) Date {
	year, month, day := d.utc().Date()
	first := DateOf(time.Date(year, month+time.Month(months), 1, 0, 0, 0, 0, time.UTC))
	next := firstOfMonth(first + 31)
	return min(first+Date(day-1), next-1)
}

func firstOfMonth(d Date) Date {
	_, _, day := d.utc().Date()
	return d - Date(day-1)
}

// Milliseconds returns the times, since 1970, before which records go: those with
// a week and those with a month. Where all are kept nothing lies before them.
func (c Cut) Milliseconds(location *time.Location) (weeks, months int64) {
	if c.Months == 0 {
		return math.MinInt64, math.MinInt64
	}
	return c.Before.In(location).UnixMilli(), c.MonthsBefore.In(location).UnixMilli()
}

// SumTime returns the time by which a record is summed up: the first day of its
// week, or its month.
func (d *Destruction) SumTime(when When) When {
	if when.Precision == Month {
		when.Ambiguous = false
		return when
	}
	return DayOf(d.Scheme.WeekStart(d.Scheme.WeekOf(when)), d.Scheme.Location)
}

// Days returns the half-open range of days that a time of SumTime stands for.
func (d *Destruction) Days(when When) (from, to Date) {
	from = DateOf(when.At.In(d.Scheme.Location))
	if when.Precision == Month {
		return from, firstOfMonth(from + 31)
	}
	return from, from + 7
}

// Centre returns the middle of the square that holds a point, or nil for none. It
// lies in that square itself.
func (d *Destruction) Centre(p *geo.Point) *geo.Point {
	if p == nil {
		return nil
	}
	square, ok := d.Scheme.Grid.Square(*p)
	if !ok {
		return nil
	}
	return middle(d.Scheme.Grid, square)
}

// middle returns the middle of a square of level 0, as far as it has one: where a
// grid ends amid the square, one of four other points that go by the square alone.
func middle(g grid.Grid, square grid.Square) *geo.Point {
	lon, lat := g.Centre(square)
	points := [][2]float64{{lon, lat}}
	for _, corner := range [][2]int32{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		cornerLon, cornerLat := g.Corner(square, corner[0], corner[1])
		points = append(points, [2]float64{(lon + cornerLon) / 2, (lat + cornerLat) / 2})
	}
	for _, at := range points {
		if p, err := geo.NewPoint(at[0], at[1]); err == nil {
			if same, ok := g.Square(p); ok && same == square {
				return &p
			}
		}
	}
	return nil
}

// HoldSpan returns the span of time of a hold, and the start of the month that
// holds its beginning: a record known to the month only is in it from there on.
func (d *Destruction) HoldSpan(h *Hold) (in Span, month time.Time) {
	location := d.Scheme.Location
	return Span{From: h.From.In(location), To: h.To.In(location)}, firstOfMonth(h.From).In(location)
}
