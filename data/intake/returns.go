package intake

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"commonground/data"
)

// Returned is a figure that an agency returns, as it is sent.
type Returned struct {
	// Measure is the id of one of the scheme's: Required.
	Measure string
	// From is the first day of its window: Required. To is the first day after it.
	// Default: the end of the window that begins then; Required for a cohort.
	From, To data.Date
	// Value is the figure or, of a range, Least and Most are. Required, unless it is
	// withdrawn; nil for none.
	Value, Least, Most *int64
	// Withdrawn takes the figure that stands for the window back.
	Withdrawn bool
}

// Returner is who sends returns, and when.
type Returner struct {
	// Agency is whose measures may be sent. Default: those of all.
	Agency string
	// Who is as in the audit log: Required.
	Who string
	// At is the present: Required.
	At time.Time
}

// PutReturns checks returns and stores all of them or, where one is refused, none:
// then there are refusals and no receipts. A Refusal's Row counts them from 1. A
// figure that stands for the same measure and window is corrected.
func (d *Door) PutReturns(ctx context.Context, returns []Returned, by Returner) ([]data.Receipt, []Refusal, error) {
	rows := make([]int, len(returns))
	for i := range rows {
		rows[i] = i + 1
	}
	return d.putReturns(ctx, returns, rows, by)
}

// putReturns is PutReturns for returns of rows that have their own numbers, which
// are above 0 and grow.
func (d *Door) putReturns(ctx context.Context, returns []Returned, rows []int, by Returner) ([]data.Receipt, []Refusal, error) {
	settings, err := d.Reload(ctx)
	if err != nil {
		return nil, nil, err
	}
	d.returning.Lock() // what stands is looked at before
	defer d.returning.Unlock()
	all, err := d.store.Returns(ctx)
	if err != nil {
		return nil, nil, err
	}
	c := newReturnCheck(settings.Scheme, by, data.StandingReturns(all))
	for i := range returns {
		c.add(rows[i], &returns[i])
	}
	c.parts(rows)
	if refusals := c.refused(); len(refusals) > 0 {
		return nil, refusals, nil
	}
	receipts, err := d.store.PutReturns(ctx, c.passed)
	return receipts, nil, err
}

// returnWindow is what there is one figure for.
type returnWindow struct {
	measure  string
	from, to data.Date
}

// windowed is a figure, from a row where it is sent now.
type windowed struct {
	data.Return
	row int // 0 where it stood before
}

// returnCheck checks returns that are sent together.
type returnCheck struct {
	scheme   *data.Scheme
	by       Returner
	today    data.Date
	figures  map[returnWindow]windowed // what stands if all of them pass
	passed   []data.Return
	refusals map[int]*Refusal // by row
}

func newReturnCheck(scheme *data.Scheme, by Returner, standing []data.Return) *returnCheck {
	c := &returnCheck{scheme: scheme, by: by, today: data.DateOf(by.At.In(scheme.Location)), figures: map[returnWindow]windowed{}, refusals: map[int]*Refusal{}}
	for _, r := range standing {
		c.figures[returnWindow{r.Measure, r.From, r.To}] = windowed{Return: r}
	}
	return c
}

func (c *returnCheck) add(row int, given *Returned) {
	r, refusal := c.one(given)
	window := returnWindow{r.Measure, r.From, r.To}
	stands, ok := c.figures[window]
	switch {
	case refusal != nil:
	case ok && stands.row > 0:
		refusal = refuse("measure", "%s is there twice for these days, in row %d too; leave one of them out", r.Measure, stands.row)
	case r.Withdrawn && !ok:
		refusal = refuse("withdrawn", "no figure of %s stands for these days, so there is none to take back", r.Measure)
	default:
		c.figures[window] = windowed{r, row}
		c.passed = append(c.passed, r)
	}
	c.refuse(row, refusal)
}

func (c *returnCheck) refuse(row int, refusal *Refusal) {
	if refusal != nil {
		refusal.Row = row
		c.refusals[row] = refusal
	}
}

// refused returns the refusals in the order of their rows.
func (c *returnCheck) refused() (all []Refusal) {
	for _, row := range slices.Sorted(maps.Keys(c.refusals)) {
		all = append(all, *c.refusals[row])
	}
	return all
}

