package main

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/oauth2-proxy/mockoidc"

	"commonground/data/sample"
)

// signInGroups has the groups of the tests' provider mean roles.
const signInGroups = `
[sign_in]
claim = "groups"
idle_minutes = 30
absolute_hours = 10

[sign_in.roles]
planner = ["cleansing-planners"]
police = ["tasking"]
`

// newProvider starts a provider of identities for a test; who signs in there is
// the next of groups.
func newProvider(t *testing.T, groups ...string) *mockoidc.MockOIDC {
	t.Helper()
	provider, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := provider.Shutdown(); err != nil {
			t.Error(err)
		}
	})
	for i, group := range groups {
		provider.QueueUser(&mockoidc.MockUser{
			Subject: fmt.Sprint("person-", i), PreferredUsername: "Officer " + group, Groups: []string{group},
		})
	}
	return provider
}

// People sign in at a real provider, in a real browser, and out again.
func TestSignInInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is slow")
	}
	npm, web := pageTools(t)
	folder := t.TempDir()
	store := filepath.Join(folder, "town.db")
	mustRun(t, "--store="+store, "sample", "--seal=0", "--until=2026-11-23")
	mustRun(t, "--store="+store, "import", "scheme", write(t, filepath.Join(folder, "scheme.toml"), sample.SchemeText()+signInGroups))
	provider := newProvider(t, "cleansing-planners", "tasking", "strangers")
	secret := write(t, filepath.Join(folder, "secret"), provider.ClientSecret)
	s := startServingAs(t, store, "--oidc-issuer="+provider.Issuer(), "--oidc-client-id="+provider.ClientID,
		"--oidc-secret-file="+secret, "--oidc-scopes=profile,groups", "--rate=0")
	at, err := url.Parse(provider.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(npm, "--prefix", web, "run", "e2e", "--", "e2e/signin.e2e.ts")
	cmd.Env = append(os.Environ(), "BASE_URL="+s.origin, "PROVIDER="+at.Host)
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("passed")) || bytes.Contains(out, []byte("skipped")) {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	if log := mustRun(t, "--store="+store, "audit", "list"); !bytes.Contains([]byte(log), []byte("Officer tasking")) {
		t.Errorf("the log does not name who signed in:\n%s", log)
	}
}
