package intake

import (
	"bytes"
	"regexp"
	"strings"
)

// A cell that begins with one of formulaStarts is a formula to a spreadsheet, which may
// run what it says. In what is handed back an apostrophe stands before it, as
// OWASP says (CSV Injection); numbers are harmless and stay. An apostrophe there is
// never part of a value: it is left out where a file is read, whoever wrote it. So
// rows that are mended and sent again are what they were, and rows sent twice are
// the same.
const formulaStarts = "=+-@\t\r"

var number = regexp.MustCompile(`^[+-]?[0-9]*[.,]?[0-9]+(?:[eE][+-]?[0-9]+)?$`)

// Harmless returns a cell as a spreadsheet may open it.
func Harmless(cell string) string {
	if isFormula(cell) {
		return "'" + cell
	}
	return cell
}

func isFormula(cell string) bool {
	return cell != "" && strings.Contains(formulaStarts, cell[:1]) && !number.MatchString(strings.TrimSpace(cell))
}

// plainCell is the value of a cell as it may have been handed back.
func plainCell(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && isFormula(rest) {
		return rest
	}
	return cell
}

// harmlessRow puts the apostrophes into the bytes of a row and changes nothing
// else. Of a row whose quotes are not closed or misplaced nobody knows where its
// cells begin: after every delimiter and line, then.
func harmlessRow(raw []byte, comma rune, broken bool) []byte {
	var out []byte
	begins, quoted := true, false // a cell, or what is in its quotes
	for at, b := range raw {
		ends := (broken || !quoted) && (rune(b) == comma || b == '\n')
		switch {
		case ends:
			begins, quoted = true, false
		case b == '"' && begins && !quoted:
			quoted = true
		default:
			if begins && isFormula(cellAt(raw[at:], comma, quoted, broken)) {
				out = append(out, '\'')
			}
			begins, quoted = false, quoted != (b == '"')
		}
		out = append(out, b)
	}
	return out
}

// cellAt returns the cell that begins here as far as it matters; nothing at the end
// of a line.
func cellAt(raw []byte, comma rune, quoted, broken bool) string {
	if quoted {
		cell, rest, _ := bytes.Cut(raw, []byte{'"'})
		if broken || bytes.HasPrefix(rest, []byte{'"'}) {
			return string(raw[:1]) // with more behind it, so it is no number
		}
		return string(cell)
	}
	cell, _, _ := bytes.Cut(raw, []byte{'\n'})
	cell, _, _ = bytes.Cut(cell, []byte(string(comma)))
	if len(cell) == 1 && cell[0] == '\r' {
		return ""
	}
	return string(cell)
}
