package api

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/go-chi/httprate"
)

// Limits of what one caller may ask in a minute. The zero value is none.
type Limits struct {
	// Signed is for each who is signed in: a person, or a key. A map that is
	// dragged about asks for a hundred tiles in a moment.
	Signed int
	// Strangers is for each address of those who are not, on public pages.
	Strangers int
	// SignIns is for each address, on the way to a sign-in: each begins a session.
	SignIns int
	// BehindProxy has addresses taken from what a proxy says, the last in
	// X-Forwarded-For, for nothing but that proxy can reach the server.
	BehindProxy bool
}

// limiting lets a caller ask so often, by key, and refuses what is more.
func limiting(perMinute int, key httprate.KeyFunc) func(http.Handler) http.Handler {
	if perMinute <= 0 {
		return func(next http.Handler) http.Handler { return next }
	}
	// Nothing but the end of a wait is told: a public answer has the same headers
	// for everyone, for a shared cache keeps them.
	headers := httprate.WithResponseHeaders(httprate.ResponseHeaders{RetryAfter: "Retry-After"})
	return httprate.LimitBy(perMinute, time.Minute, key, headers, httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
		tell(w, r, http.StatusTooManyRequests, fmt.Sprintf("you may ask %d times a minute; wait as long as Retry-After says, in seconds", perMinute))
	}))
}

// byCaller is the key of who is signed in.
func byCaller(r *http.Request) (string, error) { return callerOf(r.Context()).ID, nil }

// byAddress is the key of strangers. An IPv6 address stands for its network of 64
// bits, which is what one subscriber has.
func (l Limits) byAddress(r *http.Request) (string, error) {
	address := r.RemoteAddr
	if forwarded := r.Header.Values("X-Forwarded-For"); l.BehindProxy && len(forwarded) > 0 {
		last := forwarded[len(forwarded)-1]
		if last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:]); hostIP(last) != "" {
			address = last
		}
	}
	return httprate.CanonicalizeIP(hostIP(address)), nil
}

// hostIP returns the IP address of an address with or without a port, empty where
// there is none.
func hostIP(address string) string {
	if at, err := netip.ParseAddrPort(address); err == nil {
		return at.Addr().String()
	}
	if at, err := netip.ParseAddr(strings.Trim(address, "[]")); err == nil {
		return at.String()
	}
	return ""
}
