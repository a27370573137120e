package data

import (
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// indexLines returns the line, from 1, on which each key of a TOML document
// stands. Entries of arrays of tables are numbered from 1: "kind[2].id".
func indexLines(text string) map[string]int {
	lines := map[string]int{}
	entries := map[string]int{}
	parser := unstable.Parser{}
	parser.Reset([]byte(text))
	table := ""
	for parser.NextExpression() {
		expression := parser.Expression()
		key, line := keyOf(&parser, expression)
		switch expression.Kind {
		case unstable.Table:
			table = key
		case unstable.ArrayTable:
			entries[key]++
			table = fmt.Sprintf("%s[%d]", key, entries[key])
			key = table
		default:
			if table != "" {
				key = table + "." + key
			}
		}
		if _, ok := lines[key]; !ok {
			lines[key] = line
		}
	}
	return lines
}

func keyOf(parser *unstable.Parser, expression *unstable.Node) (key string, line int) {
	var parts []string
	for it := expression.Key(); it.Next(); {
		parts = append(parts, string(it.Node().Data))
		if line == 0 {
			line = parser.Shape(it.Node().Raw).Start.Line
		}
	}
	return strings.Join(parts, "."), line
}
