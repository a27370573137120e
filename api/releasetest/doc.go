// Package releasetest proves what is said of public releases: P1 to P6, over
// made-up stores, and that each check finds a leak that is planted.
//
// Where a check compares bytes it does so with all that an edition publishes: what
// may differ is named, not what may not.
package releasetest
