package api

import (
	_ "embed"
	"html/template"
	"net/http"

	"commonground/api/plain"
	"commonground/data"
)

//go:embed accessibility.html
var accessibilityHTML string

var accessibilityPage = template.Must(template.New("accessibility").Parse(accessibilityHTML))

// accessibilityPath is where the statement on accessibility is below.
const accessibilityPath = "/accessibility/"

// accessible is what that page says things of.
type accessible struct {
	governanceAddresses
	Scheme *data.Scheme
}

// accessibility is the public page that says what was tested, what is known not to work, and whom to tell.
func accessibility(scheme SchemeOf, addresses governanceAddresses) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s, err := scheme(r.Context())
		if err != nil {
			problem(w, http.StatusServiceUnavailable, "the settings can't be read at this moment; try again shortly")
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=300")
		plain.Page(w, accessibilityPage, accessible{addresses, s})
	}
}
