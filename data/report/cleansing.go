package report

import (
	"slices"

	"commonground/data"
	"commonground/data/cube"
	"commonground/data/scores"
	"commonground/geo"
)

// Cleansing is what crews picked up.
type Cleansing struct {
	Kinds []data.Kind `json:"kinds"`
	// Classes are the columns of tables: all there are, so that rows sum.
	Classes []Class `json:"classes"`
	// Weekly has each week of the period × class, and Before those of the 52 weeks
	// before it, for graphs.
	Weekly []Volume `json:"weekly"`
	Before []Volume `json:"weekly_before"`
	// Total is that of the period.
	Total Volume `json:"total"`
	// Families says of each family where its items lay.
	Families []Family `json:"families"`
	// Visited says that visits are told.
	Visited bool   `json:"visits_told"`
	Source  string `json:"source"`
}

// Class is a class of places.
type Class struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Volume is what was picked up in a week in places of a class.
type Volume struct {
	// Week is the first day; that of the period in a total.
	Week  data.Date `json:"week"`
	Class string    `json:"class,omitempty"`
	// Visits are 0 where they are not told.
	Visits int64 `json:"visits"`
	// Items are by kind, in the order of Kinds.
	Items []int64 `json:"items"`
}

// perVisit returns the items of a kind on each visit, or false without visits.
func (v *Volume) perVisit(kind int) (float64, bool) {
	if v.Visits == 0 {
		return 0, false
	}
	return float64(v.Items[kind]) / float64(v.Visits), true
}

// Family is where items of a family of kinds lay in the period.
type Family struct {
	ID    string  `json:"id"`
	Title string  `json:"title"`
	Items int64   `json:"items"`
	Where []Share `json:"by_class"`
	// Concentration tells how unevenly.
	Concentration scores.Concentration `json:"concentration"`
}

// Share is what of a family's items lay in places of a class.
type Share struct {
	Class string `json:"class"`
	Items int64  `json:"items"`
	// Share is from 0 to 1; 0 where there are no items.
	Share float64 `json:"share"`
	// Locations are the squares of 125 m of the class with at least one.
	Locations int `json:"locations"`
}

// weeksBefore is how many weeks before a period are shown, and compared with: 52
// weeks before any week are within two days of its dates a year before, 53 are
// five or six off.
const weeksBefore = 52

func (m *making) cleansing() {
	c := &m.Cleansing
	c.Visited = !m.restricted()
	c.Source = "pickups, weeks " + m.Period().Text()
	for _, kind := range m.Scheme.Kinds {
		if !m.restricted() || slices.Contains(m.Kinds, kind.ID) {
			c.Kinds = append(c.Kinds, kind)
		}
	}
	for _, class := range geo.Classes() {
		c.Classes = append(c.Classes, Class{class.String(), data.ClassTitle(class)})
	}
	all := m.volumes(data.WeekRange{From: m.weeks.From - weeksBefore, To: m.weeks.To})
	c.Before, c.Weekly = all[:weeksBefore*len(c.Classes)], all[weeksBefore*len(c.Classes):]
	m.visited = m.countVisited()
	c.Total = sumOf(c.Weekly, m.Period().From, len(c.Kinds))
	for _, kind := range c.Kinds {
		if !slices.ContainsFunc(c.Families, func(f Family) bool { return f.ID == kind.Family }) {
			c.Families = append(c.Families, m.family(kind.Family))
		}
	}
}

// kinds are the ids of the kinds that are told, of a family where one is given.
func (m *making) kinds(family string) (ids []string) {
	for _, kind := range m.Cleansing.Kinds {
		if family == "" || kind.Family == family {
			ids = append(ids, kind.ID)
		}
	}
	return ids
}

// volumes returns what was picked up in each week × class of a range.
func (m *making) volumes(weeks data.WeekRange) []Volume {
	c := &m.Cleansing
	volumes := make([]Volume, int(weeks.To-weeks.From)*len(c.Classes))
	items := make([]int64, len(volumes)*len(c.Kinds))
	at := func(row *cube.Row) *Volume {
		class := slices.Index(geo.Classes(), row.Class)
		return &volumes[int(row.Week-weeks.From)*len(c.Classes)+class]
	}
	for i := range volumes {
		volumes[i] = Volume{
			Week: m.Scheme.WeekStart(weeks.From + data.Week(i/len(c.Classes))), Class: c.Classes[i%len(c.Classes)].ID,
			Items: items[i*len(c.Kinds):][:len(c.Kinds):len(c.Kinds)],
		}
	}
	if len(c.Kinds) == 0 {
		return volumes
	}
	kinds := m.kinds("")
	q := data.Query{Weeks: weeks, Kinds: kinds}
	for _, row := range m.Cube.Counts(q, cube.Split{By: []data.Dimension{data.ByWeek, data.ByClass, data.ByKind}}) {
		if k := slices.Index(kinds, row.Kind); k >= 0 {
			at(&row).Items[k] = row.Items
		}
	}
	if c.Visited {
		for _, row := range m.Cube.Counts(q, cube.Split{By: []data.Dimension{data.ByWeek, data.ByClass}}) {
			at(&row).Visits = row.Visits
		}
	}
	return volumes
}

// sumOf adds volumes up.
func sumOf(volumes []Volume, from data.Date, kinds int) Volume {
	total := Volume{Week: from, Items: make([]int64, kinds)}
	for i := range volumes {
		total.Visits += volumes[i].Visits
		for k, n := range volumes[i].Items {
			total.Items[k] += n
		}
	}
	return total
}

// family says where the items of a family lay.
func (m *making) family(id string) Family {
	f := Family{ID: id, Title: data.FamilyTitle(id)}
	kinds := m.kinds(id)
	for _, class := range m.Cleansing.Classes {
		f.Where = append(f.Where, Share{Class: class.ID})
	}
	for i := range m.Cleansing.Weekly {
		v := &m.Cleansing.Weekly[i]
		for k, kind := range m.Cleansing.Kinds {
			if slices.Contains(kinds, kind.ID) {
				f.Where[i%len(f.Where)].Items += v.Items[k]
				f.Items += v.Items[k]
			}
		}
	}
	locations := m.locations(kinds)
	for _, l := range locations {
		f.Where[slices.Index(geo.Classes(), l.Class)].Locations++
	}
	for i := range f.Where {
		if f.Items > 0 {
			f.Where[i].Share = float64(f.Where[i].Items) / float64(f.Items)
		}
	}
	f.Concentration = scores.Concentrate(f.Title, locations, m.visited, m.Scheme.Release.TableMin)
	return f
}

// locations ranks the squares of 125 m × class with items of some kinds.
func (m *making) locations(kinds []string) []cube.Location {
	return m.Cube.Locations(data.Query{Weeks: m.weeks, Kinds: kinds, ItemsOnly: true}, 0)
}
