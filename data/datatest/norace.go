//go:build !race

package datatest

// scale divides the counts of the long stories.
const scale = 1
