// Package plain holds the style of the pages that are plain HTML, made by the
// server: the list of routes, signing in, governance. Problems are there too.
package plain

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
)

//go:embed plain.css
var style []byte

// Style serves the style sheet.
func Style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(style) // the only error is a caller that went away
}

// Page makes a page of a template and serves it. The template must be one that
// can't fail with these values: a page is whole or it is a panic.
func Page(w http.ResponseWriter, page *template.Template, values any) {
	var content bytes.Buffer
	if err := page.Execute(&content, values); err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(content.Bytes()) // as above
}
