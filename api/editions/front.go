package editions

import (
	"bytes"
	_ "embed"
	"html/template"
	"io/fs"
	"net/http"
)

//go:embed front.html
var frontHTML string

var frontTemplate = template.Must(template.New("front").Parse(frontHTML))

// The first page has its part about editions between these.
var beginMark, endMark = []byte("<!-- edition -->"), []byte("<!-- /edition -->")

// cantBeRead stands there while the archive is broken.
const cantBeRead = `<p class="lead">The released editions can't be read at this moment. Please come back later.</p>`

// Front serves the first page, made from index.html in pages. Its addresses are
// relative.
func (a *Archive) Front(pages fs.FS) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := a.Catalogue()
		var f File
		if err == nil {
			f, err = c.Front(pages)
		}
		if err != nil {
			a.frontless(w, pages, err)
			return
		}
		f.serve(w, r)
	}
}

// Front returns the first page. Where nothing was released it is as it was
// built.
func (c *Catalogue) Front(pages fs.FS) (File, error) {
	page, err := fs.ReadFile(pages, "index.html")
	if err == nil && len(c.Editions) > 0 {
		var part []byte
		part, err = c.part()
		page = between(page, part)
	}
	return File{"index.html", page, hashOf(page), keepAWhile}, err
}

// frontless serves the first page without its part about editions.
func (a *Archive) frontless(w http.ResponseWriter, pages fs.FS, err error) {
	page, unbuilt := fs.ReadFile(pages, "index.html")
	if unbuilt != nil {
		a.refuse(w, unbuilt)
		return
	}
	a.log.Error("the editions can't be read", "error", err)
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Type", contentTypes[".html"])
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write(between(page, []byte(cantBeRead))) // the only error is a caller that went away
}

// between puts part between the marks of a page. A page without them stays as
// it is.
func between(page, part []byte) []byte {
	before, rest, begins := bytes.Cut(page, beginMark)
	_, after, ends := bytes.Cut(rest, endMark)
	if !begins || !ends {
		return page
	}
	return bytes.Join([][]byte{before, beginMark, part, endMark, after}, nil)
}
