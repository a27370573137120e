package intake

import (
	"fmt"
	"regexp"
)

// Refusal says why a record was not let in, so that a person can mend it.
type Refusal struct {
	// Row is the line of a file, or the place in a batch, from 1; 0 where
	// there are no rows.
	Row int
	// Field is the column or attribute to mend; empty for the whole row.
	Field string
	// Reason is a sentence with the remedy.
	Reason string
}

// Error returns "row 12, lat: …", without what is not told.
func (r Refusal) Error() string {
	switch {
	case r.Row == 0 && r.Field == "":
		return r.Reason
	case r.Row == 0:
		return r.Field + ": " + r.Reason
	case r.Field == "":
		return fmt.Sprintf("row %d: %s", r.Row, r.Reason)
	}
	return fmt.Sprintf("row %d, %s: %s", r.Row, r.Field, r.Reason)
}

func refuse(field, format string, args ...any) *Refusal {
	return &Refusal{Field: field, Reason: fmt.Sprintf(format, args...)}
}

// flags are what a sentence says to those who type commands.
var flags = regexp.MustCompile(` \(--[^()]*\)`)

// WithoutFlags returns a sentence of this package for those who don't: without the
// flags of the command line, which stand in brackets.
func WithoutFlags(sentence string) string { return flags.ReplaceAllString(sentence, "") }
