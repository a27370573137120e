package sqlite

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"commonground/data"
	"commonground/data/engine"
)

// countLine is what a count that must not change is about. A kind stands for
// items of a class of pickups, "" for visits; an outcome stands with its category.
type countLine struct {
	ms        int64
	precision data.Precision
	sort      data.Sort
	class     string
	kind      string
}

// countsOf returns the SHA-256 of all counts by week, class and kind, and of
// incidents by week, class, category and outcome, in hexadecimal.
func countsOf(tx *sql.Tx, plan *data.Destruction) (string, error) {
	c := counts{plan: plan, lines: map[countLine]int64{}}
	for _, query := range []string{
		`SELECT at_ms, at_precision, class, found, 1 FROM pickup JOIN pickup_answer ON record = pickup.id JOIN answer ON answer.id = answer`,
		`SELECT time_ms, time_precision, class, found, visits FROM pickup_sum`,
	} {
		if err := rowsIn(tx, query, nil, c.addPickup); err != nil {
			return "", err
		}
	}
	for _, query := range []string{
		`SELECT received_ms, received_precision, class, category, outcome, 1 FROM incident JOIN incident_answer ON record = incident.id JOIN answer ON answer.id = answer`,
		`SELECT time_ms, time_precision, class, category, outcome, incidents FROM incident_sum`,
	} {
		if err := rowsIn(tx, query, nil, c.addIncident); err != nil {
			return "", err
		}
	}
	return c.hash(), nil
}

type counts struct {
	plan  *data.Destruction
	lines map[countLine]int64
	given data.When // the last time that was given, and its sum's
	time  data.When
	found []data.Quantity
}

// line begins a line with the first two columns of a row.
func (c *counts) line(sort data.Sort, row *columns) countLine {
	ms := row.integer()
	given := data.When{At: time.UnixMilli(ms).UTC(), Precision: data.Precision(row.integer())}
	if given != c.given {
		c.given, c.time = given, given
		if given.Precision != 0 {
			c.time = c.plan.SumTime(given)
		}
	}
	return countLine{ms: c.time.At.UnixMilli(), precision: c.time.Precision, sort: sort}
}

func (c *counts) addPickup(row *columns) (err error) {
	line := c.line(data.PickupSort, row)
	line.class = row.text()
	c.found, err = engine.AppendFound(c.found[:0], row.text(), func(id string) string { return id })
	if err != nil {
		return err
	}
	c.lines[line] += row.integer()
	for _, quantity := range c.found {
		line.kind = "kind " + quantity.Kind
		c.lines[line] += int64(quantity.Items)
	}
	return nil
}

func (c *counts) addIncident(row *columns) error {
	line := c.line(data.IncidentSort, row)
	line.class = row.text()
	line.kind = row.text() + " " + row.text()
	c.lines[line] += row.integer()
	return nil
}

func (c *counts) hash() string {
	texts := make([]string, 0, len(c.lines))
	for line := range maps.Keys(c.lines) {
		if n := c.lines[line]; n != 0 {
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
