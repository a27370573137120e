package data

import _ "embed" // for the default scheme

// DefaultScheme is a commented scheme file to start from.
//
//go:embed default.toml
var DefaultScheme string
