package imports

import (
	"bufio"
	"encoding/csv"
	"errors"
	"os"
	"strconv"

	"commonground/data/intake"
)

// refusals writes the rows that are refused beside the upload, as they came, and
// why each was.
type refusals struct {
	first   []string
	files   [2]*os.File
	rows    *bufio.Writer
	reasons *csv.Writer
	err     error
}

// newRefusals makes both files, empty, readable by their owner only.
func newRefusals(rows, reasons string) (*refusals, error) {
	r := &refusals{}
	for i, path := range []string{rows, reasons} {
		var err error
		if r.files[i], err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
			return nil, errors.Join(ofDisk(err), r.closeFiles())
		}
	}
	r.rows, r.reasons = bufio.NewWriter(r.files[0]), csv.NewWriter(r.files[1])
	r.err = r.reasons.Write([]string{"line", "field", "reason"})
	return r, nil
}

// note writes why a row was refused. What fails is told by flush.
func (r *refusals) note(refusal intake.Refusal) {
	refusal.Reason = intake.WithoutFlags(refusal.Reason)
	if len(r.first) < listed {
		r.first = append(r.first, short(refusal.Error()))
	}
	if r.err == nil {
		r.err = r.reasons.Write([]string{strconv.Itoa(refusal.Row), intake.Harmless(refusal.Field), intake.Harmless(refusal.Reason)})
	}
}

// flush writes what is not written yet.
func (r *refusals) flush() error {
	r.reasons.Flush()
	return ofDisk(errors.Join(r.err, r.rows.Flush(), r.reasons.Error()))
}

// close ends both files, which are there for good where it returns nil.
func (r *refusals) close() error {
	err := r.flush()
	for _, file := range r.files {
		err = errors.Join(err, ofDisk(file.Sync()))
	}
	return errors.Join(err, r.closeFiles())
}

func (r *refusals) closeFiles() error {
	var errs []error
	for _, file := range r.files {
		if file != nil {
			errs = append(errs, file.Close())
		}
	}
	return errors.Join(errs...)
}
