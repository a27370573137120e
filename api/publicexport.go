package api

import (
	"io/fs"
	"log/slog"

	"commonground/api/editions"
	"commonground/api/plain"
	"commonground/data"
)

// Each gives put every file of the public half by its address without the first
// slash, for a web server that only has a folder: what is linked to comes before
// what links to it, the first page last. Every file of an edition is checked
// against its manifest and the manifests against the chain; where one is not as
// it was sealed, or put returns an error, that is what Each returns.
func (p Public) Each(scheme *data.Scheme, put func(name string, content []byte) error) error {
	archive := editions.New(p.Editions, slog.New(slog.DiscardHandler))
	c, err := archive.Catalogue()
	if err != nil {
		return err
	}
	g := newGovernance(scheme)
	g.governanceAddresses = relativeAddresses
	g.Released = releasedFrom(c, scheme)
	steps := []func() error{
		func() error { return p.eachAsset(put) },
		func() error {
			return c.Each(func(f editions.File) error { return put(editions.Path[1:]+f.Name, f.Content) })
		},
		func() error { return put(governancePath[1:]+"plain.css", plain.StyleSheet()) },
		func() error { return put(governancePath[1:]+"index.html", plain.Make(governancePage, g)) },
		func() error {
			page := accessible{governanceAddresses{Home: "../", Style: "../governance/plain.css"}, scheme}
			return put(accessibilityPath[1:]+"index.html", plain.Make(accessibilityPage, page))
		},
		func() error { return p.first(c, put) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (p Public) eachAsset(put func(string, []byte) error) error {
	return fs.WalkDir(p.Pages, "assets", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(p.Pages, name)
		if err != nil {
			return err
		}
		return put(name, content)
	})
}

func (p Public) first(c *editions.Catalogue, put func(string, []byte) error) error {
	page, err := c.Front(p.Pages)
	if err != nil {
		return err
	}
	return put(page.Name, page.Content)
}
