package intake_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/data/sqlite"
)

func TestEndingGoesByTheScheme(t *testing.T) {
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	check(t, err)
	defer store.Close()
	door := intake.New(store)
	text := regexp.MustCompile(`_months *= *\d+`).ReplaceAllString(sample.SchemeText(), "_months = 2")
	_, err = door.PutScheme(t.Context(), text)
	check(t, err)
	_, err = door.Pickups(t.Context(), strings.NewReader(oneOfEach), intake.Options{Source: "crew"})
	check(t, err)
	on := func(text string) intake.Ending {
		day, err := data.ParseDate(text)
		check(t, err)
		return intake.Ending{Date: day, At: time.UnixMilli(0), Who: "cli:clerk"}
	}
	due := func(e intake.Ending) int64 {
		t.Helper()
		certificate, err := door.Due(t.Context(), e)
		check(t, err)
		return certificate.Pickups.Records
	}
	for _, test := range []struct {
		situation string
		ending    intake.Ending
		want      int64
	}{
		{"two months after the week's end", on("2019-07-01"), 0},
		{"a day later", on("2019-07-02"), 1},
	} {
		if got := due(test.ending); got != test.want {
			t.Errorf("%s: %d are due", test.situation, got)
		}
	}
	if _, err := door.Destroy(t.Context(), intake.Ending{Date: 18_000, At: time.UnixMilli(0)}); err == nil {
		t.Error("nobody destroyed records")
	}
	certificate, err := door.Destroy(t.Context(), on("2019-07-02"))
	check(t, err)
	if certificate.Pickups.Records != 1 || certificate.Who != "cli:clerk" || certificate.Number != 1 {
		t.Errorf("%+v", certificate)
	}
	summary, err := door.Pickups(t.Context(), strings.NewReader(oneOfEach), intake.Options{Source: "crew"})
	check(t, err)
	if summary.Added != 0 {
		t.Error("it came back")
	}
	for _, part := range [][2]string{{`first_weekday = "Wednesday"`, `first_weekday = "Monday"`}, {"period_anchor = 2019-04-24", "period_anchor = 2019-04-22"}} {
		text = strings.Replace(text, part[0], part[1], 1)
	}
	if _, err := door.PutScheme(t.Context(), text); err == nil || !strings.Contains(err.Error(), "can't change any more") {
		t.Errorf("weeks may start on another day: %v", err)
	}
}

func TestNothingIsEndedBeforeItsPeriodIsSealed(t *testing.T) {
	w := newTown(t, schemeText+"\n[retention]\npickup_months = 2\nincident_months = 2\n")
	w.pickups("ref,at,lon,lat,needle\n1,2019-04-24,,,1\n2,2019-05-22,,,1\n3,2019-06-19,,,1\n", intake.Options{}).came(t, 3, 0, 0)
	w.incidents("received,lon,lat,category\n2019-05-21,,,harm\n", intake.Options{}).came(t, 1, 0, 0)
	ending := intake.Ending{Date: mustDate(t, "2019-08-31"), At: time.UnixMilli(0), Who: "cli:clerk"}
	expect := func(situation string, want ...int64) {
		t.Helper()
		due, err := w.door.Due(t.Context(), ending)
		check(t, err)
		pickups, incidents, err := w.door.Unsealed(t.Context(), ending)
		check(t, err)
		if got := []int64{due.Pickups.Records, due.Incidents.Records, pickups, incidents}; !slices.Equal(got, want) {
			t.Errorf("%s: due and unsealed are %v, want %v", situation, got, want)
		}
	}
	expect("no edition", 3, 1, 0, 0)
	seal(t, w.store, 1, "2019-03-27")
	expect("one of a period before", 0, 0, 3, 1)
	seal(t, w.store, 2, "2019-04-24")
	expect("one of the first period", 1, 1, 2, 0)
	check(t, w.store.PutSealing(t.Context(), data.Sealing{
		Number: 3, Period: mustDate(t, "2019-04-24"), Withdrawn: true, Manifest: "{}", SHA256: "aa", At: time.UnixMilli(0), Who: "oidc:a",
	}))
	expect("that was withdrawn", 1, 1, 2, 0)
	certificate, err := w.door.Destroy(t.Context(), ending)
	check(t, err)
	if certificate.Pickups.Records != 1 || certificate.Incidents.Records != 1 {
		t.Errorf("destroyed were %+v", certificate)
	}
	expect("what is left", 0, 0, 2, 0)
	ending.Date = mustDate(t, "2019-07-01") // the time of all but the first is not over
	expect("a day before", 0, 0, 0, 0)
}
