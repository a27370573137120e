package report_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/geo"
)

// goldenFigures are those of the published report for 24 April to 21 May 2019.
var goldenFigures = map[string]float64{
	"line.contacts":                             70,
	"line.outcome.worker_identified":            21,
	"line.outcome.spoken_to":                    17,
	"line.outcome.arrested_other_offence":       1,
	"line.outcome.official_warning":             2,
	"line.outcome.ran_off":                      1,
	"line.outcome.attended_nothing_found":       32,
	"line.outcome.welfare_concern_from_service": 3,
	"line.outcome.not_responded":                6,
	"line.outcome.reported_later":               6,
	"line.outcome.soliciting_of_other_person":   1,
	"line.outcome.not_related":                  1,
	"line.open":                                 0,

	"return.workers_contacted_distinct":      69,
	"return.official_warnings":               11,
	"return.home_office_cautions":            5,
	"return.workers_arrested_other_offences": 7,
	"return.purchasers_arrested":             7,

	"return.conditional_cautions":             19,
	"return.appointments_attended":            19,
	"return.first_contact_with_justice":       15,
	"return.map_and_rules_offered":            19,
	"return.map_and_rules_taken":              0,
	"return.found_breaking_rules_again":       0,
	"return.house_closures_in_operation":      3,
	"return.landlords_or_agencies":            2,
	"return.workers_engaged_each_month.least": 65,
	"return.workers_engaged_each_month.most":  80,
	"return.supported_through_casework":       55,
}

// goldenReturn is one of the published figures that agencies returned.
type goldenReturn struct {
	agency, id, partOf, covers string
	window                     data.Window
	in                         string // empty where the window says it
	least, most                int64
	at                         string // the day of the return; empty: two days after the period
}

const goldenCohort = "2018-12-01/2019-04-01"

var goldenReturns = []goldenReturn{
	{"police", "workers_contacted_distinct", "", "", data.PeriodWindow, "", 69, 69, ""},
	{"police", "official_warnings", "", "official_warning", data.PeriodWindow, "", 11, 11, ""},
	{"police", "home_office_cautions", "", "", data.PeriodWindow, "", 5, 5, ""},
	{"police", "workers_arrested_other_offences", "", "arrested_other_offence", data.PeriodWindow, "", 7, 7, ""},
	{"police", "purchasers_arrested", "", "", data.PeriodWindow, "", 7, 7, ""},
	{"diversion", "conditional_cautions", "", "", data.CohortWindow, goldenCohort, 19, 19, ""},
	{"diversion", "appointments_attended", "conditional_cautions", "", data.CohortWindow, goldenCohort, 19, 19, ""},
	{"diversion", "first_contact_with_justice", "conditional_cautions", "", data.CohortWindow, goldenCohort, 15, 15, ""},
	{"diversion", "map_and_rules_offered", "appointments_attended", "", data.CohortWindow, goldenCohort, 19, 19, ""},
	{"diversion", "map_and_rules_taken", "map_and_rules_offered", "", data.CohortWindow, goldenCohort, 0, 0, ""},
	{"diversion", "found_breaking_rules_again", "conditional_cautions", "", data.CohortWindow, goldenCohort, 0, 0, ""},
	{"antisocial", "house_closures_in_operation", "", "", data.AsAtWindow, "", 3, 3, ""},
	{"antisocial", "landlords_or_agencies", "", "", data.AsAtWindow, "", 2, 2, ""},
	{"outreach", "workers_engaged_each_month", "", "", data.ThreeMonthsWindow, "", 65, 80, ""},
	{"outreach", "supported_through_casework", "", "", data.ThreeMonthsWindow, "", 55, 55, ""},
}

// goldenTown is a town with records that give the figures, made up to fit, all of
// them through the door.
func goldenTown(t testing.TB) (w *town, contacts []data.Incident, pickups []data.Pickup) {
	var measures []data.Measure
	for _, r := range goldenReturns {
		measures = append(measures, data.Measure{
			ID: r.id, Title: strings.ReplaceAll(r.id, "_", " "), Agency: r.agency, Window: r.window, PartOf: r.partOf, Covers: r.covers, Range: r.least != r.most,
		})
	}
	w = newTownWith(t, measures)
	for _, r := range goldenReturns {
		w.goldenReturn(r)
	}
	contacts, pickups = w.goldenContacts(), w.goldenPickups()
	w.put(contacts, pickups)
	return w, contacts, pickups
}

