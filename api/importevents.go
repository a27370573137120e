package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"commonground/data/imports"
)

const (
	// maxWatching is how many may listen to imports at once, each by a request
	// that stays open.
	maxWatching = 256
	// lookEvery is how often a listener's import is looked at, tellEvery how often
	// it is told while it runs, and quiet how long nothing is sent where there is
	// nothing to tell.
	lookEvery = 250 * time.Millisecond
	tellEvery = time.Second
	quiet     = 15 * time.Second
)

// importEvents tells how far an import is until it ends, its caller goes away or
// the server stops.
func (s *staff) importEvents(c *importCall) error {
	select {
	case s.watching <- struct{}{}:
		defer s.watching.end()
	default:
		c.w.Header().Set("Retry-After", "10")
		return huma.Error503ServiceUnavailable("too many listen to imports at this moment; ask for the import itself meanwhile")
	}
	c.w.Header().Set("Content-Type", "text/event-stream")
	c.w.Header().Set("X-Accel-Buffering", "no") // has proxies pass each event on
	events := &eventWriter{w: c.w, control: http.NewResponseController(c.w)}
	_ = events.control.SetReadDeadline(time.Time{}) // nothing is read any more
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		now, err := c.jobs.Find(c.caller.ID, c.of.ID)
		if err != nil { // deleted meanwhile
			return nil
		}
		if events.tell(now) != nil || now.State.Ended() {
			return nil
		}
		select {
		case <-look.C:
		case <-c.r.Context().Done():
			return nil
		case <-c.jobs.Stopped():
			return nil
		}
	}
}

// eventWriter writes events, as few as will do.
type eventWriter struct {
	w       io.Writer
	control *http.ResponseController
	last    []byte    // what was told
	at      time.Time // when something was sent
}

// tell sends an import where it changed or runs on, and a comment where nothing
// was sent for long, so that nothing between takes the connection for dead. An
// error is a caller who went away.
func (e *eventWriter) tell(i imports.Import) error {
	text, err := json.Marshal(asImport(i))
	if err != nil {
		return err
	}
	since := time.Since(e.at)
	switch {
	case !bytes.Equal(text, e.last), i.State == imports.Running && since >= tellEvery:
		e.last = text
		return e.send("event: progress\ndata: %s\n\n", text)
	case since >= quiet:
		return e.send(": still here\n\n")
	}
	return nil
}

func (e *eventWriter) send(format string, args ...any) error {
	e.at = time.Now()
	_ = e.control.SetWriteDeadline(e.at.Add(patience)) // tests have connections without one
	if _, err := fmt.Fprintf(e.w, format, args...); err != nil {
		return err
	}
	return e.control.Flush()
}

// refusedFile makes a handler that sends a file about the rows that were refused,
// however slowly it is taken.
func refusedFile(which imports.Which) func(*importCall) error {
	return func(c *importCall) error {
		file, err := c.jobs.Refused(c.caller.ID, c.of.ID, which)
		if err != nil {
			return err
		}
		defer file.Close()
		c.w.Header().Set("Content-Type", csvType)
		c.w.Header().Set("Content-Disposition", `attachment; filename="`+string(which)+`"`)
		// The only error is a caller that went away.
		_, _ = io.Copy(&patientWriter{patient: newPatient(c.w), to: c.w}, file)
		return nil
	}
}
