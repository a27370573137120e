// Package data holds what the program counts and how it is kept: the Scheme of
// a deployment, pickups and incidents, weeks and periods, the Query that
// selects among them, and the Store that keeps them.
//
// It knows no HTTP, reads no wall clock and decides nothing about who may see
// what.
package data
