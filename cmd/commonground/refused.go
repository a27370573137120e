package main

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strconv"

	"commonground/data/intake"
)

// Endings of the files beside an imported one.
const (
	refusedRows    = ".refused.csv"
	refusedReasons = ".refused-why.csv"
)

// listed is how many refusals are printed.
const listed = 20

// refusedFiles writes refused rows beside the file that they came from, as
// they came, and why each was refused. The files are made at the first
// refusal, readable by their owner only.
type refusedFiles struct {
	base    string
	first   []intake.Refusal
	rowFile *os.File
	reasons *os.File
	table   *csv.Writer
	err     error
}

func (r *refusedFiles) path(ending string) string { return r.base + ending }

// rows returns a writer for the refused rows.
func (r *refusedFiles) rows() io.Writer {
	return writerFunc(func(content []byte) (int, error) {
		if r.rowFile == nil {
			file, err := r.create(refusedRows)
			if err != nil {
				return 0, err
			}
			r.rowFile = file
		}
		return r.rowFile.Write(content)
	})
}

func (r *refusedFiles) create(ending string) (*os.File, error) {
	return os.OpenFile(r.path(ending), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
}

// note keeps a refusal. What fails is told by close.
func (r *refusedFiles) note(refusal intake.Refusal) {
	if len(r.first) < listed {
		r.first = append(r.first, refusal)
	}
	if r.table == nil && r.err == nil {
		if r.reasons, r.err = r.create(refusedReasons); r.err != nil {
			return
		}
		r.table = csv.NewWriter(r.reasons)
		r.err = r.table.Write([]string{"line", "field", "reason"})
	}
	if r.err == nil {
		r.err = r.table.Write([]string{strconv.Itoa(refusal.Row), intake.Harmless(refusal.Field), intake.Harmless(refusal.Reason)})
	}
}

func (r *refusedFiles) close() error {
	if r.table != nil {
		r.table.Flush()
		r.err = errors.Join(r.err, r.table.Error(), r.reasons.Close())
	}
	if r.rowFile != nil {
		r.err = errors.Join(r.err, r.rowFile.Close())
	}
	return r.err
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(content []byte) (int, error) { return f(content) }
