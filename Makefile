# make run and make test are all that a newcomer needs.

GO       ?= go
STORE    ?= build/sample.db
LISTEN   ?= 127.0.0.1:8080
FUZZTIME ?= 60s
FUZZPKG  ?= ./...

export CGO_ENABLED = 0

.PHONY: run test lint bench exact fuzz race web tools-for-tests clean

## run: build pages and program, make up a town if there is none, and serve it
run: build/commonground
	@test -e $(STORE) || build/commonground --store $(STORE) sample
	build/commonground --store $(STORE) serve --demo-roles --listen $(LISTEN)

build/commonground: web $(shell find cmd geo data tiles api web/*.go -name '*.go' -o -name '*.sql' -o -name '*.toml' -o -name '*.html' -o -name '*.css') go.mod
	$(GO) build -trimpath -o $@ ./cmd/commonground

## web: build the pages that the program embeds
web: web/dist/staff/index.html
web/dist/staff/index.html: web/node_modules $(shell find web/src web/staff web/public -type f) $(wildcard web/*.ts)
	npm --prefix web run build
web/node_modules: web/package-lock.json
	npm --prefix web ci --no-audit --no-fund
	@touch $@

## test: install what the tests need, then test everything: Go, pages, browser; the browser last, for it takes
## two processors by itself and waits for pages as a person would
test: tools-for-tests web
	npm --prefix web run check
	npm --prefix web test
	$(GO) test -timeout 20m -skip '^TestPagesInABrowser$$' ./...
	$(GO) test -timeout 20m -run '^TestPagesInABrowser$$' ./cmd/browsertest

# On Debian, what is missing is installed; elsewhere the tests say what to do.
# Chromium, and the same without windows, is for the pages, GDAL is a client of the tiles, PostGIS and GEOS
# check the geometry: GEOS by a small C program. GLPK checks what can be worked
# out of public numbers, libfaketime lets a database's clock jump. Debian's own
# database cluster is not made: tests start one of theirs.
tools-for-tests:
	@command -v chromium >/dev/null && command -v chromium-headless-shell >/dev/null && command -v ogrinfo >/dev/null && command -v cc >/dev/null && command -v glpsol >/dev/null && \
	test -e /usr/include/geos_c.h && ls /usr/share/postgresql/*/extension/postgis.control /usr/lib/*/faketime >/dev/null 2>&1 || \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null && \
	  sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf && \
	  apt-get install -y -qq --no-install-recommends \
	    chromium chromium-headless-shell gdal-bin postgresql-15-postgis-3 libfaketime libgeos-dev gcc libc6-dev glpk-utils >/dev/null; \
	fi

## lint: formatting, vet, staticcheck, and the sizes that the style asks for
lint:
	@test -z "$$(gofmt -l api cmd data geo tiles web/*.go *.go)" || { gofmt -l api cmd data geo tiles web/*.go *.go; echo "run gofmt -w on these"; exit 1; }
	$(GO) vet ./...
	$(GO) tool -modfile=tools/go.mod staticcheck ./...
	$(GO) tool -modfile=tools/go.mod revive -config tools/revive.toml -set_exit_status ./...

## bench: every benchmark, with allocations, ready for benchstat
bench: tools-for-tests web
	$(GO) test -timeout 2h -run '^$$' -bench . -benchmem ./...

## exact: ten million random and a million adversarial points against PostGIS and GEOS
exact: tools-for-tests
	$(GO) test -timeout 2h ./geo/geotest -run AgreesWithPostGISAndGEOS -v -exact.random 10000000 -exact.adversarial 1000000

## fuzz: every fuzz test of FUZZPKG in turn, FUZZTIME each; to make a case smaller gets
## ten tries, for it could take minutes of the time
fuzz: web
	@for package in $$($(GO) list $(FUZZPKG)); do \
	  for name in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
	    echo "$$name in $$package"; \
	    $(GO) test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package || exit 1; \
	  done; \
	done

## race: the Go tests under the race detector (needs a C compiler)
race: web
	CGO_ENABLED=1 $(GO) test -race -short ./...

clean:
	rm -rf build web/dist/staff web/dist/public web/node_modules
