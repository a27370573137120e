package intake_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"commonground/data"
	"commonground/data/intake"
)

// measuresText are measures at the end of schemeText.
const measuresText = `
[[measure]]
id = "warnings"
title = "Official warnings"
agency = "police"
window = "period"

[[measure]]
id = "cautions"
title = "Conditional cautions"
agency = "police"
window = "cohort"

[[measure]]
id = "attended"
title = "Appointments attended"
agency = "police"
window = "cohort"
part_of = "cautions"

[[measure]]
id = "closures"
title = "House closures"
agency = "council"
window = "as_at"

[[measure]]
id = "engaged"
title = "People engaged each month"
agency = "outreach"
window = "three_months"
range = true

[[measure]]
id = "housed"
title = "Of them housed"
agency = "outreach"
window = "three_months"
range = true
part_of = "engaged"
`

// meeting is when returns are sent in these tests: just before midnight in London,
// on the day after a period.
var meeting = time.Date(2019, 5, 22, 22, 59, 0, 0, time.UTC)

func by(agency string) intake.Returner {
	return intake.Returner{Agency: agency, Who: "key:7", At: meeting}
}

func returning(t *testing.T) town { return newTown(t, schemeText+measuresText) }

// returned is a figure as it is sent; an empty text is no day.
func returned(t *testing.T, measure, from, to string, figures ...int64) intake.Returned {
	t.Helper()
	r := intake.Returned{Measure: measure}
	if from != "" {
		r.From = mustDate(t, from)
	}
	if to != "" {
		r.To = mustDate(t, to)
	}
	switch len(figures) {
	case 1:
		r.Value = &figures[0]
	case 2:
		r.Least, r.Most = &figures[0], &figures[1]
	}
	return r
}

func (w town) returns() []data.Return {
	w.t.Helper()
	all, err := w.store.Returns(w.t.Context())
	check(w.t, err)
	return all
}

// said are the returns in the store, as people would say them.
func (w town) said() (all []string) {
	for _, r := range w.returns() {
		all = append(all, fmt.Sprintf("%d %s %v %v %d-%d %v %s", r.Number, r.Measure, r.From, r.To, r.Least, r.Most, r.Withdrawn, r.Who))
	}
	return all
}

func TestReturnsGoInWithTheWindowsOfTheirMeasures(t *testing.T) {
	w := returning(t)
	receipts, refusals, err := w.door.PutReturns(t.Context(), []intake.Returned{
		returned(t, "warnings", "2019-04-24", "", 11),
		returned(t, "cautions", "2018-12-01", "2019-04-01", 19),
		returned(t, "attended", "2018-12-01", "2019-04-01", 19),
		returned(t, "closures", "2019-05-22", "", 3), // as at today
		returned(t, "engaged", "2019-02-01", "2019-05-01", 65, 80),
	}, by(""))
	check(t, err)
	added := []data.Receipt{data.Added, data.Added, data.Added, data.Added, data.Added}
	if len(refusals) > 0 || !cmp.Equal(receipts, added) {
		t.Fatalf("%v, %v", receipts, refusals)
	}
	want := []string{
		"1 warnings 2019-04-24 2019-05-22 11-11 false key:7",
		"2 cautions 2018-12-01 2019-04-01 19-19 false key:7",
		"3 attended 2018-12-01 2019-04-01 19-19 false key:7",
		"4 closures 2019-05-22 2019-05-23 3-3 false key:7",
		"5 engaged 2019-02-01 2019-05-01 65-80 false key:7",
	}
	if diff := cmp.Diff(want, w.said()); diff != "" {
		t.Error(diff)
	}
}

