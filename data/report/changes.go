package report

import (
	"fmt"
	"math"
	"strings"

	"commonground/data"
	"commonground/data/incidents"
)

// Change compares a figure of the period with that of another span of as many
// weeks.
type Change struct {
	// ID is that of the figure, and Title what it counts.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Against is "period_before", or "year_before": the same weeks, 52 weeks earlier.
	Against string `json:"against"`
	Then    Span   `json:"then"`
	Now     int64  `json:"now"`
	Before  int64  `json:"before"`
	// Compared is false where there were no records yet, or the period isn't over.
	Compared bool `json:"compared"`
	// Told says that the change is larger than the ups and downs of the weeks make
	// likely: only then it is called one.
	Told     bool   `json:"told"`
	Sentence string `json:"sentence"`
}

// against is a span that the period is compared with.
type against struct {
	id, words string
	weeks     data.WeekRange
}

func (m *making) changes() {
	others := []against{
		{"period_before", "the period before", earlier(m.weeks, m.Scheme.PeriodWeeks)},
		{"year_before", "the same weeks a year before", earlier(m.weeks, weeksBefore)},
	}
	firstCall, calls := firstContact(m.Incidents)
	pickups := m.Cube.Weeks()
	for _, other := range others {
		for _, category := range []data.Category{data.Harm, data.Nuisance} {
			m.change(other, calls && firstCall <= other.weeks.From, series{
				"line.contacts." + string(category), "Contacts of the line about " + string(category),
				m.contactsByWeek(m.weeks, category), m.contactsByWeek(other.weeks, category),
			})
		}
		there := !pickups.IsZero() && pickups.From <= other.weeks.From
		for k, kind := range m.Cleansing.Kinds {
			items := func(v *Volume) int64 { return v.Items[k] }
			m.change(other, there, series{"cleansing.total." + kind.ID, kind.Title, m.byWeek(m.weeks, items), m.byWeek(other.weeks, items)})
		}
		if m.Cleansing.Visited {
			visits := func(v *Volume) int64 { return v.Visits }
			m.change(other, there, series{"cleansing.total.visits", "Visits of crews", m.byWeek(m.weeks, visits), m.byWeek(other.weeks, visits)})
		}
	}
}

// series is a figure by week, in the period and in another span.
type series struct {
	id, title string
	now, then []int64
}

func (m *making) contactsByWeek(weeks data.WeekRange, category data.Category) []int64 {
	counts := make([]int64, weeks.To-weeks.From)
	q := incidents.Query{Weeks: weeks, Categories: []data.Category{category}}
	for _, c := range m.Incidents.Counts(q, []incidents.Dimension{incidents.ByWeek}, 0) {
		counts[c.Week-weeks.From] = c.Incidents
	}
	return counts
}

// byWeek returns a number by week, of the weeks that the volumes hold.
func (m *making) byWeek(weeks data.WeekRange, of func(*Volume) int64) []int64 {
	counts := make([]int64, weeks.To-weeks.From)
	first := m.Scheme.WeekStart(weeks.From)
	for _, volumes := range [][]Volume{m.Cleansing.Before, m.Cleansing.Weekly} {
		for i := range volumes {
			if week := int(volumes[i].Week-first) / 7; volumes[i].Week >= first && week < len(counts) {
				counts[week] += of(&volumes[i])
			}
		}
	}
	return counts
}

// change compares, where there were records then.
func (m *making) change(other against, recorded bool, s series) {
	c := Change{
		ID: s.id, Title: s.title, Against: other.id, Then: m.spanOf(other.weeks), Now: sum(s.now), Before: sum(s.then),
		Compared: recorded && m.over(),
	}
	switch {
	case !m.over():
		c.Sentence = s.title + ": not compared, since the period is not over."
	case !recorded:
		c.Sentence = fmt.Sprintf("%s: not compared with %s, for which there are no whole records.", s.title, other.words)
	default:
		c.Told, c.Sentence = compare(s, other.words)
	}
	m.Changes = append(m.Changes, c)
}

