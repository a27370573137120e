// Package basemap is the map of others that lies beneath ours: a file of
// PMTiles that this server sends, or an address that browsers ask. It holds
// nothing of the records, and pages are complete without it.
package basemap

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"path"
	"regexp"
	"strings"
)

// Map is what lies beneath the maps of some pages. The zero value is none. Safe
// for use by several goroutines.
type Map struct {
	said said
	// elsewhere is the origin of another server, which browsers must be let ask.
	elsewhere string
	archive   *archive // nil where the map is none of a file
}

// said is what pages are told. Of the first three one is set.
type said struct {
	Archive string `json:"archive,omitempty"` // address of PMTiles
	Tiles   string `json:"tiles,omitempty"`   // template of addresses
	Style   string `json:"style,omitempty"`   // address of a style of MapLibre
	// Vector is whether tiles are vector tiles with the layers of Protomaps, not
	// pictures.
	Vector bool `json:"vector,omitempty"`
	// By is whom the map is by, which its licence as a rule wants to be read on
	// it.
	By string `json:"by,omitempty"`
}

// IsAddress reports whether a setting is an address, and no path of a file.
func IsAddress(setting string) bool { return strings.Contains(setting, "://") }

// Own returns the map at an address of an origin, such as that of the server:
// one of PMTiles, a template of tiles, or a style. It is written in full. An
// address of any other origin is refused: it would be told where someone looks.
func Own(address, origin, by string) (Map, error) {
	m, err := at(address, origin, by)
	if err == nil && m.elsewhere != "" {
		return Map{}, fmt.Errorf("the basemap %s is of another server than %s, which would be told where staff look: give a file of PMTiles, "+
			"or an address of this server; one elsewhere may be given to the public page alone, by --public-basemap", address, origin)
	}
	return m, err
}

// Anywhere is Own for a page on which the map may be of another server. That is
// asked under TLS alone, and who made the map must be said.
func Anywhere(address, origin, by string) (Map, error) {
	m, err := at(address, origin, by)
	switch {
	case err != nil || m.elsewhere == "":
		return m, err
	case !strings.HasPrefix(m.elsewhere, "https://"):
		return Map{}, fmt.Errorf("the basemap %s is asked without TLS, so that others could see where a resident looks: give its https:// address", address)
	case m.said.Tiles != "" && by == "":
		return Map{}, fmt.Errorf("the basemap %s doesn't say whom it is by: say it with --basemap-by, in the words that its licence asks for", address)
	}
	return m, nil
}

var (
	placeholder = regexp.MustCompile(`\{[^}]*\}`)
	// authority is strict, since the host goes into a policy for browsers.
	authority    = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$`)
	placeholders = map[string]bool{"{z}": true, "{x}": true, "{y}": true}
)

// at reads an address, of whatever server.
func at(address, origin, by string) (Map, error) {
	u, err := url.Parse(placeholder.ReplaceAllString(address, "0"))
	if err != nil || !authority.MatchString(u.Host) || u.User != nil || u.Fragment != "" || (u.Scheme != "http" && u.Scheme != "https") {
		return Map{}, fmt.Errorf("the basemap %q is no address such as https://maps.example/town.pmtiles, and no file: a file is given by its path", address)
	}
	m := Map{said: said{By: by}}
	home := u.Scheme + "://" + strings.ToLower(u.Host)
	if home == strings.ToLower(origin) {
		address = address[len(home):] // the page may be opened by another name of this server
	} else {
		m.elsewhere = home
	}
	found := map[string]bool{}
	for _, name := range placeholder.FindAllString(address, -1) {
		if !placeholders[name] {
			return Map{}, fmt.Errorf("the basemap's template %s has %s, which is not known: it may have {z}, {x} and {y}", address, name)
		}
		found[name] = true
	}
	switch extension := path.Ext(u.Path); {
	case len(found) == len(placeholders):
		m.said.Tiles, m.said.Vector = address, extension == ".mvt" || extension == ".pbf"
	case len(found) > 0:
		return Map{}, fmt.Errorf("the basemap's template %s must have all of {z}, {x} and {y}", address)
	case extension == ".pmtiles":
		m.said.Archive = address
	default:
		m.said.Style = address
	}
	return m, nil
}

// None reports whether there is no map.
func (m Map) None() bool { return m.said == said{} }

// Elsewhere returns the origin of another server that browsers must be let ask,
// such as "https://maps.example"; "" where there is none.
func (m Map) Elsewhere() string { return m.elsewhere }

// String names the map, for who starts the server.
func (m Map) String() string {
	if m.None() {
		return "none"
	}
	if m.archive != nil {
		return m.archive.name
	}
	return m.said.Archive + m.said.Tiles + m.said.Style
}

var tag = template.Must(template.New("").Parse(`<meta name="basemap" content="{{.}}">`))

// meta is the element by which a page is told.
func (m Map) meta() (string, error) {
	text, err := json.Marshal(m.said)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = tag.Execute(&out, string(text))
	return out.String(), err
}
