package api

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"commonground/api/editions"
	"commonground/data"
)

// rule is a value of the release policy in plain words.
type rule struct {
	Name, Value, Means string
	// Weaker says that the value is weaker than the default, on purpose.
	Weaker  bool
	Default string
}

// policyRules are all values of a policy, and the length of periods.
func policyRules(p data.Policy, periodWeeks int) []rule {
	values, defaults := valuesOf(p, periodWeeks), valuesOf(data.DefaultPolicy(), defaultPeriodWeeks)
	rules := make([]rule, len(policyTexts))
	for i, text := range policyTexts {
		rules[i] = rule{text.name, values[text.key], text.means, slices.Contains(p.Override, text.key), defaults[text.key]}
	}
	return rules
}

// defaultPeriodWeeks is the shortest period that is not weaker than the default.
const defaultPeriodWeeks = 4

// valuesOf writes the values of a policy for people, by their names in schemes.
func valuesOf(p data.Policy, periodWeeks int) map[string]string {
	return map[string]string{
		"period_weeks":        fmt.Sprintf("%d weeks", periodWeeks),
		"delay_days":          fmt.Sprintf("%d days", p.DelayDays),
		"epoch_weeks":         fmt.Sprintf("%d weeks", p.EpochWeeks),
		"finest_m":            fmt.Sprintf("%d m", p.FinestM),
		"min_addresses":       fmt.Sprint(p.MinAddresses),
		"min_items":           fmt.Sprint(p.MinItems),
		"min_days":            fmt.Sprintf("%d days", p.MinDays),
		"max_day_percent":     fmt.Sprintf("%d %%", p.MaxDayPercent),
		"min_squares":         fmt.Sprint(p.MinSquares),
		"cuts":                fmt.Sprintf("%d and %d", p.Cuts[0], p.Cuts[1]),
		"table_min":           fmt.Sprint(p.TableMin),
		"table_step":          fmt.Sprint(p.TableStep),
		"total_step":          fmt.Sprint(p.TotalStep),
		"min_search_hectares": fmt.Sprintf("%d hectares", p.MinSearchHectares),
	}
}

// policyTexts say what each value of the policy does, in the order of the page.
var policyTexts = []struct{ key, name, means string }{
	{"period_weeks", "Period", "An edition tells of one whole period. Nothing finer is on the map."},
	{"delay_days", "Delay", "So long after its end a period can be released at the earliest."},
	{"epoch_weeks", "One division of the ground", "So long at least the squares stay the same, so that nothing follows from a comparison of two divisions."},
	{"finest_m", "Side of the smallest square", "No place is shown more exactly. Residential or non-residential areas that cover less than one such square in all have no numbers in tables."},
	{"min_addresses", "Addresses in a square", "A square is divided only where each of its four parts holds so many."},
	{"min_items", "Items in a square", "A square with fewer in the period is not shown."},
	{"min_days", "Days with finds in a square", "A square with finds on fewer is not shown."},
	{"max_day_percent", "Share of one day", "A square where one day had more of the items is not shown."},
	{"min_squares", "Squares on a map, and of a band", "With fewer shown squares there is no map; the highest band, if it has fewer, is merged with the one below, again and again, so that there is no worst place."},
	{"cuts", "Where bands begin", "Items for each 250 m × 250 m at which the second and the third band begin."},
	{"table_min", "Smallest number in tables", "A smaller one is not told."},
	{"table_step", "Rounding in tables", "Numbers are given to the nearest multiple."},
	{"total_step", "Rounding of totals", "Totals of the whole area and period are given to the nearest multiple."},
	{"min_search_hectares", "Least area to search", "So much must be searched, in the order of the map, to meet half of the finds of the period after. Else squares are made larger, or there is no map."},
}

// released is what the page says of the archive.
type released struct {
	Sealed, Withdrawn int
	Last              string // the days of the edition sealed last; empty where there is none
	LastWithdrawn     bool
	Audit             []outcome
	Policy            []rule // that it was sealed under, where that differs
}

// outcome is what came of a check.
type outcome struct{ Name, Outcome string }

// checks are the names of checks in manifests, in plain words.
var checks = map[string]string{
	"subtraction": "Nothing that is hidden can be worked out from all that was ever released",
	"search":      "No less than the least area must be searched to meet half of the finds of the period after",
}

// releasedFrom says what a catalogue tells. What is only for the signers is not in it.
func releasedFrom(c *editions.Catalogue, inForce *data.Scheme) *released {
	last := c.Sealed
	r := &released{Sealed: len(c.Editions), Withdrawn: c.Withdrawn(), Last: c.Last()}
	if last == nil {
		return r
	}
	for _, e := range c.Editions {
		r.LastWithdrawn = r.LastWithdrawn || e.Withdrawn && e.Manifest.Number == last.Number
	}
	for _, name := range slices.Sorted(maps.Keys(last.Audit)) {
		r.Audit = append(r.Audit, outcome{cmp.Or(checks[name], name), last.Audit[name]})
	}
	rules := policyRules(last.Policy, len(last.Period.Weeks))
	if !slices.Equal(rules, policyRules(inForce.Release, inForce.PeriodWeeks)) {
		r.Policy = rules
	}
	return r
}
