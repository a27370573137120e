package main

import (
	"fmt"
	"os"
	"time"
)

// ticker tells, at most twice a second, how far a command is.
type ticker struct {
	p       *program
	started time.Time
	shown   time.Time
}

func newTicker(p *program) ticker {
	now := p.now()
	return ticker{p: p, started: now, shown: now}
}

// tell prints, where it is time to, the line that is written for the time
// since the start.
func (t *ticker) tell(line func(elapsed time.Duration) string) {
	now := t.p.now()
	if now.Sub(t.shown) < 500*time.Millisecond {
		return
	}
	t.shown = now
	fmt.Fprintf(t.p.stderr, "\r%-60s", line(now.Sub(t.started)))
}

// end ends the line, where one was printed.
func (t *ticker) end() {
	if t.shown != t.started {
		fmt.Fprintln(t.p.stderr)
	}
}

// progress is a file being read that tells how far the reading is.
type progress struct {
	*os.File
	ticker
	size int64 // bytes; 0 where not known
	read int64
}

func newProgress(p *program, file *os.File) *progress {
	r := &progress{File: file, ticker: newTicker(p)}
	if info, err := file.Stat(); err == nil {
		r.size = info.Size()
	}
	return r
}

// Read counts what is read.
func (r *progress) Read(buffer []byte) (int, error) {
	n, err := r.File.Read(buffer)
	r.read += int64(n)
	return n, err
}

// show prints a line for a number of rows done.
func (r *progress) show(rows int) {
	r.tell(func(elapsed time.Duration) string {
		line := fmt.Sprintf("%d rows, %.0f rows/s", rows, float64(rows)/elapsed.Seconds())
		if r.read > 0 && r.size > r.read {
			left := time.Duration(float64(elapsed) * float64(r.size-r.read) / float64(r.read))
			line += fmt.Sprintf(", about %v left", left.Round(time.Second))
		}
		return line
	})
}
