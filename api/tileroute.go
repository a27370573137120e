package api

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"commonground/data"
	"commonground/tiles"
)

// tile makes the route of a layer's tiles. It reads requests by itself: there are
// hundreds of them for each other one, and huma's way takes longer than to draw a
// tile. The description is huma's.
func tile(s *staff, layer string) func(huma.API, huma.Operation) {
	return rawTile[tileInput](s, func(w http.ResponseWriter, r *http.Request) error { return s.serveTile(w, r, layer) })
}

// rawTile makes a route of tiles whose parameters are those of I.
func rawTile[I any](s *staff, serve func(http.ResponseWriter, *http.Request) error) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		op.Parameters = parametersOf[I](op)
		op.Responses = map[string]*huma.Response{
			"200": {Description: "OK", Content: map[string]*huma.MediaType{mvtType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}},
			"304": {Description: "The caller has the tile already"},
			"default": {Description: "Error", Content: map[string]*huma.MediaType{
				"application/problem+json": {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[huma.ErrorModel](), true, "")},
			}},
		}
		s.mountRaw(api, &op, serve)
	}
}

// mountRaw mounts a handler that reads its requests and writes its answers by
// itself; the description is huma's. An error is what it did not write.
func (s *staff) mountRaw(api huma.API, op *huma.Operation, serve func(http.ResponseWriter, *http.Request) error) {
	api.OpenAPI().AddOperation(op)
	api.Adapter().Handle(op, func(ctx huma.Context) {
		r, w := humachi.Unwrap(ctx)
		if err := serve(w, r); err != nil {
			writeError(w, s.fail(r.Context(), err))
		}
	})
}

// describeBody describes a body of one JSON value like an example.
func describeBody(api huma.API, op *huma.Operation, example any) {
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		jsonType: {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(example), true, "")},
	}}
}

// parametersOf returns how huma describes the parameters of an input.
func parametersOf[I any](op huma.Operation) []*huma.Param {
	api := humachi.New(chi.NewRouter(), huma.DefaultConfig("", ""))
	huma.Register(api, op, func(context.Context, *I) (*struct{}, error) { return nil, nil })
	return api.OpenAPI().Paths[op.Path].Get.Parameters
}

func (s *staff) serveTile(w http.ResponseWriter, r *http.Request, layer string) error {
	in, err := readTile(r, layer)
	if err != nil {
		return err
	}
	key := tileKey{
		layer: layer, Tile: tiles.Tile{Z: in.Z, X: in.X, Y: in.Y}, filter: r.URL.RawQuery, gzip: takesGzip(r.Header.Get("Accept-Encoding")),
	}
	if err := key.Check(); err != nil {
		return invalid(err)
	}
	now, err := s.Live.Now()
	if err != nil {
		return err
	}
	var q data.Query
	if layer != "boundaries" { // they are about no record
		if q, err = in.query(r.Context(), now.Settings.Scheme); err != nil {
			return err
		}
	}
	if in.restricted {
		key.restricted = strings.Join(in.Kinds, ",")
	}
	if layer == "boundaries" {
		b, _, err := boundaryAt(now.Settings, now.Cube, in.At)
		if err != nil {
			return err
		}
		key.filter, key.boundary = "", b.Version
	}
	if err := s.scoreTile(r.Context(), &in, &key, now, q); err != nil {
		return err
	}
	t, err := s.tiles.get(r.Context(), key, now, q, func() ([]byte, error) { return s.draw(r.Context(), &in, now, q) })
	if err != nil {
		return err
	}
	t.send(w, r)
	return nil
}

// send sends a tile, unless the caller has it.
func (t *keptTile) send(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header["Etag"] = []string{t.etag}
	if matches(r.Header.Get("If-None-Match"), t.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header["Content-Type"] = []string{mvtType}
	header["Content-Length"] = []string{strconv.Itoa(len(t.body))}
	if t.gzip {
		header["Content-Encoding"] = []string{"gzip"}
	}
	_, _ = w.Write(t.body) // the only error is a caller that went away
}

// takesGzip reports whether a caller takes gzip, by Accept-Encoding. One that
// says more about it than its name is left to the layer above.
func takesGzip(accept string) bool {
	for encoding := range strings.SplitSeq(accept, ",") {
		if strings.TrimSpace(encoding) == "gzip" {
			return true
		}
	}
	return false
}

// writeError writes an error as a problem.
func writeError(w http.ResponseWriter, err error) {
	addHeaders(w, err)
	var model *huma.ErrorModel
	if !errors.As(err, &model) {
		problem(w, http.StatusInternalServerError, "something went wrong here")
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(model.Status)
	// The only error is a caller that went away.
	_ = json.NewEncoder(w).Encode(model)
}

// addHeaders adds those that an error brings, such as Retry-After.
func addHeaders(w http.ResponseWriter, err error) {
	var with huma.HeadersError
	if errors.As(err, &with) {
		maps.Copy(w.Header(), with.GetHeaders())
	}
}
