package report_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/release"
	"commonground/data/report"
)

// noTiles draws nothing: what tiles hold is tested where they are drawn.
type noTiles struct{}

func (noTiles) Render(*release.Edition) ([]release.File, error) {
	return []release.File{{Path: "map.pmtiles", Content: []byte("-")}}, nil
}

// desk is where the town's editions are made; the epoch began with the golden period.
func (w *town) desk() *release.Desk {
	w.t.Helper()
	desk := &release.Desk{
		Store: w.store, Door: w.door, Archive: release.Archive{Dir: filepath.Join(w.t.TempDir(), "editions")}, Tiles: noTiles{},
		Accounts: report.Accounts{Store: w.store}, Now: func() time.Time { return day(w.t, "2019-09-01").In(time.UTC) },
	}
	if _, _, err := desk.Begin(w.ctx, release.Beginning{From: day(w.t, "2019-04-24"), Who: "test"}); err != nil {
		w.t.Fatal(err)
	}
	return desk
}

func (w *town) draft(desk *release.Desk, period string) *release.Draft {
	w.t.Helper()
	d, err := desk.Draft(w.ctx, day(w.t, period), "anna")
	if err != nil {
		w.t.Fatal(err)
	}
	if d.Report == nil {
		w.t.Logf("no report: %+v", finding(d, "report"))
	}
	return d
}

// nodeText writes a node as "70 = 21 + 32 + 17".
func nodeText(n *release.ReportNode) string {
	text := n.Text
	for i := range n.Parts {
		sign := " + "
		if i == 0 {
			sign = " = "
		}
		text += sign + nodeText(&n.Parts[i])
	}
	return text
}

func finding(d *release.Draft, rule string) release.Finding {
	for _, f := range d.Findings {
		if f.Rule == rule {
			return f
		}
	}
	return release.Finding{}
}

