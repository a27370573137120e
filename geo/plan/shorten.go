package plan

import "slices"

// shorten makes the round take less time, with the same stops and all deadlines met,
// until neither turning a part nor moving one helps; false where it was so at once.
// (2-opt: Croes 1958; moving up to three stops: Or 1976.)
func (t *tour) shorten() (shorter bool) {
	for t.turn() || t.move() {
		shorter = true
	}
	return shorter
}

// turn turns the first part that makes the round shorter so.
func (t *tour) turn() bool {
	for i := 1; i < len(t.order)-2; i++ {
		before, first := t.p.from(t.order[i-1]), t.p.from(t.order[i])
		for j := i + 1; j < len(t.order)-1; j++ {
			*t.looked++
			last, after := t.order[j], t.order[j+1]
			if before[last]+first[after] >= before[t.order[i]]+t.p.step(last, after) {
				continue
			}
			slices.Reverse(t.order[i : j+1])
			if t.inTime() {
				t.time()
				return true
			}
			slices.Reverse(t.order[i : j+1])
		}
	}
	return false
}

// move moves the first part of up to three stops that makes the round shorter elsewhere.
func (t *tour) move() bool {
	for length := 1; length <= 3; length++ {
		for i := 1; i+length < len(t.order); i++ {
			before, after := t.order[i-1], t.order[i+length]
			first, last := t.p.from(t.order[i]), t.p.from(t.order[i+length-1])
			saved := first[before] + last[after] - t.p.step(before, after)
			for k := 1; k < len(t.order); k++ {
				*t.looked++
				if k >= i && k <= i+length {
					continue
				}
				from, to := t.order[k-1], t.order[k]
				if first[from]+last[to]-t.p.step(from, to) >= saved {
					continue
				}
				if t.moved(i, length, k) {
					return true
				}
			}
		}
	}
	return false
}

// moved moves a part to before another place, if that is in time.
func (t *tour) moved(first, length, to int) bool {
	part := slices.Clone(t.order[first : first+length])
	was := slices.Clone(t.order)
	t.order = slices.Delete(t.order, first, first+length)
	if to > first {
		to -= length
	}
	t.order = slices.Insert(t.order, to, part...)
	if t.inTime() {
		t.time()
		return true
	}
	copy(t.order, was)
	return false
}

// inTime says whether the order meets all deadlines.
func (t *tour) inTime() bool {
	at := -t.p.stay
	for k := 1; k < len(t.order); k++ {
		if at += t.p.step(t.order[k-1], t.order[k]); at > t.p.latest[t.order[k]] {
			return false
		}
	}
	return true
}
