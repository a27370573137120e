package api_test

import (
	"net/http"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/sample"
)

// A steward changes who sees what, and it counts from the next request on; a
// scheme that is wrong, or takes away what records need, changes nothing.
func TestAStewardChangesTheScheme(t *testing.T) {
	s := start(t, withSample(t))
	put := func(text string) (*http.Response, string) {
		response, body := s.do(http.MethodPut, "/v1/scheme/file", text, "Cookie", as(data.Steward), "Content-Type", "application/toml")
		return response, string(body)
	}
	condoms := func() int {
		response, _ := s.do(http.MethodGet, "/v1/counts?kinds=condom_used", "", "Cookie", as(data.Police))
		return response.StatusCode
	}
	if condoms() != http.StatusForbidden {
		t.Error("the police see condoms before")
	}
	for name, wrong := range map[string]string{
		"line ":       strings.Replace(sample.SchemeText(), `time_zone = "Europe/London"`, `time_zone = "Mars"`, 1),
		"its time zo": strings.Replace(sample.SchemeText(), `time_zone = "Europe/London"`, `time_zone = "Asia/Tokyo"`, 1),
		"never remov": strings.Replace(sample.SchemeText(), `id = "needle"`, `id = "sharp"`, 1),
		"can't be us": "not TOML",
	} {
		if name == "never remov" {
			wrong = strings.Replace(wrong, `["needle"]`, `["sharp"]`, 1)
		}
		if response, said := put(wrong); response.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(said, name) {
			t.Errorf("%s: %s %s", name, response.Status, said)
		}
	}
	weak := strings.Replace(sample.SchemeText(), `["needle"]`, `["needle", "condom_used"]`, 1)
	if response, said := put(weak); response.StatusCode != http.StatusOK || said != weak {
		t.Errorf("%s %.200s", response.Status, said)
	}
	if condoms() != http.StatusOK {
		t.Error("the police don't see what the scheme shows them now")
	}
}
