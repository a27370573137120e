package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"commonground/data/intake"
)

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
	cells := []string{r.source, request.ID, r.kinds[request.Service], request.Requested, request.Lat, request.Lon, request.Service, request.Status}
	for i, cell := range cells {
		cells[i] = intake.Harmless(cell)
	}
	_ = w.Write(cells)
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
