package intake

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"commonground/data"
)

// Bounds of what a record may say; beyond them it is a slip of the pen.
const (
	maxNameLength = 100     // of a source or a reference, in characters
	maxAccuracyM  = 100_000 // a fix worse than that is no place
	maxItems      = 10_000  // of one kind on one visit
)

func checkPickup(scheme *data.Scheme, p *data.Pickup) *Refusal {
	if refusal := cmp.Or(checkKey(p.Key), checkPosition(scheme, p.Position), checkTime("at", p.At)); refusal != nil {
		return refusal
	}
	// The order of kinds is not part of what a record says.
	p.Found = slices.SortedFunc(slices.Values(p.Found), func(a, b data.Quantity) int {
		return strings.Compare(a.Kind, b.Kind)
	})
	for i, found := range p.Found {
		switch _, known := scheme.KindIndex(found.Kind); {
		case !known:
			return refuse(found.Kind, "%q is no kind of the scheme; it has %s", found.Kind, kindList(scheme))
		case i > 0 && p.Found[i-1].Kind == found.Kind:
			return refuse(found.Kind, "the kind is there twice")
		case found.Items < 0 || found.Items > maxItems:
			return refuse(found.Kind, "%d is no quantity; write a whole number from 0 to %d", found.Items, maxItems)
		}
	}
	return nil
}

func kindList(scheme *data.Scheme) string {
	var ids []string
	for _, kind := range scheme.Kinds {
		ids = append(ids, kind.ID)
	}
	return strings.Join(ids, ", ")
}

func checkIncident(scheme *data.Scheme, i *data.Incident) *Refusal {
	if i.Happened.IsZero() {
		i.Happened = i.Received
	}
	return cmp.Or(
		checkKey(i.Key), checkPosition(scheme, i.Position), checkTime("received", i.Received),
		oneOf("category", string(i.Category), []string{string(data.Harm), string(data.Nuisance)}, required),
		oneOf("channel", i.Channel, scheme.Channels, optional),
		oneOf("reason", i.Reason, scheme.Reasons, optional),
		oneOf("answered", string(i.Answered), []string{string(data.Yes), string(data.No)}, optional),
		checkOutcome(scheme, i.Outcome),
	)
}

type need int

const (
	optional need = iota
	required
)

func oneOf(field, value string, allowed []string, n need) *Refusal {
	switch {
	case slices.Contains(allowed, value) || value == "" && n == optional:
		return nil
	case value == "":
		return refuse(field, "is missing; write one of %s", strings.Join(allowed, ", "))
	case len(allowed) == 0:
		return refuse(field, "%q is not in the scheme, which has none", value)
	}
	return refuse(field, "%q is not in the scheme; write one of %s", value, strings.Join(allowed, ", "))
}

func checkOutcome(scheme *data.Scheme, id string) *Refusal {
	if id == "" || scheme.HasOutcome(id) {
		return nil
	}
	return refuse("outcome", "%q is no outcome of the scheme; add it there, or leave the field empty", id)
}

func checkKey(key data.Key) *Refusal {
	return cmp.Or(checkName("source", key.Source), checkName("ref", key.Ref))
}

func checkName(field, value string) *Refusal {
	switch {
	case value == "":
		return refuse(field, "is missing")
	case utf8.RuneCountInString(value) > maxNameLength:
		return refuse(field, "is longer than %d characters", maxNameLength)
	case !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl):
		return refuse(field, "has characters that don't print")
	}
	return nil
}

func checkPosition(scheme *data.Scheme, p data.Position) *Refusal {
	if math.IsNaN(p.AccuracyM) || p.AccuracyM < 0 || p.AccuracyM > maxAccuracyM {
		return refuse("accuracy", "%v is no radius; write metres from 0 (not known) to %d", p.AccuracyM, maxAccuracyM)
	}
	return checkPoint(scheme, p.Point)
}

// Years outside this span are slips of the pen, or of a spreadsheet.
const firstYear, lastYear = 1950, 2149

func checkTime(field string, when data.When) *Refusal {
	if when.IsZero() {
		return refuse(field, "is missing; write a time such as 2019-04-24T09:15, 2019-04-24 or 2019-04")
	}
	if year := when.At.Year(); year < firstYear || year > lastYear {
		return refuse(field, "the year %d can't be right", year)
	}
	return nil
}
