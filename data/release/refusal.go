package release

// Refusal is why something can't be released, in a sentence for whoever asked.
type Refusal struct {
	Reason string
}

// Error returns the sentence.
func (r Refusal) Error() string { return r.Reason }
