package api

// For the tests of package api_test.
var SameAsGolden = sameAsGolden
