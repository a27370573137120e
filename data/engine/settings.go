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

// CheckRevision returns data.ErrStale where the settings that are stored are not of
// a revision, and data.ErrNoScheme where they are of none. 0 stands for no settings.
func CheckRevision(stored, revision int64) error {
	if stored != revision {
		return data.ErrStale
	}
	if stored == 0 {
		return data.ErrNoScheme
	}
	return nil
}
