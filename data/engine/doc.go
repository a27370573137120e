// Package engine holds what the engines of data.Store have in common.
package engine
