package datatest

import (
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"commonground/data"
	"commonground/geo"
)

// text draws what a person or program may send; PostgreSQL keeps no NUL.
func text(r *rapid.T, label string) string {
	return strings.ReplaceAll(rapid.StringN(0, 8, -1).Draw(r, label), "\x00", "")
}

// drawKey draws one of few, so that records often meet.
func drawKey(r *rapid.T) data.Key {
	return data.Key{
		Source: rapid.SampledFrom([]string{"crew", "line"}).Draw(r, "source"),
		Ref:    rapid.SampledFrom([]string{"1", "2", "3", "4", "ä"}).Draw(r, "ref"),
	}
}

func drawWhen(r *rapid.T) data.When {
	if rapid.IntRange(0, 9).Draw(r, "no time") == 0 {
		return data.When{}
	}
	return data.When{
		At:        time.UnixMilli(rapid.Int64Range(-1000, 1000).Draw(r, "ms")).UTC(),
		Precision: data.Precision(rapid.IntRange(1, 3).Draw(r, "precision")),
		Ambiguous: rapid.Bool().Draw(r, "ambiguous"),
	}
}

// drawPlace draws a place without its version, which no store is told.
func drawPlace(r *rapid.T) geo.Place {
	return geo.Place{
		Class: rapid.SampledFrom(geo.Classes()).Draw(r, "class"), Area: text(r, "area"),
		Hours:        geo.HoursAnswer(rapid.IntRange(0, 2).Draw(r, "hours")),
		NearBoundary: rapid.Bool().Draw(r, "near"),
	}
}

// drawAnswer draws a placer with one of two places for a record, by its time.
func drawAnswer(r *rapid.T) answer {
	places := [2]geo.Place{drawPlace(r), drawPlace(r)}
	late := time.UnixMilli(rapid.Int64Range(-1000, 1000).Draw(r, "late"))
	return func(_ data.Position, when data.When) geo.Place {
		if when.At.Before(late) {
			return places[0]
		}
		return places[1]
	}
}

func drawPosition(r *rapid.T) data.Position {
	p := data.Position{AccuracyM: rapid.SampledFrom([]float64{0, 5, 1e300}).Draw(r, "accuracy"), Place: drawPlace(r)}
	if rapid.Bool().Draw(r, "located") {
		p.Point = &geo.Point{
			Lon: rapid.Int32Range(-1_800_000_000, 1_800_000_000).Draw(r, "lon"),
			Lat: rapid.Int32Range(-900_000_000, 900_000_000).Draw(r, "lat"),
		}
	}
	return p
}

func drawPickup(r *rapid.T) data.Pickup {
	p := data.Pickup{Key: drawKey(r), Position: drawPosition(r), At: drawWhen(r)}
	items := rapid.MapOfN(rapid.SampledFrom([]string{"needle", "condom", "", "\"", "é"}), rapid.IntMin(0), 0, 3).Draw(r, "items")
	for _, kind := range slices.Sorted(maps.Keys(items)) {
		p.Found = append(p.Found, data.Quantity{Kind: kind, Items: items[kind]})
	}
	return p
}

func drawIncident(r *rapid.T) data.Incident {
	return data.Incident{
		Key: drawKey(r), Position: drawPosition(r),
		Received: drawWhen(r), Happened: drawWhen(r), Attended: drawWhen(r),
		Channel: text(r, "channel"), Outcome: text(r, "outcome"), Reason: text(r, "reason"),
		Category: rapid.SampledFrom([]data.Category{data.Harm, data.Nuisance}).Draw(r, "category"),
		Answered: rapid.SampledFrom([]data.Answer{data.Unknown, data.Yes, data.No}).Draw(r, "answered"),
	}
}
