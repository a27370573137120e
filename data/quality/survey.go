package quality

import (
	"cmp"
	"slices"
	"time"

	"commonground/data"
	"commonground/geo"
)

// record is what is kept of a pickup or an incident: 48 bytes.
type record struct {
	point     geo.Point // zero where unlocated
	ms        int64     // since 1970
	kinds     uint64    // a set
	day       data.Date // of ms, by the scheme's clock
	week      data.Week
	source    uint32 // in Survey.names
	precision data.Precision
	flags     flags
	class     geo.Class
	counted   bool // by rows and totals
	// atNight is set from 22 h to 3 h. Others are over an hour from another day, also
	// where clocks change at midnight.
	atNight bool
}

func (r *record) located() bool { return r.flags&unlocated == 0 }

// Survey takes records of one sort, all pickups or all incidents. It keeps some
// 50 bytes of each, and needs as much again to report. It is for one goroutine.
type Survey struct {
	// Counted picks the records that rows and totals count; the others are there to
	// be compared with. Default: all.
	Counted func(data.Key) bool

	scheme  *data.Scheme
	now     time.Time
	records []record
	sources map[string]uint32
	names   []string
}

// New returns an empty survey. What is later than now lies in the future.
func New(scheme *data.Scheme, now time.Time) *Survey {
	return &Survey{scheme: scheme, now: now, sources: map[string]uint32{}}
}

// nothingFound stands, as a kind does, for a visit that found nothing.
const nothingFound = 63

// Pickup takes a pickup and changes nothing of it. Where a scheme has over 63
// kinds, those that lie 63 apart are one when duplicates are looked for.
func (s *Survey) Pickup(p *data.Pickup) {
	r := s.record(p.Key, &p.Position, p.At)
	items := 0
	for _, found := range p.Found {
		if kind, ok := s.scheme.KindIndex(found.Kind); ok && found.Items > 0 {
			r.kinds |= 1 << (kind % nothingFound)
		}
		items += found.Items
	}
	if items == 0 {
		r.kinds = 1 << nothingFound
	}
	if items > LargeVisit {
		r.flags |= tooLarge
	}
	r.at(p.At, s.scheme.Location)
	s.records = append(s.records, r)
}

// Incident takes an incident and changes nothing of it. Its category is its kind.
// Its week goes by Received; it is compared by Happened, where that is there.
func (s *Survey) Incident(i *data.Incident) {
	r := s.record(i.Key, &i.Position, i.Received)
	r.kinds = 1
	if i.Category == data.Harm {
		r.kinds = 2
	}
	happened := i.Happened
	if happened.IsZero() {
		happened = i.Received
	}
	if happened.At.After(s.now) {
		r.flags |= future
	}
	r.at(happened, s.scheme.Location)
	s.records = append(s.records, r)
}

// record has what pickups and incidents have in common; when is what weeks go by.
func (s *Survey) record(key data.Key, p *data.Position, when data.When) record {
	r := record{
		source: s.source(key.Source), week: s.scheme.WeekOf(when), class: p.Place.Class,
		counted: s.Counted == nil || s.Counted(key),
	}
	if p.Point == nil {
		r.flags |= unlocated
	} else {
		r.point = *p.Point
	}
	if r.week == data.Undated {
		r.flags |= undated
	}
	if p.Place.NearBoundary {
		r.flags |= nearBoundary
	}
	if when.At.After(s.now) {
		r.flags |= future
	}
	return r
}

func (r *record) at(when data.When, location *time.Location) {
	local := when.At.In(location)
	r.ms, r.day, r.precision = when.At.UnixMilli(), data.DateOf(local), when.Precision
	r.atNight = when.Precision == data.Instant && (local.Hour() >= 22 || local.Hour() < 3)
}

func (s *Survey) source(name string) uint32 {
	number, ok := s.sources[name]
	if !ok {
		number = uint32(len(s.names))
		s.sources[name] = number
		s.names = append(s.names, name)
	}
	return number
}

// Report returns what is doubtful in the records so far; of none, no row. The
// order in which they came changes nothing. More may be taken after it.
func (s *Survey) Report() Report {
	for i := range s.records {
		s.records[i].flags &^= duplicate | atDefault
	}
	s.markDuplicates()
	defaults := s.markDefaults(s.defaultPoints())
	report := Report{Rows: s.rows(), DefaultPoints: defaults}
	for _, row := range report.Rows {
		report.Total.Add(row.Counts)
	}
	return report
}

func (s *Survey) rows() []Row {
	type rowKey struct {
		source uint32
		week   data.Week
	}
	counts := map[rowKey]*Counts{}
	for i := range s.records {
		r := &s.records[i]
		if !r.counted {
			continue
		}
		key := rowKey{r.source, r.week}
		if counts[key] == nil {
			counts[key] = &Counts{}
		}
		counts[key].count(r.flags)
	}
	rows := make([]Row, 0, len(counts))
	for key, count := range counts { // sorted below
		rows = append(rows, Row{Source: s.names[key.source], Week: key.week, Counts: *count})
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Week, b.Week))
	})
	return rows
}
