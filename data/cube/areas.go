package cube

import "sync"

// areas numbers the ids of areas; 0 is none. It only grows, and any number of
// goroutines may use it.
type areas struct {
	mu      sync.RWMutex
	ids     []string
	numbers map[string]int32
}

func newAreas() *areas {
	return &areas{ids: []string{""}, numbers: map[string]int32{"": 0}}
}

// number returns the number of an id, a new one where it has none yet.
func (a *areas) number(id string) int32 {
	if number, ok := a.find(id); ok {
		return number
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if number, ok := a.numbers[id]; ok {
		return number
	}
	number := int32(len(a.ids))
	a.ids, a.numbers[id] = append(a.ids, id), number
	return number
}

func (a *areas) find(id string) (int32, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	number, ok := a.numbers[id]
	return number, ok
}

func (a *areas) all() []string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.ids
}
