package archive

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	"commonground/data"
	"commonground/data/audit"
)

// contentGroup is what all that rows say is hashed into.
const contentGroup = "hashes of all that rows say"

// Tally counts what a store keeps. The zero value is ready.
type Tally struct {
	scheme *data.Scheme // nil where there is none
	groups map[string]map[string]int64
	last   audit.Sealed
	// Position is the end of the change feed.
	Position int64
}

// LastAudit is the number of the last entry of the audit log.
func (t *Tally) LastAudit() int64 { return t.last.Number }

const (
	visitGroup    = "visits by week and class"
	itemGroup     = "items by week, class and kind"
	incidentGroup = "incidents by week, class, category and outcome"
)

// Visits is how many pickups count, those of sums too.
func (t *Tally) Visits() int64 { return total(t.groups[visitGroup]) }

// Items is how many items were found on them.
func (t *Tally) Items() int64 { return total(t.groups[itemGroup]) }

// Incidents is how many incidents count, those of sums too.
func (t *Tally) Incidents() int64 { return total(t.groups[incidentGroup]) }

func total(cells map[string]int64) (sum int64) {
	for _, n := range cells {
		sum += n
	}
	return sum
}

// Of returns rows as they pass, and counts them.
func (t *Tally) Of(rows iter.Seq2[Row, error]) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for row, err := range rows {
			if err == nil {
				err = t.Add(row)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func (t *Tally) add(group, cell string, n int64) {
	if t.groups == nil {
		t.groups = map[string]map[string]int64{}
	}
	if t.groups[group] == nil {
		t.groups[group] = map[string]int64{}
	}
	t.groups[group][cell] += n
}

// Add counts a row.
func (t *Tally) Add(row Row) (err error) {
	switch r := row.(type) {
	case Beginning:
		if r.SchemeText != "" {
			t.scheme, err = data.ParseEarlierScheme(r.SchemeText)
		}
		t.add("revision of the settings", "", r.Revision)
		r.LastPickup, r.LastIncident = 0, 0 // engines count them in their own way
		row = r
	case Version:
		t.version(&r)
	case data.PickupSum:
		t.visits(r.Time, r.Class.String(), r.Visits, r.Found)
	case data.IncidentSum:
		t.incidents(r.Time, r.Class.String(), string(r.Category), r.Outcome, r.Incidents)
	case Change:
		t.Position = r.Position
	case audit.Sealed:
		t.last = r
	}
	if err != nil {
		return err
	}
	return t.content(row)
}

// content counts a row by its type, and adds a hash of all that it says.
func (t *Tally) content(row Row) error {
	text, err := json.Marshal(row)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	name := titles[reflect.TypeOf(row)]
	if name == "" {
		return fmt.Errorf("archive: there is no row of type %T", row)
	}
	t.add(name, "", 1)
	t.add(contentGroup, name, int64(binary.BigEndian.Uint64(sum[:])))
	return nil
}

// titles say what the rows of each type are.
var titles = map[reflect.Type]string{
	reflect.TypeFor[Beginning]():        "settings",
	reflect.TypeFor[Boundary]():         "versions of the boundary",
	reflect.TypeFor[Version]():          "versions of records",
	reflect.TypeFor[Move]():             "answers that a boundary replaced",
	reflect.TypeFor[Change]():           "entries of the change feed",
	reflect.TypeFor[data.PickupSum]():   "sums of destroyed pickups",
	reflect.TypeFor[data.IncidentSum](): "sums of destroyed incidents",
	reflect.TypeFor[Destroyed]():        "records known to be destroyed",
	reflect.TypeFor[Certificate]():      "certificates of destruction",
	reflect.TypeFor[data.Hold]():        "holds",
	reflect.TypeFor[data.Epoch]():       "epochs of editions",
	reflect.TypeFor[data.Signature]():   "signatures of editions",
	reflect.TypeFor[data.Sealing]():     "editions sealed or withdrawn",
	reflect.TypeFor[data.Return]():      "figures returned by agencies",
	reflect.TypeFor[data.APIKey]():      "API keys",
	reflect.TypeFor[audit.Sealed]():     "entries of the audit log",
}

func (t *Tally) version(v *Version) {
	switch p, i := v.Pickup, v.Incident; {
	case v.Number > 0 && p != nil:
		t.add("earlier versions of records", "pickups", 1)
	case v.Number > 0:
		t.add("earlier versions of records", "incidents", 1)
	case p != nil:
		t.visits(p.At, p.Place.Class.String(), 1, p.Found)
	default:
		t.incidents(i.Received, i.Place.Class.String(), string(i.Category), i.Outcome, 1)
	}
}

// week names the week of a time.
func (t *Tally) week(when data.When) string {
	if t.scheme == nil {
		return ""
	}
	week := t.scheme.WeekOf(when)
	if week == data.Undated {
		return "undated"
	}
	return t.scheme.WeekStart(week).String()
}

func (t *Tally) visits(when data.When, class string, visits int64, found []data.Quantity) {
	week := t.week(when)
	t.add(visitGroup, week+" "+class, visits)
	for _, quantity := range found {
		t.add(itemGroup, week+" "+class+" "+quantity.Kind, int64(quantity.Items))
	}
}

func (t *Tally) incidents(when data.When, class, category, outcome string, n int64) {
	t.add(incidentGroup, strings.Join([]string{t.week(when), class, category, outcome}, " "), n)
}

// Comparison is one line of what two tallies say.
type Comparison struct {
	// Group is what was counted.
	Group string
	// Hashes says that the totals are sums of hashes, in any order of what is hashed.
	Hashes bool
	// Cells is into how many counts it falls, in either, and Differ how many of these
	// are not the same in both.
	Cells, Differ int
	// One and Other are the totals.
	One, Other int64
	// First is a count that differs; empty where none does.
	First string
}

// Compare compares two tallies, group by group.
func (t *Tally) Compare(other *Tally) []Comparison {
	names := maps.Clone(t.groups)
	if names == nil {
		names = map[string]map[string]int64{}
	}
	maps.Copy(names, other.groups)
	var all []Comparison
	for _, name := range slices.Sorted(maps.Keys(names)) {
		all = append(all, compare(name, t.groups[name], other.groups[name]))
	}
	end := Comparison{Group: "last entry of the audit log", Cells: 1, One: t.last.Number, Other: other.last.Number}
	if t.last.Hash != other.last.Hash || t.last.Number != other.last.Number {
		end.Differ, end.First = 1, fmt.Sprintf("%x, %x", t.last.Hash, other.last.Hash)
	}
	return append(all, end)
}

func compare(group string, one, other map[string]int64) Comparison {
	line := Comparison{Group: group, Hashes: group == contentGroup}
	cells := maps.Clone(one)
	if cells == nil {
		cells = map[string]int64{}
	}
	maps.Copy(cells, other)
	for _, cell := range slices.Sorted(maps.Keys(cells)) {
		line.Cells++
		line.One += one[cell]
		line.Other += other[cell]
		if one[cell] != other[cell] {
			if line.Differ++; line.First == "" {
				line.First = fmt.Sprintf("%s: %d, %d", cell, one[cell], other[cell])
			}
		}
	}
	return line
}
