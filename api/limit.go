package api

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/httprate"
)

// Limits of what one caller may ask in a minute. The zero value is none.
type Limits struct {
	// Signed is for each who is signed in: a person, or a key. A map that is
	// dragged about asks for a hundred tiles in a moment.
	Signed int
	// Strangers is for each address of those who are not: public pages and
	// sign-ins.
	Strangers int
	// BehindProxy has addresses taken from what a proxy says, the last in
	// X-Forwarded-For, for nothing but that proxy can reach the server.
	BehindProxy bool
}

// limiting lets a caller ask so often, by key, and refuses what is more.
func limiting(perMinute int, key httprate.KeyFunc) func(http.Handler) http.Handler {
	if perMinute <= 0 {
		return func(next http.Handler) http.Handler { return next }
	}
	return httprate.LimitBy(perMinute, time.Minute, key, httprate.WithLimitHandler(func(w http.ResponseWriter, _ *http.Request) {
		problem(w, http.StatusTooManyRequests, fmt.Sprintf("you may ask %d times a minute; wait as long as Retry-After says, in seconds", perMinute))
	}))
}

// byCaller is the key of who is signed in.
func byCaller(r *http.Request) (string, error) { return callerOf(r.Context()).ID, nil }

// byAddress is the key of strangers. An IPv6 address stands for its network of 64
// bits, which is what one subscriber has.
func (l Limits) byAddress(r *http.Request) (string, error) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if forwarded := r.Header.Values("X-Forwarded-For"); l.BehindProxy && len(forwarded) > 0 {
		last := forwarded[len(forwarded)-1]
		host = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
	}
	return httprate.CanonicalizeIP(host), nil
}
