# One command with verbs. Swift's toolchain must be on PATH; nothing is installed but by `make install`.

PREFIX ?= /usr/local
SOURCES = Package.swift Sources Tests Examples Docs
# macOS brings Swift's library along; elsewhere the program carries it, and runs without a toolchain.
STATIC := $(if $(filter Darwin,$(shell uname -s)),,--static-swift-stdlib)

.PHONY: help build test docs scripts threads coverage fuzz blackbox serve format lint check bench race instructions crash
.PHONY: nightly install clean

help: ## says this
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

build: ## everything, for debugging
	swift build --build-tests

test: ## all tests
	swift test

docs: ## API documentation, into .build/docs; needs a toolchain with docc
	.ci/docs

scripts: ## writes down anew what every golden script prints; read the difference before you keep it
	swift run kvcli script --record Fixtures/Scripts/*/*.kv

threads: ## the tests with threads, under the thread sanitizer
	.ci/threads

coverage: ## fails when a line that reads the disk is run by no test
	.ci/coverage

fuzz: ## five seconds of each fuzzing target
	Fixtures/Fuzz/run

blackbox: ## kills, fills and starves the built kvcli
	swift build -c release --product kvcli
	.ci/blackbox

serve: ## real clients of Redis, and kill -9, against the built kvcli
	swift build -c release --product kvcli
	.ci/serve

format: ## lays out all Swift sources
	swift format --in-place --recursive $(SOURCES)

lint: ## complains about layout, missing documentation and the like
	swift format lint --strict --recursive $(SOURCES)

check: ## everything that a change must pass, as CI runs it
	.ci/run

bench: ## the standard workloads, on this machine
	swift run -c release kvcli bench

race: ## Strata against the other engines that are installed
	Fixtures/Race/run

instructions: ## counts the instructions of single operations, with valgrind
	.ci/instructions

crash: ## a million crashes on a simulated disk, and more of the earlier rungs, as in CI
	swift run -c release kvcli crashlab --images 1000000
	swift run -c release kvcli crashlab --images 200000 --engine bitcask
	swift run -c release kvcli crashlab --images 200000 --engine append-log

nightly: ## a hundred million of them: some hours
	swift run -c release kvcli crashlab --images 100000000 --seed $(shell date +%j)000000

install: ## puts kvcli into PREFIX/bin, /usr/local if not said otherwise
	swift build -c release --product kvcli $(STATIC)
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 "$$(swift build -c release --show-bin-path $(STATIC))/kvcli" "$(DESTDIR)$(PREFIX)/bin/kvcli"

clean: ## removes what was built
	swift package clean
	rm -rf .build/docs .build/check .build/coverage .build/threads .build/fuzz