func TestAReturnIsRefusedWithFieldAndRemedy(t *testing.T) {
	withdrawn := func(r intake.Returned) intake.Returned { r.Withdrawn = true; return r }
	w := returning(t)
	for _, test := range []struct {
		name   string
		agency string
		given  intake.Returned
		field  string
		reason string
	}{
		{"no measure", "police", returned(t, "", "2019-04-24", "", 1), "measure", "is missing; write one of warnings, cautions, attended"},
		{"a measure that nobody knows", "", returned(t, "arrests", "2019-04-24", "", 1), "measure", `"arrests" is no measure of the scheme`},
		{"a measure of others", "outreach", returned(t, "warnings", "2019-04-24", "", 1), "measure", "is returned by police, not by outreach; write one of engaged, housed"},
		{"an agency that returns nothing", "fire", returned(t, "warnings", "2019-04-24", "", 1), "measure", "fire returns nothing by the scheme"},
		{"no first day", "", returned(t, "warnings", "", "", 1), "from", "is missing"},
		{"a slip of the year", "", returned(t, "warnings", "0219-04-24", "", 1), "from", "the year 219"},
		{"a day in a period", "", returned(t, "warnings", "2019-04-25", "", 1), "from", "the one with that day begins on 2019-04-24"},
		{"a period by its last day", "", returned(t, "warnings", "2019-04-24", "2019-05-21", 1), "to", "ends before 2019-05-22; write that, the first day after it"},
		{"a period that is not over", "", returned(t, "warnings", "2019-05-22", "", 1), "from", "last until 2019-06-18, which is not over"},
		{"as at tomorrow", "", returned(t, "closures", "2019-05-23", "", 1), "from", "last until 2019-05-23, which is not over"},
		{"as at two days", "", returned(t, "closures", "2019-05-01", "2019-05-03", 1), "to", "as at a day from 2019-05-01 ends before 2019-05-02"},
		{"months that begin in the middle", "", returned(t, "engaged", "2019-02-02", "", 1, 2), "from", "the first of them, such as 2019-02-01"},
		{"two months", "", returned(t, "engaged", "2019-02-01", "2019-04-01", 1, 2), "to", "three months from 2019-02-01 ends before 2019-05-01"},
		{"months that are not over", "", returned(t, "engaged", "2019-04-01", "", 1, 2), "from", "last until 2019-06-30"},
		{"a cohort without an end", "", returned(t, "cautions", "2018-12-01", "", 1), "to", "write the first day after them"},
		{"a cohort of no day", "", returned(t, "cautions", "2018-12-01", "2018-12-01", 1), "to", "must be after 2018-12-01"},
		{"a cohort of over two years", "", returned(t, "cautions", "2017-01-01", "2019-01-03", 1), "to", "732 days; a cohort has at most 731"},
		{"a cohort that is not over", "", returned(t, "cautions", "2018-12-01", "2019-05-24", 1), "from", "last until 2019-05-23"},
		{"no figure", "", returned(t, "warnings", "2019-04-24", ""), "value", "is missing; write 0 where there was none"},
		{"a range of what is one number", "", returned(t, "warnings", "2019-04-24", "", 1, 2), "value", "warnings is one number"},
		{"one number of a range", "", returned(t, "engaged", "2019-02-01", "", 70), "least", "engaged is a least and a most; write both"},
		{"a range upside down", "", returned(t, "engaged", "2019-02-01", "", 80, 65), "most", "65 is less than the least, 80"},
		{"fewer than none", "", returned(t, "warnings", "2019-04-24", "", -1), "value", "write a number from 0 to 1000000"},
		{"a slip of the pen", "", returned(t, "warnings", "2019-04-24", "", 1_000_001), "value", "write a number from 0"},
		{"nothing to take back", "", withdrawn(returned(t, "warnings", "2019-04-24", "")), "withdrawn", "there is none to take back"},
		{"a figure and its withdrawal", "", withdrawn(returned(t, "warnings", "2019-04-24", "", 1)), "withdrawn", "has no figure"},
	} {
		good := returned(t, "closures", "2019-05-01", "", 3)
		if test.agency != "" {
			good = test.given
		}
		receipts, refusals, err := w.door.PutReturns(t.Context(), []intake.Returned{good, test.given}, by(test.agency))
		check(t, err)
		if receipts != nil || len(refusals) == 0 {
			t.Fatalf("%s: %v, %v", test.name, receipts, refusals)
		}
		last := refusals[len(refusals)-1]
		if last.Row != 2 || last.Field != test.field || !strings.Contains(last.Reason, test.reason) {
			t.Errorf("%s: %v", test.name, last)
		}
	}
	if all := w.returns(); len(all) > 0 {
		t.Errorf("%d of what was refused, or came with it, are in", len(all))
	}
}

func TestASchemeWithoutMeasuresTakesNoReturns(t *testing.T) {
	w := newTown(t, schemeText)
	_, refusals, err := w.door.PutReturns(t.Context(), []intake.Returned{returned(t, "warnings", "2019-04-24", "", 1)}, by("police"))
	check(t, err)
	if len(refusals) != 1 || !strings.Contains(refusals[0].Reason, "names no measures") {
		t.Errorf("%v", refusals)
	}
}

