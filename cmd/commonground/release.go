package main

type releaseCommand struct {
	Export exportRelease `cmd:"" help:"Write the public pages and editions into a folder that any web server can serve."`
}
