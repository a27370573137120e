package flow_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"commonground/data/release/flow"
)

func TestAnArcHasEveryValueBetweenItsEnds(t *testing.T) {
	// Two ways from 0 to 1, and one back that carries 10 to 12.
	arcs := []flow.Arc{
		{From: 0, To: 1, AtLeast: 0, AtMost: 7},
		{From: 0, To: 1, AtLeast: 2, AtMost: flow.NoEnd},
		{From: 1, To: 0, AtLeast: 10, AtMost: 12},
	}
	c := solve(t, 2, arcs)
	for _, each := range []struct{ arc, wanted, nearest int }{
		{0, 0, 0}, {0, 9, 7}, {0, 4, 4}, {1, 0, 3}, {1, 3, 3}, {1, 100, 12}, {1, 12, 12}, {2, 0, 10}, {2, 11, 11}, {2, 99, 12},
	} {
		if got := c.Nearest(each.arc, each.wanted); got != each.nearest {
			t.Errorf("arc %d: nearest to %d is %d, want %d", each.arc, each.wanted, got, each.nearest)
		}
		if got := c.Value(each.arc); got != each.nearest {
			t.Errorf("arc %d then has the value %d, want %d", each.arc, got, each.nearest)
		}
		checkBalance(t, 2, arcs, c)
	}
}

func TestAnArcInNoCircleIsZero(t *testing.T) {
	c := solve(t, 2, []flow.Arc{{From: 0, To: 1, AtMost: flow.NoEnd}})
	if got := c.Nearest(0, 9); got != 0 {
		t.Errorf("got %d", got)
	}
}

func TestAnArcToItsOwnNodeIsFreeWithinItsBounds(t *testing.T) {
	c := solve(t, 1, []flow.Arc{{AtLeast: 3, AtMost: 8}, {AtLeast: 1, AtMost: flow.NoEnd}})
	if low, high, free := c.Nearest(0, 0), c.Nearest(0, 9), c.Nearest(1, 1000); low != 3 || high != 8 || free != 1000 {
		t.Errorf("from %d to %d, and %d", low, high, free)
	}
}

func TestBoundsThatContradictEachOtherAreInfeasible(t *testing.T) {
	for name, arcs := range map[string][]flow.Arc{
		"more comes than can leave": {{From: 0, To: 1, AtLeast: 5, AtMost: 9}, {From: 1, To: 0, AtMost: 4}},
		"no way back":               {{From: 0, To: 1, AtLeast: 1, AtMost: flow.NoEnd}},
		"ends crossed":              {{From: 0, To: 1, AtLeast: 5, AtMost: 4}},
	} {
		if _, err := flow.Solve(2, arcs); !errors.Is(err, flow.ErrInfeasible) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestArcsOutOfRangeAreRefused(t *testing.T) {
	for _, arc := range []flow.Arc{
		{From: -1}, {From: 2}, {To: 2}, {To: -1}, {AtLeast: -1}, {AtMost: -2}, {AtMost: flow.Most + 1}, {AtLeast: flow.Most + 1, AtMost: flow.NoEnd},
	} {
		if _, err := flow.Solve(2, []flow.Arc{arc}); err == nil || errors.Is(err, flow.ErrInfeasible) {
			t.Errorf("%+v: got %v", arc, err)
		}
	}
}

func TestLargeBoundsDoNotOverflow(t *testing.T) {
	arcs := []flow.Arc{{From: 0, To: 1, AtLeast: flow.Most, AtMost: flow.NoEnd}, {From: 0, To: 1, AtMost: flow.NoEnd}, {From: 1, To: 0, AtMost: flow.NoEnd}}
	c := solve(t, 2, arcs)
	if up, down := c.Nearest(1, flow.Most), c.Nearest(1, 0); up != flow.Most || down != 0 {
		t.Errorf("from %d to %d", down, up)
	}
	if got := c.Nearest(2, 0); got != flow.Most {
		t.Errorf("the way back carries %d at least, want %d", got, flow.Most)
	}
}

func TestACircleOfManyNodesIsSolved(t *testing.T) {
	const nodes = 300_000
	arcs := make([]flow.Arc, nodes)
	for i := range arcs {
		arcs[i] = flow.Arc{From: i, To: (i + 1) % nodes, AtMost: flow.NoEnd}
	}
	arcs[0] = flow.Arc{From: 0, To: 1, AtLeast: 3, AtMost: 8}
	c := solve(t, nodes, arcs)
	if low, high := c.Nearest(nodes/2, 0), c.Nearest(nodes/2, 9); low != 3 || high != 8 {
		t.Errorf("from %d to %d, want 3 to 8", low, high)
	}
}

func TestAQuestionAllocatesNothingAfterTheFirst(t *testing.T) {
	c := solve(t, 3, []flow.Arc{
		{From: 0, To: 1, AtMost: flow.NoEnd}, {From: 1, To: 2, AtMost: 20}, {From: 1, To: 2, AtMost: flow.NoEnd}, {From: 2, To: 0, AtMost: flow.NoEnd},
	})
	if got := testing.AllocsPerRun(10, func() { c.Nearest(1, 9); c.Nearest(1, 0) }); got != 0 {
		t.Errorf("%v allocations", got)
	}
}

// Every assignment of a tiny network is tried.
func TestNearestIsThatOfAllCirculations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes := rapid.IntRange(1, 4).Draw(t, "nodes")
		arcs := rapid.SliceOfN(tinyArc(nodes), 1, 6).Draw(t, "arcs")
		possible := possibleValues(nodes, arcs)
		c, err := flow.Solve(nodes, arcs)
		if infeasible := len(possible[0]) == 0; infeasible != errors.Is(err, flow.ErrInfeasible) {
			t.Fatalf("infeasible is %v, got %v", infeasible, err)
		}
		if err != nil {
			return
		}
		for range rapid.IntRange(1, 12).Draw(t, "questions") {
			arc, wanted := rapid.IntRange(0, len(arcs)-1).Draw(t, "arc"), rapid.IntRange(0, 6).Draw(t, "wanted")
			if got, want := c.Nearest(arc, wanted), nearest(possible[arc], wanted); got != want {
				t.Fatalf("arc %d: nearest to %d is %d, want %d", arc, wanted, got, want)
			}
			checkBalance(t, nodes, arcs, c)
		}
	})
}

