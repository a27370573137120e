// Package browsertest tests the pages in a real browser, against the program with the
// sample. It is a package of its own because these tests are the longest of all and
// keep two processors busy: make test runs them after all others.
package browsertest
