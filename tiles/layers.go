package tiles

import (
	"maps"

	"commonground/data"
)

// VectorLayer describes a layer, in the form that TileJSON 3.0 and PMTiles
// share.
type VectorLayer struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	MinZoom     int    `json:"minzoom"`
	MaxZoom     int    `json:"maxzoom"`
	// Fields says what each property of a feature is, by its name.
	Fields map[string]string `json:"fields"`
}

// layers are the layers that can be drawn, without the fields of the kinds.
var layers = []struct {
	VectorLayer
	perKind bool // has a number for each kind
}{
	{VectorLayer{"hotspots", "Squares with the counts of what was found in them; the level goes by the zoom", 0, MaxZoom, map[string]string{
		"square": "Name of the square, from zoom 14 on", "level": "Its side is 125 m × 2^level", "n": "Items", "visits": "Visits",
		"finds_per_visit": "Items for each visit, to two decimals", "share": "Part of all items that the filter selects, 0 to 1, to a millionth",
	}}, true},
	{VectorLayer{"boundaries", "Areas in force", 0, MaxZoom, map[string]string{"id": "Id", "name": "Name", "class": "Class"}}, false},
	{VectorLayer{"pickups", "Single pickups", PickupsFrom, MaxZoom, map[string]string{
		"at": "Time, as exactly as it is known", "class": "Class", "n": "Items", "visits": "Always 1",
	}}, true},
}

// Describe returns what a layer of a scheme holds, or false where there is no
// layer of that name. The caller may change what it returns.
func Describe(name string, scheme *data.Scheme) (VectorLayer, bool) {
	for _, layer := range layers {
		if layer.ID != name {
			continue
		}
		layer.Fields = maps.Clone(layer.Fields)
		for _, kind := range scheme.Kinds {
			if layer.perKind {
				layer.Fields[kind.ID] = kind.Title
			}
		}
		return layer.VectorLayer, true
	}
	return VectorLayer{}, false
}

// ScoreFields are the fields that ScoredHotspots adds.
func ScoreFields() map[string]string {
	return map[string]string{
		"z": "Score: Getis–Ord Gi*", "q": "Probability of such a score by chance, corrected for the number of squares", "category": "What came of it over the weeks",
		"hot": "true where there is more than chance would put there", "cold": "true where there is less",
	}
}