// goldenReturn has an agency return a figure.
func (w *town) goldenReturn(r goldenReturn) {
	w.t.Helper()
	given := intake.Returned{Measure: r.id, Value: &r.least}
	if r.least != r.most {
		given.Value, given.Least, given.Most = nil, &r.least, &r.most
	}
	if from, to, ok := w.scheme.WindowIn(day(w.t, "2019-04-24"), r.window); ok {
		given.From, given.To = from, to
	} else {
		in := span(w.t, r.in)
		given.From, given.To = in.From, in.To
	}
	_, refused, err := w.door.PutReturns(w.ctx, []intake.Returned{given}, intake.Returner{
		Agency: r.agency, Who: "key:" + r.agency, At: day(w.t, cmp.Or(r.at, "2019-05-23")).In(time.UTC).Add(10 * time.Hour),
	})
	if err != nil || len(refused) > 0 {
		w.t.Fatal(r.id, err, refused)
	}
}

// goldenContacts has the first contact in the first minute of the period, and the
// last in its last.
func (w *town) goldenContacts() (contacts []data.Incident) {
	for _, o := range []struct {
		outcome string
		n       int
	}{
		{"spoken_to", 17}, {"arrested_other_offence", 1}, {"official_warning", 2}, {"ran_off", 1}, {"attended_nothing_found", 32},
		{"welfare_concern_from_service", 3}, {"not_responded", 6}, {"reported_later", 6}, {"soliciting_of_other_person", 1}, {"not_related", 1},
	} {
		for k := range o.n {
			n := len(contacts)
			i := w.incident(o.outcome, w.at(fmt.Sprintf("%s %02d:%02d", day(w.t, "2019-04-24")+data.Date(n*2/5), n*23/69, n*59/69)))
			i.Point = &w.places[geo.Residential][n]
			switch o.outcome {
			case "welfare_concern_from_service":
				i.Category, i.Channel = data.Harm, "service"
			case "not_responded":
				i.Reason = [...]string{"bank_holiday", "officers_engaged_in_arrest"}[k%2]
			case "not_related":
				i.Point = nil
			case "reported_later":
				i.Channel = "online"
			}
			contacts = append(contacts, i)
		}
	}
	return contacts
}

// goldenPickups have most condoms in a few places, none of them residential, and
// few needles anywhere.
func (w *town) goldenPickups() (pickups []data.Pickup) {
	place := func(n int) data.When {
		return w.at(fmt.Sprintf("%s 06:%02d", day(w.t, "2019-04-24")+data.Date(n%28), n%60))
	}
	for n := range 12 {
		pickups = append(pickups, w.pickup(geo.NonResidential, n%3, place(n), found("condom_used", 20+n), found("condom_unused", 3), found("needle", n%2)))
	}
	for n := range 40 {
		class := [...]geo.Class{geo.Managed, geo.Residential, geo.NonResidential}[n%3]
		pickups = append(pickups, w.pickup(class, 5+n/3, place(n), found("condom_used", 1), found("needle", n%3)))
	}
	return append(pickups, w.pickup(geo.Unlocated, 0, place(9), found("needle", 2)), w.pickup(geo.Residential, 30, place(5)))
}

