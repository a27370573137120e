package main

import "cmp"

// editionsFolder is where editions are.
type editionsFolder struct {
	Editions string `help:"Folder of the released editions. Everything in it is public. Default: the store's name with .editions." env:"COMMONGROUND_EDITIONS" type:"path" placeholder:"DIR"`
}

// beside returns the folder, or where it is not named the one beside a store.
func (f editionsFolder) beside(store string) string { return cmp.Or(f.Editions, store+".editions") }
