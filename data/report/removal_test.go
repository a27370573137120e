package report_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"commonground/data"
	"commonground/data/report"
	"commonground/geo"
)

// Any one record taken out changes every figure that counts it, by what it counts
// there, and no other; and put back, it counts again.
func TestTakingOneRecordOutChangesWhatCountsItAndNoMore(t *testing.T) {
	w, contacts, pickups := goldenTown(t)
	whole := w.report("2019-04-24")
	for i := range contacts {
		w.remove(data.IncidentSort, contacts[i].Key)
		w.compare(contacts[i].Ref, whole, w.report("2019-04-24"), contactIn(whole, &contacts[i]))
		w.putBack(w.door.ReplaceIncident(w.ctx, contacts[i], w.made))
	}
	for i := range pickups {
		w.remove(data.PickupSort, pickups[i].Key)
		w.compare(pickups[i].Ref, whole, w.report("2019-04-24"), w.pickupIn(&pickups[i]))
		w.putBack(w.door.ReplacePickup(w.ctx, pickups[i], w.made))
	}
	if now := w.report("2019-04-24"); !slices.Equal(now.Figures(), whole.Figures()) {
		t.Error("with everything back the report is another")
	}
}

// putBack takes what came of putting a record that was deleted in again.
func (w *town) putBack(_ data.Receipt, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// What is compared with counts the period before and the year before, each record
// where it belongs.
func TestARecordOfBeforeIsInWhatIsComparedWith(t *testing.T) {
	w, _, _ := goldenTown(t)
	old := []data.Incident{
		w.incident("ran_off", w.at("2018-04-25 00:00")), w.incident("ran_off", w.at("2018-05-22 23:59")), w.incident("ran_off", w.at("2019-03-27 00:00")), w.incident("ran_off", w.at("2019-04-23 23:59")),
	}
	old[1].Category = data.Harm
	visits := []data.Pickup{
		w.pickup(geo.Managed, 1, w.at("2018-04-25 00:00"), found("needle", 3)), w.pickup(geo.Managed, 1, w.at("2018-05-22 23:59"), found("needle", 4)),
		w.pickup(geo.Managed, 1, w.at("2019-03-27 00:00"), found("needle", 5)), w.pickup(geo.Managed, 1, w.at("2019-04-23 23:59"), found("condom_used", 6)),
	}
	w.put(old, visits)
	whole := w.report("2019-04-24")
	all := figures(whole)
	for id, want := range map[string]float64{
		"line.contacts.nuisance.period_before": 2, "line.contacts.nuisance.year_before": 1, "line.contacts.harm.year_before": 1,
		"cleansing.total.needle.period_before": 5, "cleansing.total.needle.year_before": 7, "cleansing.total.condom_used.period_before": 6, "cleansing.total.visits.year_before": 2,
	} {
		if f, ok := all[id]; !ok || f.Least != want {
			t.Errorf("%s is %v, want %v", id, f, want)
		}
	}
	// Not the first of all: without it, no year before is whole.
	for i, id := range []string{"line.contacts.harm.year_before", "line.contacts.nuisance.period_before", "line.contacts.nuisance.period_before"} {
		i := &old[i+1]
		w.remove(data.IncidentSort, i.Key)
		w.compare(i.Ref, whole, w.report("2019-04-24"), map[string]float64{id: 1})
		w.putBack(w.door.ReplaceIncident(w.ctx, *i, w.made))
	}
}

// A return that is taken back is missing, and nothing else differs.
func TestTakingOneReturnBackChangesItAlone(t *testing.T) {
	w, _, _ := goldenTown(t)
	whole := w.report("2019-04-24")
	for _, r := range goldenReturns {
		in := figures(whole)["return."+r.id].Span
		w.returns = []data.Return{{Number: 99, Measure: r.id, From: in.From, To: in.To, Withdrawn: true}}
		left := w.report("2019-04-24").Figures()
		if want := slices.DeleteFunc(whole.Figures(), func(f report.Figure) bool { return f.ID == "return."+r.id }); !slices.Equal(left, want) {
			t.Errorf("without the return of %s, %d figures are left, want %d", r.id, len(left), len(want))
		}
	}
}

// compare checks that the figures of a report are by so much less.
func (w *town) compare(ref string, whole, without *report.Report, less map[string]float64) {
	w.t.Helper()
	before, after := figures(whole), figures(without)
	for _, id := range slices.Sorted(maps.Keys(before)) {
		if isDerived(id) {
			continue
		}
		got, there := after[id]
		if !there && before[id].Least == less[id] && strings.Contains(id, "reason") {
			continue // the last with this reason
		}
		if want := before[id].Least - less[id]; got.Least != want || (got.Least != got.Most) != (before[id].Least != before[id].Most) {
			w.t.Errorf("without %s, %s is %v, want %v", ref, id, got.Least, want)
		}
	}
	for id := range less {
		if _, ok := before[id]; !ok {
			w.t.Errorf("there is no figure %s", id)
		}
	}
}

// isDerived says whether a figure is a statistic of others: it may change or not.
func isDerived(id string) bool {
	return strings.Contains(id, ".share.") || strings.Contains(id, "per_visit") || strings.Contains(id, ".concentration.") && !strings.HasSuffix(id, "located_items") ||
		strings.Contains(id, ".locations.")
}

// contactIn returns the figures that count a contact.
func contactIn(r *report.Report, i *data.Incident) map[string]float64 {
	in := map[string]float64{}
	counts := func(id string) { in[id], in[id+"."+string(i.Category)] = 1, 1 }
	counts("line.contacts")
	var above func(nodes []report.Outcome) bool
	above = func(nodes []report.Outcome) bool {
		for _, node := range nodes {
			if node.ID == i.Outcome || above(node.Parts) {
				counts("line.outcome." + node.ID)
				return true
			}
		}
		return false
	}
	above(r.Line.Outcomes)
	in["line.channel."+i.Channel+"."+string(i.Category)] = 1
	if i.Reason != "" {
		in["line.outcome."+i.Outcome+".reason."+i.Reason+"."+string(i.Category)] = 1
	}
	if i.Point == nil {
		in["accuracy.unlocated.contacts."+string(i.Category)] = 1
	}
	return in
}

// pickupIn returns the figures that count a pickup.
func (w *town) pickupIn(p *data.Pickup) map[string]float64 {
	class := geo.Unlocated
	if p.Point != nil {
		settings, err := w.door.Settings(w.ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		class = settings.Timeline.Place(*p.Point, 0, p.At.At).Class
	}
	cell := fmt.Sprintf("cleansing.%s.%s.", w.scheme.WeekStart(w.scheme.WeekOf(p.At)), class)
	in := map[string]float64{cell + "visits": 1, "cleansing.total.visits": 1}
	if class == geo.Unlocated {
		in["accuracy.unlocated.visits"] = 1
	}
	for _, f := range p.Found {
		kind, _ := w.scheme.KindIndex(f.Kind)
		family := "cleansing.family." + w.scheme.Kinds[kind].Family
		n := float64(f.Items)
		in[cell+f.Kind] += n
		in["cleansing.total."+f.Kind] += n
		in[family+".items"] += n
		in[family+".items."+class.String()] += n
		if class == geo.Unlocated {
			in["accuracy.unlocated."+f.Kind] += n
		} else {
			in[family+".concentration.located_items"] += n
		}
	}
	return in
}

// What is of no figure: a contact of another period, and one of a month.
func TestOtherPeriodsDoNotCount(t *testing.T) {
	w, _, _ := goldenTown(t)
	whole := w.report("2019-04-24").Figures()
	before, after := w.incident("ran_off", w.at("2019-04-23 23:59")), w.incident("ran_off", w.at("2019-05-22 00:00"))
	w.put([]data.Incident{before, after}, []data.Pickup{
		w.pickup(geo.Managed, 0, w.at("2019-04-23 23:59"), found("needle", 7)), w.pickup(geo.Managed, 0, w.at("2019-05-22 00:00"), found("needle", 7)),
	})
	now := figures(w.report("2019-04-24"))
	for _, f := range whole {
		if now[f.ID] != f {
			t.Errorf("%s was %v and is %v", f.ID, f, now[f.ID])
		}
	}
	month := w.incident("ran_off", data.MonthOf(2019, 5, w.scheme.Location))
	w.put([]data.Incident{month}, nil)
	r := w.report("2019-04-24")
	if r.Line.N != 70 || r.Accuracy.UndatedContacts.Nuisance != 1 {
		t.Errorf("with one of May: %d contacts, %+v undated", r.Line.N, r.Accuracy.UndatedContacts)
	}
}
