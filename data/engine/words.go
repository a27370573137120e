package engine

import "strings"

// Words are the strings that were met.
type Words map[string]string

// Shared returns a string as it was first met: it pins no text of a row.
func (w Words) Shared(text string) string {
	if known, ok := w[text]; ok {
		return known
	}
	text = strings.Clone(text)
	w[text] = text
	return text
}
