package plan

// RoundExactUpTo is Round, exact for another number of stops than 12.
func (s Shift) RoundExactUpTo(most int, stops []Stop) (Round, error) { return s.round(stops, most) }
