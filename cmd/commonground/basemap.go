package main

import (
	"fmt"
	"io"

	"commonground/api/basemap"
)

// basemapFlags say what lies beneath the maps.
type basemapFlags struct {
	Basemap       string `help:"Map beneath ours: a file of PMTiles, or an address of this server's own origin, written in full: of PMTiles, of tiles with {z}, {x} and {y}, or of a style. Default: none." env:"COMMONGROUND_BASEMAP,BASEMAP" placeholder:"FILE|URL"`
	PublicBasemap string `help:"Map beneath that of the public page; its address may be of another server, which learns then where residents look. Default: as --basemap." env:"COMMONGROUND_PUBLIC_BASEMAP,PUBLIC_BASEMAP" placeholder:"FILE|URL"`
	BasemapBy     string `help:"Whom the map beneath is by, in the words that its licence asks for. Default: what the file or style says." env:"COMMONGROUND_BASEMAP_BY,BASEMAP_BY" placeholder:"TEXT"`
}

// basemaps are the maps that lie beneath ours.
type basemaps struct{ staff, public basemap.Map }

// openMaps opens both maps.
func (f basemapFlags) openMaps(origin string) (m basemaps, err error) {
	if m.staff, err = openMap(f.Basemap, origin, f.BasemapBy, basemap.Own); err != nil {
		return m, err
	}
	if f.PublicBasemap == "" {
		m.public = m.staff
		return m, nil
	}
	m.public, err = openMap(f.PublicBasemap, origin, f.BasemapBy, basemap.Anywhere)
	return m, err
}

func openMap(setting, origin, by string, at func(address, origin, by string) (basemap.Map, error)) (basemap.Map, error) {
	switch {
	case setting == "":
		return basemap.Map{}, nil
	case basemap.IsAddress(setting):
		return at(setting, origin, by)
	}
	return basemap.File(setting, by)
}

// greet says what residents' browsers will ask another server for.
func (m basemaps) greet(out io.Writer) {
	if !m.staff.None() {
		fmt.Fprintf(out, "Map beneath: %s\n", m.staff)
	}
	if elsewhere := m.public.Elsewhere(); elsewhere != "" {
		fmt.Fprintf(out, "The public page asks %s for its map; that server learns the reader's address and where they look.\n", elsewhere)
	}
}
