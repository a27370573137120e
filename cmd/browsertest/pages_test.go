package browsertest

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// need returns the path of a program. Where it is missing the test fails if the
// environment says CI=true, and is skipped if not.
func need(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	t.Skip(err)
	return ""
}

func TestPagesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser is slow")
	}
	need(t, "chromium")
	npm := need(t, "npm")
	web, err := filepath.Abs("../../web")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(web, "node_modules")); err != nil {
		t.Skip("the pages are not built; make test does that")
	}
	cmd := exec.Command(npm, "--prefix", web, "run", "e2e")
	cmd.Env = append(os.Environ(), "BASE_URL="+serve(t), "SECOND_STEWARD=role=steward&role=planner")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// serve builds the program, makes up a town and serves it until the test ends. It
// returns the server's address.
func serve(t *testing.T) string {
	t.Helper()
	program, store := filepath.Join(t.TempDir(), "commonground"), filepath.Join(t.TempDir(), "town.db")
	for _, command := range [][]string{
		{"go", "build", "-o", program, "../commonground"},
		{program, "--store=" + store, "sample", "--until=2026-11-23"},
	} {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", command, err, out)
		}
	}
	server := exec.Command(program, "--store="+store, "serve", "--listen=127.0.0.1:0", "--demo-roles", "--rate=0")
	server.Stderr = os.Stderr
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() }) // it may have ended already
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the program said nothing: %v", err)
	}
	origin := strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(line, "Staff pages: ")), "/staff/")
	for range 2400 { // a minute
		response, err := http.Get(origin + "/readyz")
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return origin
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("the program does not get ready")
	return ""
}
