//go:build race

package postgres

// slow says that tests must do with less, since the race detector looks on.
const slow = true
