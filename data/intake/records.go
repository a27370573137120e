package intake

import (
	"cmp"
	"strings"

	"commonground/data"
)

// checkPickupColumns makes sure that a file says enough to be one of pickups.
func (t *table) checkPickupColumns() error {
	switch {
	case !t.has(fieldAt):
		return problem(fieldAt, "no column says when; map the one with the date (--map at=COLUMN)")
	case t.has(fieldKind) && len(t.kindColumns()) > 0:
		return problem(fieldKind, "there is a column for the kind and columns for each kind; map one or the other")
	case !t.has(fieldKind) && len(t.kindColumns()) == 0 && t.Kind == "":
		return problem(fieldKind, "no column says what was found; map one for the kind, or one for each kind, or, where every row is of one kind, say which"+
			" (--map kind=COLUMN, --map needle=COLUMN or --kind KIND)")
	}
	return t.checkPlaceColumns()
}

func (t *table) checkPlaceColumns() error {
	switch {
	case !t.crs.projected() && t.has(fieldLon) && t.has(fieldLat):
		return nil
	case t.plane() == nil && (t.has(fieldEasting) || t.has(fieldNorthing) || t.has(fieldGridRef)):
		return problem("", notNational)
	case t.has(fieldEasting) && t.has(fieldNorthing) || t.has(fieldGridRef):
		return nil
	}
	if t.crs.projected() {
		return problem(fieldEasting, "no columns say where in %v; map those to the east and to the north (--map easting=COLUMN,northing=COLUMN)", t.crs)
	}
	return problem(fieldLon, "no columns say where; map longitude and latitude or, in Great Britain, easting and northing or a grid reference"+
		" (--map lon=COLUMN,lat=COLUMN, easting=COLUMN,northing=COLUMN or grid_ref=COLUMN)")
}

const notNational = "eastings, northings and grid references are read as those of the British National Grid, which the scheme does not use; " +
	"convert them to longitude and latitude (WGS 84) and map those to lon and lat, say that the coordinates are EPSG:27700 (--crs 27700), or set system = \"national\" in the scheme's [grid]"

func (t *table) checkIncidentColumns() error {
	switch {
	case !t.has(fieldReceived):
		return problem(fieldReceived, "no column says when the report was received; map the one that does (--map received=COLUMN)")
	case !t.has(fieldCategory) && t.Category == "":
		return problem(fieldCategory, "no column says harm or nuisance; map the one that does or, where every row is the same, say which (--map category=COLUMN or --category CATEGORY)")
	}
	return t.checkPlaceColumns()
}

// kindColumns returns the kinds that have a column of their own.
func (t *table) kindColumns() []string {
	var ids []string
	for _, kind := range t.scheme.Kinds {
		if t.has(kind.ID) {
			ids = append(ids, kind.ID)
		}
	}
	return ids
}

// pickup reads a row.
func (t *table) pickup(fields []string) (data.Pickup, *Refusal) {
	var p data.Pickup
	var whereRefusal, whenRefusal, foundRefusal *Refusal
	p.Position, whereRefusal = t.position(fields)
	p.At, whenRefusal = t.when(fields, fieldAt)
	p.Found, foundRefusal = t.found(fields)
	p.Key = t.key(fields, append(t.kindColumns(), pickupFields...))
	return p, cmp.Or(whenRefusal, whereRefusal, foundRefusal)
}

// found reads what a visit found: a quantity from a column for each kind, or
// of the one kind that the row is about. There a missing quantity is one item.
func (t *table) found(fields []string) ([]data.Quantity, *Refusal) {
	var found []data.Quantity
	for _, kind := range t.kindColumns() {
		if t.text(fields, kind) == "" {
			continue // not counted on this visit
		}
		items, refusal := t.quantity(fields, kind)
		if refusal != nil {
			return nil, refusal
		}
		found = append(found, data.Quantity{Kind: kind, Items: items})
	}
	if len(t.kindColumns()) > 0 {
		return found, nil
	}
	return t.foundOne(fields)
}

func (t *table) foundOne(fields []string) ([]data.Quantity, *Refusal) {
	kind, ok := t.kindNamed(cmp.Or(t.text(fields, fieldKind), t.Kind))
	if !ok {
		return nil, refuse(t.name(fieldKind), "%q is no kind of the scheme; it has %s", t.text(fields, fieldKind), kindList(t.scheme))
	}
	items := 1
	if t.text(fields, fieldItems) != "" {
		var refusal *Refusal
		if items, refusal = t.quantity(fields, fieldItems); refusal != nil {
			return nil, refusal
		}
	}
	return []data.Quantity{{Kind: kind, Items: items}}, nil
}

// kindNamed returns the id of a kind given by id or title.
func (t *table) kindNamed(name string) (string, bool) {
	for _, kind := range t.scheme.Kinds {
		if strings.EqualFold(name, kind.ID) || strings.EqualFold(name, kind.Title) {
			return kind.ID, true
		}
	}
	return "", false
}

// incident reads a row.
func (t *table) incident(fields []string) (data.Incident, *Refusal) {
	i := data.Incident{
		Channel:  t.text(fields, fieldChannel),
		Category: data.Category(cmp.Or(t.text(fields, fieldCategory), t.Category)),
		Outcome:  t.text(fields, fieldOutcome),
		Answered: data.Answer(strings.ToLower(t.text(fields, fieldAnswered))),
		Reason:   t.text(fields, fieldReason),
	}
	var refusals [4]*Refusal
	i.Position, refusals[0] = t.position(fields)
	i.Received, refusals[1] = t.when(fields, fieldReceived)
	i.Happened, refusals[2] = t.when(fields, fieldHappened)
	i.Attended, refusals[3] = t.when(fields, fieldAttended)
	i.Key = t.key(fields, incidentFields)
	return i, cmp.Or(refusals[:]...)
}
