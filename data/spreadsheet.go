package data

import "strings"

// HarmlessCell returns a text as a cell of a CSV file, such that a spreadsheet does
// not take it for a formula: with an apostrophe before it where it begins as
// one. Numbers are not to be written through it.
func HarmlessCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
