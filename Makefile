# refload: what a contributor types. .ci/run is what a change is held to, `make nightly` what a release is.

GO      ?= go
BIN     := bin/refload
DEMO    := demo
VERSION ?=

.PHONY: all demo build install test test-short lint fuzz bench check nightly torture million mutants release emulated reproducible man clean

all: build

# Imports the sample workbook into the embedded sandbox. Run again, it creates nothing new.
demo: build
	@mkdir -p $(DEMO)
	@cp samples/deals.xlsx $(DEMO)/deals.xlsx
	$(BIN) import $(DEMO)/deals.xlsx --sandbox --state $(DEMO)/state

build:
	$(GO) build -trimpath $(if $(VERSION),-ldflags "-X refload/internal/cli.release=$(VERSION)") -o $(BIN) .

# Into $(go env GOBIN), by default $(go env GOPATH)/bin, which has to be on the PATH.
install:
	$(GO) install -trimpath $(if $(VERSION),-ldflags "-X refload/internal/cli.release=$(VERSION)") .

# The packages that take longest begin first.
TESTED := ./internal/cli ./importer ./... ./testdata/mutants

test:
	$(GO) test $(TESTED)

# What can be had in a minute: without what is slow.
test-short:
	$(GO) test -short $(TESTED)

lint:
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	$(GO) vet ./...
	GOOS=windows $(GO) vet ./...
	$(GO) tool -modfile=.ci/tools/go.mod staticcheck ./...

# Each fuzz target for FUZZTIME: so many inputs (20000x), or so long (10s).
FUZZTIME ?= 20000x
fuzz:
	.ci/fuzz $(FUZZTIME)

# Speed, in figures and as a share of what a bare loop does; no verdict depends on them.
bench:
	$(GO) test -run '^$$' -bench . -benchtime 1x ./...
	TEST_FIGURES=1 $(GO) test ./internal/cli -count=1 -timeout 20m -run 'TestTenThousandRows|TestSpeedAgainstABareLoop' -v

# The long form of the gate, and more: PART=1/4 to 4/4 is a part of at most 25 minutes, nothing is all of it.
PART ?=
nightly:
	.ci/nightly $(PART)

# Longer than any night: simulated nights, real kills, every point of failure on the disk, a migration in real time.
# SEEDS, HISTORIES, PAIRS, EXPORTS and KILLS say how much; a printed seed repeats a failure:
#   go test ./importer -run TestSimulation -seed N
SEEDS ?= 50000
HISTORIES ?= 10000
PAIRS ?= 10000
EXPORTS ?= 10000
KILLS ?= 1000
torture:
	TEST_NIGHTS=$(SEEDS) TEST_HISTORIES=$(HISTORIES) TEST_PAIRS=$(PAIRS) $(GO) test ./importer -count=1 -timeout 8h -run 'TestSimulation|TestUpdateHistories|TestCoSellPairs' -v
	TEST_EXPORTS=$(EXPORTS) $(GO) test ./exporter -count=1 -timeout 4h -run TestOthersWriteMeanwhile
	TEST_KILLS=$(KILLS) TEST_EVERY_POINT=1 $(GO) test ./internal/cli -count=1 -timeout 4h -run 'TestKill|TestInboxKill|TestSignals|TestOneRunAtATime|TestEveryStorageCall|TestAFullDisk' -v
	TEST_REAL_NIGHT=1 $(GO) test ./internal/cli -count=1 -timeout 1h -run TestMigration -v

# A million rows: checked out of a workbook, imported out of a CSV, and what memory that took.
million:
	TEST_MILLION=1 $(GO) test ./internal/cli -count=1 -timeout 4h -run TestAMillionRows -v

# Breaks the program in one place at a time and demands that a test turns red.
mutants:
	$(GO) run ./testdata/mutants

# Binaries for all systems, their checksums and bill of materials, into dist/.
release:
	.ci/release dist $(VERSION)

# Starts what can be started here, by qemu and Wine too, which it installs where it may (Debian, root).
emulated: release
	.ci/emulators
	.ci/emulated dist

# The release built a second time in another folder: every file must be the same.
reproducible:
	.ci/reproducible

# The manual pages, one a command, into dist/man.
man: build
	$(BIN) man dist/man

check: lint
	$(GO) test -race ./...

clean:
	rm -rf bin dist $(DEMO)
