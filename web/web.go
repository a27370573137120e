// Package web holds the built pages: the public page and the staff app, as
// Vite left them in dist. It imports nothing of this module.
//
// dist is made by "make web" and is not committed. Where it has not been made,
// both functions return a page that says so, so that the program builds and
// serves its API from a fresh checkout.
package web

import (
	"embed"
	"io/fs"
)

// The name of the embedded folder must exist in a fresh checkout: dist holds a
// .gitkeep for that. Vite empties only the two folders inside it.
//
//go:embed all:dist unbuilt
var files embed.FS

// Public returns the files of the public page, with index.html at the top. Its
// addresses are below "/". Safe for use by several goroutines.
func Public() fs.FS { return built("dist/public") }

// Staff returns the files of the staff app, with index.html at the top. Its
// addresses are below "/staff/". Safe for use by several goroutines.
func Staff() fs.FS { return built("dist/staff") }

// built returns the folder, or the page that says what to do where Vite has
// not made it.
func built(folder string) fs.FS {
	if _, err := fs.Stat(files, folder+"/index.html"); err != nil {
		folder = "unbuilt"
	}
	sub, err := fs.Sub(files, folder)
	if err != nil { // only for a name that is no path
		panic(err)
	}
	return sub
}
