package engine

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonground/data"
)

func TestQuantitiesSurviveTheirColumn(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		items := rapid.MapOf(rapid.String(), rapid.Int()).Draw(r, "items")
		var found []data.Quantity
		for _, kind := range slices.Sorted(maps.Keys(items)) {
			found = append(found, data.Quantity{Kind: kind, Items: items[kind]})
		}
		text, err := EncodeFound(found)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeFound(text)
		if err != nil || !slices.Equal(got, found) {
			t.Fatalf("%s was read as %v (%v), want %v", text, got, err, found)
		}
		twice, err := AppendFound(slices.Clone(found), text, Words{}.Shared)
		if err != nil || !slices.Equal(twice, append(slices.Clone(found), found...)) {
			t.Fatalf("%s after %v was read as %v (%v)", text, found, twice, err)
		}
		plain, err := decodeAnyFound(text)
		if err != nil || !slices.Equal(plain, found) {
			t.Fatalf("encoding/json reads %s as %v (%v), want %v", text, plain, err, found)
		}
	})
}

func FuzzDecodeFound(f *testing.F) {
	for _, text := range []string{`{}`, `{"a":1}`, `{"a":1,"b":2}`, `{"a`, `{"a":`, `{"a":1,`, `{"\"":1}`, `[]`, ``, `null`} {
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		DecodeFound(text) // must not panic
	})
}
