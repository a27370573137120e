package plan

import (
	"math"
	"slices"
)

// looks bounds a search, in places that are looked at: a quarter of a second or so. It is not
// a time, so that the same gives the same.
const looks = 60_000_000

// tour is a round that is being searched for.
type tour struct {
	p      *problem
	order  []int
	arrive []int64 // when it comes to each
	room   []int64 // how much later it could, with all that comes after still in time
	in     []bool  // of each node
	barred []bool  // of each node: not to be put in now
	worth  worth
	power  float64 // of the gain, against the time that it takes
	looked *int
}

// searched makes a round out of one that visits some of the stops that must be visited.
func (p *problem) searched(begun []int) []int {
	var best *tour
	looked := 0
	for i, power := range []float64{1, 2} {
		t := &tour{p: p, power: power, looked: &looked, in: make([]bool, p.nodes()), barred: make([]bool, p.nodes())}
		t.set(begun)
		t.settle()
		t.improve(looks / 2 * (i + 1))
		if best == nil || t.worth.better(best.worth) {
			best = t
		}
	}
	return best.order
}

// set makes it the round of an order.
func (t *tour) set(order []int) {
	t.order = append(t.order[:0], order...)
	clear(t.in)
	t.worth = worth{}
	for _, node := range order {
		t.in[node] = true
		if node < len(t.p.stops) {
			t.worth = t.p.with(t.worth, node)
		}
	}
	t.time()
}

// time works out when it comes where, after a change of the order that breaks no deadline.
func (t *tour) time() {
	n := len(t.order)
	t.arrive, t.room = slices.Grow(t.arrive[:0], n)[:n], slices.Grow(t.room[:0], n)[:n]
	at := -t.p.stay
	t.arrive[0] = at
	for k := 1; k < n; k++ {
		at += t.p.step(t.order[k-1], t.order[k])
		t.arrive[k] = at
	}
	t.worth.time = at
	room := int64(never)
	for k := n - 1; k >= 0; k-- {
		room = min(room, t.p.latest[t.order[k]]-t.arrive[k])
		t.room[k] = room
	}
}

// settle puts in what fits and shortens, until neither is possible.
func (t *tour) settle() {
	for {
		for t.insert() {
		}
		if !t.shorten() {
			return
		}
	}
}

// insert puts one stop in: one that must be visited, or else the one with the most gain for
// its time; of equals the first.
func (t *tour) insert() bool {
	chosen, place, highest, must := -1, 0, -1.0, false
	for node := range t.p.stops {
		if t.in[node] || t.barred[node] || must && !t.p.must[node] {
			continue
		}
		k, added := t.cheapest(node)
		if k < 0 {
			continue
		}
		score := math.Pow(float64(t.p.gain[node]), t.power) / float64(max(added, 1))
		if t.p.must[node] && !must || score > highest {
			chosen, place, highest, must = node, k, score, t.p.must[node]
		}
	}
	if chosen < 0 {
		return false
	}
	t.order = slices.Insert(t.order, place, chosen)
	t.in[chosen] = true
	t.worth = t.p.with(t.worth, chosen)
	t.time()
	return true
}

// cheapest returns before which place of the order a node adds the least time, with all
// deadlines met; below 0 where there is none. The later it comes the later it would be
// reached, so that the first place that is too late ends it.
func (t *tour) cheapest(node int) (place int, least int64) {
	place, least = -1, never
	steps, latest := t.p.from(node), t.p.latest[node]
	for k := 1; k < len(t.order); k++ {
		*t.looked++
		before, after := t.order[k-1], t.order[k]
		if t.arrive[k-1]+steps[before] > latest {
			break
		}
		added := steps[before] + steps[after] - (t.arrive[k] - t.arrive[k-1])
		if added < least && added <= t.room[k] {
			place, least = k, added
		}
	}
	return place, least
}

// improve takes parts out and fills anew, as long as some part makes the round better. What was
// taken out is put back only where nothing else fits, and, in a second try, as
// it is worth.
func (t *tour) improve(until int) {
	trial := &tour{p: t.p, power: t.power, looked: t.looked, in: make([]bool, len(t.in)), barred: make([]bool, len(t.in))}
	for better := true; better; {
		better = false
		for length := 1; length <= max(1, len(t.order)/2); length++ {
			for first := 1; first+length < len(t.order); first++ {
				if *t.looked > until {
					return
				}
				for _, bar := range []bool{true, false} {
					trial.without(t, first, length, bar)
					if trial.worth.better(t.worth) {
						t.set(trial.order)
						better = true
						break
					}
				}
			}
		}
	}
}

// without makes it a round without a part of another, but for stops that must be
// visited, and fills it anew.
func (t *tour) without(other *tour, first, length int, bar bool) {
	t.order = append(t.order[:0], other.order[:first]...)
	for _, node := range other.order[first:] {
		if length--; length < 0 || t.p.must[node] {
			t.order = append(t.order, node)
			continue
		}
		t.barred[node] = bar
	}
	t.set(t.order)
	if bar {
		t.settle()
		clear(t.barred)
	}
	t.settle()
}
