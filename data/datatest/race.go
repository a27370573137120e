//go:build race

package datatest

// scale divides the counts of the long stories: the race detector makes an
// engine in pure Go some sixty times slower.
const scale = 20
