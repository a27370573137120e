package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Provider says who vouches for people: a provider of OpenID Connect, at which
// this server is registered with the address ORIGIN/staff/sign-in/callback.
type Provider struct {
	Issuer   string // Required, such as "https://login.example.org/realms/town"
	ClientID string // Required
	// ClientSecret is for clients that can keep one. Default: none.
	ClientSecret string
	// Scopes are asked for besides openid. Default: profile.
	Scopes []string
}

// retryAfter is for how long a provider that could not be reached is left alone.
const retryAfter = 5 * time.Second

// provider speaks to the provider. It is asked for its metadata when first
// needed, so the server starts while it is down.
type provider struct {
	Provider
	redirect string
	client   *http.Client
	now      func() time.Time

	mu     sync.Mutex
	known  *discovered
	err    error // of the last try
	failed time.Time
}

// discovered is what the provider says of itself.
type discovered struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	// signOut is where it ends its own sign-ins; empty where it can't.
	signOut string
}

// identity is who someone is, by the provider's word.
type identity struct {
	subject, name string
	claims        map[string]json.RawMessage
}

// discover returns the metadata. Callers wait for one another: the first asks.
func (p *provider) discover(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	if p.err != nil && p.now().Before(p.failed.Add(retryAfter)) {
		return nil, p.err
	}
	// The answer is for all, so it is waited for though this caller goes away.
	p.known, p.err = p.ask(context.WithoutCancel(ctx))
	p.failed = p.now()
	return p.known, p.err
}

func (p *provider) ask(ctx context.Context) (*discovered, error) {
	metadata, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.Issuer)
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err == nil {
		err = metadata.Claims(&more)
	}
	if err != nil {
		return nil, unreachable(err)
	}
	return &discovered{
		oauth: oauth2.Config{
			ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: metadata.Endpoint(), RedirectURL: p.redirect,
			Scopes: append([]string{oidc.ScopeOpenID}, p.Scopes...),
		},
		verifier: metadata.Verifier(&oidc.Config{ClientID: p.ClientID, Now: p.now}),
		signOut:  more.EndSession,
	}, nil
}

func unreachable(cause error) error {
	return &refusal{http.StatusServiceUnavailable,
		"the sign-in provider can't be reached at this moment, so nobody can sign in; try again in a minute", cause}
}

// begin returns the address at the provider where a sign-in goes on.
func (d *discovered) begin(a *attempt) string {
	return d.oauth.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier))
}

// end returns the address at which the provider ends its own sign-in and leads
// back to a page, or empty. No token names the person there, because none is
// kept: the provider goes by its own cookie, and may ask.
func (d *discovered) end(clientID, back string) string {
	address, err := url.Parse(d.signOut)
	if err != nil || d.signOut == "" {
		return ""
	}
	query := address.Query()
	query.Set("client_id", clientID)
	query.Set("post_logout_redirect_uri", back)
	address.RawQuery = query.Encode()
	return address.String()
}

// redeem exchanges the code of a callback for the provider's token, checks that
// and returns who it is about. The token is not kept.
func (p *provider) redeem(ctx context.Context, a *attempt, code string) (identity, error) {
	d, err := p.discover(ctx)
	if err != nil {
		return identity{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	tokens, err := d.oauth.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if answered := (*oauth2.RetrieveError)(nil); errors.As(err, &answered) {
		return identity{}, &refusal{http.StatusForbidden, "the sign-in provider did not confirm this sign-in; begin again", err}
	}
	if err != nil {
		return identity{}, unreachable(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := d.verifier.Verify(ctx, raw) // issuer, audience, expiry, signature
	if err == nil {
		err = p.check(token, a)
	}
	who := identity{}
	if err == nil {
		who, err = read(token)
	}
	if err != nil {
		return identity{}, &refusal{http.StatusForbidden, "what the sign-in provider sent is not good, so nobody was signed in; begin again", err}
	}
	return who, nil
}

// check is what the library leaves to us.
func (p *provider) check(token *oidc.IDToken, a *attempt) error {
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.Nonce)) != 1 {
		return errors.New("the token has the nonce of another sign-in")
	}
	var claims struct {
		AuthorizedParty string `json:"azp"`
	}
	if err := token.Claims(&claims); err != nil {
		return err
	}
	if (claims.AuthorizedParty != "" || len(token.Audience) > 1) && claims.AuthorizedParty != p.ClientID {
		return fmt.Errorf("the token was made for %q", claims.AuthorizedParty)
	}
	if token.Subject == "" {
		return errors.New("the token is about nobody")
	}
	return nil
}

func read(token *oidc.IDToken) (identity, error) {
	who := identity{subject: token.Subject}
	if err := token.Claims(&who.claims); err != nil {
		return identity{}, err
	}
	for _, claim := range []string{"name", "preferred_username", "email", "sub"} {
		if names := who.values(claim); len(names) == 1 && who.name == "" {
			who.name = shown(names[0])
		}
	}
	return who, nil
}

// values returns the values of a claim that is a text or a list of texts; none
// of any other.
func (i identity) values(claim string) []string {
	var many []string
	var one string
	if json.Unmarshal(i.claims[claim], &one) == nil {
		return []string{one}
	}
	if json.Unmarshal(i.claims[claim], &many) == nil {
		return many
	}
	return nil
}

// shown is a name as it is fit to be shown.
func shown(name string) string {
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, name))
	if letters := []rune(name); len(letters) > maxPurpose {
		name = string(letters[:maxPurpose])
	}
	return name
}
