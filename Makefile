# refload: what a contributor types. `make check` is what .ci/run holds a change to.

GO      ?= go
BIN     := bin/refload
DEMO    := demo
VERSION ?=

.PHONY: all demo build test lint fuzz bench check torture million mutants release emulated reproducible man clean

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

# Each fuzz target for FUZZTIME: so many inputs (20000x), or so long (10s).
FUZZTIME ?= 20000x
fuzz:
	.ci/fuzz $(FUZZTIME)

bench:
	$(GO) test -run '^$$' -bench . -benchtime 1x ./...

# The long form of what .ci/run does in short: simulated nights, real kills, every point of
# failure on the disk. SEEDS, EXPORTS and KILLS say how much; a printed seed repeats a failure:
#   go test ./importer -run TestSimulation -seed N
SEEDS ?= 50000
KILLS ?= 1000
EXPORTS ?= 10000
HISTORIES ?= 10000
torture:
	SIM_SEEDS=$(SEEDS) $(GO) test ./importer -count=1 -timeout 4h -run TestSimulation -v
	SIM_SEEDS=$(HISTORIES) $(GO) test ./importer -count=1 -timeout 4h -run 'TestUpdateHistories|TestCoSellPairs' -v
	EXPORT_SEEDS=$(EXPORTS) $(GO) test ./exporter -count=1 -timeout 4h -run TestOthersWriteMeanwhile
	REFLOAD_KILLS=$(KILLS) REFLOAD_EVERY_POINT=1 $(GO) test ./internal/cli -count=1 -timeout 4h -run 'TestKill|TestInboxKill|TestSignals|TestOneRunAtATime|TestEveryStorageCall|TestAFullDisk' -v
	REFLOAD_BIG=1 $(GO) test ./internal/cli -count=1 -timeout 1h -run TestMigration -v

# A million rows: checked out of a workbook, imported out of a CSV, and what memory that took.
million:
	REFLOAD_HUGE=1 $(GO) test ./internal/cli -count=1 -timeout 4h -run TestAMillionRows -v

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
