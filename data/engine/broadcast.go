package engine

import "sync"

// Broadcast wakes everyone who waits for the next commit. The zero value is
// ready; any number of goroutines may use it.
type Broadcast struct {
	mutex sync.Mutex
	ch    chan struct{}
}

// Next returns a channel that the next announcement closes.
func (b *Broadcast) Next() <-chan struct{} {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

// Announce closes the channels that Next returned so far.
func (b *Broadcast) Announce() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}
