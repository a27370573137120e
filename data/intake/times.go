package intake

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"commonground/data"
)

// DateOrder is the order of day and month in dates such as 03/04/2019.
type DateOrder string

// The orders.
const (
	// OrderUnknown leaves such dates unread.
	OrderUnknown DateOrder = ""
	// DayFirst is that of most of the world.
	DayFirst DateOrder = "dmy"
	// MonthFirst is that of the United States.
	MonthFirst DateOrder = "mdy"
)

// layout is one way of writing times and how exactly it tells them.
type layout struct {
	form      string
	precision data.Precision
}

// zoned are the forms that carry their own offset from UTC.
var zoned = []string{time.RFC3339Nano, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07"}

// plain are the forms by the scheme's wall clock that have one meaning.
var plain = forms(
	[]string{"2006-01-02", "2006/1/2", "20060102", "2-Jan-2006", "2 Jan 2006", "2 January 2006", "2-Jan-06"},
	[]layout{{"2006-01", data.Month}, {"Jan-06", data.Month}, {"Jan 2006", data.Month}, {"January 2006", data.Month}, {"1/2006", data.Month}})

var (
	dayFirst   = forms([]string{"2/1/2006", "2.1.2006", "2-1-2006", "2/1/06"}, nil)
	monthFirst = forms([]string{"1/2/2006", "1-2-2006", "1/2/06"}, nil)
)

// clocks are the ways of writing the time of day after a date.
var clocks = []string{" 15:04:05", "T15:04:05", " 15:04", "T15:04", " 3:04:05 PM", " 3:04 PM", " 3:04:05PM", " 3:04PM"}

func forms(dates []string, others []layout) []layout {
	all := others
	for _, date := range dates {
		all = append(all, layout{date, data.Day})
		for _, clock := range clocks {
			all = append(all, layout{date + clock, data.Instant})
		}
	}
	return all
}

// ParseTime reads a time as people and spreadsheets write it, and keeps how
// exactly it is told. A form without an offset is by the wall clock of the
// location. Numbers are days since the end of 1899, as spreadsheets count.
func ParseTime(text string, order DateOrder, location *time.Location) (data.When, error) {
	asked := text
	text = strings.ToUpper(strings.TrimSpace(text)) // names of months are read in any case, am and pm are not
	for _, form := range zoned {
		if t, err := time.Parse(form, text); err == nil {
			return data.InstantOf(t), nil
		}
	}
	if when, ok, err := parseSerial(text, location); ok {
		return when, err
	}
	for _, l := range layoutsOf(order) {
		if t, err := time.Parse(l.form, text); err == nil {
			return onWallClock(t, l.precision, location)
		}
	}
	if order == OrderUnknown && eitherOrder(text) {
		return data.When{}, fmt.Errorf("%q: is the day or the month first? Say which, for the whole file (--dates dmy or --dates mdy)", asked)
	}
	return data.When{}, fmt.Errorf("%q is no time that can be read; write it as 2019-04-24T09:15, 2019-04-24 or 2019-04", asked)
}

func layoutsOf(order DateOrder) []layout {
	switch order {
	case DayFirst:
		return append(plain[:len(plain):len(plain)], dayFirst...)
	case MonthFirst:
		return append(plain[:len(plain):len(plain)], monthFirst...)
	}
	return plain
}

func onWallClock(t time.Time, precision data.Precision, location *time.Location) (data.When, error) {
	switch precision {
	case data.Month:
		return data.MonthOf(t.Year(), t.Month(), location), nil
	case data.Day:
		day := data.DateOf(t)
		when := data.DayOf(day, location)
		if data.DateOf(when.At) != day {
			return data.When{}, fmt.Errorf("the day %v never happened in %s: the calendar skipped it", day, location)
		}
		return when, nil
	}
	return data.WallClock(t, location)
}

// Spreadsheets count days from here, so that 1 March 1900 is day 61.
var serialEpoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// Serial numbers outside this span, 1954 to 2119, are taken for something else.
const firstSerial, lastSerial = 20000, 80000

func parseSerial(text string, location *time.Location) (when data.When, ok bool, err error) {
	days, err := strconv.ParseFloat(text, 64)
	if err != nil || !(days >= firstSerial) || !(days < lastSerial) {
		return data.When{}, false, nil
	}
	whole, fraction := math.Modf(days)
	t := serialEpoch.AddDate(0, 0, int(whole))
	if fraction == 0 {
		when, err = onWallClock(t, data.Day, location)
		return when, true, err
	}
	// Spreadsheets keep about a millisecond; the nearest second is meant.
	t = t.Add(time.Duration(math.Round(fraction*24*60*60)) * time.Second)
	when, err = onWallClock(t, data.Instant, location)
	return when, true, err
}

// eitherOrder reports whether a text is a date that day-first or month-first
// reading would accept.
func eitherOrder(text string) bool {
	return readable(text, dayFirst) || readable(text, monthFirst)
}

func readable(text string, layouts []layout) bool {
	for _, l := range layouts {
		if _, err := time.Parse(l.form, text); err == nil {
			return true
		}
	}
	return false
}

// guessOrder finds out from examples whether the day or the month stands
// first: one of 13 or more decides. It returns OrderUnknown where none does, or
// where they contradict each other.
func guessOrder(examples []string) DateOrder {
	days, months := 0, 0
	for _, text := range examples {
		text = strings.TrimSpace(text)
		asDay, asMonth := readable(text, dayFirst), readable(text, monthFirst)
		switch {
		case asDay && !asMonth:
			days++
		case asMonth && !asDay:
			months++
		}
	}
	switch {
	case days > 0 && months == 0:
		return DayFirst
	case months > 0 && days == 0:
		return MonthFirst
	}
	return OrderUnknown
}
