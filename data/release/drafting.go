package release

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"commonground/data"
	"commonground/geo/grid"
)

// Draft makes the edition of a period from the records as they are now, and
// checks it. Nothing is stored. Who looks is told which signatures are theirs.
func (d *Desk) Draft(ctx context.Context, period data.Date, who string) (*Draft, error) {
	w, err := d.open(ctx)
	if err != nil {
		return nil, err
	}
	m, err := w.begin(ctx, period)
	if err != nil {
		return nil, err
	}
	if err := m.choose(); err != nil {
		return nil, err
	}
	return m.finish(ctx, who)
}

// making is a draft in the making.
type making struct {
	*desk
	in        stretch
	epoch     data.Epoch
	partition Partition
	past      []Published // of all editions, withdrawn ones too
	now, next *finds

	edition   *Edition
	report    *PublicReport
	truths    []truth
	published Published
	areaM     float64 // A50
	findings  []Finding
}

// begin reads what a draft is made from.
func (d *desk) begin(ctx context.Context, period data.Date) (*making, error) {
	if err := d.startsPeriod(period); err != nil {
		return nil, err
	}
	if in := periodSpan(d.settings.Scheme, period); d.today() < in.to {
		return nil, Refusal{Reason: fmt.Sprintf("the period is not over before %v: what its draft would show is where finds are now", in.to)}
	}
	for _, s := range d.chain {
		if s.Period >= period {
			return nil, Refusal{fmt.Sprintf("an edition from %v was sealed already, and periods are sealed in order: this one is never released", s.Period), data.ErrSealed}
		}
	}
	m := &making{desk: d, in: periodSpan(d.settings.Scheme, period)}
	var err error
	if m.epoch, err = d.epochOf(period); err != nil {
		return nil, err
	}
	if m.partition, err = parsePartition(m.epoch.Partition); err != nil {
		return nil, err
	}
	if m.past, err = publishedBefore(d.chain); err != nil {
		return nil, err
	}
	found, err := gather(ctx, d.Store, d.settings.Scheme, []stretch{m.in, periodSpan(d.settings.Scheme, m.in.to)})
	if err != nil {
		return nil, err
	}
	m.now, m.next = found[0], found[1]
	return m, nil
}

// publishedBefore reads every number that was ever published.
func publishedBefore(chain []data.Sealing) ([]Published, error) {
	var all []Published
	for _, s := range chain {
		if s.Withdrawn {
			continue
		}
		var p Published
		if err := json.Unmarshal([]byte(s.Published), &p); err != nil {
			return nil, fmt.Errorf("reading what edition %d published: %w", s.Number, err)
		}
		all = append(all, p)
	}
	return all, nil
}

// ofEpoch returns what the editions of the epoch published.
func (m *making) ofEpoch() []Published {
	return slices.DeleteFunc(slices.Clone(m.past), func(p Published) bool { return p.Period < m.epoch.From.String() })
}

// choose makes the edition with the finest squares that keep the search floor
// (P6), never finer than an earlier edition of the epoch, and without a map where
// none does.
func (m *making) choose() error {
	least := float64(m.settings.Scheme.Release.MinSearchHectares) * hectareM
	floor := uint8(finestLevel)
	for _, p := range m.ofEpoch() {
		floor = max(floor, floorOf(p.Squares))
	}
	var tried []string
	for level := floor; level <= coarsestLevel; level++ {
		m.with(m.partition.Coarser(level))
		if m.untried() {
			m.find("search", false, "nothing that was found in the period after this one is in the store yet, so this map can't be tried on it: import its records first", nil)
			return nil
		}
		m.areaM = m.searched()
		said := fmt.Sprintf("in squares of %d m and more, %.2f km² must be searched to meet half of the next period's finds", m.edition.Map.SmallestM, m.areaM/1e6)
		if m.areaM >= least {
			m.find("search", true, said+fmt.Sprintf("; at least %.2f km² is asked for", least/1e6), tried)
			return nil
		}
		if !slices.Contains(tried, said) {
			tried = append(tried, said)
		}
	}
	m.withoutMap()
	m.find("search", true, fmt.Sprintf("there is no map, only tables: with any squares half of the next period's finds could be met within less than %.2f km²", least/1e6), tried)
	return nil
}