func TestAPartIsNeverAboveItsWhole(t *testing.T) {
	const from, to = "2018-12-01", "2019-04-01"
	w := returning(t)
	cautions := func(n int64) intake.Returned { return returned(t, "cautions", from, to, n) }
	attended := func(n int64) intake.Returned { return returned(t, "attended", from, to, n) }
	engaged := func(least, most int64) intake.Returned {
		return returned(t, "engaged", "2019-02-01", "", least, most)
	}
	housed := func(least, most int64) intake.Returned {
		return returned(t, "housed", "2019-02-01", "", least, most)
	}
	gone := cautions(0)
	gone.Value, gone.Withdrawn = nil, true
	for i, test := range []struct {
		given  []intake.Returned
		row    int // of the refusal; 0 for none
		reason string
	}{
		{[]intake.Returned{attended(19)}, 0, ""}, // its whole is not there yet
		{[]intake.Returned{cautions(18)}, 1, "can't be below its part attended: 19 as it stands"},
		{[]intake.Returned{cautions(19)}, 0, ""},
		{[]intake.Returned{attended(20)}, 1, "can't be above cautions, which it is a part of: 19 as it stands"},
		{[]intake.Returned{attended(25), cautions(24)}, 1, "a part of: 24 in row 2"},
		{[]intake.Returned{attended(24), cautions(24)}, 0, ""},
		{[]intake.Returned{attended(18), cautions(18)}, 0, ""}, // both at once
		{[]intake.Returned{returned(t, "attended", from, "2019-05-01", 99)}, 0, ""},
		{[]intake.Returned{gone}, 0, ""},
		{[]intake.Returned{attended(50)}, 0, ""}, // there is no whole any more
		{[]intake.Returned{engaged(65, 80), housed(60, 81)}, 2, "a part of: 65 to 80 in row 1"},
		{[]intake.Returned{engaged(65, 80), housed(66, 80)}, 2, "a part of: 65 to 80 in row 1"},
		{[]intake.Returned{engaged(65, 80), housed(65, 80)}, 0, ""},
	} {
		receipts, refusals, err := w.door.PutReturns(t.Context(), test.given, by(""))
		check(t, err)
		switch {
		case test.row == 0 && (len(refusals) > 0 || len(receipts) != len(test.given)):
			t.Errorf("%d: %v", i, refusals)
		case test.row > 0 && (len(refusals) != 1 || receipts != nil || refusals[0].Row != test.row || !strings.Contains(refusals[0].Reason, test.reason)):
			t.Errorf("%d: %v, want row %d: %s", i, refusals, test.row, test.reason)
		}
	}
}

func TestACorrectedReturnKeepsItsHistory(t *testing.T) {
	w := returning(t)
	send := func(figures ...int64) data.Receipt {
		given := returned(t, "warnings", "2019-04-24", "", figures...)
		given.Withdrawn = len(figures) == 0
		receipts, refusals, err := w.door.PutReturns(t.Context(), []intake.Returned{given}, by("police"))
		check(t, err)
		if len(refusals) > 0 {
			t.Fatal(refusals)
		}
		return receipts[0]
	}
	var got []data.Receipt
	for _, figures := range [][]int64{{11}, {11}, {12}, {}, {12}} {
		got = append(got, send(figures...))
	}
	if !cmp.Equal(got, []data.Receipt{data.Added, data.Unchanged, data.Corrected, data.Corrected, data.Added}) || len(w.returns()) != 4 {
		t.Errorf("%v, %v", got, w.said())
	}
	twice := []intake.Returned{returned(t, "warnings", "2019-04-24", "", 1), returned(t, "warnings", "2019-04-24", "2019-05-22", 2)}
	_, refusals, err := w.door.PutReturns(t.Context(), twice, by("police"))
	check(t, err)
	if len(refusals) != 1 || !strings.Contains(refusals[0].Reason, "there twice for these days, in row 1") {
		t.Errorf("%v", refusals)
	}
}

func TestPartAndWholeSentAtOnceDoNotContradictEachOther(t *testing.T) {
	for range 10 {
		w := returning(t)
		var group sync.WaitGroup
		for _, one := range []intake.Returned{
			returned(t, "cautions", "2018-12-01", "2019-04-01", 5), returned(t, "attended", "2018-12-01", "2019-04-01", 6),
		} {
			group.Go(func() {
				if _, _, err := w.door.PutReturns(t.Context(), []intake.Returned{one}, by("")); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if len(w.returns()) != 1 {
			t.Fatalf("both are in: %v", w.said())
		}
	}
}

func TestAMeasureThatWasReturnedKeepsItsWindow(t *testing.T) {
	w := returning(t)
	put := func(before, after string) error {
		_, err := w.door.PutScheme(t.Context(), strings.Replace(schemeText+measuresText, before, after, 1))
		return err
	}
	const asAt, period = `window = "as_at"`, `window = "period"`
	check(t, put(asAt, period)) // nothing was returned yet
	check(t, put("", ""))
	_, _, err := w.door.PutReturns(t.Context(), []intake.Returned{returned(t, "closures", "2019-05-01", "", 3)}, by(""))
	check(t, err)
	if err := put(asAt, period); err == nil || !strings.Contains(err.Error(), "there are returns of closures") {
		t.Errorf("another window: %v", err)
	}
	if err := put(asAt, asAt+"\nrange = true"); err == nil || !strings.Contains(err.Error(), "range = false") {
		t.Errorf("a range: %v", err)
	}
	check(t, put("House closures", "Closures of houses"))
	check(t, put("", ""))
	if err := put(period, `window = "as_at"`); err != nil { // of warnings there is no return
		t.Error(err)
	}
}
