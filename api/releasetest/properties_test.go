package releasetest

import "testing"

// cases is how many stores each property is tried on; a planted leak must be
// found within them.
const cases = 6

func TestProperties(t *testing.T) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(cases) {
				if err := c.try(t, seed, honest); err != nil {
					t.Fatalf("store %d: %v", seed, err)
				}
			}
		})
	}
}
