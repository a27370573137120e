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
	pull   []float64 // of each stop, to be divided by the time that it takes
	looked *int
}

// searched makes a round out of the best of some that visit stops that must be visited.
func (p *problem) searched(begun [][]int) []int {
	var best *tour
	looked := 0
	for i, pull := range p.pulls() {
		t, other := p.tour(pull, &looked), p.tour(pull, &looked)
		for k, order := range begun {
			other.set(order)
			other.settle()
			if k == 0 || other.worth.better(t.worth) {
				t.set(other.order)
			}
		}
		t.improve(looks / 2 * (i + 1))
		if best == nil || t.worth.better(best.worth) {
			best = t
		}
	}
	return best.order
}

// pulls are the gains, and their squares, which go for large ones further away.
func (p *problem) pulls() [2][]float64 {
	var pulls [2][]float64
	for _, gain := range p.gain {
		pulls[0] = append(pulls[0], float64(gain))
		pulls[1] = append(pulls[1], float64(gain)*float64(gain))
	}
	return pulls
}

func (p *problem) tour(pull []float64, looked *int) *tour {
	return &tour{p: p, pull: pull, looked: looked, in: make([]bool, p.nodes()), barred: make([]bool, p.nodes())}
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
		score := t.pull[node] / float64(max(added, 1))
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

// improve makes small changes and fills anew, as long as some change makes the round
// better: parts are taken out, of one stop to half of them, and stops that are not in are put in
// at the cost of others.
func (t *tour) improve(until int) {
	trial := t.p.tour(t.pull, t.looked)
	for t.improvePart(trial, until) || t.improveStop(trial, until) {
	}
}

// improvePart takes parts out. What was taken out is put back only where nothing else
// fits, and, in a second try, as it is worth.
func (t *tour) improvePart(trial *tour, until int) (better bool) {
	for length := 1; length <= max(1, len(t.order)/2); length++ {
		for first := 1; first+length < len(t.order); first++ {
			for _, bar := range []bool{true, false} {
				if *t.looked > until {
					return false
				}
				trial.without(t, first, length, bar)
				if t.take(trial) {
					better = true
					break
				}
			}
		}
	}
	return better
}

// improveStop puts in what isn't.
func (t *tour) improveStop(trial *tour, until int) (better bool) {
	for node := range t.p.stops {
		if t.in[node] {
			continue
		}
		if *t.looked > until {
			return false
		}
		better = trial.forced(t, node) && t.take(trial) || better
	}
	return better
}

// take makes it the other round if that is better.
func (t *tour) take(other *tour) bool {
	if !other.worth.better(t.worth) {
		return false
	}
	t.set(other.order)
	return true
}

// without makes it a round without a part of another, and fills it anew.
func (t *tour) without(other *tour, first, length int, bar bool) {
	t.order = append(t.order[:0], other.order[:first]...)
	for _, node := range other.order[first : first+length] {
		t.barred[node] = bar
	}
	t.order = append(t.order, other.order[first+length:]...)
	t.set(t.order)
	if bar {
		t.settle()
		clear(t.barred)
	}
	t.settle()
}

// forced makes it another round with one more stop, and without as many others as it takes to
// be in time: those that give the least for their time. False where that can't be.
func (t *tour) forced(other *tour, node int) bool {
	steps, place, least := t.p.from(node), 1, int64(never)
	for k := 1; k < len(other.order); k++ {
		added := steps[other.order[k-1]] + steps[other.order[k]] - (other.arrive[k] - other.arrive[k-1])
		if other.arrive[k-1]+steps[other.order[k-1]] <= t.p.latest[node] && added < least {
			place, least = k, added
		}
	}
	*t.looked += len(other.order)
	t.order = slices.Insert(append(t.order[:0], other.order...), place, node)
	for !t.inTime() {
		k := t.poorest(node)
		if k < 0 {
			return false
		}
		t.order = slices.Delete(t.order, k, k+1)
	}
	t.set(t.order)
	t.settle()
	return true
}

// poorest returns which stop of the order gives the least for its time, but for one. Stops
// that must be visited go only for another such, and after all others. Below 0 where there is none.
func (t *tour) poorest(but int) (place int) {
	place, lowest := -1, math.Inf(1)
	for k := 1; k < len(t.order)-1; k++ {
		node := t.order[k]
		if node == but || t.p.must[node] && !t.p.must[but] {
			continue
		}
		before, after := t.order[k-1], t.order[k+1]
		saved := t.p.step(before, node) + t.p.step(node, after) - t.p.step(before, after)
		score := float64(t.p.gain[node]) / float64(max(saved, 1))
		if t.p.must[node] {
			score += 1e15 // more than any gain
		}
		if score < lowest {
			place, lowest = k, score
		}
	}
	*t.looked += len(t.order)
	return place
}