// leastCompared is how many there must be in both spans together: under it, the
// smallest change that compare calls one would be some threefold, and each case
// would weigh so much that a person might see theirs in the sentence.
const leastCompared = 20

// compare says whether there are more or fewer than there were, in words, and
// whether that is more than chance makes.
//
// The null hypothesis is that the weeks of both spans vary about one mean, two-sided
// at 5 %, not corrected for how many figures a report compares. Were cases
// independent, sums would vary as Poisson's; but a crew finds several items at
// once, and callers call again. So the variance is taken to be φ times that, with φ
// from how the weeks differ within each span (quasi-Poisson: McCullagh & Nelder
// 1989, section 6.2), never below 1, and the quantile is Student's:
//
//	(|a − b| − 1) / √(φ(a + b)) > t(2·weeks − 2)
func compare(s series, words string) (told bool, sentence string) {
	now, then := sum(s.now), sum(s.then)
	numbers := fmt.Sprintf("%s: %s, and %s in %s", s.title, grouped(now), grouped(then), words)
	if now+then < leastCompared {
		return false, numbers + ": too few to say whether that is a change."
	}
	degrees := len(s.now) + len(s.then) - 2
	z := (math.Abs(float64(now-then)) - 1) / math.Sqrt(dispersion(s, degrees)*float64(now+then))
	if degrees < 1 || z <= student(degrees) {
		return false, numbers + ": about as many; single weeks differ as much."
	}
	return true, numbers + ": " + ratioText(float64(now)/float64(then)) + "."
}

// dispersion is how many times as much the weeks of each span vary as chance alone
// makes them, at least 1.
func dispersion(s series, degrees int) float64 {
	squares := 0.0
	for _, weeks := range [][]int64{s.now, s.then} {
		mean := float64(sum(weeks)) / float64(len(weeks))
		for _, n := range weeks {
			if d := float64(n) - mean; mean > 0 {
				squares += d * d / mean
			}
		}
	}
	return max(1, squares/float64(max(degrees, 1)))
}

// students are the quantiles at 97.5 % of Student's distribution with 1, 2, 3 …
// degrees of freedom; beyond, that of the normal distribution is taken a little up.
var students = [...]float64{
	12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
	2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
}

func student(degrees int) float64 {
	if degrees >= 1 && degrees <= len(students) {
		return students[degrees-1]
	}
	return 2.09
}

// ratios are words for how many times as many there are, each from a number on: half
// way to the one before.
var ratios = []struct {
	from  float64
	words string
}{
	{2.75, "about # times as many"},
	{2.25, "about two and a half times as many"},
	{1.75, "about twice as many"},
	{1.42, "about one and a half times as many"},
	{1.29, "about a third more"},
	{1.22, "about a quarter more"},
	{1.15, "about a fifth more"},
	{1.05, "about a tenth more"},
	{1, "a little more"},
	{0.95, "a little fewer"},
	{0.85, "about a tenth fewer"},
	{0.775, "about a fifth fewer"},
	{0.71, "about a quarter fewer"},
	{0.58, "about a third fewer"},
	{0.42, "about half as many"},
	{0.29, "about a third as many"},
	{0.15, "about a quarter as many"},
	{0, "far fewer than a quarter as many"},
}

// ratioText says how many times as many there are now.
func ratioText(ratio float64) string {
	switch {
	case math.IsInf(ratio, 1):
		return "there were none then"
	case ratio == 0:
		return "there are none now"
	}
	for _, r := range ratios {
		if ratio >= r.from {
			return strings.ReplaceAll(r.words, "#", fmt.Sprintf("%.0f", ratio))
		}
	}
	panic("report: a ratio below 0")
}

func sum(counts []int64) (total int64) {
	for _, n := range counts {
		total += n
	}
	return total
}
