package release

// Refusal says why something is not done about an edition, so that a person can
// mend it.
type Refusal struct {
	// Reason is a sentence with the remedy.
	Reason string
	// Of is data.ErrSealed or data.ErrStale where it comes from that.
	Of error
}

// Error returns the reason.
func (r Refusal) Error() string { return r.Reason }

// Unwrap returns what it comes from, nil for nothing.
func (r Refusal) Unwrap() error { return r.Of }
