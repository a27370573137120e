package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"commonground/api/plain"
)

//go:embed docs.html
var docsHTML string

// docRoute is one route in the page that lists them.
type docRoute struct {
	Path      string
	Method    string
	Operation *huma.Operation
	// Parameters are those in the address; headers are HTTP's own.
	Parameters []*huma.Param
}

// mountDocs serves a page made from the OpenAPI description. It is written
// once: it has no script, and loads nothing from elsewhere.
func mountDocs(router chi.Router, description *huma.OpenAPI) {
	var routes []docRoute
	for path, item := range description.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "DELETE": item.Delete} {
			if op != nil {
				routes = append(routes, docRoute{path, method, op, parameters(op)})
			}
		}
	}
	slices.SortFunc(routes, func(a, b docRoute) int {
		return bytes.Compare([]byte(a.Path+a.Method), []byte(b.Path+b.Method))
	})
	var page bytes.Buffer
	if err := template.Must(template.New("docs").Parse(docsHTML)).Execute(&page, routes); err != nil {
		panic(err) // the template is ours
	}
	machines, err := json.Marshal(description)
	if err != nil {
		panic(err) // the description is ours
	}
	router.Get("/openapi.json", serveBytes("application/openapi+json", machines))
	router.Get("/docs", serveBytes("text/html; charset=utf-8", page.Bytes()))
	router.Get("/docs/docs.css", plain.Style)
}

func parameters(op *huma.Operation) []*huma.Param {
	var inAddress []*huma.Param
	for _, p := range op.Parameters {
		if p.In != "header" {
			inAddress = append(inAddress, p)
		}
	}
	return inAddress
}

func serveBytes(contentType string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(content) // the only error is a caller that went away
	}
}
