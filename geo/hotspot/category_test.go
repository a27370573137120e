package hotspot_test

import (
	"regexp"
	"strings"
	"testing"

	"commonground/geo/hotspot"
)

// definition is a category as the definitions have it: a pattern of the steps, h for
// hot, c for cold and . for neither, whether 90 % of the steps are hot, and the trend.
type definition struct {
	category hotspot.Category
	steps    string // a pattern
	not      string // another that the steps must not have; "" for none
	most     bool
	trend    string // of r, f and n; any of those given
}

// definitions of the hot ones. The four of 90 % come before all others, and those go
// by what was cold at some step: such a square is oscillating.
var definitions = []definition{
	{hotspot.Intensifying, `h$`, ``, true, "r"},
	{hotspot.Persistent, `h$`, ``, true, "n"},
	{hotspot.Diminishing, `h$`, ``, true, "f"},
	{hotspot.Historical, `[c.]$`, ``, true, "rfn"},
	{hotspot.Oscillating, `c.*h$`, ``, false, "rfn"},
	{hotspot.New, `^\.*h$`, ``, false, "rfn"},
	{hotspot.Consecutive, `^\.*hh+$`, ``, false, "rfn"},
	{hotspot.Sporadic, `h\.+h*h$`, `c`, false, "rfn"},
}

// cold changes hot and cold, and rising and falling, for each other.
var cold = strings.NewReplacer("h", "c", "c", "h", "r", "f", "f", "r")

// compiled is a definition with its patterns and what it needs to hold.
type compiled struct {
	definition
	pattern, without *regexp.Regexp
	opposite         bool // looked at with hot and cold changed
}

func allDefinitions() []compiled {
	var all []compiled
	for _, d := range definitions {
		c := compiled{definition: d, pattern: regexp.MustCompile(d.steps)}
		if d.not != "" {
			c.without = regexp.MustCompile(d.not)
		}
		twin := c
		twin.category, twin.opposite = c.category+hotspot.ColdNew-hotspot.New, true
		all = append(all, c, twin)
	}
	return all
}

// nine says whether at least nine of ten steps are hot.
func nine(steps string) bool { return strings.Count(steps, "h") >= 9 }

func (c compiled) holds(steps, opposite, trend, oppositeTrend string) bool {
	if c.opposite {
		steps, opposite, trend = opposite, steps, oppositeTrend
	}
	if c.most != nine(steps) || !c.most && nine(opposite) {
		return false
	}
	return strings.Contains(c.trend, trend) && c.pattern.MatchString(steps) &&
		(c.without == nil || !c.without.MatchString(steps))
}

// Every series of ten steps, each hot, cold or neither, with every trend: 177,147.
// Exactly one category has it, None where no definition does, and that is the answer.
func TestEverySeriesHasExactlyOneCategory(t *testing.T) {
	all, found, wrong := allDefinitions(), map[hotspot.Category]int{}, 0
	for code := range 59049 {
		signs, steps := make([]int8, 10), make([]byte, 10)
		for k := range signs {
			signs[k], steps[k] = int8(code%3-1), "c.h"[code%3]
			code /= 3
		}
		text := string(steps)
		opposite := cold.Replace(text)
		for k, trend := range []string{"f", "n", "r"} {
			want, holding := hotspot.None, 0
			for _, d := range all {
				if d.holds(text, opposite, trend, cold.Replace(trend)) {
					want = d.category
					holding++
				}
			}
			got := hotspot.Categorise(signs, k-1)
			if holding > 1 || got != want {
				if wrong++; wrong < 10 {
					t.Errorf("%s %s: %v, want %v, which %d definitions have", text, trend, got, want, holding)
				}
			}
			found[got]++
		}
	}
	for c := hotspot.None; c <= hotspot.ColdHistorical; c++ {
		if found[c] == 0 {
			t.Errorf("no series is %v", c)
		}
		if twin := c + hotspot.ColdNew - hotspot.New; c > hotspot.None && c < hotspot.ColdNew && found[c] != found[twin] {
			t.Errorf("%d series are %v, %d %v", found[c], c, found[twin], twin)
		}
		t.Logf("%6d %v", found[c], c)
	}
}

// Examples by hand, with how the overlaps are settled.
func TestCategoriesOfSeries(t *testing.T) {
	for _, c := range []struct {
		steps string
		trend int
		want  string
	}{
		{"..........", 1, "none"},
		{"hhhhhhhh..", 0, "none"},
		{".........h", 1, "new"},
		{"........hh", 0, "consecutive"},
		{"..hhhhhhhh", 1, "consecutive"},
		{".hhhhhhhhh", 1, "intensifying"},
		{"hhhhhhhhhh", 0, "persistent"},
		{"hhhh.hhhhh", -1, "diminishing"},
		{"h.h.h.h..h", 0, "sporadic"},
		{"..h.....hh", 0, "sporadic"},
		{"hhhhhhhhh.", 1, "historical"},
		{"c........h", 0, "oscillating"}, // and hot at the last step alone
		{"c......hhh", 0, "oscillating"}, // and hot in one run up to the last step
		{"chhhhhhhhh", 0, "persistent"},  // and once cold
		{"hhhhhhhhhc", 0, "historical"},  // and, cold, oscillating
		{"ccccccccch", 0, "cold_historical"},
		{"cccccccccc", -1, "cold_intensifying"},
		{"cccccccccc", 1, "cold_diminishing"},
		{"h........c", 0, "cold_oscillating"},
		{".........c", 0, "cold_new"},
		{"hhhhhhhhhhhhhhhhh.hh", 0, "persistent"},
		{"hhhhhhhhhhhhhhhh..hh", 0, "persistent"},
		{"hhhhhhhhhhhhhhh...hh", 0, "sporadic"},
		{"hhhhhhhhhhhhhhhhh...", 0, "none"},
	} {
		var signs []int8
		for _, s := range c.steps {
			signs = append(signs, int8(strings.IndexRune("c.h", s)-1))
		}
		if got := hotspot.Categorise(signs, c.trend).String(); got != c.want {
			t.Errorf("%s with trend %d: %s, want %s", c.steps, c.trend, got, c.want)
		}
	}
}