func tinyArc(nodes int) *rapid.Generator[flow.Arc] {
	return rapid.Custom(func(t *rapid.T) flow.Arc {
		low := rapid.IntRange(0, 2).Draw(t, "at least")
		return flow.Arc{
			From: rapid.IntRange(0, nodes-1).Draw(t, "from"), To: rapid.IntRange(0, nodes-1).Draw(t, "to"),
			AtLeast: low, AtMost: low + rapid.IntRange(0, 3).Draw(t, "width"),
		}
	})
}

// possibleValues returns for each arc the values of all circulations.
func possibleValues(nodes int, arcs []flow.Arc) []map[int]bool {
	possible := make([]map[int]bool, len(arcs))
	values := make([]int, len(arcs))
	for i, arc := range arcs {
		possible[i], values[i] = map[int]bool{}, arc.AtLeast
	}
	for more := true; more; more = count(values, arcs) {
		if balanced(nodes, arcs, values) {
			for i, value := range values {
				possible[i][value] = true
			}
		}
	}
	return possible
}

// count goes on to the next assignment, and says whether there is one.
func count(values []int, arcs []flow.Arc) bool {
	for i, arc := range arcs {
		if values[i]++; values[i] <= arc.AtMost {
			return true
		}
		values[i] = arc.AtLeast
	}
	return false
}

func balanced(nodes int, arcs []flow.Arc, values []int) bool {
	excess := make([]int, nodes)
	for i, arc := range arcs {
		excess[arc.From] -= values[i]
		excess[arc.To] += values[i]
	}
	for _, much := range excess {
		if much != 0 {
			return false
		}
	}
	return true
}

func nearest(possible map[int]bool, wanted int) int {
	for off := 0; ; off++ {
		if possible[wanted-off] {
			return wanted - off
		}
		if possible[wanted+off] {
			return wanted + off
		}
	}
}

func solve(t *testing.T, nodes int, arcs []flow.Arc) *flow.Circulation {
	t.Helper()
	c, err := flow.Solve(nodes, arcs)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func checkBalance(t rapid.TB, nodes int, arcs []flow.Arc, c *flow.Circulation) {
	t.Helper()
	values := make([]int, len(arcs))
	for i, arc := range arcs {
		values[i] = c.Value(i)
		if values[i] < arc.AtLeast || arc.AtMost != flow.NoEnd && values[i] > arc.AtMost {
			t.Fatalf("arc %d has the value %d, out of its bounds", i, values[i])
		}
	}
	if !balanced(nodes, arcs, values) {
		t.Fatalf("%v does not balance", values)
	}
}
