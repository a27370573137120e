package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"commonground/data/intake"
)

// pullMarks is a file beside the store that notes, for each sort of pull, from
// when on the next one has to ask. It can be removed: then the next pull needs a
// day, and pulling again is harmless.
type pullMarks struct {
	path string
	name string // of this pull
}

func (m pullMarks) all() (map[string]time.Time, error) {
	content, err := readIfThere(m.path)
	if err != nil {
		return nil, err
	}
	marks := map[string]time.Time{}
	if content == nil {
		return marks, nil
	}
	if err := json.Unmarshal(content, &marks); err != nil {
		return nil, fmt.Errorf("%s: %w", m.path, errMarks)
	}
	return marks, nil
}

func (m pullMarks) next() (time.Time, bool, error) {
	marks, err := m.all()
	next, found := marks[m.name]
	return next, found, err
}

// set notes a time. The file is the old one or the new one, whatever happens.
func (m pullMarks) set(next time.Time) error {
	marks, err := m.all()
	if err != nil {
		return err
	}
	marks[m.name] = next.UTC()
	content, err := json.MarshalIndent(marks, "", "  ")
	if err != nil {
		return err
	}
	beside := m.path + ".new"
	if err := os.WriteFile(beside, append(content, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(beside, m.path)
}

// refusedRequests are written as CSV that import reads once it is mended, with
// nothing in it but what is read of a request.
type refusedRequests struct {
	files  refusedFiles
	source string
	kinds  map[string]string
	n      int
}

// note keeps a refusal; the line of a reason is that in the file of requests.
func (r *refusedRequests) note(request intake.Request, refusal intake.Refusal) {
	var rows strings.Builder
	w := csv.NewWriter(&rows)
	time := "received"
	if r.kinds != nil {
		time = "at"
	}
	if r.n == 0 {
		_ = w.Write([]string{"source", "ref", "kind", time, "lat", "lon", "service", "status"}) // a Builder takes everything
	}
	_ = w.Write([]string{r.source, request.ID, r.kinds[request.Service], request.Requested, request.Lat, request.Lon, request.Service, request.Status})
	w.Flush()
	r.n++
	if _, err := io.WriteString(r.files.rows(), rows.String()); err != nil {
		r.files.err = errors.Join(r.files.err, err)
	}
	refusal.Row = r.n + 1
	if request.ID != "" {
		refusal.Reason = fmt.Sprintf("request %.100q: %s", request.ID, refusal.Reason)
	}
	r.files.note(refusal)
}

// tell lists the first refusals and names the files.
func (r *refusedRequests) tell(out io.Writer, all int) {
	for _, refusal := range r.files.first {
		fmt.Fprintf(out, "  %v\n", refusal)
	}
	if more := all - len(r.files.first); more > 0 {
		fmt.Fprintf(out, "  and %d more.\n", more)
	}
	fmt.Fprintf(out, "The refused requests: %s, to mend and import. Why each was refused: %s.\n",
		r.files.path(refusedRows), r.files.path(refusedReasons))
}
