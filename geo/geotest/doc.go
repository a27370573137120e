// Package geotest is what tests and benchmarks of geometry share: a made-up
// city to measure on, shapes that break rules, an oracle in rational
// arithmetic, and a private PostgreSQL with PostGIS. Its own tests compare the
// classifier with PostGIS, with GEOS and with real data.
//
// Everything that it makes up comes from fixed seeds and is the same on every
// run. Only tests import it.
package geotest
