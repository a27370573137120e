package signin

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// home is where a sign-in leads that was not begun from a page.
const home = "/staff/"

// maxTarget bounds the address of a page, whose state stands in it.
const maxTarget = 4000

// target returns the page to go to after a sign-in, home where none is asked
// for, or false for one that is not ours: a link to the sign-in must not lead on
// to a page of someone else, who could pass for us. Browsers take "//host" and
// "/\host" for addresses of another host, and leave out tabs and line ends.
func target(to string) (string, bool) {
	if to == "" {
		return home, true
	}
	unprinted := func(r rune) bool { return r == '\\' || r == unicode.ReplacementChar || unicode.IsControl(r) }
	if !strings.HasPrefix(to, home) || len(to) > maxTarget || strings.ContainsFunc(to, unprinted) {
		return "", false
	}
	address, err := url.Parse(to)
	if err != nil || address.Scheme != "" || address.Host != "" || strings.ContainsFunc(address.Path, unprinted) {
		return "", false
	}
	parts := strings.Split(strings.TrimPrefix(address.Path, home), "/")
	if slices.Contains(parts[:len(parts)-1], "") || slices.Contains(parts, "..") || slices.Contains(parts, ".") ||
		parts[0] == "sign-in" || parts[0] == "sign-out" {
		return "", false
	}
	return to, true
}