// untried reports whether a map shows something and none of the next period's
// finds lie on it: then any map would pass.
func (m *making) untried() bool {
	shown := slices.ContainsFunc(m.published.Squares, func(s PublishedSquare) bool { return s.Band > 0 })
	return shown && totalFinds(searchedBy([][]PublishedSquare{m.published.Squares}, m.next)) == 0
}

// searched is A50 for a searcher who goes by however many of the latest maps lead
// them there soonest: finds move, and then old maps mislead; and what a map of an
// earlier epoch told more exactly is known.
func (m *making) searched() float64 {
	maps := [][]PublishedSquare{}
	for _, p := range append(slices.Clone(m.past), m.published) {
		if len(p.Squares) > 0 {
			maps = append(maps, p.Squares)
		}
	}
	least := math.Inf(1)
	for i := range maps {
		least = min(least, a50(searchedBy(maps[i:], m.next)))
	}
	return least
}

// floorOf returns the level of the smallest squares of a map; above the coarsest
// where there was none, since a map that was left out does not come back in its
// epoch.
func floorOf(squares []PublishedSquare) uint8 {
	if len(squares) == 0 {
		return coarsestLevel + 1
	}
	level := uint8(coarsestLevel)
	for i := range squares {
		level = min(level, levelOf(squares[i].SideM))
	}
	return level
}

// with makes the edition on a partition.
func (m *making) with(p Partition) {
	e, truths, beyond := editionOf(m.settings, m.in, p, m.epoch.SHA256, m.now)
	m.edition, m.truths = e, truths
	m.published = publishedOf(m.settings, m.in, e, truths, beyond)
}

// noMap is why an edition has no map, as its readers are told.
const noMap = "squares of any size would have told too exactly where to look"

func (m *making) withoutMap() {
	m.with(m.partition.Coarser(coarsestLevel))
	m.edition.Map = Map{Why: noMap, Epoch: m.partition.From, Partition: m.epoch.SHA256, Legend: []Band{}, Squares: []Square{}}
	_, beyond := m.now.truths(nil)
	m.truths = nil
	m.published = publishedOf(m.settings, m.in, m.edition, nil, beyond)
}

// find puts down the outcome of a rule.
func (m *making) find(rule string, passed bool, text string, details []string) {
	if details == nil {
		details = []string{}
	}
	m.findings = append(m.findings, Finding{rule, passed, text, details})
}

// checkTime says whether the period may be sealed yet.
func (m *making) checkTime() {
	opens := m.opens(m.in)
	text := fmt.Sprintf("the period and the one after it are over, and %d days have gone by", m.settings.Scheme.Release.DelayDays)
	if m.today() < opens {
		text = fmt.Sprintf("it is too soon: this period can be sealed from %v on", opens)
	}
	m.find("time", m.today() >= opens, text, nil)
}

// checkGround says whether a boundary was in force throughout.
func (m *making) checkGround() {
	var without []string
	for day := m.in.from; day < m.in.to; day++ {
		if _, _, ok := m.settings.Timeline.At(day.In(m.settings.Scheme.Location)); !ok {
			without = append(without, day.String())
		}
	}
	text := "a boundary was in force on every day of the period"
	if len(without) > 0 {
		text = fmt.Sprintf("no boundary was in force on %d days of the period: what was found then would be in no number", len(without))
	}
	m.find("boundary", len(without) == 0, text, without)
}

// tellDivision says by whom and by what the ground was divided: one person does it,
// and those who sign stand for it.
func (m *making) tellDivision() {
	m.find("division", true, fmt.Sprintf("the ground is divided into %s; %s began the epoch on %s with it, and it lasts from %v on",
		m.partition.inWords(), m.epoch.Who, data.DateOf(m.epoch.At.In(m.settings.Scheme.Location)), m.epoch.From), nil)
}

