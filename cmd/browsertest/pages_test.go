package browsertest

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// halves are the files of tests in two groups that take as long as each other, about, so that two cores are
// kept busy. Each has a server of its own: tests of one count what those of another would change.
var halves = map[string][]string{
	"staff": {"access", "archive", "crew", "first", "planner", "public", "releases", "staff", "tiles"},
	"roles": {"basemap", "edition", "import", "journeys", "reports", "returns", "roles", "signin", "tasking"},
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
	everyFileIsInAHalf(t, web)
	program := filepath.Join(t.TempDir(), "commonground")
	run(t, "go", "build", "-o", program, "../commonground")
	for name, files := range halves {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := []string{"--prefix", web, "run", "e2e", "--"}
			for _, file := range files {
				args = append(args, "e2e/"+file+".e2e.ts")
			}
			cmd := exec.Command(npm, args...)
			full := serve(t, program, nil, town...)
			cmd.Env = append(os.Environ(), "BASE_URL="+full, "SECOND_STEWARD=role=steward&role=planner")
			if slices.Contains(files, "first") {
				cmd.Env = append(cmd.Env, "EMPTY_URL="+serve(t, program, nil, "import", "scheme", scheme(t, program)))
			}
			if slices.Contains(files, "basemap") {
				mapped := serve(t, program, []string{"--basemap=" + streets(t), "--public-basemap=https://maps.example/{z}/{x}/{y}.png", "--basemap-by=Made-up streets"}, town...)
				cmd.Env = append(cmd.Env, "BASEMAP_URL="+mapped)
			}
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			t.Logf("%s", out)
		})
	}
}

// A file of tests that is in no half would never be run.
func everyFileIsInAHalf(t *testing.T, web string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(web, "e2e", "*.e2e.ts"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, files := range halves {
		n += len(files)
	}
	for _, path := range found {
		name := strings.TrimSuffix(filepath.Base(path), ".e2e.ts")
		if !slices.Contains(halves["staff"], name) && !slices.Contains(halves["roles"], name) {
			t.Errorf("%s is in no half, so that it is not run", name)
		}
	}
	if n != len(found) {
		t.Errorf("%d files are in the halves, and there are %d", n, len(found))
	}
}

func run(t *testing.T, command ...string) {
	t.Helper()
	if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
}

// scheme writes the one to start from into a file.
func scheme(t *testing.T, program string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "scheme.toml")
	run(t, program, "init", path)
	return path
}

// town is the command that makes up a town with its records.
var town = []string{"sample", "--until=2026-11-23"}

// serve makes a store by a command and serves it, with more flags, until the test ends. It returns the server's address.
func serve(t *testing.T, program string, flags []string, fill ...string) string {
	t.Helper()
	store := filepath.Join(t.TempDir(), "town.db")
	run(t, append([]string{program, "--store=" + store}, fill...)...)
	server := exec.Command(program, append([]string{"--store=" + store, "serve", "--listen=127.0.0.1:0", "--demo-roles", "--rate=0"}, flags...)...)
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
