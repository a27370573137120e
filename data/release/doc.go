// Package release is the one door out to the public: sealed editions of banded
// squares and rounded tables, and nothing else.
//
// An edition is a fixed set of files for one period, made of pickups alone. It
// is deterministic: the same records give the same bytes, whoever makes it and
// when. Two people sign it; then it is sealed into a chain of manifests and
// never changed.
package release
