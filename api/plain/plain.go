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

// StyleSheet returns the style sheet.
func StyleSheet() []byte { return bytes.Clone(style) }

// Style serves the style sheet.
func Style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(style) // the only error is a caller that went away
}

// Make makes a page of a template. The template must be one that can't fail
// with these values: a page is whole or it is a panic.
func Make(page *template.Template, values any) []byte {
	var content bytes.Buffer
	if err := page.Execute(&content, values); err != nil {
		panic(err)
	}
	return content.Bytes()
}

// Page makes a page of a template, as Make does, and serves it.
func Page(w http.ResponseWriter, page *template.Template, values any) {
	content := Make(page, values)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(content) // the only error is a caller that went away
}
