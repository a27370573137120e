package flow

// residual is a network with what each arc can still take. Arc i has the room
// 2i forward and 2i+1 backward: what flows can be sent back. The arcs that leave
// a node are a list linked by first and following.
type residual struct {
	room, to         []int
	first, following []int
	// Scratch of push: level is the distance from where it starts, current the
	// next arc to try, path the arcs taken so far.
	level, current, queue, path []int
}

const none = -1

func newResidual(nodes, arcs int) residual {
	r := residual{
		room: make([]int, 0, 2*arcs), to: make([]int, 0, 2*arcs), following: make([]int, 0, 2*arcs),
		first: make([]int, nodes), level: make([]int, nodes), current: make([]int, nodes),
	}
	for node := range r.first {
		r.first[node] = none
	}
	return r
}

func (r *residual) add(from, to, room int) {
	r.half(from, to, room)
	r.half(to, from, 0)
}

func (r *residual) half(from, to, room int) {
	r.room, r.to = append(r.room, room), append(r.to, to)
	r.following = append(r.following, r.first[from])
	r.first[from] = len(r.room) - 1
}

// push sends as much as it can from one node to another, up to a limit, and
// returns how much: Dinic's method, which fills the shortest ways first. From
// a node to itself anything can be sent, and changes nothing.
func (r *residual) push(from, to, limit int) int {
	if from == to {
		return limit
	}
	sent := 0
	for sent < limit && r.reaches(from, to) {
		copy(r.current, r.first)
		sent += r.fill(from, to, limit-sent)
	}
	return sent
}

// reaches finds the level of each node up to that of the target, and says
// whether the target has one.
func (r *residual) reaches(from, to int) bool {
	for node := range r.level {
		r.level[node] = none
	}
	r.level[from] = 0
	r.queue = append(r.queue[:0], from)
	for head := 0; head < len(r.queue) && r.level[to] == none; head++ {
		node := r.queue[head]
		for arc := r.first[node]; arc != none; arc = r.following[arc] {
			if next := r.to[arc]; r.room[arc] > 0 && r.level[next] == none {
				r.level[next] = r.level[node] + 1
				r.queue = append(r.queue, next)
			}
		}
	}
	return r.level[to] != none
}

// fill sends what it can along ways of which each arc leads one level up, a
// blocking flow, with a path instead of recursion.
func (r *residual) fill(from, to, limit int) int {
	sent, node := 0, from
	r.path = r.path[:0]
	for sent < limit {
		if node == to {
			sent += r.send(limit - sent)
			node = r.back()
		} else if arc := r.upward(node); arc != none {
			r.path = append(r.path, arc)
			node = r.to[arc]
		} else if node == from {
			return sent
		} else {
			node = r.back()
			r.current[node] = r.following[r.current[node]]
		}
	}
	return sent
}

// back takes the last arc off the path and returns the node that it came from.
func (r *residual) back() int {
	last := r.path[len(r.path)-1]
	r.path = r.path[:len(r.path)-1]
	return r.to[last^1]
}

// upward returns the next arc from the node that has room and leads one level
// up, or none.
func (r *residual) upward(node int) int {
	arc := r.current[node]
	for arc != none && (r.room[arc] == 0 || r.level[r.to[arc]] != r.level[node]+1) {
		arc = r.following[arc]
	}
	r.current[node] = arc
	return arc
}

// send sends as much along the path as all of it has room for, up to a limit,
// and cuts the path behind the first arc that is full.
func (r *residual) send(limit int) int {
	for _, arc := range r.path {
		limit = min(limit, r.room[arc])
	}
	cut := len(r.path)
	for i := len(r.path) - 1; i >= 0; i-- {
		arc := r.path[i]
		r.room[arc] -= limit
		r.room[arc^1] += limit
		if r.room[arc] == 0 {
			cut = i + 1
		}
	}
	r.path = r.path[:cut]
	return limit
}
