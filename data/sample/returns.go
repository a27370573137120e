package sample

import (
	"time"

	"commonground/data"
)

// Returns returns what agencies of the made-up town returned: for every whole
// period of the weeks that Pickups has, for the cohort of four months that ends a
// month before it, as at its last day, and for the three months before the month of
// its last day. None is below what Incidents has of it. Each was returned a week after its
// period; those whose time would not be before until are left out. They have no
// number yet. The scheme is not changed.
func Returns(seed uint64, scheme *data.Scheme, until data.Date) []data.Return {
	first, end := weeksBefore(scheme, until)
	r := returns{dice: newDice(seed, returnStream), scheme: scheme, covered: outcomesByPeriod(scheme, Incidents(seed, scheme, until))}
	start := scheme.PeriodOf(first)
	if start < first {
		start += data.Week(scheme.PeriodWeeks)
	}
	for ; start+data.Week(scheme.PeriodWeeks)+1 <= end; start += data.Week(scheme.PeriodWeeks) {
		r.period(start)
	}
	return r.all
}

// outcomesByPeriod counts incidents by the first week of their period, and by
// outcome.
func outcomesByPeriod(scheme *data.Scheme, incidents []data.Incident) map[data.Week]map[string]int64 {
	counts := map[data.Week]map[string]int64{}
	for i := range incidents {
		period := scheme.PeriodOf(scheme.WeekOf(incidents[i].Received))
		if counts[period] == nil {
			counts[period] = map[string]int64{}
		}
		counts[period][incidents[i].Outcome]++
	}
	return counts
}

// returns makes the returns of one period after the other.
type returns struct {
	dice
	scheme  *data.Scheme
	covered map[data.Week]map[string]int64
	all     []data.Return
}

// sizes are how large figures are, from a least to below a most above it: about
// those of a published report. A part is drawn from its whole instead.
var sizes = map[string][2]int64{
	"workers_contacted": {50, 40}, "official_warnings": {3, 10}, "cautions": {1, 8}, "workers_arrested": {2, 8}, "purchasers_arrested": {2, 9},
	"diversion_cautions": {12, 14}, "house_closures": {1, 4}, "landlords": {1, 4}, "people_engaged": {55, 15}, "supported": {40, 25},
}

func (r *returns) period(week data.Week) {
	from, to := r.scheme.WeekStart(week), r.scheme.WeekStart(week+data.Week(r.scheme.PeriodWeeks))
	at := (to + 7).In(r.scheme.Location).Add(-8 * time.Hour)
	figures := map[string]int64{}
	for _, m := range r.scheme.Measures {
		one := data.Return{Measure: m.ID, At: at, Who: "sample:" + m.Agency}
		one.From, one.To = r.window(m.Window, from)
		one.Least = r.covered[week][m.Covers]
		if size := sizes[m.ID]; m.PartOf == "" {
			one.Least += size[0] + r.Int64N(size[1])
		} else {
			one.Least = r.part(m.ID, figures[m.PartOf])
		}
		one.Most = one.Least
		if m.Range {
			one.Most += 5 + r.Int64N(15)
		}
		figures[m.ID] = one.Least
		r.all = append(r.all, one)
	}
}

// part is a part of a whole: nearly all of those who are cautioned attend and are
// offered what there is, few are found again.
func (r *returns) part(id string, whole int64) int64 {
	switch id {
	case "diversion_taken", "diversion_again":
		return min(whole, r.Int64N(3))
	case "diversion_first_contact":
		return whole * (60 + r.Int64N(35)) / 100
	}
	return max(0, whole-r.Int64N(3))
}

// window is that of a report on a period. Cohorts are of the four months before the
// one that ends before the period's last day, so that all of them had their time.
func (r *returns) window(window data.Window, period data.Date) (from, to data.Date) {
	from, to, ok := r.scheme.WindowIn(period, window)
	if ok {
		return from, to
	}
	_, month, _ := r.scheme.WindowIn(period, data.ThreeMonthsWindow)
	first := month.In(time.UTC)
	return data.DateOf(first.AddDate(0, -5, 0)), data.DateOf(first.AddDate(0, -1, 0))
}
