package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/danielgtaylor/huma/v2"
)

// Types of content beside JSON.
const (
	jsonType    = "application/json"
	csvType     = "text/csv; charset=utf-8"
	geoJSONType = "application/geo+json"
	mvtType     = "application/vnd.mapbox-vector-tile"
)

// answer is what a handler returns.
type answer struct {
	contentType string
	body        []byte
	status      int // default: 200
	// cacheControl is for answers that nobody may keep. Default: as all staff
	// answers.
	cacheControl string
	// fileName is what browsers save it as. Default: they show it.
	fileName string
	// policy takes the place of the Content-Security-Policy of all answers.
	policy string
}

func asJSON(value any) (answer, error) {
	body, err := json.Marshal(value)
	return answer{contentType: jsonType, body: body}, err
}

// reply is an answer as huma writes it.
type reply struct {
	Status       int
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	ETag         string `header:"ETag"`
	Disposition  string `header:"Content-Disposition"`
	Policy       string `header:"Content-Security-Policy"`
	Body         []byte
}

// reply returns the answer as huma writes it. huma would write a status of 0.
func (a answer) reply() *reply {
	r := &reply{
		Status: cmp.Or(a.status, http.StatusOK), ContentType: a.contentType, CacheControl: a.cacheControl, Policy: a.policy, Body: a.body,
	}
	if a.fileName != "" {
		r.Disposition = `attachment; filename="` + a.fileName + `"`
	}
	return r
}

// Conditional is part of the input of every read. It is exported because huma reads only exported fields.
type Conditional struct {
	IfNoneMatch string `header:"If-None-Match" doc:"the ETag of an answer that the caller has"`
}

func (c Conditional) noneMatch() string { return c.IfNoneMatch }

// read makes a route's handler from one that only looks, in its turn: its answers
// carry an ETag made from their content, and are not sent again to those who have
// them. example is a value of the type that the answer has as JSON.
func read[I interface{ noneMatch() string }](s *staff, handle func(context.Context, *I) (answer, error), example any) func(huma.API, huma.Operation) {
	return tagged(s, func(ctx context.Context, in *I) (answer, error) { return ask(ctx, s, in, handle) }, example)
}

// tagged is read for a handler that takes its turn itself.
func tagged[I interface{ noneMatch() string }](s *staff, handle func(context.Context, *I) (answer, error), example any) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, example)
		huma.Register(api, op, func(ctx context.Context, in *I) (*reply, error) {
			a, err := handle(ctx, in)
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			out := a.reply()
			out.ETag = etag(a)
			if matches((*in).noneMatch(), out.ETag) {
				out.Status, out.Body = http.StatusNotModified, nil
			}
			return out, nil
		})
	}
}

// ask handles a question in its turn.
func ask[I any](ctx context.Context, s *staff, in *I, handle func(context.Context, *I) (answer, error)) (answer, error) {
	end, err := s.turns.take(ctx)
	if err != nil {
		return answer{}, err
	}
	defer end()
	return handle(ctx, in)
}

// bodyInput is the input of every write.
type bodyInput struct {
	RawBody []byte `contentType:"application/json" required:"true"`
}

// maxBody bounds what one request may send.
const maxBody = 16 << 20

// write makes a route's handler from one that takes a body: one value of the
// type of body, or an array of them.
func write(s *staff, handle func(context.Context, *bodyInput) (answer, error), example, body any) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, example)
		op.MaxBodyBytes = maxBody
		one := api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(body), true, "")
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			jsonType: {Schema: &huma.Schema{OneOf: []*huma.Schema{one, {Type: huma.TypeArray, Items: one}}}},
		}}
		op.SkipValidateBody = true // handlers name the record and the field
		huma.Register(api, op, func(ctx context.Context, in *bodyInput) (*reply, error) {
			a, err := handle(ctx, in)
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			return a.reply(), nil
		})
	}
}

func describe(api huma.API, op *huma.Operation, example any) {
	if example == nil {
		return
	}
	schema := api.OpenAPI().Components.Schemas.Schema(reflect.TypeOf(example), true, "")
	op.Responses = map[string]*huma.Response{"200": {
		Description: "OK", Content: map[string]*huma.MediaType{jsonType: {Schema: schema}},
	}}
}

// etag is weak, because an answer may be sent compressed or not.
func etag(a answer) string { return contentTag(a.contentType, a.body) }

// contentTag makes an ETag of a content and its type.
func contentTag(contentType string, content []byte) string {
	return `W/"` + strconv.FormatUint(xxhash.Sum64(content)^xxhash.Sum64String(contentType), 16) + "-" + strconv.Itoa(len(content)) + `"`
}

func matches(ifNoneMatch, tag string) bool {
	for candidate := range strings.SplitSeq(ifNoneMatch, ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}
