# refload: what a contributor types. `make check` is what .ci/run holds a change to.

GO      ?= go
BIN     := bin/refload
DEMO    := demo
VERSION ?=

.PHONY: all demo build test lint fuzz bench check clean

all: build

# Imports the sample workbook into the embedded sandbox. Run again, it creates nothing new.
demo: build
	@mkdir -p $(DEMO)
	@cp samples/deals.xlsx $(DEMO)/deals.xlsx
	$(BIN) import $(DEMO)/deals.xlsx --sandbox --state $(DEMO)/state

build:
	$(GO) build -trimpath $(if $(VERSION),-ldflags "-X refload/internal/cli.release=$(VERSION)") -o $(BIN) .

test:
	$(GO) test ./...

lint:
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	$(GO) vet ./...
	$(GO) tool -modfile=.ci/tools/go.mod staticcheck ./...

# Each fuzz target for FUZZTIME.
FUZZTIME ?= 10s
fuzz:
	.ci/fuzz $(FUZZTIME)

bench:
	$(GO) test -run '^$$' -bench . -benchtime 1x ./...

check: lint
	$(GO) test -race ./...

clean:
	rm -rf bin $(DEMO)
