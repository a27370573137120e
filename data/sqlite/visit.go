package sqlite

import (
	"strconv"
	"strings"
	"time"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

// selectVisits puts the visits of a range of ids into one text, one a line:
//
//	-66142800213462000 1556000123000 9{"condom_used":2,"needle":0}
//
// The numbers are lon << 32 | (lat & 0xffffffff), nothing where there is no
// point; the time in milliseconds, nothing where there is none; and the id of
// the answer * 8 + the time's precision * 2 + whether it is ambiguous. A line
// break in the id of a kind is escaped, as JSON does. Each value that is read
// by itself costs a dozen locks; one text for many takes two thirds of the
// processor time, and a hundredth of the allocations.
const selectVisits = `
	SELECT coalesce(group_concat(
		coalesce(lon << 32 | (lat & 0xffffffff), '') || ' ' || coalesce(at_ms, '') || ' ' ||
		(answer * 8 + at_precision * 2 + at_ambiguous) || found, char(10)), '')
	FROM pickup JOIN pickup_answer ON record = id
	WHERE id > ? AND id <= ?`

// visitBatch is a number of visits, or why there are no more.
type visitBatch struct {
	visits []data.Visit
	found  []data.Quantity // of all visits
	err    error
}

// fill reads what selectVisits selects.
func (b *visitBatch) fill(text string, known []geo.Place, kinds engine.Words) error {
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if err := b.add(line, known, kinds); err != nil {
			return err
		}
	}
	return nil
}

func (b *visitBatch) add(line string, known []geo.Place, kinds engine.Words) (err error) {
	point, rest, _ := strings.Cut(line, " ")
	ms, rest, _ := strings.Cut(rest, " ")
	brace := max(strings.IndexByte(rest, '{'), 0)
	packed, err := strconv.ParseInt(rest[:brace], 10, 64)
	if err != nil {
		return err
	}
	var visit data.Visit
	var answer int64
	answer, visit.At = unpackAnswer(packed)
	visit.Class, visit.Area = known[answer].Class, known[answer].Area
	if n, err := strconv.ParseInt(point, 10, 64); err == nil {
		visit.Point, visit.Located = unpackPoint(n), true
	}
	if n, err := strconv.ParseInt(ms, 10, 64); err == nil {
		visit.At.At = time.UnixMilli(n).UTC()
	}
	from := len(b.found)
	b.found, err = engine.AppendFound(b.found, rest[brace:], kinds.Shared)
	visit.Found = b.found[from:len(b.found):len(b.found)]
	b.visits = append(b.visits, visit)
	return err
}