func TestThePublicEditionOfTheGoldenReportGivesNothingSmall(t *testing.T) {
	w, _, _ := goldenTown(t)
	d := w.draft(w.desk(), "2019-04-24")
	if f := finding(d, "report"); !f.Passed || len(f.Details) > 0 {
		t.Fatalf("the audit says %+v", f)
	}
	if got := nodeText(&d.Report.Line); got != "70 = 21 + 32 + 17" {
		t.Errorf("the line is %s", got)
	}
	got := map[string]string{}
	for _, r := range d.Report.Returns {
		for _, f := range r.Figures {
			got[f.ID] = f.Text
		}
	}
	want := map[string]string{
		"workers_contacted_distinct": "69", "official_warnings": "11", "home_office_cautions": "fewer than 10",
		"workers_arrested_other_offences": "fewer than 10", "purchasers_arrested": "fewer than 10",
		"conditional_cautions": "19", "appointments_attended": "not shown", "first_contact_with_justice": "not shown",
		"map_and_rules_offered": "not shown", "map_and_rules_taken": "not shown", "found_breaking_rules_again": "fewer than 10",
		"house_closures_in_operation": "fewer than 10", "landlords_or_agencies": "fewer than 10",
		"workers_engaged_each_month": "65 to 80", "supported_through_casework": "55",
	}
	for id, text := range want {
		if got[id] != text {
			t.Errorf("%s is %q, not %q", id, got[id], text)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d figures of returns, not %d", len(got), len(want))
	}
	checkReportFiles(t, d)
}

// checkReportFiles looks for every small figure of the golden report in the files.
func checkReportFiles(t *testing.T, d *release.Draft) {
	files := map[string]string{}
	for _, f := range d.Files() {
		files[f.Path] = string(f.Content)
	}
	var said release.PublicReport
	if err := json.Unmarshal([]byte(files["report.json"]), &said); err != nil {
		t.Fatal(err)
	}
	if nodeText(&said.Line) != "70 = 21 + 32 + 17" || len(said.Items) != 2 {
		t.Errorf("report.json says %+v", said)
	}
	for _, path := range []string{"report.html", "report.csv"} {
		text := files[path]
		for _, want := range []string{"70", "21", "32", "17", "69", "11", "fewer than 10", "65 to 80", "55", "Contacts"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
	for path, text := range files {
		if strings.HasPrefix(path, "report.") {
			continue
		}
		if strings.Contains(text, "ontacts") {
			t.Errorf("%s tells of contacts", path)
		}
	}
}

// again puts pickups in once more, as those of the next period.
func (w *town) again(pickups []data.Pickup) {
	w.t.Helper()
	for i := range pickups {
		pickups[i].Ref = fmt.Sprint("later ", pickups[i].Ref)
		pickups[i].At = data.DayOf(data.DateOf(pickups[i].At.At.In(w.scheme.Location))+28, w.scheme.Location)
	}
	w.put(nil, pickups)
}

func TestATreeThatDoesNotAddUpIsNeverPublic(t *testing.T) {
	w, contacts, pickups := goldenTown(t)
	w.again(pickups)
	wrong := contacts[0]
	wrong.Ref, wrong.Outcome = "between", "worker_identified" // that has parts
	w.put([]data.Incident{wrong}, nil)
	desk := w.desk()
	d := w.draft(desk, "2019-04-24")
	f := finding(d, "report")
	if f.Passed || len(f.Details) == 0 || !strings.Contains(f.Details[0], "the parts make") {
		t.Fatalf("%+v", f)
	}
	if d.Report != nil {
		t.Error("there is a report all the same")
	}
	err := desk.Sign(w.ctx, day(t, "2019-04-24"), d.SHA256, "anna", "Anna")
	if err == nil || !strings.Contains(err.Error(), "not final") {
		t.Errorf("signing says %v", err)
	}
}

// seal publishes a period.
func (w *town) seal(desk *release.Desk, period string) *release.Draft {
	w.t.Helper()
	d := w.draft(desk, period)
	for _, who := range []string{"anna", "ben"} {
		if err := desk.Sign(w.ctx, day(w.t, period), d.SHA256, who, who); err != nil {
			w.t.Fatal(err)
		}
	}
	if _, err := desk.Seal(w.ctx, day(w.t, period), d.SHA256, "anna"); err != nil {
		w.t.Fatal(err)
	}
	return d
}

// returned finds a figure in what is published.
func returned(r *release.PublicReport, id string) (release.ReportReturn, release.ReportReturnLine) {
	for _, given := range r.Returns {
		for _, f := range given.Figures {
			if f.ID == id {
				return given, f
			}
		}
	}
	return release.ReportReturn{}, release.ReportReturnLine{}
}

func TestFiguresWhoseDaysOverlapArePublishedOnce(t *testing.T) {
	w, _, pickups := goldenTown(t)
	w.again(pickups)
	desk := w.desk()
	w.seal(desk, "2019-04-24")
	// The next three months overlap by two with these; the cohort is corrected; and
	// another cohort holds the one before and a month more.
	w.goldenReturn(goldenReturn{agency: "diversion", id: "conditional_cautions", window: data.CohortWindow, in: "2018-12-01/2019-05-01", least: 23, most: 23, at: "2019-06-25"})
	in, to, _ := w.scheme.WindowIn(day(t, "2019-05-22"), data.ThreeMonthsWindow)
	w.goldenReturn(goldenReturn{agency: "outreach", id: "supported_through_casework", window: data.CohortWindow, in: in.String() + "/" + to.String(), least: 57, most: 57, at: "2019-06-25"})
	next := w.draft(desk, "2019-05-22")
	for id, text := range map[string]string{"conditional_cautions": "19", "supported_through_casework": "55"} {
		given, f := returned(next.Report, id)
		if f.Text != text || given.Since != "2019-04-24" {
			t.Errorf("%s is %s of %v to %v since %q; it was published as %s", id, f.Text, given.From, given.To, given.Since, text)
		}
	}
	if _, f := returned(next.Report, "workers_contacted_distinct"); f.Text != "not returned" {
		t.Errorf("another period's figure is %q", f.Text)
	}
	if _, err := desk.Withdraw(w.ctx, day(t, "2019-04-24"), "a mistake", "anna"); err != nil {
		t.Fatal(err)
	}
	next = w.draft(desk, "2019-05-22")
	if _, f := returned(next.Report, "supported_through_casework"); f.Text != "not shown" {
		t.Errorf("what a withdrawn edition gave is %q", f.Text)
	}
	for _, item := range next.Report.Items {
		if !strings.Contains(item.Sentence, "of which no edition is public") {
			t.Errorf("compared with a withdrawn edition: %s", item.Sentence)
		}
	}
}

func TestThePublicReportComparesPublishedTotalsAlone(t *testing.T) {
	w, _, pickups := goldenTown(t)
	w.again(pickups)
	desk := w.desk()
	w.seal(desk, "2019-04-24")
	next := w.draft(desk, "2019-05-22")
	for _, item := range next.Report.Items {
		if !strings.Contains(item.Sentence, "much as in the period before (about ") || !strings.Contains(item.Sentence, "not compared with the same weeks a year before") {
			t.Error(item.Sentence)
		}
	}
}
