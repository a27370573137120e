package hotspot

import "math"

// sortedDistances returns how far from 0 each of many scores is, the nearest first. It
// sorts by their bits, eight at a time from the lowest: numbers above 0 are in the
// order of their bits, and millions are sorted in a time that goes by how many there are.
func sortedDistances(scores []float64) []float64 {
	const digits = 8
	var ends [digits][256]int
	distances, other := make([]float64, len(scores)), make([]float64, len(scores))
	for i, z := range scores {
		distances[i] = math.Abs(z)
		for bits, d := math.Float64bits(distances[i]), 0; d < digits; d++ {
			ends[d][bits>>(8*d)&255]++
		}
	}
	for d := range digits {
		start := 0
		for value, count := range ends[d] {
			ends[d][value], start = start, start+count
		}
		next, shift := &ends[d], 8*d
		for _, z := range distances {
			value := math.Float64bits(z) >> shift & 255
			other[next[value]] = z
			next[value]++
		}
		distances, other = other, distances
	}
	return distances
}
