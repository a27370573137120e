package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commonground/data"
)

// EncodeFound writes quantities as a JSON object, in the order of their kinds;
// it refuses them in any other order, and a kind that is there twice.
func EncodeFound(found []data.Quantity) (string, error) {
	text := make([]byte, 0, 64)
	text = append(text, '{')
	for i, quantity := range found {
		if i > 0 {
			if found[i-1].Kind >= quantity.Kind {
				return "", fmt.Errorf("kind %q is there twice or not in the order of ids", quantity.Kind)
			}
			text = append(text, ',')
		}
		text = appendJSON(text, quantity.Kind)
		text = append(text, ':')
		text = strconv.AppendInt(text, int64(quantity.Items), 10)
	}
	return string(append(text, '}')), nil
}

func appendJSON(text []byte, kind string) []byte {
	special := func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }
	if strings.ContainsFunc(kind, special) {
		quoted, _ := json.Marshal(kind) // no string fails
		return append(text, quoted...)
	}
	text = append(text, '"')
	text = append(text, kind...)
	return append(text, '"')
}

// DecodeFound reads what EncodeFound wrote, nil for an empty object.
func DecodeFound(text string) ([]data.Quantity, error) {
	found := slices.Grow([]data.Quantity(nil), strings.Count(text, ":"))
	return AppendFound(found, text, func(id string) string { return id })
}

// AppendFound appends what DecodeFound reads. It asks kind for the string to
// use for an id. Kinds are seldom anything but plain words; for those it is
// some twenty times as fast as encoding/json, which reads the others.
func AppendFound(found []data.Quantity, text string, kind func(string) string) ([]data.Quantity, error) {
	if text == "{}" {
		return found, nil
	}
	before := len(found)
	rest, ok := strings.CutPrefix(text, "{")
	ok = ok && strings.IndexByte(text, '\\') < 0
	for ok && rest != "" {
		var id, number string
		id, rest, ok = strings.Cut(strings.TrimPrefix(rest, `"`), `":`)
		end := strings.IndexAny(rest, ",}")
		if !ok || end < 0 {
			break
		}
		number, rest = rest[:end], rest[end+1:]
		items, err := strconv.Atoi(number)
		if err != nil {
			break
		}
		found = append(found, data.Quantity{Kind: kind(id), Items: items})
		if rest == "" {
			return found, nil
		}
	}
	others, err := decodeAnyFound(text)
	for i := range others {
		others[i].Kind = kind(others[i].Kind)
	}
	return append(found[:before], others...), err
}

func decodeAnyFound(text string) ([]data.Quantity, error) {
	var items map[string]int
	if err := json.Unmarshal([]byte(text), &items); err != nil {
		return nil, fmt.Errorf("quantities %q: %w", text, err)
	}
	found := make([]data.Quantity, 0, len(items))
	for kind, n := range items {
		found = append(found, data.Quantity{Kind: kind, Items: n})
	}
	slices.SortFunc(found, func(a, b data.Quantity) int { return strings.Compare(a.Kind, b.Kind) })
	return found, nil
}
