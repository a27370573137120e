package engine

import (
	"errors"
	"fmt"

	"commonground/data"
)

// CheckReturn returns an error where a return can't be one: an empty span, a number
// below 0, a least above its most, a figure that is withdrawn and there, or one
// without measure, who or when.
func CheckReturn(r *data.Return) error {
	switch {
	case r.Measure == "" || r.Who == "" || r.At.IsZero():
		return errors.New("a return needs its measure, who returned it and when")
	case r.To <= r.From:
		return fmt.Errorf("the days from %v to before %v are none", r.From, r.To)
	case r.Least < 0 || r.Most < r.Least:
		return fmt.Errorf("%d to %d is no number of anything", r.Least, r.Most)
	case r.Withdrawn && r.Most != 0:
		return errors.New("what is withdrawn has no figure")
	}
	return nil
}

// ReceiveReturn returns what becomes of a return after the last one for its measure
// and window, nil where there is none. An error says that it can't be withdrawn.
func ReceiveReturn(last, r *data.Return) (data.Receipt, error) {
	stands := last != nil && !last.Withdrawn
	switch {
	case r.Withdrawn && !stands:
		return 0, fmt.Errorf("no figure of %s stands for the days from %v to before %v, so none is withdrawn", r.Measure, r.From, r.To)
	case !stands:
		return data.Added, nil
	case r.Same(last):
		return data.Unchanged, nil
	}
	return data.Corrected, nil
}
