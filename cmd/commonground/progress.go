package main

import (
	"fmt"
	"os"
	"time"
)

// progress is a file being read that tells, at most twice a second, how far
// the reading is.
type progress struct {
	*os.File
	p       *program
	size    int64 // bytes; 0 where not known
	read    int64
	started time.Time
	shown   time.Time
}

func newProgress(p *program, file *os.File) *progress {
	now := p.now()
	r := &progress{File: file, p: p, started: now, shown: now}
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
	now := r.p.now()
	if now.Sub(r.shown) < 500*time.Millisecond {
		return
	}
	r.shown = now
	elapsed := now.Sub(r.started)
	line := fmt.Sprintf("%d rows, %.0f rows/s", rows, float64(rows)/elapsed.Seconds())
	if r.read > 0 && r.size > r.read {
		left := time.Duration(float64(elapsed) * float64(r.size-r.read) / float64(r.read))
		line += fmt.Sprintf(", about %v left", left.Round(time.Second))
	}
	fmt.Fprintf(r.p.stderr, "\r%-60s", line)
}

// end ends the line, where one was printed.
func (r *progress) end() {
	if r.shown != r.started {
		fmt.Fprintln(r.p.stderr)
	}
}
