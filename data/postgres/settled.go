package postgres

import "commonground/data"

// settledVisits calls do with the visits of all sums of pickups, until it says
// false.
func settledVisits(*view, func([]data.Visit) bool) error { return nil }
