package intake

// For tests.
var (
	PlainCell   = plainCell
	HarmlessRow = harmlessRow
)
