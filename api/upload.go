package api

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data"
	"commonground/data/imports"
	"commonground/data/intake"
)

const (
	// maxUpload bounds the body of an upload: a file, and what multipart puts
	// around it.
	maxUpload = imports.MaxBytes + 64<<10
	// patience is how long nothing may come from a caller who sends a file, or be
	// taken by one who reads one.
	patience = 30 * time.Second
)

// upload makes the route by which files come.
func (s *staff) upload() func(huma.API, huma.Operation) {
	route := onImports(s, s.receive, importAnswer{})
	return func(api huma.API, op huma.Operation) {
		op.Parameters = []*huma.Param{{Name: "sort", In: "query", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"pickups", "incidents"}}}}
		file := &huma.Schema{Type: huma.TypeString, Format: "binary"}
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": file}, Required: []string{"file"}}},
		}}
		route(api, op)
	}
}

func (s *staff) receive(c *importCall) error {
	sort, err := sortOf(c.r.URL.Query().Get("sort"))
	if err == nil {
		err = mayImport(c.caller, sort)
	}
	if err != nil {
		return err
	}
	if c.r.ContentLength > maxUpload {
		return imports.ErrTooLarge
	}
	p := newPatient(c.w)
	c.r.Body = struct {
		io.Reader
		io.Closer
	}{&patientReader{patient: p, from: http.MaxBytesReader(c.w, c.r.Body, maxUpload)}, c.r.Body}
	received, err := s.receivePart(c, sort)
	p.extend() // the answer has its time too
	if err != nil {
		c.w.Header().Set("Connection", "close") // the rest of the file is not waited for
		return err
	}
	return c.send(received, http.StatusCreated)
}

func sortOf(name string) (data.Sort, error) {
	for sort, known := range sortNames {
		if name == known {
			return sort, nil
		}
	}
	return 0, huma.Error422UnprocessableEntity("sort: write pickups or incidents")
}

// receivePart keeps the one part of an upload.
func (s *staff) receivePart(c *importCall, sort data.Sort) (imports.Import, error) {
	parts, err := c.r.MultipartReader()
	if err != nil {
		return imports.Import{}, huma.NewError(http.StatusUnsupportedMediaType, "send the file as multipart/form-data, in a part named file")
	}
	part, err := parts.NextPart()
	if err == nil && part.FormName() != "file" {
		return imports.Import{}, huma.Error422UnprocessableEntity("the first part must be named file")
	}
	var received imports.Import
	if err == nil {
		received, err = c.jobs.Receive(c.caller.ID, part.FileName(), sort, part)
	}
	var refusal intake.Refusal
	switch {
	case err == nil || isOfImports(err) || isOurs(err) || errors.As(err, &refusal):
		return received, err
	}
	return imports.Import{}, huma.Error400BadRequest("the file did not come whole, so nothing of it is kept; send it again")
}

// patient gives a caller time as long as something goes to and fro, where the
// server would else end a request after a while.
type patient struct {
	control  *http.ResponseController
	extended time.Time
}

func newPatient(w http.ResponseWriter) *patient {
	p := &patient{control: http.NewResponseController(w)}
	p.extend()
	return p
}

// extend gives more time. Deadlines of connections go by the wall clock.
func (p *patient) extend() {
	now := time.Now()
	if now.Sub(p.extended) < time.Second {
		return
	}
	p.extended = now
	// A connection without deadlines, as in tests, needs none lifted.
	_ = p.control.SetReadDeadline(now.Add(patience))
	_ = p.control.SetWriteDeadline(now.Add(2 * patience))
}

// patientReader reads from a caller who is given time after each read.
type patientReader struct {
	*patient
	from io.Reader
}

// Read reads, and gives more time.
func (r *patientReader) Read(buffer []byte) (int, error) {
	n, err := r.from.Read(buffer)
	if n > 0 {
		r.extend()
	}
	return n, err
}

// patientWriter writes to a caller who is given time before each write.
type patientWriter struct {
	*patient
	to io.Writer
}

// Write gives more time, and writes.
func (w *patientWriter) Write(content []byte) (int, error) {
	w.extend()
	return w.to.Write(content)
}
