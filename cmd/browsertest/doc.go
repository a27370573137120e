// Package browsertest tests the pages in a real browser, against the program with the
// sample. It is a package of its own so that these tests, the longest of all, run
// beside the others of the program.
package browsertest
