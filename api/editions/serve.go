package editions

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"path"
	"strings"
	"time"

	"commonground/api/plain"
)

// Path is where the archive stands.
const Path = "/public/"

// contentTypes are by the ending of a file's name.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".json": "application/json", ".geojson": "application/geo+json", ".csv": "text/csv; charset=utf-8",
	".mvt": "application/vnd.mapbox-vector-tile", ".pmtiles": "application/vnd.pmtiles",
}

// ServeHTTP answers with the files of the archive. Nothing of a request counts
// but its method, its path, and what the caller has already: there is no
// question that could be put. Nobody is known, and no cookie is set.
func (a *Archive) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "ETag, Content-Range")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if !reads(w, r) {
		return
	}
	name := strings.TrimPrefix(r.URL.Path, Path)
	c, err := a.Catalogue()
	var f File
	if err == nil {
		f, err = c.find(name)
	}
	switch {
	case errors.Is(err, errFolder):
		header.Set("Cache-Control", keepAWhile)
		http.Redirect(w, r, Path+name+"/", http.StatusMovedPermanently)
	case err != nil:
		a.refuse(w, err)
	default:
		f.serve(w, r)
	}
}

// reads refuses what is not a look.
func reads(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	w.Header().Set("Cache-Control", "no-cache")
	plain.Problem(w, http.StatusMethodNotAllowed, "this address answers to GET and HEAD alone")
	return false
}

// refuse answers where there is no file. It says nothing of what else there is,
// and nobody may keep it: an edition may come, or go.
func (a *Archive) refuse(w http.ResponseWriter, err error) {
	w.Header().Set("Cache-Control", "no-cache")
	switch {
	case errors.Is(err, errNothing):
		plain.Problem(w, http.StatusNotFound, "there is nothing at this address")
	case errors.Is(err, errGone):
		plain.Problem(w, http.StatusGone, "this edition was withdrawn; the list of editions, "+Path+indexName+", says which ones stand")
	case errors.Is(err, errTile):
		plain.Problem(w, http.StatusBadRequest, "a tile is tiles/z/x/y.mvt: z from 0 to 14, x and y from 0 to less than 2 to the power of z")
	default:
		a.log.Error("the editions can't be read", "error", err)
		plain.Problem(w, http.StatusServiceUnavailable, "the editions can't be read at this moment; try again shortly")
	}
}

func (f File) serve(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	ending := path.Ext(f.Name)
	header.Set("Content-Type", cmp.Or(contentTypes[ending], "application/octet-stream"))
	header.Set("Cache-Control", f.keep)
	header.Set("ETag", f.tag())
	if len(f.Content) == 0 && ending == ".mvt" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.ServeContent(w, r, f.Name, time.Time{}, bytes.NewReader(f.Content))
}

// tag is the hash. It is weak for what may be sent compressed, and so in other
// bytes; an archive of tiles is compressed within, and read in ranges.
func (f File) tag() string {
	if path.Ext(f.Name) == ".pmtiles" {
		return `"` + f.sha256 + `"`
	}
	return `W/"` + f.sha256 + `"`
}
