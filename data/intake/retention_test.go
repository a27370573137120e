package intake_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
	"commonground/data/sqlite"
)

func TestEndingGoesByTheSchemeAndBySeals(t *testing.T) {
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
	unsealed := on("2019-09-01")
	unsealed.Sealed = func(s *data.Scheme) data.Date { return s.Anchor }
	for _, test := range []struct {
		situation string
		ending    intake.Ending
		want      int64
	}{
		{"two months after the week's end", on("2019-07-01"), 0},
		{"a day later", on("2019-07-02"), 1},
		{"later, where its period is not sealed", unsealed, 0},
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
