package main

import (
	"bufio"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"commonground/api/editions/editionstest"
	"commonground/web"
)

// releasedStore is a store with a scheme and an archive of two editions beside.
func releasedStore(t *testing.T) (store string, archive *editionstest.Archive) {
	t.Helper()
	if _, err := fs.Stat(web.Public(), "assets"); err != nil {
		t.Skip("the pages are not built; make web does that")
	}
	store = filepath.Join(t.TempDir(), "town.db")
	mustRun(t, "init", store+".toml")
	mustRun(t, "--store="+store, "import", "scheme", store+".toml")
	archive = editionstest.Open(t, store+".editions")
	archive.Seal("2019-03-27")
	archive.Seal("2019-04-24")
	archive.Write("postcodes.json", "{}")
	return store, archive
}

// tree is every file below a folder with its content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestAnExportIsTheArchiveAndItsPages(t *testing.T) {
	store, archive := releasedStore(t)
	archive.Write("2019-04-24/notes.txt", "secret")
	archive.Write("drafts.json", "secret")
	dir := filepath.Join(t.TempDir(), "new", "site")
	out := mustRun(t, "--store="+store, "release", "export", dir)
	site := tree(t, dir)
	for name, content := range tree(t, archive.Dir) {
		if got, there := site["public/"+name]; there == (content == "secret") || there && got != content {
			t.Errorf("%s: there %v", name, there)
		}
	}
	for _, name := range []string{"index.html", "governance/index.html", "governance/plain.css", "accessibility/index.html", "README.txt"} {
		if site[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
	if !strings.Contains(site["index.html"], `data-folder="public/2019-04-24/"`) {
		t.Error("the first page says nothing of the latest edition")
	}
	if !strings.Contains(site["governance/index.html"], "Editions released: 2") || !strings.Contains(out, "files in "+dir) {
		t.Errorf("%s\n%s", out, site["governance/index.html"])
	}
	if info, err := os.Stat(filepath.Join(dir, "public", "editions.json")); err != nil || info.Mode().Perm()&0o444 != 0o444 {
		t.Errorf("a web server of another user can't read it: %v %v", info.Mode(), err)
	}
	again := mustRun(t, "--store="+store, "release", "export", dir)
	if !strings.Contains(again, ": 0 new or other than before, 0 taken out") || !maps.Equal(site, tree(t, dir)) {
		t.Errorf("again: %s", again)
	}
}

func TestExportingAgainTakesOutWhatWasWithdrawn(t *testing.T) {
	store, archive := releasedStore(t)
	dir := t.TempDir()
	mustRun(t, "--store="+store, "release", "export", dir)
	write(t, filepath.Join(dir, ".part"), "left by one that was cut off")
	write(t, filepath.Join(dir, "robots.txt"), "of the operator")
	write(t, filepath.Join(dir, "assets", "old.js"), "of an older program")
	archive.Withdraw("2019-04-24")
	archive.Seal("2019-05-22")
	mustRun(t, "--store="+store, "release", "export", dir)
	site := tree(t, dir)
	for name, want := range map[string]bool{
		"public/2019-04-24/edition.json": false, "public/2019-03-27/edition.json": true, "public/2019-05-22/edition.json": true, "public/chain/2.json": true,
		"public/chain/4.json": true, ".part": false, "robots.txt": true, "assets/old.js": false,
	} {
		if _, there := site[name]; there != want {
			t.Errorf("%s: there %v", name, there)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "public", "2019-04-24")); err == nil {
		t.Error("the folder of the withdrawn edition is still there")
	}
	if site["public/editions.json"] != archive.Read("editions.json") {
		t.Error("the list of editions is an old one")
	}
}

func TestReleaseExportsThatCantBeDone(t *testing.T) {
	store, archive := releasedStore(t)
	foreign := t.TempDir()
	write(t, filepath.Join(foreign, "README.txt"), "of someone else")
	site := t.TempDir()
	mustRun(t, "--store="+store, "release", "export", site)
	before := tree(t, site)
	for _, test := range []struct {
		name, dir, says string
		change          func()
	}{
		{"a folder of someone else", foreign, "it was left as it is", func() {}},
		{"the archive itself", archive.Dir, "it was left as it is", func() {}},
		{"a file", store, "not a directory", func() {}},
		{"a changed tile", site, "2019-04-24/" + editionstest.Tiles[0], func() {
			archive.Seal("2019-05-22")
			archive.Write("2019-04-24/"+editionstest.Tiles[0], "other bytes")
		}},
		{"a changed manifest", site, "not as it was sealed", func() {
			archive.Write("chain/1.json", archive.Read("chain/1.json")+" ")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.change()
			status, _, stderr := command(t, "--store="+store, "release", "export", test.dir)
			if status != 1 || !strings.Contains(stderr, test.says) {
				t.Errorf("status %d, %s", status, stderr)
			}
		})
	}
	if status, _, stderr := command(t, "--store="+store+".none", "release", "export", t.TempDir()); status != 1 || !strings.Contains(stderr, "no store") {
		t.Errorf("without a store: %d %s", status, stderr)
	}
	if !maps.Equal(before, tree(t, site)) || len(tree(t, foreign)) != 1 {
		t.Error("something was changed")
	}
}

var addresses = regexp.MustCompile(`(?:href|src)="([^"#]*)`)

// An export works below any path of any web server, with nothing behind it.
func TestAnExportIsServedByAnyWebServer(t *testing.T) {
	store, _ := releasedStore(t)
	root := t.TempDir()
	mustRun(t, "--store="+store, "release", "export", filepath.Join(root, "a", "b"))
	server := httptest.NewServer(http.FileServerFS(os.DirFS(root)))
	defer server.Close()
	t.Run("Go", func(t *testing.T) { follows(t, server.URL+"/a/b/") })
	t.Run("Python", func(t *testing.T) { follows(t, startPython(t, root)+"/a/b/") })
}

func startPython(t *testing.T, root string) string {
	t.Helper()
	cmd := exec.Command(need(t, "python3"), "-u", "-m", "http.server", "--bind=127.0.0.1", "0")
	cmd.Dir = root
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // it may have ended already
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("python3 said nothing: %v", err)
	}
	return "http://127.0.0.1:" + regexp.MustCompile(`port (\d+)`).FindStringSubmatch(line)[1]
}

