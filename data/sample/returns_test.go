package sample

import (
	"testing"

	"commonground/data"
)

func TestReturnsFitTheirMeasures(t *testing.T) {
	scheme, day := testScheme(t), testDate(t, until)
	covered := outcomesByPeriod(scheme, Incidents(1, scheme, day))
	type window struct {
		measure  string
		from, to data.Date
	}
	figures := map[window]data.Return{}
	perMeasure := map[string]int{}
	for _, r := range Returns(1, scheme, day) {
		m, known := scheme.Measure(r.Measure)
		end, fixed := scheme.WindowEnd(m.Window, r.From)
		switch {
		case !known || r.Who != "sample:"+m.Agency || r.Withdrawn || r.Number != 0:
			t.Errorf("%+v", r)
		case m.Window != data.CohortWindow && (!fixed || end != r.To) || r.To <= r.From:
			t.Errorf("%s is from %v to %v", m.ID, r.From, r.To)
		case r.Least < 0 || r.Most < r.Least || !m.Range && r.Most != r.Least:
			t.Errorf("%s is %d to %d", m.ID, r.Least, r.Most)
		case !r.At.Before(day.In(scheme.Location)) || r.At.Before(r.To.In(scheme.Location)):
			t.Errorf("%s to %v was returned at %v", m.ID, r.To, r.At)
		case m.PartOf != "" && r.Most > figures[window{m.PartOf, r.From, r.To}].Most:
			t.Errorf("%s is more than its whole", m.ID)
		case m.Covers != "" && r.Most < covered[scheme.WeekOfDate(r.From)][m.Covers]:
			t.Errorf("%s is less than the line had", m.ID)
		}
		figures[window{r.Measure, r.From, r.To}] = r
		perMeasure[r.Measure]++
	}
	for _, m := range scheme.Measures {
		if perMeasure[m.ID] < 24 {
			t.Errorf("%s was returned for %d periods", m.ID, perMeasure[m.ID])
		}
	}
}

func TestReturnsAreOfTheWindowsOfAPublishedReport(t *testing.T) {
	scheme := testScheme(t)
	r := returns{scheme: scheme}
	from, to := r.window(data.CohortWindow, testDate(t, "2019-04-24"))
	if from.String() != "2018-12-01" || to.String() != "2019-04-01" {
		t.Errorf("the cohort is of %v to %v", from, to)
	}
}
