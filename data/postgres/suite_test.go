package postgres

import (
	"sync"
	"testing"

	"commonground/data"
	"commonground/data/datatest"
)

func TestStorePassesTheSuite(t *testing.T) {
	var addresses sync.Map // of stores
	open := func(t *testing.T, address string) data.Store {
		s := openAt(t, address)
		addresses.Store(s, address)
		return s
	}
	datatest.Run(t, datatest.Engine{
		Open: func(t *testing.T) data.Store {
			return open(t, Empty(t))
		},
		Again: func(t *testing.T, other data.Store) data.Store {
			address, _ := addresses.Load(other)
			return open(t, address.(string))
		},
	})
}