// checkSubtraction is P5: over everything that was ever published nothing hidden
// can be worked out. Totals are left out where it fails with them.
func (m *making) checkSubtraction() error {
	leaks, err := Leaks(append(slices.Clone(m.past), m.published))
	if err != nil {
		return err
	}
	withTotals := true
	if len(leaks) > 0 && len(m.published.Totals) > 0 {
		m.edition.Tables.Totals, m.published.Totals, withTotals = []Total{}, []Total{}, false
		if leaks, err = Leaks(append(slices.Clone(m.past), m.published)); err != nil {
			return err
		}
	}
	if len(leaks) > 0 {
		details := make([]string, len(leaks))
		for i, l := range leaks {
			details[i] = l.Text
		}
		m.find("subtraction", false, fmt.Sprintf("%d hidden numbers could be worked out from what is published", len(leaks)), details)
		return nil
	}
	text := fmt.Sprintf("no hidden number can be worked out from the %d editions that were ever published and this one", len(m.past))
	if !withTotals {
		text += "; the totals of the whole area are left out, since with them some could"
	}
	m.find("subtraction", true, text, nil)
	return nil
}

// finish checks the edition, writes its files and hashes all that would be sealed.
func (m *making) finish(ctx context.Context, who string) (*Draft, error) {
	m.checkTime()
	m.checkGround()
	m.tellDivision()
	if err := m.checkSubtraction(); err != nil {
		return nil, err
	}
	if err := m.reportBeside(ctx); err != nil {
		return nil, err
	}
	files, err := filesOf(m.edition, m.report, m.epoch.Partition, m.Tiles)
	if err != nil {
		return nil, err
	}
	d := &Draft{
		Edition: m.edition, Report: m.report, Findings: m.findings, Squares: m.trueSquares(), Usefulness: []Usefulness{}, Signatures: []Signed{},
		files: files, published: m.published, manifest: manifestOf(m.edition, files, m.chain), revision: m.settings.Revision,
	}
	d.SHA256 = Hash([]byte(d.manifest.Text()))
	if m.edition.Map.Why == "" {
		d.Usefulness = m.measure()
	}
	signatures, err := m.Store.Signatures(ctx, m.in.from)
	if err != nil {
		return nil, err
	}
	d.sign(signatures, who)
	return d, nil
}

// sign puts the signatures for a period to its draft. One person may be known by
// two ways of signing in, so on real records only people of one way are counted
// together.
func (d *Draft) sign(signatures []data.Signature, who string) {
	people := map[string]int{} // by way of signing in
	for _, s := range signatures {
		current := s.Draft == d.SHA256
		d.Signatures = append(d.Signatures, Signed{Name: s.Name, At: s.At, Current: current, Yours: s.Who == who})
		way, _, _ := strings.Cut(s.Who, ":")
		if d.Edition.Synthetic {
			way = ""
		}
		if current {
			people[way]++
			d.signers = max(d.signers, people[way])
		}
	}
	d.Ready = d.broken() == "" && d.signers >= Signers
}

func (m *making) measure() []Usefulness {
	measured := measured{
		policy: &m.edition.Policy, squares: make([]grid.Square, len(m.edition.Map.Squares)), truths: m.truths,
		bands: make([]int, len(m.edition.Map.Squares)), now: m.now, next: m.next, publicA50: m.areaM,
	}
	for i, s := range m.edition.Map.Squares {
		measured.squares[i], measured.bands[i] = s.Square, s.Band
	}
	return measured.usefulness()
}

func (m *making) trueSquares() []TrueSquare {
	squares := []TrueSquare{}
	for i, s := range m.edition.Map.Squares {
		t := m.truths[i]
		q := TrueSquare{Square: s.Name, Band: s.Band, Items: t.items, Days: t.days, MostInADay: t.most, Why: t.hidden(&m.edition.Policy)}
		if q.Why == "" && q.Band == 0 {
			q.Why = fmt.Sprintf("fewer than %d squares would be shown in all", m.edition.Policy.MinSquares)
		}
		for _, at := range outline(m.edition.Grid, s.Square) {
			q.Ring = append(q.Ring, at)
		}
		squares = append(squares, q)
	}
	return squares
}