// one checks a return by itself.
func (c *returnCheck) one(given *Returned) (data.Return, *Refusal) {
	r := data.Return{Measure: given.Measure, From: given.From, To: given.To, Withdrawn: given.Withdrawn, At: c.by.At, Who: c.by.Who}
	measure, refusal := c.measure(given.Measure)
	if refusal != nil {
		return r, refusal
	}
	if refusal := c.window(measure, &r); refusal != nil {
		return r, refusal
	}
	r.Least, r.Most, refusal = given.figure(measure)
	return r, refusal
}

func (c *returnCheck) measure(id string) (data.Measure, *Refusal) {
	measure, known := c.scheme.Measure(id)
	switch own := measureList(c.scheme, c.by.Agency); {
	case len(c.scheme.Measures) == 0:
		return measure, refuse("measure", "the scheme names no measures; a steward adds them as [[measure]]")
	case own == "":
		return measure, refuse("measure", "%s returns nothing by the scheme; its measures name their agency", c.by.Agency)
	case id == "":
		return measure, refuse("measure", "is missing; write one of %s", own)
	case !known:
		return measure, refuse("measure", "%q is no measure of the scheme; write one of %s", id, own)
	case c.by.Agency != "" && measure.Agency != c.by.Agency:
		return measure, refuse("measure", "%s is returned by %s, not by %s; write one of %s", id, measure.Agency, c.by.Agency, own)
	}
	return measure, nil
}

// measureList names the measures of an agency, of all where it is empty.
func measureList(scheme *data.Scheme, agency string) string {
	var ids []string
	for _, measure := range scheme.Measures {
		if agency == "" || measure.Agency == agency {
			ids = append(ids, measure.ID)
		}
	}
	return strings.Join(ids, ", ")
}

// maxCohortDays is the longest cohort, two years: beyond it is a slip of the pen.
const maxCohortDays = 731

// window checks the days of a return, and fills in the end where it follows.
func (c *returnCheck) window(measure data.Measure, r *data.Return) *Refusal {
	if r.From == 0 {
		return refuse("from", "is missing; write the first day, such as 2019-04-24")
	}
	if refusal := cmp.Or(checkDay("from", r.From), checkDay("to", r.To)); refusal != nil {
		return refusal
	}
	end, begins := c.scheme.WindowEnd(measure.Window, r.From)
	switch {
	case measure.Window == data.CohortWindow:
		if refusal := checkCohort(r); refusal != nil {
			return refusal
		}
	case !begins:
		return refuse("from", "%s", c.noWindow(measure, r.From))
	case r.To == 0:
		r.To = end
	case r.To != end:
		return refuse("to", "is %v, but %s from %v ends before %v; write that, the first day after it, or leave it out",
			r.To, windowTitles[measure.Window], r.From, end)
	}
	if last := r.To - 1; last > c.today {
		return refuse("from", "these days last until %v, which is not over; return the figure when it is", last)
	}
	return nil
}

func checkDay(field string, d data.Date) *Refusal {
	return checkTime(field, data.When{At: d.In(time.UTC), Precision: data.Day})
}

func checkCohort(r *data.Return) *Refusal {
	switch {
	case r.To == 0:
		return refuse("to", "is missing; %s is of days of its own: write the first day after them, such as 2019-04-01", r.Measure)
	case r.To <= r.From:
		return refuse("to", "is %v, and must be after %v: it is the first day after the cohort's", r.To, r.From)
	case r.To-r.From > maxCohortDays:
		return refuse("to", "these are %d days; a cohort has at most %d", r.To-r.From, maxCohortDays)
	}
	return nil
}

// windowTitles name a span of each window whose end follows from its beginning.
var windowTitles = map[data.Window]string{
	data.PeriodWindow: "a reporting period", data.AsAtWindow: "a figure as at a day", data.ThreeMonthsWindow: "three months",
}

