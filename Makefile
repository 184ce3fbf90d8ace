# make run starts everything on this machine; make test proves it. Both install what they need.
.PHONY: run cluster test bench build release lint docs format screenshots clean

# swift-testing and the peers of the tests find their Python here.
export NOROSHI_PYTHON ?= $(CURDIR)/.noroshi/venv/bin/python

# So many test cases at once: with more, one that began would wait minutes for a core, in the middle of what it measures.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 8

# The same flags for every debug build, so that nothing is built twice.
DEBUG_FLAGS = --explicit-target-dependency-import-check error
# One program, optimised across the borders of its modules: a sixth less processor time a finding.
RELEASE_FLAGS = -c release --static-swift-stdlib -Xswiftc -cross-module-optimization

run: release
	./deploy/run-local .build/release/noroshi

# Several nodes on one database, with a proxy in front; kill some and watch.
cluster: release
	./.ci/setup cluster
	./deploy/run-cluster .build/release/noroshi

# Those that promise how soon a node takes over, or hears of another, have the machine to themselves.
APART = ClusterTests|FailoverTests|SharedLanesProcessTests

test: build
	swift test --skip-build --disable-xctest --skip '$(APART)'
	swift test --skip-build --disable-xctest --filter '$(APART)'

build:
	./.ci/setup build test
	swift build --build-tests $(DEBUG_FLAGS)

release:
	./.ci/setup build
	swift build $(RELEASE_FLAGS) --product noroshi

bench:
	./.ci/setup build bench
	swift build $(RELEASE_FLAGS) --product noroshi
	swift build $(RELEASE_FLAGS) --product noroshi-bench
	./.ci/bench .build/release

lint:
	./.ci/lint

docs:
	./.ci/docs

# Every page of the console in both themes, for a desk and for a telephone, to be looked at.
screenshots: release
	./.ci/setup browser
	./.ci/browser .build/release/noroshi --pictures docs/screens

format:
	swift format format --in-place --parallel --recursive Package.swift Sources Tests

clean:
	rm -rf .build .noroshi
