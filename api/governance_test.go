package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/intake"
	"commonground/data/sample"
)

// The page on governance goes by the scheme: it is public, and says so where the
// scheme is weaker than it could be.
func TestGovernanceSaysWhatTheSchemeDoes(t *testing.T) {
	weak := strings.NewReplacer(
		`police_kinds = ["needle"]`, `police_kinds = ["needle", "condom_used"]`, "ask_reason = true", "ask_reason = false",
		"pickup_months = 36", "pickup_months = 7", "incident_months = 24", "",
	).Replace(sample.SchemeText())
	for _, test := range []struct {
		scheme    string
		says, not []string
	}{
		{
			sample.SchemeText(),
			[]string{"Millbeck", "made up", "36 months after their week", "24 months", "The police do not see where condoms", "first says why", "of pickups: Needles", "Official warnings</th><td>police"},
			[]string{"no end is set", "do not ask"},
		},
		{
			weak,
			[]string{"7 months after their week", "no end is set", "show the police where some condoms were found: Condoms, used", "do not ask those who look"},
			[]string{"The police do not see", "first says why"},
		},
	} {
		s := start(t, func(ctx context.Context, door *intake.Door, _ *data.Scheme) {
			if _, err := door.PutScheme(ctx, test.scheme); err != nil {
				t.Fatal(err)
			}
		})
		response, page := s.do(http.MethodGet, "/governance", "", "Cookie", "none=1")
		if response.StatusCode != 200 || response.Header.Get("Cache-Control") != "public, max-age=300" {
			t.Fatalf("%s, %q", response.Status, response.Header.Get("Cache-Control"))
		}
		for _, text := range test.says {
			if !strings.Contains(string(page), text) {
				t.Errorf("the page does not say %q", text)
			}
		}
		for _, text := range test.not {
			if strings.Contains(string(page), text) {
				t.Errorf("the page says %q", text)
			}
		}
	}
}

// The statement on accessibility is public, below a slash and without, and goes with an export.
func TestTheStatementOnAccessibilityIsPublic(t *testing.T) {
	s := start(t, withSample(t))
	for path, style := range map[string]string{"/accessibility": `href="/governance/plain.css"`, "/accessibility/": `href="../governance/plain.css"`} {
		response, page := s.do(http.MethodGet, path, "", "Cookie", "none=1")
		if response.StatusCode != http.StatusOK || !strings.Contains(string(page), style) || !strings.Contains(string(page), "What is known not to work well") {
			t.Errorf("%s: %s", path, response.Status)
		}
	}
}
