package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"commonground/api/signin"
	"commonground/data"
	"commonground/data/audit"
	"commonground/data/imports"
	"commonground/data/intake"
)

// importAnswer is a file and what became of it.
type importAnswer struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`
	Sort          string   `json:"sort" enum:"pickups,incidents"`
	State         string   `json:"state" enum:"uploaded,waiting,running,done,failed,cancelled"`
	Bytes         int64    `json:"bytes"`
	Read          int64    `json:"read" doc:"bytes read so far"`
	Rows          int      `json:"rows"`
	Added         int      `json:"added"`
	Unchanged     int      `json:"unchanged" doc:"there already"`
	Gone          int      `json:"gone" doc:"deleted before; nothing was stored"`
	Refused       int      `json:"refused"`
	Unlocated     int      `json:"unlocated" doc:"of the rows that are in"`
	Mapping       string   `json:"mapping" example:"lon=Longitude, lat=Latitude"`
	Dropped       []string `json:"dropped" doc:"columns of which nothing is kept"`
	Notes         []string `json:"notes" doc:"how the file was read, where a person may want to check it"`
	FirstRefusals []string `json:"first_refusals" doc:"at most 10"`
	Error         string   `json:"error" doc:"why it failed"`
	Created       string   `json:"created"`
	Ended         string   `json:"ended"`
	Expires       string   `json:"expires" doc:"when upload and refusals are deleted"`
}

type importsAnswer struct {
	Imports []importAnswer `json:"imports"`
}

// sortNames are the sorts of record as addresses and answers name them.
var sortNames = map[data.Sort]string{data.PickupSort: "pickups", data.IncidentSort: "incidents"}

func asImport(i imports.Import) importAnswer {
	return importAnswer{
		ID: i.ID, Name: i.Name, Sort: sortNames[i.Sort], State: string(i.State), Bytes: i.Bytes, Read: i.Read,
		Rows: i.Rows, Added: i.Added, Unchanged: i.Unchanged, Gone: i.Gone, Refused: i.Refused, Unlocated: i.Unlocated,
		Mapping: i.Mapping, Dropped: notNil(i.Dropped), Notes: notNil(i.Notes), FirstRefusals: notNil(i.First), Error: i.Error,
		Created: timeText(i.Created), Ended: timeText(i.Ended), Expires: timeText(i.Expires()),
	}
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// timeText is a time as answers have it; empty for none.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// importCall is a request about imports.
type importCall struct {
	w      http.ResponseWriter
	r      *http.Request
	jobs   *imports.Jobs
	caller signin.Caller
	of     imports.Import // the one that the address names; zero for none
}

// onImports makes a handler of what is about a caller's imports. It reads and
// writes by itself, for uploads and events take their time. Nobody may keep the
// answers.
func onImports(s *staff, handle func(*importCall) error, example any) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describe(api, &op, example)
		if strings.Contains(op.Path, "{id}") {
			op.Parameters = append(op.Parameters, &huma.Param{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
		}
		s.mountRaw(api, &op, func(w http.ResponseWriter, r *http.Request) error {
			if s.Imports == nil {
				return huma.Error503ServiceUnavailable("files are taken in by another server of this store")
			}
			w.Header().Set("Cache-Control", noStore)
			return handle(&importCall{w: w, r: r, jobs: s.Imports, caller: callerOf(r.Context())})
		})
	}
}

// onImport is onImports for one that the address names: there for its sender
// alone, as long as they may import files of its sort.
func onImport(s *staff, handle func(*importCall) error, example any) func(huma.API, huma.Operation) {
	return onImports(s, func(c *importCall) error {
		var err error
		if c.of, err = c.jobs.Find(c.caller.ID, chi.URLParam(c.r, "id")); err != nil {
			return err
		}
		if err := mayImport(c.caller, c.of.Sort); err != nil {
			return err
		}
		return handle(c)
	}, example)
}

// describedBody describes the body of a route as one like an example.
func describedBody(example any, route func(huma.API, huma.Operation)) func(huma.API, huma.Operation) {
	return func(api huma.API, op huma.Operation) {
		describeBody(api, &op, example)
		route(api, op)
	}
}

// mayImport returns an error where a caller may not import files of a sort.
func mayImport(caller signin.Caller, sort data.Sort) error {
	who := data.Planner
	if sort == data.IncidentSort {
		who = data.Police
	}
	switch {
	case caller.Roles.Has(who), caller.Roles.Has(data.Sender) && caller.Source != "":
		return nil
	case caller.Roles.Has(data.Sender):
		return huma.Error422UnprocessableEntity("a sender needs an API key that names its source")
	}
	return huma.Error403Forbidden(fmt.Sprintf("files of %s are for senders and the role %s; you are here as %s", sortNames[sort], who, caller.Roles))
}

func (c *importCall) send(i imports.Import, status int) error {
	a, err := asJSON(asImport(i))
	if err == nil {
		a.status = status
		a.send(c.w)
	}
	return err
}

func (s *staff) listImports(c *importCall) error {
	out := importsAnswer{Imports: []importAnswer{}}
	for _, i := range c.jobs.List(c.caller.ID) {
		out.Imports = append(out.Imports, asImport(i))
	}
	a, err := asJSON(out)
	if err == nil {
		a.send(c.w)
	}
	return err
}

func (s *staff) showImport(c *importCall) error { return c.send(c.of, http.StatusOK) }

// startBody says how to read a file.
type startBody struct {
	Map      map[string]string `json:"map,omitempty" doc:"columns of fields; those with a usual name are found"`
	Source   string            `json:"source,omitempty" doc:"who sent the rows; default: a column of that name, else import; for a sender its own"`
	Dates    string            `json:"dates,omitempty" enum:",dmy,mdy" doc:"order of day and month; default: found out"`
	Kind     string            `json:"kind,omitempty" doc:"of every pickup that names none"`
	Category string            `json:"category,omitempty" enum:",harm,nuisance" doc:"of every incident that names none"`
	Sheet    string            `json:"sheet,omitempty" doc:"of a workbook; default: the first that is not hidden"`
	Layer    string            `json:"layer,omitempty" doc:"of a GeoPackage, or a shapefile of a zip; needed where there are several"`
	CRS      string            `json:"crs,omitempty" example:"EPSG:27700" doc:"coordinate system of the places; default: what the file says, else longitude and latitude"`
}

// options checks how a caller wants a file read. Who has a source imports as
// that source alone, whatever the file says.
func (b startBody) options(caller signin.Caller) (imports.Options, error) {
	o := imports.Options{
		Map: b.Map, Source: b.Source, Kind: b.Kind, Category: b.Category, Dates: intake.DateOrder(b.Dates),
		Sheet: b.Sheet, Layer: b.Layer, CRS: b.CRS,
	}
	if err := intake.CheckCRS(b.CRS); err != nil {
		return o, huma.Error422UnprocessableEntity("crs: " + err.Error())
	}
	switch {
	case b.Dates != "" && b.Dates != "dmy" && b.Dates != "mdy":
		return o, huma.Error422UnprocessableEntity("dates: write dmy or mdy, or leave it out")
	case b.Category != "" && b.Category != string(data.Harm) && b.Category != string(data.Nuisance):
		return o, huma.Error422UnprocessableEntity("category: write harm or nuisance, or leave it out")
	case caller.Source == "" || b.Source == caller.Source:
		return o, nil
	case b.Source != "":
		return o, huma.Error422UnprocessableEntity(fmt.Sprintf("source: you may send records of the source %q only", caller.Source))
	}
	o.Source = caller.Source
	return o, nil
}

func (s *staff) startImport(c *importCall) error {
	var body startBody
	decoder := json.NewDecoder(http.MaxBytesReader(c.w, c.r.Body, maxRecordBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return huma.Error400BadRequest(`the body can't be read: send {"map": {"lon": "Longitude"}}, or {}`)
	}
	options, err := body.options(c.caller)
	if err != nil {
		return err
	}
	if err := s.recordImport(c, options); err != nil {
		return err
	}
	started, err := c.jobs.Start(c.caller.ID, c.of.ID, options)
	if err != nil {
		return err
	}
	return c.send(started, http.StatusAccepted)
}

