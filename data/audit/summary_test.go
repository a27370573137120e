package audit_test

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"commonground/data/audit"
)

// sequence yields entries, and then an error if there is one.
func sequence(entries []audit.Entry, err error) iter.Seq2[audit.Sealed, error] {
	return func(yield func(audit.Sealed, error) bool) {
		for _, e := range entries {
			if !yield(audit.Sealed{Entry: e}, nil) {
				return
			}
		}
		if err != nil {
			yield(audit.Sealed{}, err)
		}
	}
}

// some are n entries alike, one every so often from a time on.
func some(n int, every time.Duration, e audit.Entry) []audit.Entry {
	var list []audit.Entry
	for range n {
		list = append(list, e)
		e.At = e.At.Add(every)
	}
	return list
}

func TestUnusualIsWhatReachesALimit(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		when, err := time.ParseInLocation(time.DateTime, text, london)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	entry := func(who string, action audit.Action, when time.Time) audit.Entry {
		return audit.Entry{At: when, Who: who, Name: "Jo", Action: action}
	}
	place := entry("a", audit.Look, at("2026-07-07 12:00:00"))
	place.Subject = "SE 29125 32750 · 125 m"
	bulk := entry("a", audit.Look, at("2026-07-07 12:00:00"))
	bulk.Records = 500
	fewer := bulk
	fewer.Records = 499
	for name, test := range map[string]struct {
		entries []audit.Entry
		want    string
	}{
		"a place looked at five times":          {some(5, 24*time.Hour, place), "repeated a SE 29125 32750 · 125 m 5"},
		"four times":                            {some(4, time.Hour, place), ""},
		"five times in more than a week":        {append(some(4, 0, place), later(place, 7*24*time.Hour)), ""},
		"the most of a week":                    {append(some(4, 24*time.Hour, place), some(6, time.Minute, later(place, 63*24*time.Hour))...), "repeated a SE 29125 32750 · 125 m 6"},
		"summer time at seven":                  {some(3, 0, entry("a", audit.Look, at("2026-07-07 07:00:00"))), ""},
		"summer time before seven":              {some(3, 0, entry("a", audit.Look, at("2026-07-07 06:59:59"))), "out_of_hours a  3"},
		"before seven at night":                 {some(3, 0, entry("a", audit.Export, at("2026-01-07 18:59:59"))), "export a  3"},
		"from seven at night":                   {some(3, 0, entry("a", audit.Preview, at("2026-01-07 19:00:00"))), "out_of_hours a  3"},
		"a weekend":                             {some(3, time.Hour, entry("a", audit.Look, at("2026-11-21 12:00:00"))), "out_of_hours a  3"},
		"two out of hours":                      {some(2, 0, entry("a", audit.Look, at("2026-01-07 03:00:00"))), ""},
		"sending out of hours":                  {some(9, 0, entry("a", audit.Collect, at("2026-01-07 03:00:00"))), ""},
		"many records":                          {[]audit.Entry{bulk, fewer}, "bulk a  1"},
		"ten refusals in a day":                 {some(10, 2*time.Hour, entry("a", audit.Refused, at("2026-01-07 03:00:00"))), "refused a  10"},
		"ten refusals in more":                  {some(10, 3*time.Hour, entry("a", audit.Refused, at("2026-01-07 03:00:00"))), ""},
		"ten refusals by two":                   {append(some(5, 0, entry("a", audit.Refused, place.At)), some(5, 0, entry("b", audit.Refused, place.At))...), ""},
		"the most first, then by name":          {slices.Concat(some(1, 0, entry("a", audit.Export, place.At)), some(2, 0, entry("c", audit.Export, place.At)), some(2, 0, entry("b", audit.Export, place.At))), "export b  2; export c  2; export a  1"},
		"nothing but the beginning of a log":    {some(99, 0, audit.Entry{At: at("2026-01-07 03:00:00"), Who: "log:1", Action: audit.Begin}), ""},
		"an action that this program knows not": {some(99, 0, entry("a", "peek", at("2026-01-07 03:00:00"))), ""},
	} {
		t.Run(name, func(t *testing.T) {
			rand.New(rand.NewPCG(1, 2)).Shuffle(len(test.entries), func(i, j int) {
				test.entries[i], test.entries[j] = test.entries[j], test.entries[i]
			})
			summary, err := audit.Summarize(sequence(test.entries, nil), london)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, u := range summary.Unusual {
				got = append(got, fmt.Sprintf("%s %s %s %d", u.Rule.ID, u.Who, u.Subject, u.Times))
				if u.To.Before(u.From) || u.Name != "Jo" {
					t.Errorf("%+v", u)
				}
			}
			if strings.Join(got, "; ") != test.want {
				t.Errorf("unusual is %q, want %q", got, test.want)
			}
		})
	}
}

func later(e audit.Entry, by time.Duration) audit.Entry {
	e.At = e.At.Add(by)
	return e
}

func TestSummaryCountsEntriesAndPeople(t *testing.T) {
	entries := []audit.Entry{{Who: "log:1", Action: audit.Begin}, {Who: "a", Action: audit.Look}, {Who: "b", Action: audit.Look}, {Who: "a", Action: audit.Retention}}
	for i := range entries {
		entries[i].At = morning
	}
	summary, err := audit.Summarize(sequence(entries, nil), time.UTC)
	if err != nil || summary.Entries != 4 || summary.People != 2 {
		t.Errorf("%+v, %v", summary, err)
	}
	for i, action := range audit.Actions {
		want := map[audit.Action]int64{audit.Begin: 1, audit.Look: 2, audit.Retention: 1}[action]
		if summary.Actions[i] != want {
			t.Errorf("%d of %s, want %d", summary.Actions[i], action, want)
		}
	}
	broken := errors.New("broken")
	if _, err := audit.Summarize(sequence(entries, broken), time.UTC); !errors.Is(err, broken) {
		t.Errorf("error is %v", err)
	}
}
