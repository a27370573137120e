package api_test

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"commonground/api"
	"commonground/api/editions/editionstest"
	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
)

// governanceOf is the public page under a scheme and an archive.
func governanceOf(t *testing.T, scheme, path string, archive *editionstest.Archive) (*http.Response, string) {
	s := startWhole(t, func(ctx context.Context, door *intake.Door, _ *data.Scheme) {
		if _, err := door.PutScheme(ctx, scheme); err != nil {
			t.Fatal(err)
		}
	}, func(*api.Config) {}, api.Public{Pages: publicPages, Editions: os.DirFS(archive.Dir)})
	response, page := s.stranger(http.MethodGet, path)
	if response.StatusCode != 200 {
		t.Fatal(response.Status)
	}
	return response, string(page)
}

// policyOf is the sample's scheme with some lines that differ.
func policyOf(lines ...string) string {
	scheme := sample.SchemeText()
	for _, line := range lines {
		key, _, _ := strings.Cut(line, " ")
		scheme = regexp.MustCompile("(?m)^"+key+" = .*$").ReplaceAllLiteralString(scheme, line)
	}
	return scheme
}

func says(t *testing.T, page string, texts, not []string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
	for _, text := range not {
		if strings.Contains(page, text) {
			t.Errorf("the page says %q", text)
		}
	}
}

func TestGovernanceSaysWhatWasReleased(t *testing.T) {
	archive := editionstest.New(t)
	_, page := governanceOf(t, sample.SchemeText(), "/governance", archive)
	says(t, page, []string{"Nothing has been released yet", "No value is weaker", "28 days", "50 %", "25 and 75", "50 hectares"}, []string{"Editions released", "(weaker"})

	archive.Seal("2019-03-27")
	archive.Seal(latest)
	_, page = governanceOf(t, sample.SchemeText(), "/governance", archive)
	says(t, page,
		[]string{"Editions released: 2. Of these withdrawn since: 0. The last one is of Wed 24 Apr 2019 to Tue 21 May 2019.", "ever released</th><td>passed", "another check</th><td>passed: 1.2 km²", "under the policy in force"},
		[]string{"Nothing has been released", "It differs"})

	archive.Withdraw(latest)
	_, page = governanceOf(t, sample.SchemeText(), "/governance", archive)
	says(t, page, []string{"Editions released: 2. Of these withdrawn since: 1.", "Tue 21 May 2019, and was withdrawn."}, nil)

	archive.Write("chain/1.json", "{}")
	response, page := governanceOf(t, sample.SchemeText(), "/governance", archive)
	says(t, page, []string{"can't be read at this moment"}, []string{"Nothing has been released", "Editions released"})
	if response.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%v", response.Header)
	}
}

// A value that is weaker than the default stands at the top, with the default.
func TestGovernanceShowsWhatIsWeakerThanTheDefault(t *testing.T) {
	weak := policyOf(`min_items = 7`, `max_day_percent = 60`, `override = ["min_items", "max_day_percent"]`)
	archive := editionstest.New(t)
	archive.Seal(latest) // under the default
	_, page := governanceOf(t, weak, "/governance", archive)
	says(t, page, []string{
		"Weaker than the default, on purpose", "<strong>Items in a square: 7</strong>, where the default is 10", "<strong>Share of one day: 60 %</strong>, where the default is 50 %",
		"Items in a square <strong>(weaker", "It differs from the one in force", "No value is weaker than the default",
	}, []string{"under the policy in force.", "Days with finds in a square <strong>(weaker"})
}

// Links lead to the same places from both addresses of the page, and below any
// path from the one with a slash.
func TestGovernanceStandsBelowAnyPath(t *testing.T) {
	archive := editionstest.New(t)
	_, page := governanceOf(t, sample.SchemeText(), "/governance/", archive)
	says(t, page, []string{`href="../"`, `href="plain.css"`}, []string{`href="/`})
	_, page = governanceOf(t, sample.SchemeText(), "/governance", archive)
	says(t, page, []string{`href="/"`, `href="/governance/plain.css"`}, nil)
}

// Each value of the policy is told, under its name in schemes.
func TestEveryValueOfThePolicyIsTold(t *testing.T) {
	archive := editionstest.New(t)
	for _, change := range []string{
		"delay_days = 1234", "epoch_weeks = 1030", "finest_m = 1000", "min_addresses = 1234", "min_items = 1234", "min_days = 23", "max_day_percent = 41", "min_squares = 1234",
		"cuts = [1234, 1334]", "table_min = 1230", "table_step = 1\noverride = [\"table_step\"]", "total_step = 1235", "min_search_hectares = 1234",
	} {
		_, page := governanceOf(t, policyOf(strings.Split(change, "\n")...), "/governance", archive)
		value := strings.Trim(strings.Split(strings.Fields(change)[2], ",")[0], "[]")
		if !strings.Contains(page, `class="number">`+value) {
			t.Errorf("%s: not on the page", change)
		}
	}
}
