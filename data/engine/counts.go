package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"commonground/data"
)

// Counts are all counts by week, class and kind, and of incidents by week, class,
// category and outcome: what a destruction must not change.
type Counts struct {
	plan  *data.Destruction
	lines map[countLine]int64
	given data.When // the last time that was given, and its sum's
	time  data.When
	found []data.Quantity
}

// countLine is what a count is about. A kind stands for items of a class of
// pickups, "" for visits; an outcome stands with its category.
type countLine struct {
	ms        int64
	precision data.Precision
	sort      data.Sort
	class     string
	kind      string
}

// NewCounts returns counts of nothing, by the weeks of a plan.
func NewCounts(plan *data.Destruction) *Counts {
	return &Counts{plan: plan, lines: map[countLine]int64{}}
}

// line begins a line of a time.
func (c *Counts) line(sort data.Sort, given data.When, class string) countLine {
	if given.IsZero() {
		return countLine{sort: sort, class: class}
	}
	given.Ambiguous = false
	if given != c.given {
		c.given, c.time = given, c.plan.SumTime(given)
	}
	return countLine{ms: c.time.At.UnixMilli(), precision: c.time.Precision, sort: sort, class: class}
}

// AddPickups counts pickups of one time and class with all that they found, as
// EncodeFound writes it.
func (c *Counts) AddPickups(at data.When, class, found string, visits int64) (err error) {
	c.found, err = AppendFound(c.found[:0], found, func(id string) string { return id })
	if err != nil {
		return err
	}
	line := c.line(data.PickupSort, at, class)
	c.lines[line] += visits
	for _, quantity := range c.found {
		line.kind = "kind " + quantity.Kind
		c.lines[line] += int64(quantity.Items)
	}
	return nil
}

// AddIncidents counts incidents of one time, class, category and outcome.
func (c *Counts) AddIncidents(received data.When, class, category, outcome string, incidents int64) {
	line := c.line(data.IncidentSort, received, class)
	line.kind = category + " " + outcome
	c.lines[line] += incidents
}

// Hash returns the SHA-256 of the counts that are not 0, in hexadecimal. It is the
// same for the same counts in every store.
func (c *Counts) Hash() string {
	texts := make([]string, 0, len(c.lines))
	for line, n := range c.lines {
		if n != 0 {
			texts = append(texts, fmt.Sprintf("%d %d %d %s %s %d\n", line.sort, line.precision, line.ms, line.class, strconv.Quote(line.kind), n))
		}
	}
	slices.Sort(texts)
	hash := sha256.New()
	for _, text := range texts {
		hash.Write([]byte(text))
	}
	return hex.EncodeToString(hash.Sum(nil))
}
