package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"

	"commonground/api"
	"commonground/api/signin"
	"commonground/data"
	"commonground/data/audit"
	"commonground/data/intake"
)

// signInFlags say who may come in, and how.
type signInFlags struct {
	DemoRoles    bool     `help:"Let everyone who opens the pages choose a role: to look around on one's own machine, with made-up records." env:"COMMONGROUND_DEMO_ROLES"`
	Origin       string   `help:"Address under which browsers reach the server, such as https://ground.example.org. Default: the address it listens on." env:"COMMONGROUND_ORIGIN"`
	OIDCIssuer   string   `name:"oidc-issuer" help:"Provider of sign-ins (OpenID Connect), such as https://login.example.org/realms/town." env:"COMMONGROUND_OIDC_ISSUER"`
	OIDCClientID string   `name:"oidc-client-id" help:"What the provider knows this server as." env:"COMMONGROUND_OIDC_CLIENT_ID"`
	OIDCSecret   string   `name:"oidc-secret-file" help:"File with the secret that the provider gave for this server." env:"COMMONGROUND_OIDC_SECRET_FILE" type:"path" placeholder:"FILE"`
	OIDCScopes   []string `name:"oidc-scopes" help:"What is asked of the provider besides openid; many give groups only when asked for them." default:"profile" env:"COMMONGROUND_OIDC_SCOPES"`
	TLSCert      string   `name:"tls-cert" help:"File with the certificate of the server, for TLS." env:"COMMONGROUND_TLS_CERT" type:"path" placeholder:"FILE"`
	TLSKey       string   `name:"tls-key" help:"File with the certificate's key." env:"COMMONGROUND_TLS_KEY" type:"path" placeholder:"FILE"`
	BehindProxy  bool     `help:"TLS ends at a proxy, and nothing but that proxy can reach this server." env:"COMMONGROUND_BEHIND_PROXY"`
}

// check refuses what would let strangers in, or leave what is sent open to
// those on the way. hasKeys says that there are API keys.
func (f *signInFlags) check(listen string, hasKeys bool) error {
	host, _, err := net.SplitHostPort(listen)
	switch ip := net.ParseIP(host); {
	case err != nil:
		return fmt.Errorf("--listen %s: write it as 127.0.0.1:8080", listen)
	case (f.TLSCert == "") != (f.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case (f.OIDCIssuer == "") != (f.OIDCClientID == ""):
		return errors.New("--oidc-issuer and --oidc-client-id go together")
	case f.DemoRoles && f.BehindProxy:
		return errors.New("--demo-roles is for this machine alone: leave out --behind-proxy")
	case strings.HasPrefix(f.Origin, "https://") && f.TLSCert == "" && !f.BehindProxy:
		return errors.New("--origin is of https, but there is no --tls-cert: say --behind-proxy where a proxy does TLS, or callers can't be told apart")
	case f.DemoRoles && f.OIDCIssuer != "":
		return errors.New("--demo-roles and --oidc-issuer exclude each other: with the one, everyone is whoever they like")
	case host == "localhost" || ip != nil && ip.IsLoopback():
		if f.DemoRoles && f.Origin != "" {
			return errors.New("--demo-roles is for this machine alone: leave out --origin")
		}
		return nil
	}
	var missing []string
	if f.TLSCert == "" && !f.BehindProxy {
		missing = append(missing, "TLS (--tls-cert and --tls-key, or --behind-proxy where a proxy does it)")
	}
	if f.OIDCIssuer == "" && !hasKeys {
		missing = append(missing, "a way to sign in (--oidc-issuer, or API keys: commonground keys create)")
	}
	if !strings.HasPrefix(f.Origin, "https://") {
		missing = append(missing, "its own address (--origin https://…)")
	}
	if f.DemoRoles {
		missing = append(missing, "an end to --demo-roles, which is for this machine alone")
	}
	if len(missing) > 0 {
		return fmt.Errorf("--listen %s can be reached by others; that needs %s. Without, listen on 127.0.0.1", listen, strings.Join(missing, "; "))
	}
	return nil
}

// people is a way to sign in.
type people interface {
	api.SignIn
	// Wait returns once what goes on beside requests is done.
	Wait()
}

// signIn returns the way to sign in to a server at an origin.
func (f *signInFlags) signIn(p *program, origin string, store store, door *intake.Door, auditLog *audit.Log, log *slog.Logger) (people, error) {
	if f.DemoRoles {
		return signin.Demo{}, nil
	}
	secret := ""
	if f.OIDCSecret != "" {
		content, err := os.ReadFile(f.OIDCSecret)
		if err != nil {
			return nil, fmt.Errorf("--oidc-secret-file: %w", err)
		}
		secret = strings.TrimSpace(string(content))
	}
	return signin.New(signin.Config{
		Provider: signin.Provider{Issuer: f.OIDCIssuer, ClientID: f.OIDCClientID, ClientSecret: secret, Scopes: f.OIDCScopes},
		Origin:   origin, Sessions: store, Keys: store, Now: p.now, Log: log,
		Scheme: func(ctx context.Context) (*data.Scheme, error) {
			settings, err := door.Settings(ctx)
			if err != nil {
				return nil, err
			}
			return settings.Scheme, nil
		},
		Event: func(ctx context.Context, caller signin.Caller, action, what string) error {
			entry := audit.Entry{At: p.now(), Who: caller.ID, Name: caller.Name, Roles: caller.Roles.String(), Action: signInActions[action], What: action}
			if entry.Who == "" {
				entry.Who = "unknown"
			}
			if what != "" {
				entry.What += ": " + what
			}
			return auditLog.Append(ctx, entry)
		},
	})
}

// signInActions are what the audit log calls the events of sign-in.
var signInActions = map[string]audit.Action{
	"sign-in": audit.SignIn, "sign-in refused": audit.Refused, "sign-out": audit.SignOut, "sign-in ended": audit.SignOut,
}
