package engine

import (
	"fmt"

	"commonground/data"
)

// CheckDivision returns data.ErrSealed where a scheme divides time or ground in
// another way than the one that is stored: for a store in which something was
// sealed.
func CheckDivision(stored, text string) error {
	before, err := data.ParseEarlierScheme(stored)
	if err != nil {
		return fmt.Errorf("the scheme that is there: %w", err)
	}
	after, err := data.ParseScheme(text)
	if err == nil && !after.DividesAs(before) {
		err = data.ErrSealed
	}
	return err
}