// follows asks for a page and whatever its pages link to. None leads out.
func follows(t *testing.T, home string) {
	t.Helper()
	asked, waiting := map[string]bool{}, []string{home, home + "public/2019-04-24/tiles/0/0/0.mvt", home + "public/editions.json"}
	for len(waiting) > 0 {
		address := waiting[0]
		waiting = waiting[1:]
		if asked[address] {
			continue
		}
		asked[address] = true
		response, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %v", address, response.Status, err)
			continue
		}
		if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, link := range addresses.FindAllStringSubmatch(string(body), -1) {
			to, err := response.Request.URL.Parse(link[1])
			if strings.HasPrefix(link[1], "data:") {
				continue
			}
			if err != nil || !strings.HasPrefix(to.String(), home) {
				t.Errorf("%s leads out, to %s", address, link[1])
				continue
			}
			waiting = append(waiting, to.String())
		}
	}
	t.Logf("%d addresses", len(asked))
}

// A server shows what lies beside its store, from the moment it is sealed.
func TestAServerShowsTheEditionsBesideItsStore(t *testing.T) {
	store, archive := releasedStore(t)
	s := startServing(t, store)
	if page := string(s.get(t, "/")); !strings.Contains(page, `data-folder="public/2019-04-24/"`) {
		t.Errorf("the first page: %s", page)
	}
	archive.Seal("2019-05-22")
	if got := string(s.get(t, "/public/2019-05-22/edition.json")); got != archive.Read("2019-05-22/edition.json") {
		t.Errorf("sealed meanwhile: %s", got)
	}
	other := startServing(t, store, "--editions="+t.TempDir())
	if page := string(other.get(t, "/")); !strings.Contains(page, "Nothing has been released yet") {
		t.Errorf("with another archive: %s", page)
	}
}
