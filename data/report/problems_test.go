package report_test

import (
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/incidents"
	"commonground/data/report"
	"commonground/geo"
)

// What doesn't fit together is named, and the report isn't final.
func TestAReportThatDoesNotFitTogetherIsNotFinal(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*town)
		id   string
		says string
	}{
		"a contact at a parent": {func(w *town) {
			w.put([]data.Incident{w.incident("worker_identified", w.at("2019-05-01 10:00"))}, nil)
		}, "line.outcome.worker_identified", `Of "Person identified", 22 contacts, the parts make 21: 1 contact has none of them as outcome.`},
		"an outcome that the scheme lost": {func(w *town) {
			w.scheme.Outcomes = w.scheme.Outcomes[:len(w.scheme.Outcomes)-1]
		}, "line.unknown_outcome", "1 contact has an outcome that the scheme does not have, so the tree does not add up."},
		"more attended than were cautioned": {func(w *town) {
			w.returned("appointments_attended", span(w.t, "2018-12-01/2019-04-01"), 20, 20)
		}, "return.appointments_attended", `"appointments attended" is 20, more than the 19 of "conditional cautions" that it is part of.`},
		"a return below the line": {func(w *town) {
			w.returned("official_warnings", span(w.t, "2019-04-24/2019-05-22"), 1, 1)
		}, "return.official_warnings", `"official warnings" is 1 by the return of police, fewer than the 2 contacts of the line with the outcome "Given an official warning".`},
		"a period that is not over": {func(w *town) {
			w.made = w.at("2019-05-21 23:59").At
		}, "", "The period is not over: it ends with 21 May 2019."},
	} {
		w, _, _ := goldenTown(t)
		c.do(w)
		r := w.report("2019-04-24")
		found := false
		for _, p := range r.Problems {
			found = found || p.Figure == c.id && p.Text == c.says
		}
		if r.Final || !found {
			t.Errorf("%s: final %v, %q", name, r.Final, r.Problems)
		}
	}
}

func TestAPeriodWithoutRecordsIsNotFinal(t *testing.T) {
	w := newTown(t)
	if r := w.report("2019-04-24"); r.Final || len(r.Problems) != 1 || r.Problems[0].Text != "There is no record of the period." {
		t.Error(r.Problems)
	}
	w.put(nil, []data.Pickup{w.pickup(geo.Unlocated, 0, w.at("2019-05-21 23:59"))})
	if r := w.report("2019-04-24"); !r.Final {
		t.Errorf("with a visit that found nothing: %v", r.Problems)
	}
}

func TestAPeriodIsOverWithItsLastMinute(t *testing.T) {
	w, _, _ := goldenTown(t)
	w.made = w.at("2019-05-22 00:00").At
	if r := w.report("2019-04-24"); !r.Final {
		t.Error(r.Problems)
	}
}

func TestOnlyTheFirstDayOfAPeriodHasAReport(t *testing.T) {
	w := newTown(t)
	in := w.input("2019-04-24")
	for _, other := range []string{"2019-04-23", "2019-04-25", "2019-05-01"} {
		in.Period = day(t, other)
		if _, err := report.Make(in); err == nil || !strings.Contains(err.Error(), "the one that holds it is from") {
			t.Errorf("%s: %v", other, err)
		}
	}
}

func TestWhichReturnBelongsToAReport(t *testing.T) {
	w := newTown(t)
	for _, m := range []struct {
		id     string
		window data.Window
	}{{"warnings", data.PeriodWindow}, {"closures", data.AsAtWindow}, {"casework", data.ThreeMonthsWindow}, {"cautions", data.CohortWindow}} {
		w.scheme.Measures = append(w.scheme.Measures, data.Measure{ID: m.id, Title: m.id, Agency: "police", Window: m.window})
	}
	w.scheme.Measures = append(w.scheme.Measures, data.Measure{ID: "attended", Title: "attended", Agency: "police", Window: data.CohortWindow, PartOf: "cautions"})
	none := w.report("2019-04-24")
	if notes := strings.Join(none.Accuracy.Notes, "\n"); !strings.Contains(notes, "Figures not returned: police 5 of 5.") {
		t.Error(notes)
	}
	for _, r := range none.Agencies[0].Figures {
		if !r.Missing || !strings.HasPrefix(r.Source, "not returned by police") {
			t.Errorf("%s without returns: %+v", r.ID, r)
		}
	}
	for i, r := range []struct{ id, in string }{
		{"warnings", "2019-03-27/2019-04-24"}, {"warnings", "2019-04-24/2019-05-22"}, {"warnings", "2019-05-22/2019-06-19"},
		{"closures", "2019-04-23/2019-04-24"}, {"closures", "2019-04-30/2019-05-01"}, {"closures", "2019-05-21/2019-05-22"}, {"closures", "2019-05-22/2019-05-23"},
		{"casework", "2019-01-01/2019-04-01"}, {"casework", "2019-02-01/2019-05-01"}, {"casework", "2019-03-01/2019-06-01"},
		{"cautions", "2018-06-01/2018-12-01"}, {"cautions", "2018-12-01/2019-04-02"}, {"cautions", "2019-01-01/2019-05-01"},
		{"attended", "2018-06-01/2018-12-01"},
	} {
		w.returned(r.id, span(t, r.in), int64(i), int64(i))
	}
	w.returns = append(w.returns, data.Return{Number: 999, Measure: "closures", From: day(t, "2019-05-21"), To: day(t, "2019-05-22"), Withdrawn: true})
	got := map[string]report.Returned{}
	for _, f := range w.report("2019-04-24").Agencies[0].Figures {
		got[f.ID] = f
	}
	for id, want := range map[string]struct {
		n     int64
		about string
	}{
		"warnings": {1, "in the 28 days 24 April 2019 to 21 May 2019"}, "closures": {4, "as at 30 April 2019"},
		"casework": {8, "in the three months 1 February 2019 to 30 April 2019"}, "cautions": {11, "of those from 1 December 2018 to 1 April 2019"},
	} {
		if f := got[id]; f.Least != want.n || f.Most != want.n || f.About != want.about || f.Missing {
			t.Errorf("%s: %+v, want %v", id, f, want)
		}
	}
	if f := got["attended"]; !f.Missing {
		t.Errorf("attended of another cohort than its whole: %+v", f)
	}
}

// What was destroyed at the end of its retention counts on; its channel and reason
// are not known any more.
func TestSumsOfDestroyedContactsCount(t *testing.T) {
	w := newTown(t)
	in := w.input("2019-04-24")
	week := data.DayOf(day(t, "2019-05-01"), w.scheme.Location)
	in.Incidents = incidents.New(&w.scheme, 0, []data.Incident{w.incident("not_responded", week)}, []data.IncidentSum{{
		Time: week, Category: data.Nuisance, Outcome: "not_responded", Incidents: 4,
	}})
	r := mustMake(t, in)
	all := figures(r)
	if r.Line.N != 5 || all["line.outcome.not_responded"].Least != 5 || all["line.channel.none.nuisance"].Least != 4 || all["line.channel.phone.nuisance"].Least != 1 {
		t.Errorf("%+v", r.Line)
	}
}