func (c *returnCheck) noWindow(measure data.Measure, from data.Date) string {
	if measure.Window == data.ThreeMonthsWindow {
		return fmt.Sprintf("%s is of three calendar months; write the first day of the first of them, such as %s-01", measure.ID, from.String()[:7])
	}
	return fmt.Sprintf("no reporting period begins on %v; the one with that day begins on %v", from, c.scheme.PeriodStart(from))
}

// maxFigure bounds a figure; beyond it is a slip of the pen.
const maxFigure = 1_000_000

// figure returns the least and the most that are sent, which are the same unless
// the measure is a range.
func (g *Returned) figure(measure data.Measure) (least, most int64, refusal *Refusal) {
	none := g.Value == nil && g.Least == nil && g.Most == nil
	switch {
	case g.Withdrawn && !none:
		return 0, 0, refuse("withdrawn", "what is taken back has no figure; leave value, least and most empty, or don't withdraw it")
	case g.Withdrawn:
		return 0, 0, nil
	case measure.Range && (g.Value != nil || g.Least == nil || g.Most == nil):
		return 0, 0, refuse("least", "%s is a least and a most; write both, and no value", measure.ID)
	case measure.Range:
		least, most = *g.Least, *g.Most
	case g.Least != nil || g.Most != nil:
		return 0, 0, refuse("value", "%s is one number; write it as value, and no least or most", measure.ID)
	case g.Value == nil:
		return 0, 0, refuse("value", "is missing; write 0 where there was none, or leave the row out where it isn't known")
	default:
		least, most = *g.Value, *g.Value
	}
	field := "value"
	if measure.Range {
		field = "most"
	}
	switch {
	case most < least:
		return 0, 0, refuse(field, "%d is less than the least, %d", most, least)
	case least < 0 || most > maxFigure:
		return 0, 0, refuse(field, "can't be right; write a number from 0 to %d", maxFigure)
	}
	return least, most, nil
}

// parts refuses what would be more than its whole, or less than a part of it. Only
// what is sent now is looked at, together with what stands.
func (c *returnCheck) parts(rows []int) {
	sent := map[int]windowed{}
	for _, f := range c.figures {
		sent[f.row] = f
	}
	for _, row := range rows {
		if f, passed := sent[row]; passed && !f.Withdrawn {
			c.refuse(row, cmp.Or(c.aboveWhole(f), c.belowPart(f)))
		}
	}
}

// aboveWhole refuses a part of what stands.
func (c *returnCheck) aboveWhole(part windowed) *Refusal {
	measure, _ := c.scheme.Measure(part.Measure)
	whole, ok := c.stands(measure.PartOf, part)
	if !ok || !exceeds(part, whole) {
		return nil
	}
	return refuse(figureField(measure), "%s can't be above %s, which it is a part of: %s", part.Measure, whole.Measure, said(whole))
}

// belowPart refuses a whole whose part stood before; one that is sent with it is
// refused itself.
func (c *returnCheck) belowPart(whole windowed) *Refusal {
	for _, measure := range c.scheme.Measures {
		if measure.PartOf != whole.Measure {
			continue
		}
		if part, ok := c.stands(measure.ID, whole); ok && part.row == 0 && exceeds(part, whole) {
			of, _ := c.scheme.Measure(whole.Measure)
			return refuse(figureField(of), "%s can't be below its part %s: %s; correct that first, or together with it", whole.Measure, part.Measure, said(part))
		}
	}
	return nil
}

// stands returns the figure of a measure for the window of another.
func (c *returnCheck) stands(measure string, of windowed) (windowed, bool) {
	f, ok := c.figures[returnWindow{measure, of.From, of.To}]
	return f, ok && !f.Withdrawn
}

func exceeds(part, whole windowed) bool { return part.Least > whole.Least || part.Most > whole.Most }

func figureField(measure data.Measure) string {
	if measure.Range {
		return "most"
	}
	return "value"
}

// said says a figure and where it is.
func said(f windowed) string {
	where := "as it stands"
	if f.row > 0 {
		where = fmt.Sprintf("in row %d", f.row)
	}
	if f.Least == f.Most {
		return fmt.Sprintf("%d %s", f.Most, where)
	}
	return fmt.Sprintf("%d to %d %s", f.Least, f.Most, where)
}