// recordImport puts into the audit log what is to be taken in.
func (s *staff) recordImport(c *importCall, options imports.Options) error {
	source := "the source that each row names"
	if options.Source != "" {
		source = fmt.Sprintf("source %q", options.Source)
	}
	return s.append(c.r.Context(), audit.Entry{
		Who: c.caller.ID, Name: c.caller.Name, Roles: c.caller.Roles.String(), Action: audit.Collect, Why: c.caller.Why,
		What: fmt.Sprintf("import %s: %s, %s, %d bytes", c.of.ID, sortNames[c.of.Sort], source, c.of.Bytes),
	})
}

func (s *staff) deleteImport(c *importCall) error {
	left, is, err := c.jobs.Delete(c.caller.ID, c.of.ID)
	switch {
	case err != nil:
		return err
	case is:
		return c.send(left, http.StatusAccepted)
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// isOfImports reports whether an error is one of package imports.
func isOfImports(err error) bool {
	var refusal imports.Refusal
	var large *http.MaxBytesError
	return errors.As(err, &refusal) || errors.As(err, &large) ||
		errors.Is(err, imports.ErrNone) || errors.Is(err, imports.ErrTooLarge) || errors.Is(err, imports.ErrDisk)
}

// failImport turns such an error into a status.
func (s *staff) failImport(err error) error {
	var refusal imports.Refusal
	switch {
	case errors.Is(err, imports.ErrNone):
		return huma.Error404NotFound("there is nothing like it among your imports, or not any more: they are kept for seven days")
	case errors.As(err, &refusal):
		return huma.Error409Conflict(refusal.Error())
	case errors.Is(err, imports.ErrDisk):
		s.Log.Error("the disk of uploads fails", "error", err)
		return huma.NewError(http.StatusInsufficientStorage, "the server's disk is full or fails, so nothing was kept; tell whoever runs this server")
	}
	return huma.NewError(http.StatusRequestEntityTooLarge, "a file may have 1 GiB at most; send it in parts, or packed with gzip")
}

// isOurs reports whether what went wrong with an upload is the server's doing.
func isOurs(err error) bool {
	var path *os.PathError
	return errors.As(err, &path)
}
