package data_test

import (
	"strings"
	"testing"

	"commonground/data"
)

func parsed(t *testing.T, pairs ...string) *data.Scheme {
	t.Helper()
	s, err := data.ParseScheme(strings.NewReplacer(pairs...).Replace(schemeText))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func dated(t *testing.T, text string) data.Date {
	t.Helper()
	d, err := data.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWindowsOfAReport(t *testing.T) {
	monday := []string{`"Wednesday"`, `"Monday"`, "2019-04-24", "2018-12-03"}
	for _, test := range []struct {
		scheme   *data.Scheme
		period   string
		window   data.Window
		from, to string
	}{
		{parsed(t), "2019-04-24", data.PeriodWindow, "2019-04-24", "2019-05-22"},
		{parsed(t), "2019-04-24", data.AsAtWindow, "2019-05-21", "2019-05-22"},
		{parsed(t), "2019-04-24", data.ThreeMonthsWindow, "2019-02-01", "2019-05-01"},
		{parsed(t), "2019-03-27", data.PeriodWindow, "2019-03-27", "2019-04-24"}, // the clocks change in it
		{parsed(t, monday...), "2018-12-03", data.PeriodWindow, "2018-12-03", "2018-12-31"},
		{parsed(t, monday...), "2018-12-03", data.ThreeMonthsWindow, "2018-09-01", "2018-12-01"}, // it ends with the year's last day but one
		{parsed(t, monday...), "2018-12-31", data.ThreeMonthsWindow, "2018-10-01", "2019-01-01"},
		{parsed(t, monday...), "2019-02-25", data.ThreeMonthsWindow, "2018-12-01", "2019-03-01"},
	} {
		from, to, ok := test.scheme.WindowIn(dated(t, test.period), test.window)
		if !ok || from.String() != test.from || to.String() != test.to {
			t.Errorf("%s of %s is %v to %v, %v", test.window, test.period, from, to, ok)
		}
		if end, ok := test.scheme.WindowEnd(test.window, from); !ok || end != to {
			t.Errorf("%s that begins on %v ends before %v, %v", test.window, from, end, ok)
		}
	}
	if _, _, ok := parsed(t).WindowIn(dated(t, "2019-04-24"), data.CohortWindow); ok {
		t.Error("a cohort has a window of its own")
	}
}

func TestNoWindowBeginsInTheMiddle(t *testing.T) {
	s := parsed(t)
	for window, day := range map[data.Window]string{
		data.PeriodWindow: "2019-05-01", data.ThreeMonthsWindow: "2019-02-02", data.CohortWindow: "2019-01-01", "quarter": "2019-01-01",
	} {
		if _, ok := s.WindowEnd(window, dated(t, day)); ok {
			t.Errorf("%s begins on %s", window, day)
		}
	}
}
