package release

// Refusal says why something is not done about an edition, so that a person can
// mend it. Where it comes from data.ErrSealed or data.ErrStale, join it with that.
type Refusal struct {
	// Reason is a sentence with the remedy.
	Reason string
}

// Error returns the reason.
func (r Refusal) Error() string { return r.Reason }
