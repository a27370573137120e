package data

import (
	"fmt"
	"slices"
)

// overridePeriod is what a scheme writes into override where its periods are
// shorter than those of weakPeriodWeeks: the spec's "whole periods (28 days)".
const (
	overridePeriod  = "period_weeks"
	weakPeriodWeeks = 4
)

// releaseTable is the policy as it is written: what is left out has the default.
type releaseTable struct {
	Policy
	Cuts []int `toml:"cuts"`
}

func newReleaseTable() releaseTable {
	p := DefaultPolicy()
	return releaseTable{Policy: p, Cuts: p.Cuts[:]}
}

// policyValue is a number of the policy, its limits and which way is weaker.
type policyValue struct {
	key     string
	of      func(*Policy) int
	highest int // of 1 and more
	// bigger says that more is weaker; else less is.
	bigger bool
}

// policyValues lists all numbers of the policy but the cuts. The limits only
// catch slips of the pen.
var policyValues = []policyValue{
	{key: "delay_days", of: func(p *Policy) int { return p.DelayDays }, highest: 3650},
	{key: "epoch_weeks", of: func(p *Policy) int { return p.EpochWeeks }, highest: 1040},
	{key: "finest_m", of: func(p *Policy) int { return p.FinestM }, highest: 1000},
	{key: "min_addresses", of: func(p *Policy) int { return p.MinAddresses }, highest: 1_000_000},
	{key: "min_items", of: func(p *Policy) int { return p.MinItems }, highest: 1_000_000},
	{key: "min_days", of: func(p *Policy) int { return p.MinDays }, highest: 366},
	{key: "max_day_percent", of: func(p *Policy) int { return p.MaxDayPercent }, highest: 100, bigger: true},
	{key: "min_squares", of: func(p *Policy) int { return p.MinSquares }, highest: 1_000_000},
	{key: "table_min", of: func(p *Policy) int { return p.TableMin }, highest: 1_000_000},
	{key: "table_step", of: func(p *Policy) int { return p.TableStep }, highest: 1_000_000},
	{key: "total_step", of: func(p *Policy) int { return p.TotalStep }, highest: 1_000_000},
	{key: "min_search_hectares", of: func(p *Policy) int { return p.MinSearchHectares }, highest: 1_000_000},
}

func (v *policyValue) weaker(value, limit int) bool {
	if v.bigger {
		return value > limit
	}
	return value < limit
}

// release reads the policy of public releases. It needs the length of periods.
func (c *schemeCheck) release(table *releaseTable, s *Scheme) {
	p := &table.Policy
	for i := range policyValues {
		v := &policyValues[i]
		if value := v.of(p); value < 1 || value > v.highest {
			c.refuseRelease(v.key, "is %d; write 1 to %d", value, v.highest)
		}
	}
	if p.FinestM != 250 && p.FinestM != 500 && p.FinestM != 1000 {
		c.refuseRelease("finest_m", "is %d; the smallest squares have a side of 250, 500 or 1000 m", p.FinestM)
	}
	if days := 7 * s.PeriodWeeks; days > 0 && p.MinDays > days {
		c.refuseRelease("min_days", "is %d, but a period has %d days: nothing would ever be shown", p.MinDays, days)
	}
	c.cuts(table.Cuts, p)
	c.rounding(p)
	c.override(p, c.weaker(p, s.PeriodWeeks))
	s.Release = *p
}

func (c *schemeCheck) cuts(cuts []int, p *Policy) {
	if len(cuts) != len(p.Cuts) || cuts[0] < 1 || cuts[1] <= cuts[0] || cuts[1] > 1_000_000 {
		c.refuseRelease("cuts", "is %v; write where the second and the third band begin, the smaller number first, such as [25, 75]", cuts)
		p.Cuts = DefaultPolicy().Cuts
		return
	}
	p.Cuts = [2]int(cuts)
}

// rounding checks that every number has one nearest multiple, and that none
// above what is hidden is rounded to one below it.
func (c *schemeCheck) rounding(p *Policy) {
	for _, step := range []struct {
		key   string
		value int
	}{{"table_step", p.TableStep}, {"total_step", p.TotalStep}} {
		if step.value > 0 && step.value%2 == 0 {
			c.refuseRelease(step.key, "is %d; write an odd number: of an even one, a number can lie just between two multiples, and there is no nearest", step.value)
		}
	}
	if p.TableStep > 0 && p.TableMin%p.TableStep != 0 {
		c.refuseRelease("table_min", "is %d; write a multiple of table_step, which is %d: else a number of %d or more could be rounded to one below, which tells more",
			p.TableMin, p.TableStep, p.TableMin)
	}
	if p.TotalStep < p.TableStep {
		c.refuseRelease("total_step", "is %d, less than table_step, which is %d: a total is never given more exactly than its parts", p.TotalStep, p.TableStep)
	}
}

// weaker returns what is weaker than the default, by name, each with the default
// as a text.
func (c *schemeCheck) weaker(p *Policy, periodWeeks int) map[string]string {
	least := DefaultPolicy()
	found := map[string]string{}
	for i := range policyValues {
		v := &policyValues[i]
		if limit := v.of(&least); v.weaker(v.of(p), limit) {
			found[v.key] = fmt.Sprint(limit)
		}
	}
	if first := p.Cuts[0]; first < least.Cuts[0] || p.Cuts[1]-first < least.Cuts[1]-least.Cuts[0] {
		found["cuts"] = fmt.Sprintf("[%d, %d] (narrower bands tell more)", least.Cuts[0], least.Cuts[1])
	}
	if periodWeeks < weakPeriodWeeks {
		found[overridePeriod] = fmt.Sprint(weakPeriodWeeks)
	}
	return found
}

// override checks that the names in override are those of what is weaker, and
// sorts them.
func (c *schemeCheck) override(p *Policy, weaker map[string]string) {
	for _, key := range policyKeys() {
		limit, is := weaker[key]
		if is && !slices.Contains(p.Override, key) {
			c.refuseRelease(key, "is weaker than %s: add %q to override in [release], and the manifest and the governance page will show it", limit, key)
		}
	}
	for i, key := range p.Override {
		_, is := weaker[key]
		switch {
		case !slices.Contains(policyKeys(), key):
			c.refuseRelease("override", "%q is no value of the policy; there are %v", key, policyKeys())
		case slices.Contains(p.Override[:i], key):
			c.refuseRelease("override", "%q is there twice", key)
		case !is:
			c.refuseRelease("override", "%s is not weaker than the default; take it out, so that what stands here is what is", key)
		}
	}
	p.Override = append([]string{}, p.Override...)
	slices.Sort(p.Override)
}

// policyKeys are all names that override may hold.
func policyKeys() []string {
	var keys []string
	for i := range policyValues {
		keys = append(keys, policyValues[i].key)
	}
	return append(keys, "cuts", overridePeriod)
}

// refuseRelease is refuse for a value of the policy. Where it was left out, the
// line is that of the table.
func (c *schemeCheck) refuseRelease(key, format string, args ...any) {
	if key != overridePeriod {
		key = "release." + key
	}
	if _, ok := c.lines[key]; !ok {
		c.lines[key] = c.lines["release"]
	}
	c.refuse(key, format, args...)
}
