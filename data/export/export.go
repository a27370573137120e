// Package export writes what staff see as files for other software: tables for
// spreadsheets, layers for a GIS. Each file says what it is, that it is for staff,
// who took it and when.
//
// What is written is a Table of typed rows, made one after the other and kept by
// nobody, so that a million of them take no more memory than a hundred. Squares,
// Locations, Weeks, Pickups and Areas make tables; a Format writes one.
package export

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"commonground/data"
)

// Marking stands in every file.
const Marking = "OFFICIAL – staff only"

// About is what a file says of itself.
type About struct {
	// Scheme is Required.
	Scheme *data.Scheme
	// By is the name of who took the file. Required.
	By string
	// At is when they did. Required.
	At time.Time
	// Filter is what was asked for, in words. Required; see Words.
	Filter string
}

// line is one thing that is said of a file.
type line struct{ name, text string }

// lines are what the file says of itself, in order.
func (a *About) lines(t *Table) []line {
	lines := []line{{"marking", Marking}, {"scheme", a.Scheme.Name}}
	if a.Scheme.Synthetic {
		lines = append(lines, line{"data", "made up: this town does not exist"})
	}
	lines = append(lines, line{"content", t.Title}, line{"filter", a.Filter},
		line{"taken by", a.By}, line{"taken at", a.At.In(a.Scheme.Location).Format("2 January 2006, 15:04 MST")})
	for _, note := range t.Notes {
		lines = append(lines, line{"note", note})
	}
	return lines
}

// sentence is all that the file says of itself on one line.
func (a *About) sentence(t *Table) string {
	var parts []string
	for _, line := range a.lines(t) {
		parts = append(parts, line.name+": "+line.text)
	}
	return strings.Join(parts, "; ")
}

// Kind is the kind of value that a column has.
type Kind uint8

// The kinds of value, with what a Row's cell holds for each. Any cell may be nil,
// for none.
const (
	// Text is a string.
	Text Kind = iota
	// Whole is an int64.
	Whole
	// Real is a float64.
	Real
	// Day is a data.Date.
	Day
)

// Column is one column of a table.
type Column struct {
	// Name is Required, and there once in a table, whatever its case.
	Name string
	Kind Kind
	// Decimals is how many a Real is rounded to, and shown with.
	Decimals int
}

// Row is one row of a table.
type Row struct {
	// Cells has a value, or nil, for each column.
	Cells []any
	// Shape is where the row lies; nil for nowhere.
	Shape Shape
}

// Table is what a file is made from.
type Table struct {
	// Name is a plain word in small letters. Required.
	Name string
	// Title says what the rows are. Required.
	Title string
	// Notes are what one must know besides, each a sentence.
	Notes []string
	// Geometry is what the shapes are: "POLYGON", "POINT" or "MULTIPOLYGON".
	// Default: none of the rows has one.
	Geometry string
	Columns  []Column
	// Rows can be ranged over once. A row is good until the next is asked for; an
	// error is the last.
	Rows iter.Seq2[Row, error]
}

// lookEvery is after how many rows it is asked whether anyone still waits.
const lookEvery = 256

// each calls do for each row until ctx ends, and returns how many there were.
func (t *Table) each(ctx context.Context, do func(Row) error) (n int, err error) {
	for row, err := range t.Rows {
		if err == nil && n%lookEvery == 0 {
			err = ctx.Err()
		}
		if err == nil {
			err = do(row)
		}
		if err != nil {
			return n, fmt.Errorf("row %d of %s: %w", n+1, t.Name, err)
		}
		n++
	}
	return n, ctx.Err()
}