func TestThePublishedReportComesOutOfRecords(t *testing.T) {
	w, _, _ := goldenTown(t)
	r := w.report("2019-04-24")
	if !r.Final || len(r.Problems) > 0 {
		t.Fatalf("not final: %v", r.Problems)
	}
	if r.Last != day(t, "2019-05-21") || r.Period.To-r.Period.From != 28 {
		t.Errorf("the period is %v", r.Period)
	}
	all := figures(r)
	for id, want := range goldenFigures {
		of, end, _ := strings.Cut(id, ".least")
		of, most, isMost := strings.Cut(of, ".most")
		f, ok := all[of]
		if got := map[bool]float64{false: f.Least, true: f.Most}[isMost]; !ok || got != want || end+most == "" && !strings.HasPrefix(id, "return.workers_engaged") && f.Least != f.Most {
			t.Errorf("%s is %v, want %v", id, f, want)
		}
	}
	var reasons []string
	for _, node := range r.Line.Outcomes {
		for _, reason := range node.Reasons {
			reasons = append(reasons, node.ID+" "+reason.ID)
		}
	}
	if want := []string{"not_responded bank_holiday", "not_responded officers_engaged_in_arrest"}; !slices.Equal(reasons, want) {
		t.Errorf("the reasons are %q, want %q", reasons, want)
	}
	for id, want := range map[string]string{
		"line.contacts":                     "contacts received 24 April 2019 to 21 May 2019",
		"return.official_warnings":          "return of police, 23 May 2019, number 2",
		"cleansing.total.needle":            "pickups, weeks 24 April 2019 to 21 May 2019",
		"return.workers_engaged_each_month": "return of outreach, 23 May 2019, number 14",
	} {
		if all[id].Source != want {
			t.Errorf("%s: from %q, want %q", id, all[id].Source, want)
		}
	}
	spans := map[data.Window]string{}
	for _, window := range r.Windows {
		for _, s := range window.Spans {
			spans[window.Window] += s.Text()
		}
	}
	if want := fmt.Sprint(map[data.Window]string{
		data.PeriodWindow: "24 April 2019 to 21 May 2019", data.CohortWindow: "1 December 2018 to 31 March 2019",
		data.AsAtWindow: "21 May 2019", data.ThreeMonthsWindow: "1 February 2019 to 30 April 2019",
	}); fmt.Sprint(spans) != want {
		t.Errorf("the windows are %v, want %s", spans, want)
	}
}

func TestThePublishedStatementsArePrinted(t *testing.T) {
	w, _, pickups := goldenTown(t)
	r := w.report("2019-04-24")
	said := ""
	for _, f := range r.Cleansing.Families {
		said += strings.Join(f.Concentration.Sentences, "\n") + "\n"
	}
	for _, want := range []string{
		"Condoms: a small number of locations account for the majority",
		"hold half of all, all of them in places of the class non-residential.",
		"Needles: low numbers at any one locality",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
	sums := map[string]float64{}
	for _, p := range pickups {
		for _, f := range p.Found {
			sums[f.Kind] += float64(f.Items)
		}
		sums["visits"]++
	}
	all := figures(r)
	for id, want := range sums {
		if got := all["cleansing.total."+id].Least; got != want {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
}

// The numbers in the table above are those of the file that they are from.
func TestTheTableIsThatOfThePublishedReport(t *testing.T) {
	text, err := os.ReadFile("../../../shared/golden/report-2019-05-21.json")
	if err != nil {
		text, err = os.ReadFile("../../../../shared/golden/report-2019-05-21.json")
	}
	if err != nil {
		t.Skip("the file of the published figures is not beside the repository: ../shared/golden/report-2019-05-21.json")
	}
	var file map[string]any
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{
		"spoken_to_or_moved_on": "spoken_to", "first_contact_with_justice_system": "first_contact_with_justice",
		"landlords_or_agencies_worked_with": "landlords_or_agencies",
	}
	checked := 0
	check := func(prefix, name string, value any) {
		if other, ok := names[name]; ok {
			name = other
		}
		n, ok := value.(float64)
		if !ok {
			return
		}
		checked++
		if want, ok := goldenFigures[prefix+name]; !ok || want != n {
			t.Errorf("%s%s is %v in the file and %v here", prefix, name, n, want)
		}
	}
	line := file["dedicated_line"].(map[string]any)
	check("line.", "contacts", line["contacts"])
	for name, value := range line["outcomes"].(map[string]any) {
		check("line.outcome.", name, value)
		if node, ok := value.(map[string]any); ok {
			check("line.outcome.", name, node["n"])
			parts, _ := node["of_which"].(map[string]any)
			for part, n := range parts {
				check("line.outcome.", part, n)
			}
		}
	}
	for _, returned := range []string{"police_return", "purchaser_diversion_cohort", "antisocial_behaviour_return", "outreach_return"} {
		for name, value := range file[returned].(map[string]any) {
			check("return.", name, value)
			if limits, ok := value.(map[string]any); ok && name == "workers_engaged_each_month" {
				check("return.", name+".least", limits["min"])
				check("return.", name+".most", limits["max"])
			}
		}
	}
	if checked != len(goldenFigures)-1 { // the open ones are not in it
		t.Errorf("%d figures of the file, %d here", checked, len(goldenFigures))
	}
}
