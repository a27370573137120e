package hotspot

// Category says how a square came to be hot or cold over the steps of a series.
type Category uint8

// The categories. Hot is more than chance would put there, cold is less: each of the cold
// ones is what its twin is, with hot and cold, and rising and falling, changed for each other.
const (
	// None of the others.
	None Category = iota
	// New: hot at the last step, and never before.
	New
	// Consecutive: hot in one unbroken run of at least two steps up to the last, never
	// before it, and under 90 % of the steps.
	Consecutive
	// Intensifying: hot in at least 90 % of the steps, the last included, and rising.
	Intensifying
	// Persistent: hot in at least 90 % of the steps, the last included, without a trend.
	Persistent
	// Diminishing: hot in at least 90 % of the steps, the last included, and falling.
	Diminishing
	// Sporadic: hot at the last step, on and off before, never cold, under 90 % of the steps.
	Sporadic
	// Oscillating: hot at the last step, cold at some other, hot in under 90 % of the steps.
	Oscillating
	// Historical: hot in at least 90 % of the steps, but not at the last.
	Historical
	ColdNew
	ColdConsecutive
	ColdIntensifying
	ColdPersistent
	ColdDiminishing
	ColdSporadic
	ColdOscillating
	ColdHistorical
)

// coldTwin is from a hot category to its cold twin.
const coldTwin = ColdNew - New

var categoryNames = [...]string{"none",
	"new", "consecutive", "intensifying", "persistent", "diminishing", "sporadic", "oscillating", "historical",
	"cold_new", "cold_consecutive", "cold_intensifying", "cold_persistent", "cold_diminishing", "cold_sporadic", "cold_oscillating", "cold_historical"}

// String is the category in a word, the cold ones with "cold_" before it.
func (c Category) String() string { return categoryNames[c] }

// categorise returns the category of a square, given for each step whether it is hot (1),
// cold (-1) or neither (0), oldest first, and whether it rises (1), falls (-1) or neither.
//
// The definitions overlap: a square that is hot at the last step alone and cold before
// is new and oscillating; one that is hot but for the last step and cold at that is
// historical and, cold, oscillating. So they are tried in this order: the four of 90 %,
// hot and cold; oscillating; new; consecutive; sporadic.
func categorise(signs []int8, trend int) Category {
	last := signs[len(signs)-1]
	hot, cold := tally(signs)
	switch {
	case most(hot, len(signs)):
		return ofMost(last, trend)
	case most(cold, len(signs)):
		return ofMost(-last, -trend) + coldTwin
	case last > 0:
		return ofSome(signs, hot, cold)
	case last < 0:
		return ofSome(signs, cold, hot) + coldTwin
	}
	return None
}

// tally returns how many steps are hot and how many cold.
func tally(signs []int8) (hot, cold int) {
	for _, s := range signs {
		switch {
		case s > 0:
			hot++
		case s < 0:
			cold++
		}
	}
	return hot, cold
}

// most says whether steps are at least 90 % of all.
func most(steps, all int) bool { return 10*steps >= 9*all }

func ofMost(last int8, trend int) Category {
	switch {
	case last <= 0:
		return Historical
	case trend > 0:
		return Intensifying
	case trend < 0:
		return Diminishing
	}
	return Persistent
}

// ofSome returns the category of a square that at the last step is what it is in so many
// steps, under 90 %, and was the opposite in others.
func ofSome(signs []int8, same, opposite int) Category {
	run := 0
	for last := len(signs) - 1; run <= last && signs[last-run] == signs[last]; {
		run++
	}
	switch {
	case opposite > 0:
		return Oscillating
	case same == 1:
		return New
	case run == same:
		return Consecutive
	}
	return Sporadic
}
